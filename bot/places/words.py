"""Cuts a text into the tokens that place names are looked up by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Thai, Lao, Tibetan, Burmese, Khmer, kana and Han have no spaces between words: each character is a token of its own.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
# A name doesn't reach over these: 中国、台湾 is two places, 中国台湾 is one. They are tokens, for names that hold one.
_PAUSES = ",;:!?/、。\n"
_TOKEN = re.compile(rf"{_FLAG}|[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_]|[\u0300-\u036f])+|[{_PAUSES}]")

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Latin, Greek and Cyrillic only: elsewhere marks are letters.
_MARKS = re.compile("(?<=[A-Za-z\u00aa-\u052f\u1e00-\u1fff])[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, character, flag or pause: as written, folded for comparison, and where it starts."""

    written: str
    folded: str
    start: int


def tokens(text: str, limit: int) -> list[Token]:
    """The tokens of the first `limit` characters of the normalised text; at most `limit` characters are read."""
    plain = _plain(text[:limit])[:limit]
    return [Token(word[0], word[0].casefold(), word.start()) for word in _TOKEN.finditer(plain)]


def key(name: str) -> tuple[str, ...]:
    """What a name is looked up by."""
    return tuple(token.folded for token in tokens(name, len(name)))


def is_pause(token: Token) -> bool:
    return token.written in _PAUSES


def _plain(text: str) -> str:
    if text.isascii():
        return text
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", visible)))
