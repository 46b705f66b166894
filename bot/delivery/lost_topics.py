"""Which topics of a forum are really gone: a message that no topic takes must not open new ones for ever."""

from __future__ import annotations

from bot.delivery.claims import Claimed

MOST_LOST = 3
FORGET_SECONDS = 3600.0
"""Staff don't delete the topic of one case more often than that in so many seconds."""
FRESH_SECONDS = 30.0
"""A topic that took the part before so lately is still there."""


class LostTopics:
    """Counts, by case and desk; for this process, and a restart forgets it."""

    def __init__(self) -> None:
        self._lost: dict[tuple[str, object], list[float]] = {}
        self._took: dict[tuple[str, object], float] = {}

    def took(self, row: Claimed, now: float) -> None:
        """A message of this row's case was accepted."""
        self._took = {key: at for key, at in self._took.items() if now - FRESH_SECONDS < at <= now} | {_key(row): now}

    def is_lost(self, row: Claimed, now: float) -> bool:
        """Whether the topic is the trouble, and not the message; `now` in seconds since 1970. Not for a topic that was
        opened for this very message a moment ago."""
        key = _key(row)
        if row.message.is_continued and 0 <= now - self._took.get(key, -FRESH_SECONDS) < FRESH_SECONDS:
            return False
        recent = [at for at in self._lost.pop(key, ()) if now - FORGET_SECONDS < at <= now]
        if len(recent) < MOST_LOST:
            recent.append(now)
            self._lost[key] = recent
            return True
        self._lost[key] = recent
        return False


def _key(row: Claimed) -> tuple[str, object]:
    return (row.message.code, row.message.room)
