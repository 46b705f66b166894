"""What only PostgreSQL has: several processes that wake one another, one sender for an account, one clock for all."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, text

from bot.storage.clock import passed
from bot.storage.engines import CONNECT_SECONDS, SESSION_OPTIONS
from bot.storage.store import CHANNEL
from handlers.ports import Clock

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
"""How often whoever holds an account makes sure that it still does."""
TRY_SECONDS = 1.0
"""How often the others look whether the account is free, and how soon a lost connection is made anew."""
CLOCK_SECONDS = 60.0
"""How often the clock is set by that of the database."""


class DatabaseClock:
    """The database's clock, in UTC, so that leases and scheduled events mean the same on every machine.

    Between two looks at it the seconds are counted, so that a machine whose clock is changed stays with the others.
    """

    def __init__(self) -> None:
        self.set(datetime.now(UTC))

    def now(self) -> datetime:
        return self._set_to + timedelta(seconds=passed() - self._set_at)

    def passed(self) -> float:
        return passed()

    def set(self, now: datetime) -> None:
        self._set_to, self._set_at = now, passed()


class Postgres:
    """All that the processes of one bot share besides the rows."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """A `DatabaseClock` is kept right; any other is let be."""
        self._address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._clock = clock
        with engine.connect() as connection:
            self._set_clock(connection.execute(text("SELECT clock_timestamp()")).scalar_one())

    async def listen(self, wake: Callable[[str], None]) -> None:
        """Calls `wake` with what has work, or with an empty text when some may have been missed; until cancelled."""
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                async with self._connected() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    wake("")
                    await self._pass_on(connection, wake)
            log.warning("postgres: the connection broke; it is made anew")
            await asyncio.sleep(TRY_SECONDS)

    async def _pass_on(self, connection: psycopg.AsyncConnection[Any], wake: Callable[[str], None]) -> None:
        while True:
            row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
            if row:
                self._set_clock(row[0])
            async for notice in connection.notifies(timeout=CLOCK_SECONDS):
                wake(notice.payload)

    def _set_clock(self, now: datetime) -> None:
        if isinstance(self._clock, DatabaseClock):
            self._clock.set(now)

    async def alone(self, account: str, work: Callable[[], Awaitable[None]]) -> None:
        """Works for as long as no other process works for this account, until cancelled.

        The others wait and take over within seconds when this one dies or loses its connection; then `work` is
        cancelled here.
        """
        key = int.from_bytes(hashlib.blake2b(account.encode(), digest_size=8).digest(), "big", signed=True)
        is_told = False
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                async with self._connected() as connection:
                    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))
                    if await cursor.fetchone() == (True,):
                        is_told = False
                        await _while_it_beats(connection, work)
                    elif not is_told:
                        log.info("postgres: another process has this account; waiting to take over")
                        is_told = True
            await asyncio.sleep(TRY_SECONDS)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        connection = await psycopg.AsyncConnection.connect(
            self._address, autocommit=True, connect_timeout=CONNECT_SECONDS, options=SESSION_OPTIONS
        )
        try:
            yield connection
        finally:
            await connection.close()


async def _while_it_beats(connection: psycopg.AsyncConnection[Any], work: Callable[[], Awaitable[None]]) -> None:
    """Raises psycopg.OperationalError when the connection, and with it the lock, is lost; and what `work` raises."""
    working = asyncio.ensure_future(work())
    try:
        while not working.done():
            await asyncio.wait((working,), timeout=BEAT_SECONDS)
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.execute("SELECT 1")
        await working
    except TimeoutError:
        raise psycopg.OperationalError from None
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
