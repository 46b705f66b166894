"""Spellings that are one slip away from the English name of a territory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from bot.places.build import sources
from bot.places.slips import shortened
from bot.places.words import joined, key

_SHORTEST_NEAR = 4
"""Letters of a name that is told from a misspelt English one."""
_NO_SLIP = "ija"
"""How Slavic and Baltic names end, and no finger's slip: Bolivija."""


class Slips:
    """Tells what is one slip away from known spellings, and not one of them."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._slips = frozenset(slip for spelling in self.known for slip in self._slips_of(spelling))

    def __contains__(self, spelling: object) -> bool:
        text = str(spelling)
        is_known = text in self.known or text.endswith(_NO_SLIP)
        return not is_known and any(slip in self._slips for slip in self._slips_of(text))

    @staticmethod
    def _slips_of(spelling: str) -> Iterator[str]:
        yield from shortened(spelling) if len(spelling) >= _SHORTEST_NEAR else ()


@cache
def english() -> Slips:
    """What is one slip away from the English name of a territory."""
    return Slips(joined(key(name.text)) for name in sources.territory_names() if name.language == "en")
