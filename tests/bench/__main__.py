"""`make bench`: the whole bot beside bare libraries, on the same fake server, as ratios from one run."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bot.repositories.people import PeopleRepository
from handlers.model.memory import Memory
from handlers.model.messages import Person
from tests.bench.signal_side import ECHO, WHOLE, signal_lookups
from tests.load.storm import environment_of
from tests.talk import ROOT, Talk

LOOKUPS = 1000
CHATS = 50
CALLS = 1000


class Server:
    """The fake Bot API server in a process of its own, so that it does not share a core's time with the bot's loop."""

    async def __aenter__(self) -> Server:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.fakes.telegram_server", cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout
        self.url = (await self.process.stdout.readline()).decode().strip()
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        self.process.kill()
        await self.process.wait()

    async def control(self, act: str, given: Any) -> Any:
        async with self.http.post(f"{self.url}/control/{act}", json=given) as answer:
            return await answer.json()

    async def answers(self) -> int:
        """How many messages a bot has sent so far."""
        return int(await self.control("count", {}))

    async def until(self, number: int, seconds: float = 120) -> None:
        async with asyncio.timeout(seconds):
            while await self.answers() < number:  # noqa: ASYNC110 (another process: there is no event to wait for)
                await asyncio.sleep(0.01)


class Bot:
    """A bot in a process of its own."""

    def __init__(self, server: Server, folder: Path, *arguments: str, before: Sequence[Sequence[str]] = ()) -> None:
        """`before`: what is run to its end first, as the Procfile's `release` is."""
        self.server, self.folder, self.arguments, self.before = server, folder, arguments, before

    async def __aenter__(self) -> Bot:
        environment = environment_of(self.server.url, self.folder) | {"BOT_LOG_LEVEL": "WARNING"}
        self.began = time.perf_counter()
        for arguments in self.before:
            await (await self._start(arguments, environment)).wait()
        self.process = await self._start(self.arguments, environment)
        return self

    async def _start(self, arguments: Sequence[str], environment: dict[str, str]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=self.folder, env=environment, stderr=asyncio.subprocess.DEVNULL
        )

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        await self.process.wait()

    def resident(self) -> float:
        """MiB, from /proc."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


async def lookups(arguments: tuple[str, ...], greeting: int) -> tuple[float, float, float]:
    """(start to first answer in seconds, lookups/s, resident MiB); a first contact is greeted `greeting` times."""
    with tempfile.TemporaryDirectory() as folder:
        async with Server() as server:
            await server.control("says", [{"user": 1, "text": "Thailand"}])
            release = [("-m", "bot", "migrate")] if greeting else []
            async with Bot(server, Path(folder), *arguments, before=release) as bot:
                await server.until(1 + greeting)
                first = time.perf_counter() - bot.began
                known = [{"user": 100 + number, "text": "Thailand"} for number in range(CHATS)]
                await server.control("says", known)
                before = (1 + greeting) * (1 + CHATS)
                await server.until(before)
                asked = [
                    {"user": 100 + number % CHATS, "text": "what is the level for Thailand"}
                    for number in range(LOOKUPS)
                ]
                begun = time.perf_counter()
                await server.control("says", asked)
                await server.until(before + LOOKUPS)
                return first, LOOKUPS / (time.perf_counter() - begun), bot.resident()


async def saved() -> tuple[float, list[tuple[str, list[tuple[Any, ...]]]]]:
    """(SOS saved/s through inbox, router and handler; the rows that one SOS leaves, by table)."""
    with tempfile.TemporaryDirectory() as folder:
        talk = Talk(f"sqlite:///{folder}/bot.db")
        await talk.app.store.run(lambda session: _make_ready(PeopleRepository(session, talk.app.sealing), talk))
        messages = [
            talk.received(str(n), str(n), "SOS two men in a white car wait at the gate since this morning")
            for n in range(CALLS)
        ]
        begun = time.perf_counter()
        for start in range(0, CALLS, 50):
            await talk.app.inbox.keep(messages[start : start + 50])
            while await talk.app.worker.work_once():
                pass
        rate = CALLS / (time.perf_counter() - begun)
        rows = _rows_of_one(folder)
        await talk.close()
        return rate, rows


def _make_ready(people: PeopleRepository, talk: Talk) -> None:
    for number in range(CALLS):
        tag = talk.app.sealing.tags.of("person", "telegram", str(number))
        people.keep(Person(tag), Memory(is_ready=True), f"telegram:{number}")
    people.save()


def _rows_of_one(folder: str) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """What stands in the tables afterwards, divided by the number of SOS: an example of each row."""
    connection = sqlite3.connect(f"{folder}/bot.db")
    found = []
    for table in ("seen", "trace", "person", "sos_case", "case_key", "entry", "offer", "outbox"):
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        rows = connection.execute(f"SELECT * FROM {table} LIMIT {max(count // CALLS, 1)}").fetchall()
        found.append((table, rows))
    connection.close()
    return found


def raw_commits(rows: list[tuple[str, list[tuple[Any, ...]]]]) -> float:
    """The same rows with bare sqlite3: one INSERT each and one durable COMMIT per SOS, times per second."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/raw.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        for table, examples in rows:
            columns = ", ".join(f"c{number}" for number in range(len(examples[0])))
            connection.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns})")
        inserts = [
            (f"INSERT INTO {table} VALUES (NULL{', ?' * len(example)})", example)
            for table, examples in rows
            for example in examples
        ]
        begun = time.perf_counter()
        for _ in range(CALLS):
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in inserts:
                connection.execute(statement, values)
            connection.execute("COMMIT")
        rate = CALLS / (time.perf_counter() - begun)
        connection.close()
        return rate


async def main() -> None:
    echo = ("-m", "tests.bench.echo")
    whole = ("-m", "bot", "run")
    echo_first, echo_rate, echo_memory = await lookups(echo, greeting=0)
    first, rate, memory = await lookups(whole, greeting=1)
    sos_rate, rows = await saved()
    raw_rate = raw_commits(rows)
    signal_echo = await signal_lookups(ECHO, greeting=0)
    signal_rate = await signal_lookups(WHOLE, greeting=1)
    print(f"{'':34}{'bot':>10}{'bare':>10}{'ratio':>8}  promised")
    for name, ours, bare, promise in (
        ("lookups/s (bare: echo)", rate, echo_rate, "at least 0.7"),
        ("lookups/s on Signal (bare: echo)", signal_rate, signal_echo, "as it is"),
        ("SOS saved/s (bare: INSERT+COMMIT)", sos_rate, raw_rate, "at least 0.5"),
        ("resident MiB (bare: echo)", memory, echo_memory, "at most 1.6"),
        ("start to first answer, s", first, echo_first, "at most 2.5 s"),
    ):
        print(f"{name:34}{ours:10.1f}{bare:10.1f}{ours / bare:8.2f}  {promise}")


if __name__ == "__main__":
    asyncio.run(main())
