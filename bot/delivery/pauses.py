"""The chats that a messenger holds back for a while."""

from __future__ import annotations

from collections.abc import Mapping


class Pauses:
    """By the tag of the chat; it counts for this process, and a restart forgets it."""

    def __init__(self) -> None:
        self._pauses: dict[str, tuple[float, float]] = {}
        """Since when, and until when."""

    def add(self, chat: str, now: float, seconds: float) -> None:
        """All that is for this chat waits for so long, unless it waits longer already."""
        _, later = self._pauses.get(chat, (now, now))
        self._pauses[chat] = (now, max(now + seconds, later))

    def in_force(self, now: float) -> Mapping[str, float]:
        """Until when each waits, in seconds since 1970."""
        pauses = self._pauses.items()  # they are over when the clock was set back, too
        self._pauses = {chat: (since, until) for chat, (since, until) in pauses if since <= now < until}
        return {chat: until for chat, (_, until) in self._pauses.items()}
