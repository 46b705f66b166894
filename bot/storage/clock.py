"""The house's one clock: it never goes back and never stands still, whatever is done to the machine's."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from handlers.ports import Clock

log = logging.getLogger(__name__)

TOLERATED_SECONDS = 2.0
"""A clock that is behind by so much is read as it is: it is being set right in small steps."""
JUMP_SECONDS = 60.0
"""A clock that differs by more from the time that has passed was set, or stands still: the operator is told."""
DOUBT_SECONDS = 86_400.0
"""For so long a jump ahead is taken for real by whatever calls, and not by what deletes."""


def passed() -> float:
    """Seconds that have passed since some moment, those asleep counted where the system can tell; nobody sets them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@runtime_checkable
class MachineClock(Clock, Protocol):
    """A clock that somebody may set, and beside it the seconds that have passed."""

    def passed(self) -> float: ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def passed(self) -> float:
        return passed()


class HouseClock:
    """Follows the machine's clock ahead, so that nothing calls late, and never back: then the seconds are counted.

    It may be read in any thread.
    """

    def __init__(self, machine: MachineClock) -> None:
        self._machine = machine
        self._lock = threading.Lock()
        self._at, self._passed = machine.now().timestamp(), machine.passed()
        """The newest time that was believed, in seconds since 1970, and the seconds that had passed then."""
        self._newest = self._at
        self._jumps: list[tuple[float, float]] = []
        """Of each jump ahead, when it was (in seconds that had passed), and how many seconds it skipped."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._read(), UTC)

    def not_before(self, seconds: float) -> None:
        """From now on it is at least so late: another process, or this one before its start, was so far already."""
        with self._lock:
            ahead = seconds - self._newest
            if ahead > 0:
                self._newest = seconds
                self._at, self._passed = seconds, self._machine.passed()

    def off(self) -> float:
        """The seconds by which the machine's clock is ahead of this one; below 0: behind."""
        return self._machine.now().timestamp() - self._read()

    def doubted(self) -> float:
        """The seconds by which it jumped ahead lately: perhaps they have not passed."""
        self._read()
        with self._lock:
            since = self._machine.passed() - DOUBT_SECONDS
            self._jumps = [(at, seconds) for at, seconds in self._jumps if at > since]
            return sum(seconds for _, seconds in self._jumps)

    def _read(self) -> float:
        with self._lock:
            wall, passed = self._machine.now().timestamp(), self._machine.passed()
            expected = self._at + passed - self._passed
            if wall >= expected:
                if wall - expected > JUMP_SECONDS:
                    self._jumps.append((passed, wall - expected))
                self._at, self._passed = wall, passed
            self._newest = max(self._newest, wall if expected - wall <= TOLERATED_SECONDS else expected)
            return self._newest


@dataclass(frozen=True, slots=True)
class CautiousClock:
    """The house's clock without the jumps ahead of the last day: for what can't be undone."""

    house: HouseClock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.house.now().timestamp() - self.house.doubted(), UTC)


def steadied(clock: Clock) -> Clock:
    """The same, never going back; a clock that nobody can set is taken as it is."""
    return HouseClock(clock) if isinstance(clock, MachineClock) else clock


def cautious(clock: Clock) -> Clock:
    """The same for what deletes."""
    return CautiousClock(clock) if isinstance(clock, HouseClock) else clock
