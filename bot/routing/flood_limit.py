"""Somebody who asks without end gets one answer more, then silence for a while."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.model.messages import Person
from handlers.ports import Clock

MOST_LOOKUPS = 30
"""Lookups a minute that one person gets answers to."""
WINDOW = 60.0
"""Seconds."""
MOST_KNOWN = 10_000
"""Persons that are counted at a time; beyond that counting begins anew, which errs towards answering."""


@dataclass
class _Count:
    since: float
    number: int = 0


class FloodLimit:
    """Counts in memory, for this process: it is forgotten at a restart, and nothing of it is stored."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def excess(self, person: Person) -> int:
        """Counts one lookup more. Returns 0 while it is answered, then how many it is too many: 1, 2, …"""
        now = self._clock.now().timestamp()
        count = self._counts.get(person.tag)
        if count is None or now - count.since >= WINDOW:
            if len(self._counts) >= MOST_KNOWN:
                self._counts.clear()
            count = self._counts[person.tag] = _Count(now)
        count.number += 1
        return max(0, count.number - MOST_LOOKUPS)
