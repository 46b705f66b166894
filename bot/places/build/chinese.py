"""The Chinese words that a text is cut by, from jieba's dictionary."""

from __future__ import annotations

from functools import cache
from math import log2
from pathlib import Path

import jieba

from bot.places.words import joined, key

_LONGEST = 4
_RAREST = 5
_OF_A_PERSON = ("ns", "nr", "nrt")
"""How the dictionary takes names that are written for their sound: 莫斯科 for a person."""
_OF_A_THING = (*_OF_A_PERSON, "nz", "n", "s", "d", "v")
"""And capitals of two characters, for all sorts of things: 首尔 for an adverb, 金边 for a rim."""


@cache
def dictionary() -> dict[str, tuple[int, str]]:
    """How often a word was counted, and its part of speech (`ns`: a place), in simplified characters."""
    found: dict[str, tuple[int, str]] = {}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, part = line.split()
        folded = joined(key(word))
        if int(count) > found.get(folded, (0, ""))[0]:
            found[folded] = int(count), part
    return found


def words() -> dict[str, int]:
    """Words and characters, with eight times the logarithm of their count to the base of two."""
    return {
        word: round(8 * log2(count))
        for word, (count, _) in dictionary().items()
        if len(word) <= _LONGEST and count >= _RAREST
    }


def is_place_name(word: str) -> bool:
    """Whether it means a place and nothing else, as far as the dictionary knows it."""
    return dictionary().get(word, (0, "ns"))[1] == "ns"


def may_be_foreign(word: str, *, is_capital: bool) -> bool:
    """Whether the dictionary doesn't say that the name of a foreign town is an everyday word."""
    return dictionary().get(word, (0, ""))[1] in (_OF_A_THING if is_capital else _OF_A_PERSON)
