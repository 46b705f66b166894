"""`make bench-workers`: messages handled a second by 1, 2 and 4 workers on PostgreSQL, beside one on SQLite.

Each row starts from an inbox that was filled by the bot itself, and is measured until that is empty; what is answered
stays in the outbox, as nobody sends.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import Engine, text

from bot.delivery.inbox import INBOX
from bot.storage.engines import is_postgres, open_engine, open_reader
from bot.storage.store import CHANNEL
from tests.load.storm import environment_of
from tests.postgres import Server
from tests.talk import FakeClock, Talk

MESSAGES = 4000
CHATS = 400
"""Ten lookups each: beyond 30 a minute the bot falls silent."""
COMMITS = 2000
AT_ONCE = 50
PATIENCE = 300.0
INSERT = "INSERT INTO raw (body) VALUES ('two men in a white car wait at the gate')"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one measurement."""

    name: str
    rate: float
    worker_ms: float
    """Processor time of all workers, for each message."""
    server_ms: float
    """The same of PostgreSQL."""

    def __str__(self) -> str:
        return f"{self.name:28}{self.rate:10.0f}{self.worker_ms:14.2f}{self.server_ms:14.2f}"


async def fill(url: str) -> None:
    """Puts lookups of many chats into an empty database; none of them is due before `release`."""
    talk = Talk(url, clock=FakeClock(datetime.now(UTC) + timedelta(hours=1)))
    messages = [talk.received(str(n % CHATS), str(n % CHATS), "the level for Thailand") for n in range(MESSAGES)]
    for start in range(0, MESSAGES, AT_ONCE):
        await talk.app.inbox.keep(messages[start : start + AT_ONCE])
    await talk.close()


def release(engine: Engine) -> None:
    """Everything is due, and who sleeps is woken."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE inbox SET not_before = 0"))
        if is_postgres(engine):
            connection.execute(text("SELECT pg_notify(:channel, :name)"), {"channel": CHANNEL, "name": INBOX})


@asynccontextmanager
async def worker(url: str, folder: Path) -> AsyncIterator[psutil.Process]:
    """`run worker` in a process of its own, once it has started."""
    own = {"DATABASE_URL": url, "BOT_HTTP": "127.0.0.1:0", "BOT_LOG_LEVEL": "INFO"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "worker"),
        cwd=folder,
        env=environment_of("http://127.0.0.1:9", folder) | own,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    while b"run: started" not in (line := await process.stderr.readline()):
        assert line, "a worker ended at its start"
    rest = asyncio.create_task(process.stderr.read())
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()
        await rest


async def measure(name: str, url: str, workers: int, server: Server | None = None) -> Row:
    await fill(url)
    reader = open_reader(url)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            started = [await stack.enter_async_context(worker(url, Path(folder))) for _ in range(workers)]
            before = _seconds(started), server.processor_seconds() if server else 0.0
            engine = open_engine(url)
            release(engine)
            engine.dispose()
            rate = await _rate(reader)
            after = _seconds(started), server.processor_seconds() if server else 0.0
    reader.dispose()
    worker_ms, server_ms = (1000 * (last - first) / MESSAGES for first, last in zip(before, after, strict=True))
    return Row(name, rate, worker_ms, server_ms)


async def _rate(reader: Engine) -> float:
    """Messages a second, from when the first is seen to be gone until all are."""
    begun, first = 0.0, MESSAGES
    async with asyncio.timeout(PATIENCE):
        while left := _waiting(reader):
            if not begun and left < MESSAGES:
                begun, first = time.perf_counter(), left
            await asyncio.sleep(0.02)
    return first / (time.perf_counter() - begun)


def _waiting(reader: Engine) -> int:
    with reader.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM inbox")).scalar_one())


def _seconds(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def commits_on_sqlite(folder: Path) -> float:
    """Durable commits of one small row, with the bare driver, a second."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, body TEXT)")
    begun = time.perf_counter()
    for _ in range(COMMITS):
        connection.execute(INSERT)
    rate = COMMITS / (time.perf_counter() - begun)
    connection.close()
    return rate


def commits_on_postgres(url: str) -> float:
    """The same on PostgreSQL, over one connection."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw (id BIGSERIAL PRIMARY KEY, body TEXT)")
        begun = time.perf_counter()
        for _ in range(COMMITS):
            connection.execute(INSERT)
        return COMMITS / (time.perf_counter() - begun)


async def main() -> None:
    server = Server(is_durable=True)
    with tempfile.TemporaryDirectory() as folder:
        print(f"raw commits/s: SQLite {commits_on_sqlite(Path(folder)):.0f}", end=", ")
        print(f"PostgreSQL {commits_on_postgres(server.create('raw')):.0f}")
        print(f"{'':28}{'messages/s':>10}{'worker, ms':>14}{'server, ms':>14}")
        print(await measure("SQLite, 1 process", f"sqlite:///{folder}/bot.db", 1), flush=True)
        for number in (1, 2, 4):
            url = server.create(f"bot_{number}")
            print(await measure(f"PostgreSQL, {number} processes", url, number, server), flush=True)
    server.end()


if __name__ == "__main__":
    asyncio.run(main())
