"""Guesses which name a misspelt word was meant to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.places.index import Index
from bot.places.words import KATAKANA, Token, joined, key

SHORTEST = 6
"""Shorter names are one slip away from everyday words: child and Chile, being and Benin."""
SHORTEST_KATAKANA = 5
"""Hardly a word of so many of these letters looks like the name of a country."""
SHORTEST_PART = 4
"""The same for a word beside a name, as in Virgin Islands."""
LONGEST = 40
LONGEST_SENTENCE = 12
"""Words; in a longer text something always looks like a misspelt name."""


class Typos:
    """Knows every name with one letter left out, so that a slip is found without comparing it to all names."""

    def __init__(self, index: Index, aliases: Mapping[str, str]) -> None:
        self._index = index
        self._own: dict[str, list[str]] = defaultdict(list)
        self._spelt = frozenset(joined(key(spelling)) for spelling in aliases)
        for spelling, place in aliases.items():
            for slip in slips_of(joined(key(spelling))):
                if spelling.isascii() and place not in self._own[slip]:
                    self._own[slip].append(place)

    def guess(self, words: Sequence[Token]) -> list[str]:
        """The places that were perhaps meant: by the whole text, or by a word of a short one."""
        single = [word.folded for word in words] if len(words) <= LONGEST_SENTENCE else []
        found = self.guess_whole(words) + [place for word in single for place in self._guess(word)]
        return list(dict.fromkeys(found))

    def guess_whole(self, words: Sequence[Token]) -> list[str]:
        """The places that were perhaps meant by all of the text."""
        return list(dict.fromkeys(self._guess(joined([word.folded for word in words]))))

    def _guess(self, spelling: str) -> Iterator[str]:
        if spelling in self._spelt or self._index.get(spelling) or self._index.is_known(spelling):
            return  # it means something else
        for slip in slips_of(spelling):
            yield from self._own.get(slip, ())
            yield from self._index.slips(slip)


def slips_of(spelling: str) -> Iterator[str]:
    """The spelling, and the same with one letter left out.

    Two spellings that agree when at most one letter is left out of each differ by one slip: a letter too few, too many,
    wrong, or two letters in the wrong order.
    """
    shortest = SHORTEST_KATAKANA if KATAKANA.match(spelling) else SHORTEST
    if shortest <= len(spelling) <= LONGEST:
        yield from shortened(spelling)


def shortened(word: str) -> Iterator[str]:
    """The word, and the same with one letter left out."""
    yield word
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]
