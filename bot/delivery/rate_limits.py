"""What may be sent now: a messenger's limits, shared out so that a call for help never waits for lookups or a crowd.

A send takes a place in every window that it counts in, and the place is free again `seconds` after the send has ended.
The messenger has counted it at some moment before that, so no delay on the way can make its count higher than ours.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection

from bot.messengers.limits import Limit, Limits
from handlers.model.messages import Lane

NEVER = float("inf")
NO_LIMITS = Limits()


class _Window:
    """All that counts in one limit at the moment."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.total = 0
        self._shares = [limit.shares.get(lane, limit.most) for lane in Lane]
        self._most = [limit.most - (limit.kept if lane is not Lane.RECEIPT else 0) for lane in Lane]
        self._least = min(*self._shares, *self._most)
        self._used = [0 for _ in Lane]
        self._ended: deque[tuple[float, Lane]] = deque()

    def free(self, lane: Lane) -> int:
        """The number of messages of that lane that may begin."""
        return min(self._most[lane] - self.total, self._shares[lane] - self._used[lane])

    def full(self) -> list[Lane]:
        """The lanes that must wait."""
        return [lane for lane in Lane if self.free(lane) <= 0] if self.total >= self._least else []

    def add(self, lane: Lane, places: int) -> None:
        self.total += places
        self._used[lane] += places

    def end(self, lane: Lane, messages: int, now: float) -> None:
        """A send that had taken one place has ended, with so many messages."""
        self.add(lane, messages - 1)
        self._ended.extend([(now, lane)] * messages)

    def forget(self, now: float) -> None:
        while self._ended and not self._ended[0][0] <= now < self.opens_at():  # or the clock was set back
            self.add(self._ended.popleft()[1], -1)

    def opens_at(self) -> float:
        """The moment when the next place becomes free, in seconds since 1970; NEVER where that isn't known."""
        return self._ended[0][0] + self.limit.seconds if self._ended else NEVER


class Openings:
    """The sends that may begin at this moment."""

    def __init__(self, account: _Window | None, window_of: Callable[[str], _Window | None]) -> None:
        self.least: int = max(Lane)
        """The least urgent lane for which the account has places, with all that are more urgent; -1 for none."""
        self.closed: list[tuple[str, int]] = []
        """(chat, lane): what must wait even so."""
        self._account = account
        self._window_of = window_of
        self._taken: list[tuple[_Window, Lane]] = []

    def take(self, chat: str, lane: Lane) -> bool:
        """Whether one more may begin, beside those that were taken from these openings before."""
        windows = [window for window in (self._account, self._window_of(chat)) if window]
        is_open = all(window.free(lane) > 0 for window in windows)
        for window in windows if is_open else ():
            window.add(lane, 1)
            self._taken.append((window, lane))
        return is_open

    def give_back(self) -> None:
        """Nothing that was taken began."""
        for window, lane in self._taken:
            window.add(lane, -1)
        self._taken.clear()


class RateLimiter:
    """The limits of one account; it lives in the one process that sends for it, and a restart forgets it."""

    def __init__(
        self, limits: Limits = NO_LIMITS, groups: Collection[str] = (), clock: Callable[[], float] = time.time
    ) -> None:
        """`groups`: the chats that are groups; every other one is a person's. `clock`: seconds."""
        self._limits = limits
        self._groups = groups
        self._clock = clock
        self._account = _Window(limits.account) if limits.account else None
        self._chats: dict[str, _Window] = {}

    def openings(self) -> Openings:
        """The sends that may begin now."""
        now = self._clock()
        for window in self._windows():
            window.forget(now)
        self._chats = {chat: window for chat, window in self._chats.items() if window.total}
        openings = Openings(self._account, self._window_of)
        if self._account and (full := self._account.full()):
            openings.least = min(full) - 1
        openings.closed = [(chat, int(lane)) for chat, window in self._chats.items() for lane in window.full()]
        return openings

    def wait(self) -> float:
        """Seconds until more may begin because time has passed; what ends meanwhile is heard of otherwise."""
        full = (window.opens_at() for window in self._windows() if window.full())
        return min(full, default=NEVER) - self._clock()

    def end(self, chat: str, lane: Lane, messages: int) -> None:
        """A send has ended, and may have shown so many messages: it counts as one at least, also if it failed."""
        now = self._clock()
        for window in (self._account, self._window_of(chat)):
            if window:
                window.end(lane, max(messages, 1), now)

    def _windows(self) -> list[_Window]:
        return [*([self._account] if self._account else []), *self._chats.values()]

    def _window_of(self, chat: str) -> _Window | None:
        limit = self._limits.group if chat in self._groups else self._limits.person
        if limit is None:
            return None
        return self._chats.get(chat) or self._chats.setdefault(chat, _Window(limit))
