"""Cuts a text into the words that place names are looked up by, folded so that their spellings meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

TABLES = Path(__file__).with_name("tables")

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Thai, Lao, Burmese, Khmer, hiragana and Han have no spaces between words: each character is a token of its own.
_UNSPACED = f"\u0e01-\u0e3a\u0e40-\u0eff\u1000-\u109f\u1780-\u17d3\u3041-\u309f{HAN}"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
KATAKANA = re.compile(f"[{_KATAKANA}]")
_TIBETAN = "\u0f40-\u0fbc"
CASED = re.compile("[A-Za-z\u00c0-\u052f\u0531-\u058f\u1e00-\u1fff]")
"""Scripts with capital letters."""
ETHIOPIC = re.compile("[\u1200-\u137f]")
DOTS_AND_HOOKS = re.compile("[\u1ea0-\u1ef9]")
"""Marks of Vietnamese, some of them of a few other languages, too."""
_VIETNAMESE = re.compile("[ơưảẻỉỏủỷ\u1ea4-\u1eb7\u1ebe-\u1ec7\u1ed0-\u1ee3\u1ee8-\u1ef1]", re.IGNORECASE)
_VIETNAMESE_WORDS = frozenset(["không", "có", "ở", "và", "là", "của", "tôi", "nước", "sang", "bên", "đi", "mình"])
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
# A name doesn't reach over these: 中国、台湾 is two places, 中国台湾 is one. They are tokens, for names that hold one.
_PAUSES = ",;:!?/、。،؛؟\n"
MARK = "".join(
    chr(code) for code in (*range(0x300, 0x1E00), *range(0xA800, 0xAC00)) if unicodedata.category(chr(code))[0] == "M"
)
"""Combining marks: in most scripts they are vowels, and belong to the word."""
_TOKEN = re.compile(
    f"{_FLAG}|[{_UNSPACED}]|[{_KATAKANA}]+|[{_TIBETAN}]+"
    rf"|(?:(?![{_UNSPACED}{_KATAKANA}{_TIBETAN}])[^\W_]|[{MARK}])+|[{_PAUSES}]"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_IS_MARK = re.compile(f"[{MARK}]")

INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
"""Signs that show nothing."""
_CHILLU = re.compile("([ണനരലളക])\u0d4d\u200d")
"""Malayalam letters without a vowel, as older keyboards write them."""
_CHILLUS = dict(zip("ണനരലളക", "ൺൻർൽൾൿ", strict=True))
# Marks are optional in Latin, Greek, Cyrillic, Hebrew and Arabic; elsewhere they are letters.
OPTIONAL_MARKS = re.compile(
    "(?<=[A-Za-z\u00aa-\u052f\u0590-\u06ff\u1e00-\u1fff])[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed]+"
)
_LETTERS = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe",
    "ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه", "ۀ": "ه", "ٱ": "ا",
    "\u093c": "", "\u09bc": "", "\u0a3c": "", "\u0b3c": "", "ँ": "ं", "ঁ": "ং",
}  # fmt: skip
"""Letters that persons and keyboards exchange."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, character, flag or pause: as written, folded for comparison, and where it starts."""

    written: str
    folded: str
    start: int

    @property
    def exact(self) -> str:
        """Folded less: with the marks that tell Mỹ from my and عُمان from عمّان."""
        return self.written.casefold()


def tokens(text: str, limit: int) -> list[Token]:
    """The tokens of the first `limit` characters of the normalised text; at most `limit` characters are read."""
    text = text[:limit]
    if text.isascii():
        return [Token(word[0], word[0].casefold(), word.start()) for word in _TOKEN.finditer(text)]
    normal = _CHILLU.sub(lambda letter: _CHILLUS[letter[1]], unicodedata.normalize("NFKC", text))
    plain = INVISIBLE.sub("", normal)[:limit]
    return [Token(word[0], _fold(word[0]), word.start()) for word in _TOKEN.finditer(plain)]


def key(name: str) -> tuple[str, ...]:
    """What a name is looked up by."""
    return tuple(token.folded for token in tokens(name, len(name)))


def joined(words: Sequence[str]) -> str:
    """Words as they stand in the index: a space where they meet, none beside unspaced characters."""
    text = ""
    for word in words:
        text += " " + word if text and not is_unspaced(text[-1]) and not is_unspaced(word) else word
    return text


def are_vietnamese(words: Sequence[Token]) -> bool:
    """Whether any of them has marks of no other language, or is one of its commonest words."""
    return any(_VIETNAMESE.search(word.written) or word.exact in _VIETNAMESE_WORDS for word in words)


def is_pause(token: Token) -> bool:
    return token.written in _PAUSES


def is_unspaced(text: str) -> bool:
    """Whether the text begins in a script without spaces."""
    return _begins_unspaced(text[:1])


@lru_cache(maxsize=8192)
def _begins_unspaced(letter: str) -> bool:
    return _IS_UNSPACED.match(letter) is not None


def is_mark(text: str) -> bool:
    return _IS_MARK.match(text) is not None


def _fold(word: str) -> str:
    """Without what doesn't tell names apart: case, optional marks, traditional or simplified, look-alikes."""
    if word.isascii():
        return word.casefold()
    if is_unspaced(word):
        return word.translate(alike())  # it has neither case nor optional marks, and texts in it have many tokens
    bare = unicodedata.normalize("NFC", OPTIONAL_MARKS.sub("", unicodedata.normalize("NFD", word.casefold())))
    return bare.translate(alike())


@cache
def alike() -> dict[int, str]:
    """From letters that are taken for one another to the one that stands for all of them."""
    traditional, simplified = (TABLES / "hanzi.txt").read_text(encoding="utf-8").split()
    return str.maketrans(_LETTERS) | str.maketrans(dict(zip(traditional, simplified, strict=True)))
