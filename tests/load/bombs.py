"""Persons with open cases send files made to shut the door, while others call; measures how long those wait.

`python -m tests.load.bombs --messenger signal --count 200` prints its figures last; exits with 1 when a promise is
broken. House, adapter and the fake server run in this process, photos are drawn in processes of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.messengers.photos import process
from handlers.cases import batching
from tests.load.storm import CODE
from tests.messengers.bombs import bombs
from tests.messengers.conftest import Running
from tests.messengers.doors import DOORS, Door, TelegramDoor
from tests.messengers.test_photos import picture
from tests.processes import running

LONGEST_EFFECT = 2.0
"""Seconds by which nobody's SOS may come later than without the files."""
HOSTILE = 5
"""Persons who send such files."""
MOST_WAITING = 20
"""Files that wait at a time."""
CALLS_EVERY = 0.5
PATIENCE = 400.0
"""Seconds for the last files, once all were sent."""
IN_ITS_PLACE = "(The photo could not be passed on.)"
PHOTO = picture("JPEG", (1200, 900))


@dataclass
class Figures:
    """What came of it; times are in seconds from *Send*."""

    messenger: str
    kinds: Counter[str] = field(default_factory=Counter)
    calm: list[float] = field(default_factory=list)
    receipts: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    photos: list[float] = field(default_factory=list)
    """Of photos that are none of those files, until they stood in the desk."""
    drawn: int = 0
    in_words: int = 0
    most_at_once: int = 0
    unanswered: int = 0
    left_behind: int = 0

    def effect(self) -> float:
        """How much later than in calm the slowest was told, or seen."""
        return max([*self.receipts, *self.seen]) - max(self.calm)

    def broken(self) -> list[str]:
        wrong = {
            f"an SOS came {self.effect():.1f} s later": self.effect() > LONGEST_EFFECT,
            f"{self.unanswered} files were neither shown nor told of": self.unanswered,
            f"{self.left_behind} processes are left": self.left_behind,
            f"{self.most_at_once} were drawn at a time": self.most_at_once > 1,
        }
        return [line for line, is_so in wrong.items() if is_so]

    def lines(self) -> list[str]:
        sent = sum(self.kinds.values())
        return [
            f"{self.messenger}: {sent} files of {len(self.kinds)} kinds: {self.drawn} drawn, {self.in_words} in words",
            f"an SOS in calm: {_spread(self.calm)}",
            f"beside the files: receipt {_spread(self.receipts)}; at the desk {_spread(self.seen)}",
            f"another's photo at the desk: {_spread(self.photos)}",
            f"slowest effect on an SOS: {self.effect():.2f} s; processes at a time: {self.most_at_once}; "
            f"left behind: {self.left_behind}",
        ]


def _spread(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:.2f} s, at most {ordered[-1]:.2f} s, of {len(ordered)}" if ordered else "none"


def newcomer(door: Door, number: int) -> Door:
    """The same door, with another person before it."""
    other: Any = copy.copy(door)
    other.person = 1000 + number if isinstance(door, TelegramDoor) else str(UUID(int=(4 << 76) + (2 << 62) + number))
    return other  # type: ignore[no-any-return]


async def calls(door: Door, words: str) -> tuple[str, float, float]:
    """An SOS from its first word on: its code, and the seconds from *Send* until the receipt, and until it was seen."""
    door.says(f"SOS {words}")
    await door.hears("Send")
    since = time.monotonic()
    door.chooses("Send")
    seeing = asyncio.create_task(_seconds(door.desk_hears(words), since))
    code = CODE.findall(await door.hears("Saved"))[0]
    return code, time.monotonic() - since, await seeing


async def _seconds(what: Coroutine[Any, Any, str], since: float) -> float:
    await what
    return time.monotonic() - since


class Siege:
    """One run at one messenger."""

    def __init__(self, door: Door, files: Sequence[tuple[str, Path]]) -> None:
        self.door, self.files = door, files
        self.figures = Figures(door.name)
        self.hostile: list[Door] = []
        self.codes: list[str] = []
        self.persons = 0

    async def run(self) -> Figures:
        for number in range(HOSTILE):
            self.hostile.append(self._newcomer())
            code, receipt, seen = await calls(self.hostile[-1], f"wait for the files {number}")
            self.codes.append(code)
            self.figures.calm += [receipt, seen]
        watching = asyncio.create_task(self._watch())
        async with asyncio.TaskGroup() as others:
            sending = asyncio.create_task(self._send())
            while not sending.done():
                await self._call(others, has_photo=self.persons % 4 == 0)
                await asyncio.sleep(CALLS_EVERY)
        await sending
        watching.cancel()
        return self.figures

    def _newcomer(self) -> Door:
        self.persons += 1
        return newcomer(self.door, self.persons)

    async def _call(self, others: asyncio.TaskGroup, *, has_photo: bool) -> None:
        door = self._newcomer()
        code, receipt, seen = await calls(door, f"they are here {self.persons}")
        self.figures.receipts.append(receipt)
        self.figures.seen.append(seen)
        if has_photo:
            others.create_task(self._send_photo(door, code))

    async def _send_photo(self, door: Door, code: str) -> None:
        since = time.monotonic()
        sends(door, PHOTO, f"photo-{self.persons}")
        while not any(text.startswith(f"{code}: a photo") for text in door.posts()):  # noqa: ASYNC110 (as above)
            await asyncio.sleep(0.05)
        self.figures.photos.append(time.monotonic() - since)

    async def _send(self) -> None:
        for number, (kind, path) in enumerate(self.files):
            self.figures.kinds[kind] += 1
            sends(self.hostile[number % HOSTILE], path.read_bytes(), f"bomb-{number}")
            await self._wait_for(number + 1 - MOST_WAITING)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._wait_for(len(self.files))
        ended = self._ended()
        self.figures.in_words = sum(IN_ITS_PLACE in text for text in ended)
        self.figures.drawn = len(ended) - self.figures.in_words
        self.figures.unanswered = len(self.files) - len(ended)

    async def _wait_for(self, number: int) -> None:
        while len(self._ended()) < number:  # noqa: ASYNC110 (it is looked at seldom, so as to cost little)
            await asyncio.sleep(0.1)

    def _ended(self) -> list[str]:
        heads = tuple(f"{code}: a photo" for code in self.codes)
        return [text for text in self.door.posts() if text.startswith(heads)]

    async def _watch(self) -> None:
        while True:
            self.figures.most_at_once = max(self.figures.most_at_once, len(running(ours())))
            await asyncio.sleep(0.05)


def ours() -> str:
    """A part of the command line of each process that draws a photo for this one, and for no other beside it."""
    return f"{process._CHILD}\0{os.getpid()}\0"


def sends(door: Door, data: bytes, name: str) -> None:
    if isinstance(door, TelegramDoor):
        door.state.photo(door.person, data, name)
        door.server.changed()
    else:
        door.sends_photo(data)


async def besiege(messenger: str, folder: Path, *, count: int, seed: int = 7) -> Figures:
    """Files are made beforehand: that takes longer than to refuse them. Each call is posted on its own."""
    files = []
    for number, bomb in enumerate(bombs(count, seed)):
        path = folder / f"bomb-{number}"
        path.write_bytes(bomb.data)
        files.append((bomb.kind, path))
    door = await DOORS[messenger].open()
    house = Running(f"sqlite:///{folder}/bot.db", door)
    house.begin()
    await house.is_heard()
    most, batching.MOST_POSTS = batching.MOST_POSTS, 1_000_000  # a list would come ten seconds later, files or not
    try:
        figures = await Siege(door, files).run()
    finally:
        batching.MOST_POSTS = most
        await house.end()
        await door.close()
    figures.left_behind = len(running(ours()))
    return figures


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--messenger", choices=tuple(DOORS), default="telegram")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(besiege(options.messenger, Path(folder), count=options.count, seed=options.seed))
    print(*figures.lines(), sep="\n")
    for line in figures.broken():
        print(f"BROKEN: {line}")
    return 1 if figures.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
