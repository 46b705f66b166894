"""How much may be sent now: under the messengers' own limits, with a part kept free for what is more urgent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from handlers.conversation import Lane

KEPT_FREE = {
    Lane.RECEIPT: 0.0,
    Lane.DESK: 0.1,
    Lane.ANSWER: 0.2,
    Lane.CONSENT: 0.3,
    Lane.LOOKUP: 0.5,
    Lane.NOTICE: 0.7,
}
"""The part of a limit that a lane leaves to those before it: lookups can take half of it, and no more."""
MOST_CHATS = 10_000
"""Chats whose messages are counted at a time; those of which nothing counts any more are dropped."""


class Allowance(Protocol):
    """So many messages in a while. Times are seconds on any one clock."""

    def wait(self, now: float, kept_free: float) -> float:
        """Seconds until one more may go while this part of the limit stays free; 0: now."""

    def take(self, now: float) -> None:
        """One goes."""

    def is_whole(self, now: float) -> bool:
        """Whether nothing that went still counts."""


class Window:
    """At most `most` messages in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._went: deque[float] = deque()

    def wait(self, now: float, kept_free: float) -> float:
        self._forget(now)
        allowed = max(int(self._most * (1 - kept_free)), 1)
        if len(self._went) < allowed:
            return 0.0
        return max(self._went[len(self._went) - allowed] + self._seconds - now, 0.001)

    def take(self, now: float) -> None:
        self._went.append(now)

    def is_whole(self, now: float) -> bool:
        self._forget(now)
        return not self._went

    def _forget(self, now: float) -> None:
        while self._went and not now - self._seconds < self._went[0] <= now:  # also what a clock set back left behind
            self._went.popleft()


class Bucket:
    """`burst` messages at once, then one every `seconds`."""

    def __init__(self, burst: int, seconds: float) -> None:
        self._burst, self._seconds = burst, seconds
        self._level, self._at = float(burst), 0.0

    def wait(self, now: float, kept_free: float) -> float:
        missing = 1 + min(self._burst * kept_free, self._burst - 1) - self._level_at(now)
        return max(missing * self._seconds, 0.001) if missing > 1e-9 else 0.0

    def take(self, now: float) -> None:
        self._level, self._at = self._level_at(now) - 1, now

    def is_whole(self, now: float) -> bool:
        return self._level_at(now) >= self._burst

    def _level_at(self, now: float) -> float:
        return min(self._level + max(now - self._at, 0.0) / self._seconds, self._burst)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a messenger lets one account send: in all, to one person, to one group."""

    account: Callable[[], Allowance] | None
    person: Callable[[], Allowance]
    group: Callable[[], Allowance]


LIMITS = {
    # Bots FAQ: 30 messages a second in all, 20 a minute in a group, one a second in a chat but for short bursts
    "telegram": Limits(lambda: Window(28, 1.05), lambda: Bucket(3, 1.05), lambda: Window(20, 61.0)),
    # Signal-Server, RateLimiters MESSAGES: 60 from one account to another at once, then one a second
    "signal": Limits(None, lambda: Bucket(58, 1.05), lambda: Bucket(58, 1.05)),
}
"""A little below the real ones: what leaves here a second apart may arrive closer together."""


class Budget:
    """What one account has sent lately; it lives in the one process that sends for it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._account = limits.account() if limits.account else None
        self._chats: dict[str, Allowance] = {}

    def wait_of_account(self, lane: Lane, now: float) -> float:
        """Seconds until the account may send one more message of this lane to anybody; 0: now."""
        return self._account.wait(now, KEPT_FREE[lane]) if self._account else 0.0

    def wait_of_chat(self, chat: str, lane: Lane, now: float, *, is_group: bool) -> float:
        """The same for one chat. A person waits for themselves alone: nothing is kept free in a chat with one."""
        return self._of(chat, now, is_group).wait(now, KEPT_FREE[lane] if is_group else 0.0)

    def take(self, chat: str, now: float, *, is_group: bool) -> None:
        """One message goes to this chat."""
        if self._account:
            self._account.take(now)
        self._of(chat, now, is_group).take(now)

    def _of(self, chat: str, now: float, is_group: bool) -> Allowance:
        if chat not in self._chats:
            if len(self._chats) >= MOST_CHATS:
                self._chats = {name: kept for name, kept in self._chats.items() if not kept.is_whole(now)}
            self._chats[chat] = self._limits.group() if is_group else self._limits.person()
        return self._chats[chat]
