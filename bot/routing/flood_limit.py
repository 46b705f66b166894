"""Somebody who asks without end gets one answer more, then silence for a while; calls for help are never counted."""

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
LOOKUPS = frozenset(
    (
        *("level", "incidents", "contacts", "facts", "alerts", "updates", "place", "another_place", "unknown"),
        *("unsupported", "stale", "help", "start", "verify", "privacy", "language", "appeal"),
    )
)
"""All that may be counted; what is not named here is always answered."""


@dataclass
class _Count:
    since: float
    number: int = 0


class FloodLimit:
    """Counts in memory, for this process: it is forgotten at a restart, and nothing of it is stored."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def limit(self, person: Person, wish: str) -> bool | None:
        """None: answer it. True: say once that it is too much. False: say nothing."""
        if wish not in LOOKUPS:
            return None
        now = self._clock.now().timestamp()
        count = self._counts.get(person.tag)
        if count is None or now - count.since >= WINDOW:
            if len(self._counts) >= MOST_KNOWN:
                self._counts.clear()
            count = self._counts[person.tag] = _Count(now)
        count.number += 1
        return None if count.number <= MOST_LOOKUPS else count.number == MOST_LOOKUPS + 1
