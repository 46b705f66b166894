"""When a messenger was heard last, and which time its servers have: no silence is taken for peace."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime


class Reception:
    """Of one messenger; an adapter reports here whatever shows that something would arrive if it was sent."""

    def __init__(self, steady: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._steady = steady
        self._wall = wall
        self._last: float | None = None
        self.clock_off: float = 0.0
        """Seconds by which the machine's clock was behind the messenger's when that was told last; below 0: ahead."""

    def begin(self) -> None:
        """This process receives from now on."""
        self._last = self._steady()

    def end(self) -> None:
        """Another process receives, or none."""
        self._last = None

    def succeeded(self) -> None:
        """An answer came, or the connection is alive, whether or not there was a message."""
        if self._last is not None:
            self._last = self._steady()

    def told_time(self, seconds: float) -> None:
        """The messenger's servers say that it is so late, in seconds since 1970."""
        self.clock_off = seconds - self._wall()

    def told_earlier_time(self, seconds: float) -> None:
        """It was so late at its servers some time ago: this can only show that the machine's clock is behind."""
        self.clock_off = max(seconds - self._wall(), 0.0)

    def told_date(self, header: str) -> None:
        """The same as a `Date` header; one that can't be read says nothing."""
        try:
            self.told_time(parsedate_to_datetime(header).timestamp())
        except (ValueError, OverflowError):
            return

    @property
    def age(self) -> float:
        """Seconds since it was heard; 0 while this process does not receive."""
        return 0.0 if self._last is None else self._steady() - self._last
