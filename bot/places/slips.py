"""One letter too few, too many, wrong, or two in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator

from bot.places.words import KATAKANA

SHORTEST = 6
"""Shorter names are one slip away from everyday words: child and Chile, being and Benin."""
SHORTEST_KATAKANA = 5
"""Hardly a word of so many of these letters looks like the name of a country."""
SHORTEST_PART = 4
"""The same for a word beside a name, as in Virgin Islands."""
LONGEST = 40


def slips_of(spelling: str) -> Iterator[str]:
    """The spelling, and the same with one letter left out; nothing if it is too short or too long.

    Two spellings that agree when at most one letter is left out of each differ by one slip.
    """
    shortest = SHORTEST_KATAKANA if KATAKANA.match(spelling) else SHORTEST
    if shortest <= len(spelling) <= LONGEST:
        yield from shortened(spelling)


def shortened(word: str) -> Iterator[str]:
    """The word, and the same with one letter left out."""
    yield word
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]
