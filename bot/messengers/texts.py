"""What every text that comes in is made into before anybody looks at it: storable, and normalised in bounded time."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from handlers.model.direction import TURNS

MOST_MARKS = 30
"""Marks that may follow one letter: the bound of Unicode's Stream-Safe Text Format (UAX #15, section 13). Without one
the time to normalise a text grows with its square: 35 s for 175 kB."""
_NO_TEXT = "\ufffc"


def readable(text: str) -> str:
    """The text without what can't be stored or would take too long: in the place of half a character, as broken clients
    send it, stands a question mark, and of the marks on one letter the first 30 are left. The sign
    for something that is no text (a mention, a picture in a line) is left out, and so are those that turn text, which
    come with what was copied from here. No word is lost by that."""
    return _stream_safe(text.replace(_NO_TEXT, "").translate(TURNS).encode("utf-8", "replace").decode())


def _stream_safe(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for letter in text:
        is_mark, number = _marks(letter)
        marks = marks + number if is_mark else number
        if marks <= MOST_MARKS or not is_mark:
            kept.append(letter)
    return "".join(kept)


@lru_cache(maxsize=10_000)
def _marks(letter: str) -> tuple[bool, int]:
    """Whether it is nothing but marks, once it is taken apart; and how many it ends with."""
    parts = [unicodedata.combining(part) != 0 for part in unicodedata.normalize("NFKD", letter)]
    number = next((number for number, is_mark in enumerate(reversed(parts)) if not is_mark), len(parts))
    return all(parts), number
