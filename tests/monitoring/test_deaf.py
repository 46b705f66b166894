"""A bot that hears nobody says so: at real houses, with shortened times; a line to the operator, and 503."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.messengers.reception import Reception
from bot.messengers.telegram import errors, receiving
from bot.monitoring import surroundings, watchdog
from bot.monitoring.health import LATE_SECONDS
from bot.monitoring.surroundings import Surroundings, look_around
from bot.parsing import Endpoint
from bot.storage.engines import StoreError
from bot.web import Web
from tests.fakes.signal_state import Fault as SignalFault
from tests.fakes.telegram_state import Fault
from tests.messengers.conftest import Running
from tests.messengers.doors import DOORS, Door
from tests.patience import PATIENCE

DEAF = 2.0
real_deafness, surroundings_every, poll_seconds = (
    surroundings.DEAF_SECONDS,
    surroundings.EVERY_SECONDS,
    receiving.POLL_SECONDS,
)
"""As they are while nobody shortens them."""


class Site:
    """A house at a door, with its page."""

    def __init__(self, door: Any, running: Running, served: Web) -> None:
        self.door, self.running, self.served = door, running, served

    async def health(self) -> tuple[int, dict[str, Any]]:
        url = f"http://127.0.0.1:{self.served.port}/healthz"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            return answer.status, json.loads(await answer.text())

    async def until(self, status: int) -> None:
        end = time.monotonic() + PATIENCE
        while (await self.health())[0] != status:
            assert time.monotonic() < end, await self.health()
            await asyncio.sleep(0.1)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "DEAF_SECONDS", DEAF)
    monkeypatch.setattr(surroundings, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr("bot.messengers.telegram.receiving.POLL_SECONDS", 1)
    monkeypatch.setattr("bot.messengers.signal.receiving.watch.WATCH_SECONDS", 0.2)
    monkeypatch.setattr(errors, "_pause", lambda _failures: 0.05)


@pytest.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    door: Door = await DOORS[request.param].open()
    running = Running(f"sqlite:///{tmp_path}/bot.db", door)
    running.web = served = Web(Endpoint("127.0.0.1", 0))
    running.begin()
    await running.is_heard()
    await served.is_open.wait()
    yield Site(door, running, served)
    await running.end()
    await door.close()


async def down(site: Site) -> None:
    await site.door.server.down()


async def up(site: Site) -> None:
    await site.door.server.up()


def polls(status: int, told: str) -> Callable[[Site], Coroutine[Any, Any, None]]:
    async def refuse(site: Site) -> None:
        site.door.server.faults["getUpdates"].extend([Fault("refuse", status, told)] * 100_000)

    return refuse


async def heals(site: Site) -> None:
    site.door.server.faults["getUpdates"].clear()


async def ill(site: Site) -> None:
    site.door.server.always("health", SignalFault("refuse", 500, "down"))


async def well(site: Site) -> None:
    site.door.server.heal("health")


def said(caplog: pytest.LogCaptureFixture, part: str) -> bool:
    return any(part in one.message for one in caplog.records if one.levelno == logging.CRITICAL)


Change = Callable[[Site], Coroutine[Any, Any, None]]


@pytest.mark.parametrize(
    ("site", "breaks", "mends"),
    [
        ("telegram", polls(500, "Internal Server Error"), heals),
        ("telegram", polls(502, "Bad Gateway"), heals),
        ("telegram", polls(401, "Unauthorized"), heals),
        ("telegram", polls(409, "Conflict: terminated by other getUpdates request"), heals),
        ("signal", ill, well),
        ("signal", down, up),
    ],
    indirect=["site"],
)
async def test_a_messenger_that_is_not_heard_is_told_and_the_bot_is_not_ready(
    site: Site, breaks: Change, mends: Change, caplog: pytest.LogCaptureFixture
) -> None:
    status, told = await site.health()
    assert (status, list(told["unheard_seconds"])) == (200, [site.door.name])
    await breaks(site)
    await site.until(503)
    await asyncio.sleep(0.3)
    assert said(caplog, f"{site.door.name}: nothing could be received for")
    await mends(site)
    await site.until(200)


@pytest.mark.parametrize("site", ["telegram", "signal"], indirect=True)
async def test_a_quiet_night_is_no_silence(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    await asyncio.sleep(DEAF * 2)
    assert (await site.health())[0] == 200
    assert not [record for record in caplog.records if record.levelno == logging.CRITICAL]


@pytest.mark.parametrize("site", ["telegram"], indirect=True)
async def test_a_database_that_takes_nothing_is_not_ready(site: Site) -> None:
    def only_reads(session: Any) -> None:
        session.connection().exec_driver_sql("PRAGMA query_only=ON")

    with contextlib.suppress(StoreError):  # it is the first that can't be stored
        await site.running.app.store.run(only_reads)
    await site.until(503)


@pytest.mark.parametrize("site", ["telegram"], indirect=True)
async def test_a_full_disk_is_told(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=3_000_000))
    await site.until(503)
    await asyncio.sleep(0.3)
    assert said(caplog, "the disk of the database is full: 3 MB are left")


@pytest.mark.parametrize("site", ["telegram", "signal"], indirect=True)
@pytest.mark.parametrize("behind", [90.0, 3600.0])
async def test_a_clock_that_is_behind_the_messengers_is_told(
    site: Site, behind: float, caplog: pytest.LogCaptureFixture
) -> None:
    [messenger] = site.running.messengers.values()
    messenger.reception._wall = lambda: time.time() - behind
    site.door.says("hello")
    await site.until(503)
    await asyncio.sleep(0.3)
    assert said(caplog, "the machine's clock differs")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (format_datetime(datetime(2026, 12, 1, 12, tzinfo=UTC), usegmt=True), 7200.0),
        (format_datetime(datetime(2026, 12, 1, 9, tzinfo=UTC), usegmt=True), -3600.0),
        ("", 0.0),
        ("yesterday", 0.0),
        ("Tue, 99 Dec 99999 12:00:00 GMT", 0.0),
    ],
)
def test_a_date_header_is_compared_and_nonsense_says_nothing(header: str, expected: float) -> None:
    told = Reception(wall=lambda: datetime(2026, 12, 1, 10, tzinfo=UTC).timestamp())
    told.told_date(header)
    assert told.clock_off == expected


def test_an_old_time_of_a_server_says_nothing_of_a_clock_that_is_ahead() -> None:
    told = Reception(wall=lambda: 1000.0)
    told.told_earlier_time(400.0)
    assert told.clock_off == 0
    told.told_earlier_time(1100.0)
    assert told.clock_off == 100


def test_whoever_does_not_receive_is_not_deaf() -> None:
    now = 0.0
    heard = Reception(lambda: now)
    assert look_around({"telegram": heard}, None).unheard == {"telegram": 0.0}
    heard.begin()
    now = 100.0
    assert look_around({"telegram": heard}, None).deaf == {"telegram": 100.0}
    heard.end()
    heard.succeeded()
    assert look_around({"telegram": heard}, None).deaf == {}


def test_each_trouble_has_a_line_and_no_trouble_has_none(tmp_path: Path) -> None:
    assert list(Surroundings({"telegram": 1.0}, 51.0, 60.0).troubles()) == []
    assert len(list(Surroundings({"telegram": 100.0, "signal": 99.0}, 49.0, -61.0).troubles())) == 4
    assert (look_around({}, tmp_path).free_mb or 0) > 0
    assert look_around({}, tmp_path / "is not there").free_mb == float("inf")


def test_the_real_times_stay_within_ninety_seconds() -> None:
    assert real_deafness + surroundings_every <= 90
    assert LATE_SECONDS + watchdog.EVERY_SECONDS <= 90
    assert poll_seconds + 10 < real_deafness
