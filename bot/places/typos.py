"""Guesses which name a misspelt word was meant to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.places.index import Index
from bot.places.slips import slips_of
from bot.places.words import Token, joined, key

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
