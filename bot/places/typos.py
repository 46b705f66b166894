"""Guesses which name a misspelt word was meant to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

SHORTEST = 6
"""Shorter names are one slip away from everyday words: child and Chile, being and Benin."""
LONGEST = 40


class Typos:
    """Knows every name with one letter left out, so that a slip is found without comparing it to all names.

    Two spellings that agree when at most one letter is left out of each differ by one slip: a letter too few, too many,
    wrong, or two letters in the wrong order.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: (spelling, place)."""
        self._names = set[str]()
        self._places: dict[str, list[str]] = defaultdict(list)
        for spelling, place in names:
            self._names.add(spelling)
            for shortened in _slips(spelling):
                if place not in self._places[shortened]:
                    self._places[shortened].append(place)

    def guess(self, spelling: str) -> list[str]:
        """The places that were perhaps meant; none for what is spelt like a name and was not taken for one."""
        if spelling in self._names:
            return []
        return list(dict.fromkeys(place for slip in _slips(spelling) for place in self._places.get(slip, ())))


def _slips(spelling: str) -> Iterator[str]:
    if SHORTEST <= len(spelling) <= LONGEST:
        yield spelling
        for position in range(len(spelling)):
            yield spelling[:position] + spelling[position + 1 :]
