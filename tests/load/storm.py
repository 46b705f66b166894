"""kill -9 of the real bot at random moments while SOS arrive; counts what was lost, repeated or told early.

`python -m tests.load.storm --messenger signal --kills 200` prints its figures last; exits with 1 when a promise is
broken.
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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy import text

from bot.delivery.sender import MOST_UNDER_WAY
from bot.storage.engines import open_reader
from handlers.model.direction import MARKS
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER
from tests.fakes.telegram_server import TOKEN, FakeTelegram
from tests.fakes.telegram_state import Raw
from tests.postgres import Server
from tests.sample import CONTENT, LOCALES
from tests.talk import KEY, ROOT

DESK = -100500
STAFF = 71
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{2}")
GROUP = "aW52ZW50ZWQgZGVzayBvZiB0aGlzIHN0b3JtISEhISE="
SIGNAL_STAFF = "71717171-7171-4717-8717-717171717171"
PATIENCE = 15.0
"""Seconds after which whoever has no receipt writes again; a minute in real life."""
MOST_WAITING = 40
"""Persons without a receipt at a time who write again and again; more than that is a flood, measured elsewhere."""
LINE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{2} [0-9]{1,2}:[0-9]{2}")
"""A list that is too long for one message goes on in the next, which begins with a line of it."""
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
    sent_again: int = 0
    repeats: int = 0
    unmarked: int = 0
    told_early: int = 0
    double_cases: int = 0
    unhandled: int = 0
    without_event: int = 0
    """Open cases that would stay quiet."""
    violations: list[str] = field(default_factory=list)
    log: str = field(default="", repr=False)

    def broken(self) -> list[str]:
        """The promises that did not hold. A single kill can hit all the sends that are under way."""
        wrong = {
            "receipted SOS lost": self.lost,
            "SOS never receipted": self.without_receipt,
            "repeats that are not marked": self.unmarked,
            "stages told early": self.told_early,
            "persons with two cases": self.double_cases,
            "updates confirmed but unhandled": self.unhandled,
            "open cases without an event": self.without_event,
            "more repeats than one a kill": int(self.repeats > self.kills + MOST_UNDER_WAY),
            "calls that Telegram refuses": len(self.violations),
        }
        return [f"{what}: {count}" for what, count in wrong.items() if count]


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """What the bot is started with; it isn't traced for coverage, which what is killed could not report."""
    own = {
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        "BOT_SECRET_KEY": base64.b64encode(KEY).decode(),
        "BOT_TELEGRAM_TOKEN": TOKEN,
        "BOT_TELEGRAM_API_URL": url,
        "BOT_DESK": f"telegram:{DESK}",
        "BOT_STAFF": f"telegram:{STAFF}",
        "BOT_CONTENT": str(CONTENT),
        "BOT_LOCALES": str(LOCALES),
        "BOT_KEEPS_LIMITS": "false",
        "BOT_LOG_LEVEL": "DEBUG",
        "PYTHONPATH": str(ROOT),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "COVERAGE_"))} | own


Message = tuple[int, str]
"""When it was shown, in an order that holds over all chats, and its text."""


class Door(Protocol):
    """A fake messenger, as persons who call for help and a count afterwards need it."""

    violations: list[str]

    def environment(self, folder: Path) -> dict[str, str]: ...

    async def until_nobody_listens(self) -> None: ...

    async def until_somebody_listens(self) -> None: ...

    async def trouble(self, chance: random.Random) -> None:
        """What this messenger's server does to a bot once in a while, besides the kills."""

    async def server_dies(self) -> None:
        """Breaks every connection and comes back."""

    def call(self, person: int, text: str) -> None: ...

    def press_send(self, person: int) -> None: ...

    def shown(self, person: int) -> list[Message]: ...

    def posts(self) -> list[Message]: ...

    def unhandled(self) -> int: ...

    def must_send_again(self) -> bool:
        """Whether what is written while nobody listens is lost, so that persons write again without a receipt."""

    async def close(self) -> None: ...


class TelegramDoor:
    """Keeps what nobody has fetched."""

    def __init__(self, server: FakeTelegram) -> None:
        server.state.group(DESK)
        self.server = server
        self.violations = server.violations
        self._polls = 0

    def environment(self, folder: Path) -> dict[str, str]:
        return environment_of(self.server.url, folder)

    async def until_nobody_listens(self) -> None:
        self._polls = self._count_polls()

    async def until_somebody_listens(self) -> None:
        await self.server.wait_until(lambda: self._count_polls() > self._polls, 120)

    async def trouble(self, chance: random.Random) -> None:
        if chance.randrange(80) == 0:
            await self.server_dies()

    async def server_dies(self) -> None:
        await self.server.down()
        await self.server.up()

    def call(self, person: int, text: str) -> None:
        self.server.state.says(person, text)
        self.server.changed()

    def press_send(self, person: int) -> None:
        self.server.state.press(person, "Send")
        self.server.changed()

    def shown(self, person: int) -> list[Message]:
        messages = self.server.state.chat(person).messages.items()
        return [(number, _text(found)) for number, found in messages if found.get("from", {}).get("is_bot")]

    def posts(self) -> list[Message]:
        return self.shown(DESK)

    def unhandled(self) -> int:
        return len(self.server.state.updates)

    def must_send_again(self) -> bool:
        return False

    async def close(self) -> None:
        await self.server.close()

    def _count_polls(self) -> int:
        return sum(method == "getUpdates" for method, _ in self.server.calls)


class SignalDoor:
    """Loses what is written while nobody listens; its server also closes, breaks and restarts."""

    def __init__(self, server: FakeSignal) -> None:
        self.desk = server.state.group(GROUP, [SIGNAL_STAFF]).id
        self.server = server
        self.violations = server.violations

    def environment(self, folder: Path) -> dict[str, str]:
        own = {
            "BOT_TELEGRAM_TOKEN": "",
            "BOT_SIGNAL_SERVICE": self.server.address,
            "BOT_SIGNAL_NUMBER": BOT_NUMBER,
            "BOT_DESK": f"signal:{self.desk}",
            "BOT_STAFF": f"signal:{SIGNAL_STAFF}",
        }
        return environment_of("", folder) | own

    async def until_nobody_listens(self) -> None:
        await self.server.wait_until(lambda: not self.server.readers, 120)

    async def until_somebody_listens(self) -> None:
        await self.server.wait_until(lambda: bool(self.server.readers), 120)

    async def trouble(self, chance: random.Random) -> None:
        match chance.randrange(40):
            case 0:
                await self.server_dies()
            case 1:
                self.server.close_readers(1000)
            case 2:
                self.server.abort_readers()

    async def server_dies(self) -> None:
        await self.server.down()
        await self.server.up()

    def call(self, person: int, text: str) -> None:
        self.server.state.says(_account(person), text)

    def press_send(self, person: int) -> None:
        self.server.state.says(_account(person), "1")

    def shown(self, person: int) -> list[Message]:
        return [
            (message.timestamp, message.text.translate(MARKS))
            for message in self.server.state.messages(_account(person))
        ]

    def posts(self) -> list[Message]:
        return [(message.timestamp, message.text.translate(MARKS)) for message in self.server.state.messages(self.desk)]

    def unhandled(self) -> int:
        return 0

    def must_send_again(self) -> bool:
        return True

    async def close(self) -> None:
        await self.server.close()


def _account(person: int) -> str:
    return str(UUID(int=person))


ONE_PROCESS = ((),)
SEVERAL = {
    messenger: ((messenger,), (messenger,), ("worker",), ("worker",), ("worker",))
    for messenger in ("telegram", "signal")
}
"""What each process of the bot is started with, on PostgreSQL."""


class Storm:
    """A door, a bot in processes of its own, and persons who call for help."""

    def __init__(self, door: Door, folder: Path, seed: int, roles: Sequence[Sequence[str]], server: Server | None):
        self.door = door
        self.folder = folder
        self.roles = roles
        self.server = server
        self.environment = door.environment(folder) | {"BOT_HTTP": "127.0.0.1:0"}
        if server:
            self.environment["DATABASE_URL"] = server.create("bot")
        self.random = random.Random(seed)
        self.figures = Figures()
        self.persons: list[int] = []
        self.pressed: set[int] = set()
        self.presses: Counter[int] = Counter()
        self.last_words: dict[int, float] = {}
        self.processes: dict[int, asyncio.subprocess.Process] = {}
        self.log = (folder / "bot.log").open("ab")

    async def begin(self) -> None:
        """Starts what is not running and waits until somebody listens."""
        await self.door.until_nobody_listens()
        for number in range(len(self.roles)):
            if number not in self.processes:
                await self._start(number)
        await self.door.until_somebody_listens()

    async def _start(self, number: int) -> None:
        self.processes[number] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", *self.roles[number]),
            cwd=self.folder,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )

    async def kill(self, number: int = 0) -> None:
        """kill -9, without a word before."""
        process = self.processes.pop(number)
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()
        self.figures.kills += 1

    async def end(self) -> None:
        """Stops the bot as an operator would."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):  # it ended by itself: the log tells why
                process.terminate()
        while self.processes:
            _, process = self.processes.popitem()
            try:
                async with asyncio.timeout(20):
                    await process.wait()
            except TimeoutError:
                process.kill()
        self.log.close()

    async def rage(self, kills: int) -> None:
        """Persons call, press *Send* as soon as they see it, and the bot dies again and again."""
        while self.figures.kills < kills:
            if not self.server or not self.processes:
                await self.begin()
            await self._go_on_for(self.random.uniform(0.0, 0.6))
            await (self._strike(self.server) if self.server else self.kill())

    async def _go_on_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        is_first = True  # somebody calls before each kill, however busy the machine is
        while is_first or time.monotonic() < until:
            is_first = False
            if not self.door.must_send_again() or self._waiting() < MOST_WAITING:
                self.somebody_calls()
            self.press_send()
            self.insist()
            await self.door.trouble(self.random)
            await self._supervise()
            await asyncio.sleep(self.random.uniform(0.0, 0.05))

    async def _supervise(self) -> None:
        """Starts again what has ended by itself, as a process that finds no database does."""
        for number, process in self.processes.items():
            if process.returncode is not None:
                await self._start(number)

    async def _strike(self, server: Server) -> None:
        """One of the processes dies and is started again, or the database, or the messenger's server."""
        match self.random.randrange(10):
            case 0:
                await asyncio.to_thread(server.stop_at_once)
                await asyncio.to_thread(server.start)
                self.figures.kills += 1
            case 1:
                await self.door.server_dies()
                self.figures.kills += 1
            case _:
                number = self.random.choice(list(self.processes))
                await self.kill(number)
                await self._start(number)

    async def calm(self) -> None:
        """Lets the bot work until everybody who called has been heard."""
        if not self.processes:
            await self.begin()
        end = time.monotonic() + 400
        while time.monotonic() < end and not self._is_quiet():
            self.press_send()
            self.insist()
            await self._supervise()
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)

    def _waiting(self) -> int:
        return sum(not self._has(person, "The number of your note is") for person in self.persons)

    def somebody_calls(self) -> None:
        person = 10_000 + len(self.persons)
        self.persons.append(person)
        self._call(person)

    def press_send(self) -> None:
        for person in self.persons:
            if person not in self.pressed and self._has(person, "Not sent yet"):
                self.door.press_send(person)
                self.pressed.add(person)
                self.presses[person] += 1
                self.last_words[person] = time.monotonic()

    def insist(self) -> None:
        """Whoever has no receipt writes again, as persons are told to do on Signal; *Send* again, where they see it."""
        if not self.door.must_send_again():
            return
        for person in self.persons:
            if time.monotonic() - self.last_words[person] > PATIENCE and not self._has(
                person, "The number of your note is"
            ):
                self.figures.sent_again += 1
                self.pressed.discard(person)
                self._call(person)

    def _call(self, person: int) -> None:
        self.last_words[person] = time.monotonic()
        self.door.call(person, f"SOS marker{person} two men at the gate")

    def _has(self, person: int, part: str) -> bool:
        return any(part in text for _, text in self.door.shown(person))

    def _is_quiet(self) -> bool:
        return all(self._has(person, "The team has your note") for person in self.persons)

    def count(self) -> Figures:
        """Looks at what stands in all chats and holds it against the promises."""
        figures, desk = self.figures, self.door.posts()
        figures.persons = len(self.persons)
        figures.violations = self.door.violations
        lists = [post for post in desk if LISTED in post[1] or LINE.match(post[1])]
        for person in self.persons:
            self._count_person(person, [post for post in desk if f"marker{person} " in post[1]], lists)
        self._count_repeats([text for _, text in lists], asked_for=0)
        figures.unhandled = self.door.unhandled()
        figures.without_event = _open_without_event(self.environment["DATABASE_URL"])
        figures.log = (self.folder / "bot.log").read_text("utf-8", "replace")
        return figures

    def _count_person(self, person: int, posts: list[Message], lists: list[Message]) -> None:
        figures, told = self.figures, self.door.shown(person)
        receipts = [message for message in told if "The number of your note is" in message[1]]
        stages = [message for message in told if "The team has your note" in message[1]]
        own = {code for _, text in receipts for code in CODE.findall(text)}
        seen = posts or [post for post in lists if own.intersection(CODE.findall(post[1]))]
        figures.receipts += bool(receipts)
        figures.without_receipt += not receipts
        figures.lost += bool(receipts and not seen)
        counted = [text for _, text in (*receipts, *posts, *stages)]
        figures.double_cases += len({code for text in counted for code in CODE.findall(text)}) > 1
        figures.told_early += any(not seen or when < seen[0][0] for when, _ in stages)
        if self.door.must_send_again():
            # what the person wrote twice stands twice in the desk, and is no repeat of ours
            counted = [text for _, text in (*receipts, *stages)] + [text for _, text in posts if "\nSaved " in text]
        # *Send* again in an open case is answered with the receipt again
        self._count_repeats(counted, asked_for=max(self.presses[person] - 1, 0))

    def _count_repeats(self, shown: list[str], *, asked_for: int) -> None:
        texts = Counter(text.removeprefix(f"({REPEAT}.)").strip() for text in shown)
        extra = sum(count - 1 for count in texts.values())
        marked = sum(REPEAT in text for text in shown)
        self.figures.repeats += extra
        self.figures.unmarked += max(extra - marked - asked_for, 0)


def _text(message: Raw) -> str:
    return str(message.get("text") or message.get("caption") or "").translate(MARKS)


def _open_without_event(url: str) -> int:
    silent = """SELECT count(*) FROM sos_case LEFT JOIN alarm ON alarm.name = sos_case.code
        WHERE sos_case.stage != 'closed' AND alarm.name IS NULL"""
    engine = open_reader(url)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(silent)).scalar_one())
    finally:
        engine.dispose()


async def open_door(messenger: str) -> Door:
    return SignalDoor(await FakeSignal.start()) if messenger == "signal" else TelegramDoor(await FakeTelegram.start())


async def storm(kills: int, seed: int, folder: Path, messenger: str = "telegram", database: str = "sqlite") -> Figures:
    """One storm, from the first start to the count: one process on SQLite, or five on PostgreSQL."""
    door = await open_door(messenger)
    server = Server(is_durable=True) if database == "postgresql" else None
    raging = Storm(door, folder, seed, SEVERAL[messenger] if server else ONE_PROCESS, server)
    try:
        await raging.rage(kills)
        await raging.calm()
        await raging.end()
        return raging.count()
    finally:
        await raging.end()
        await door.close()
        if server:
            server.end()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--messenger", choices=("telegram", "signal"), default="telegram")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    print(f"{options.messenger}, {options.database}, seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(storm(options.kills, options.seed, Path(folder), options.messenger, options.database))
    print(figures)
    for line in figures.broken():
        print(f"BROKEN: {line}")
    return 1 if figures.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
