"""Folds texts so that what is typed in a hurry meets what stands in `content/meanings/`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.places.words import HAN, INVISIBLE, MARK, OPTIONAL_MARKS, alike

LONGEST_TEXT = 4096
"""Characters of a message that are read."""

_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"
_UNSPACED = f"\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\uac00-\ud7a3{HAN}{_EMOJI}"
# Korean has spaces, and hardly anybody who is in a hurry sets them.
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Between two letters, a word may end where a script or a figure begins: SOS我, SOS2; in scripts without spaces anywhere
# but before a mark.
_BORDER = rf"(?:(?<=[{_UNSPACED}])|(?=[{_UNSPACED}])|(?<=\d)(?!\d)|(?<!\d)(?=\d))(?![{MARK}])"
_BEGINNING = re.compile(rf"(?:^|(?<= )|{_BORDER})(?=[^ ])")
_END = re.compile(rf"$| |{_BORDER}")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc\u02bb\u02b9`\u00b4\u02c8\u30fc\uff70]|[\U0001f3fb-\U0001f3ff]|\u20e3")
"""What stands inside a word and is as often left out; the line that makes a Japanese vowel longer; colours of emoji."""
_OTHERS = re.compile(rf"(?:(?![{MARK}{_EMOJI}])[\W_])+")
_BETWEEN_UNSPACED = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")
_SPACES = re.compile(" {2,}")
_REPEATED = re.compile(r"([^\d\s])\1+")
_NOT_SAID = re.compile(f"[ {_EMOJI}]")
_KATAKANA = {letter: letter - 0x60 for letter in range(0x30A1, 0x30F7)}


def fold(text: str, *, keeps_marks: bool = False) -> str:
    """Words in small letters with a space between, letters that look alike as one, and none twice in a row: `Helppp!!`
    is `help`. `keeps_marks`: hủy is not huy then."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT].casefold()
    text = _APOSTROPHES.sub("", text)
    if not text.isascii():
        text = INVISIBLE.sub("", text).translate(_KATAKANA)
        if not keeps_marks:
            text = OPTIONAL_MARKS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text).translate(alike())
    return closed(_OTHERS.sub(" ", text))


def closed(text: str) -> str:
    """A text of folded pieces, folded: 살려 주세요 is 살려주세요."""
    return _REPEATED.sub(r"\1", _BETWEEN_UNSPACED.sub("", " ".join(text.split())))


def all_closed(texts: Iterable[str]) -> set[str]:
    """`closed` of many, in one go; none may hold a line break."""
    many = _BETWEEN_UNSPACED.sub("", _SPACES.sub(" ", "\n".join(text.strip() for text in texts)))
    return set(_REPEATED.sub(r"\1", many).split("\n"))


def is_unspaced(letter: str) -> bool:
    """Whether it is of a script that sets no spaces between words, or a sign that is a word by itself."""
    return _IS_UNSPACED.match(letter) is not None


def beginnings(text: str) -> Iterator[int]:
    """The positions of a folded text at which a word may begin."""
    return (found.start() for found in _BEGINNING.finditer(text))


def ends_word(text: str, at: int) -> bool:
    """Whether a word may end before this position of a folded text."""
    return _END.match(text, at) is not None


def without_signs(text: str) -> str:
    """A folded text as long as it was, with a zero character for all that says nothing: spaces and emoji."""
    return _NOT_SAID.sub("\0", text)
