"""The sign of life: every minute while all is well, and with nothing in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.monitoring import heartbeat
from bot.monitoring.health import Health
from bot.monitoring.heartbeat import keep_beating
from bot.monitoring.surroundings import Surroundings
from bot.storage.engines import StoreError
from tests.patience import PATIENCE

WELL = Health(inbox=3)


class Outside:
    """Whoever waits for the pings."""

    def __init__(self) -> None:
        self.pings: list[web.Request] = []
        self.status = 200
        self.changed = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        self.pings.append(request)
        self.changed.set()
        return web.Response(status=self.status, headers={"Location": "/elsewhere", "Set-Cookie": "a=b"})

    async def until(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.pings) < number:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def beating(look: Callable[[], Awaitable[Health]]) -> AsyncIterator[Outside]:
    outside = Outside()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", outside.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/ping/f00d"
    work = asyncio.create_task(keep_beating(url, look))
    yield outside
    assert not work.done()
    work.cancel()
    await runner.cleanup()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0.02)


async def well() -> Health:
    return WELL


async def test_it_beats_while_all_is_well_and_says_nothing_else() -> None:
    async with beating(well) as outside:
        await outside.until(3)
    for ping in outside.pings:
        assert (ping.method, ping.path, ping.query_string, await ping.read()) == ("GET", "/ping/f00d", "", b"")
        assert set(ping.headers) <= {"Host", "Accept", "Accept-Encoding", "User-Agent"}


@pytest.mark.parametrize(
    "ill",
    [
        Health(inbox_age=1000.0),
        Health(urgent_age=1000.0),
        Health(event_age=1000.0),
        Health(surroundings=Surroundings({"telegram": 100.0})),
        Health(surroundings=Surroundings(free_mb=1.0)),
        Health(surroundings=Surroundings(clock_off=-3600.0)),
        StoreError("full"),
        OSError(),
    ],
)
async def test_it_stops_while_something_is_wrong_and_goes_on_after(ill: Health | Exception) -> None:
    looks = 0

    async def look() -> Health:
        nonlocal looks
        looks += 1
        if not 2 <= looks < 6:
            return WELL
        if isinstance(ill, Exception):
            raise ill
        return ill

    async with beating(look) as outside:
        await outside.until(3)
    assert looks >= 7
    assert len(outside.pings) <= looks - 4


async def test_what_fails_is_logged_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async with beating(well) as outside:
        outside.status = 500
        await outside.until(3)
        outside.status = 302
        await outside.until(5)
        assert len(caplog.records) == 1
        outside.status = 200
        await outside.until(8)
    assert [record.message for record in caplog.records] == [
        "heartbeat: could not be sent; going on",
        "heartbeat: is taken again",
    ]
    assert "f00d" not in caplog.text
    assert {ping.path for ping in outside.pings} == {"/ping/f00d"}


async def test_where_nobody_listens_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    work = asyncio.create_task(keep_beating("http://127.0.0.1:9/x", well))
    await asyncio.sleep(0.3)
    assert not work.done()
    work.cancel()
    assert len(caplog.records) == 1
