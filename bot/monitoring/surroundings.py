"""What the bot stands on and nothing in its database tells: messengers that answer, room on the disk, a right clock."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.storage.clock import JUMP_SECONDS

log = logging.getLogger(__name__)

DEAF_SECONDS = 60.0
"""A messenger that did not answer for so long is not heard; the longest answer to a poll takes less than 40."""
LEAST_FREE_MB = 50
"""Less room than this is a full disk: a night of calls takes a tenth of it, upgrades and backups more."""
EVERY_SECONDS = 15.0


class Heard(Protocol):
    """What an adapter reports of its messenger: `bot.messengers.reception.Reception`."""

    @property
    def age(self) -> float: ...

    @property
    def clock_off(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How they are, in ages and counts."""

    unheard: Mapping[str, float] = field(default_factory=dict)
    """By messenger, seconds since it was heard."""
    free_mb: float | None = None
    """None where there is no disk of ours."""
    clock_off: float = 0.0
    """Seconds between the machine's clock and others; the largest difference."""

    @property
    def deaf(self) -> dict[str, float]:
        return {name: age for name, age in self.unheard.items() if age > DEAF_SECONDS}

    def troubles(self) -> Iterator[str]:
        """A line for each of them, for the operator; without content."""
        for name, age in self.deaf.items():
            yield f"{name}: nothing could be received for {age:.0f} s: look at the log, the messenger and the network"
        if self.free_mb is not None and self.free_mb < LEAST_FREE_MB:
            yield f"the disk of the database is full: {self.free_mb:.0f} MB are left"
        if abs(self.clock_off) > JUMP_SECONDS:
            yield f"the machine's clock differs from a messenger's by {self.clock_off:.0f} s: set it"


def look_around(receptions: Mapping[str, Heard], folder: Path | None) -> Surroundings:
    """Looks; `folder`: the database's."""
    return Surroundings(
        unheard={name: reception.age for name, reception in receptions.items()},
        free_mb=_free_mb(folder) if folder else None,
        clock_off=max((heard.clock_off for heard in receptions.values()), key=abs, default=0.0),
    )


def _free_mb(folder: Path) -> float:
    """As far as anybody can tell: what can't be asked is told by the writing that fails."""
    try:
        return shutil.disk_usage(folder).free / 1_000_000
    except OSError:
        return float("inf")


async def keep_looking(receptions: Mapping[str, Heard], folder: Path | None) -> None:
    """Tells the operator of each trouble while it lasts, until cancelled; and once when a messenger is heard again."""
    deaf: set[str] = set()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        found = look_around(receptions, folder)
        for line in found.troubles():
            log.critical("surroundings: %s", line)
        for name in deaf - found.deaf.keys():
            log.warning("surroundings: %s is heard again", name)
        deaf = set(found.deaf)
