"""kill -9 of the real bot at random moments while SOS arrive; counts what was lost, repeated or told early.

`python -m tests.storm --kills 200` prints the figures last and exits with 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.telegram_server import TOKEN, FakeTelegram
from tests.fakes.telegram_state import Raw
from tests.talk import KEY, ROOT

DESK = -100500
STAFF = 71
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{2}")
REPEAT = "You may have received this already"
LISTED = "/show CODE opens"
"""Stands above the lists that many calls within a minute become; a line of them shows a case as well as a post does."""


@dataclass
class Figures:
    """What came of a storm."""

    kills: int = 0
    persons: int = 0
    receipts: int = 0
    lost: int = 0
    without_receipt: int = 0
    repeats: int = 0
    unmarked: int = 0
    told_early: int = 0
    double_cases: int = 0
    unhandled: int = 0
    violations: list[str] = field(default_factory=list)
    log: str = field(default="", repr=False)

    def broken(self) -> list[str]:
        """The promises that did not hold."""
        wrong = {
            "receipted SOS lost": self.lost,
            "SOS never receipted": self.without_receipt,
            "repeats that are not marked": self.unmarked,
            "stages told early": self.told_early,
            "persons with two cases": self.double_cases,
            "updates confirmed but unhandled": self.unhandled,
            "more repeats than four a kill": int(self.repeats > 4 * self.kills),
            "calls that Telegram refuses": len(self.violations),
        }
        return [f"{what}: {count}" for what, count in wrong.items() if count]


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """What the bot is started with."""
    own = {
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        "BOT_SECRET_KEY": base64.b64encode(KEY).decode(),
        "BOT_TELEGRAM_TOKEN": TOKEN,
        "BOT_TELEGRAM_API_URL": url,
        "BOT_DESK": f"telegram:{DESK}",
        "BOT_STAFF": f"telegram:{STAFF}",
        "BOT_LOG_LEVEL": "DEBUG",
        "PYTHONPATH": str(ROOT),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | own


class Storm:
    """A fake Telegram, a bot in a process of its own, and persons who call for help."""

    def __init__(self, server: FakeTelegram, folder: Path, seed: int) -> None:
        self.server = server
        self.folder = folder
        self.random = random.Random(seed)
        self.figures = Figures()
        self.persons: list[int] = []
        self.pressed: set[int] = set()
        self.process: asyncio.subprocess.Process | None = None
        self.log = (folder / "bot.log").open("ab")

    async def begin(self) -> None:
        """Starts the bot and waits until it asks for updates."""
        polls = self._polls()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self.folder,
            env=environment_of(self.server.url, self.folder),
            stdout=self.log,
            stderr=self.log,
        )
        await self.server.wait_until(lambda: self._polls() > polls, 30)

    async def kill(self) -> None:
        """kill -9, without a word before."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        self.figures.kills += 1

    async def end(self) -> None:
        """Stops the bot as an operator would."""
        if self.process and self.process.returncode is None:
            self.process.terminate()
            try:
                async with asyncio.timeout(20):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
        self.log.close()

    async def rage(self, kills: int) -> None:
        """Persons call, press *Send* as soon as they see it, and the bot dies again and again."""
        for _ in range(kills):
            await self.begin()
            until = time.monotonic() + self.random.uniform(0.0, 0.6)
            while time.monotonic() < until:
                self.somebody_calls()
                self.press_send()
                await asyncio.sleep(self.random.uniform(0.0, 0.05))
            await self.kill()

    async def calm(self) -> None:
        """Lets the bot work until everybody who called has been heard."""
        await self.begin()
        end = time.monotonic() + 120
        while time.monotonic() < end and not self._is_quiet():
            self.press_send()
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)

    def somebody_calls(self) -> None:
        person = 10_000 + len(self.persons)
        self.persons.append(person)
        self.server.state.says(person, f"SOS marker{person} two men at the gate")
        self.server.changed()

    def press_send(self) -> None:
        for person in self.persons:
            has_preview = any("will be passed on" in text for text in self.server.state.texts(person))
            if person not in self.pressed and has_preview:
                self.server.state.press(person, "Send")
                self.server.changed()
                self.pressed.add(person)

    def _is_quiet(self) -> bool:
        told = [self.server.state.texts(person) for person in self.persons]
        return all(any("The team has your note" in text for text in texts) for texts in told)

    def _polls(self) -> int:
        return sum(method == "getUpdates" for method, _ in self.server.calls)

    def count(self) -> Figures:
        """Looks at what stands in all chats and holds it against the promises."""
        figures, desk = self.figures, _shown(self.server, DESK)
        figures.persons = len(self.persons)
        figures.violations = self.server.violations
        posts = {person: [post for post in desk if f"marker{person} " in _text(post)] for person in self.persons}
        lists = [post for post in desk if LISTED in _text(post)]
        for person in self.persons:
            self._count_person(person, posts[person], lists)
        self._count_repeats(lists)
        figures.unhandled = len(self.server.state.updates)
        figures.log = (self.folder / "bot.log").read_text("utf-8", "replace")
        return figures

    def _count_person(self, person: int, posts: list[Raw], lists: list[Raw]) -> None:
        figures, told = self.figures, _shown(self.server, person)
        receipts = [message for message in told if "Your note is" in _text(message)]
        own = {code for receipt in receipts for code in CODE.findall(_text(receipt))}
        seen = posts or [post for post in lists if own.intersection(CODE.findall(_text(post)))]
        stages = [message for message in told if "The team has your note" in _text(message)]
        figures.receipts += bool(receipts)
        figures.without_receipt += not receipts
        figures.lost += bool(receipts and not seen)
        codes = {code for message in (*receipts, *posts, *stages) for code in CODE.findall(_text(message))}
        figures.double_cases += len(codes) > 1
        figures.told_early += any(not seen or stage["message_id"] < seen[0]["message_id"] for stage in stages)
        self._count_repeats([*posts, *receipts, *stages])

    def _count_repeats(self, messages: list[Raw]) -> None:
        texts = Counter(_text(message).removeprefix(f"({REPEAT}.)").strip() for message in messages)
        extra = sum(count - 1 for count in texts.values())
        marked = sum(REPEAT in _text(message) for message in messages)
        self.figures.repeats += extra
        self.figures.unmarked += max(extra - marked, 0)


def _shown(server: FakeTelegram, chat: int) -> list[Raw]:
    return [message for message in server.state.chat(chat).messages.values() if message.get("from", {}).get("is_bot")]


def _text(message: Raw) -> str:
    return str(message.get("text") or message.get("caption") or "")


async def storm(kills: int, seed: int, folder: Path) -> Figures:
    """One storm, from the first start to the count."""
    server = await FakeTelegram.start()
    server.state.group(DESK)
    raging = Storm(server, folder, seed)
    try:
        await raging.rage(kills)
        await raging.calm()
        return raging.count()
    finally:
        await raging.end()
        await server.close()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(storm(options.kills, options.seed, Path(folder)))
    print(figures)
    for line in figures.broken():
        print(f"BROKEN: {line}")
    return 1 if figures.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
