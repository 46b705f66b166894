"""Turns among those who wait in one lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

TURNS_SECONDS = 300.0
"""Seconds after which counting begins anew."""
MOST_COUNTED = 100_000
"""Queues that are counted at a time; beyond that counting begins anew."""


class FairnessRanks:
    """Whoever was sent least lately is next, in each lane: a crowd that writes on and on waits for those who don't."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self._counts: Counter[str] = Counter()

    def next(self, queue: str) -> int:
        """The rank of this queue's next message: the number of those that this process has put into it lately."""
        if not self._since <= self._clock() < self._since + TURNS_SECONDS or len(self._counts) >= MOST_COUNTED:
            self._since = self._clock()
            self._counts.clear()
        self._counts[queue] += 1
        return self._counts[queue] - 1
