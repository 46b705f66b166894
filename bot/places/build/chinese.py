"""The Chinese words that a text is cut by, from jieba's dictionary."""

from __future__ import annotations

from functools import cache
from math import log2
from pathlib import Path

import jieba

from bot.places.words import joined, key

_LONGEST = 4
_RAREST = 5
_FOREIGN = ("ns", "nr", "nrt", "nz", "n", "s", "d", "v")
"""What the dictionary takes a foreign capital for: a person, a thing, a spot, and 首尔 even for an adverb."""


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


def is_foreign_name(word: str) -> bool:
    """Whether it is written for its sound, which the dictionary takes for a person as often as for a place: 莫斯科."""
    return dictionary().get(word, (0, ""))[1] in _FOREIGN
