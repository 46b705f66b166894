"""BOT_HTTP under a crowd: half-open connections keep nobody out, and end by themselves."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from bot import web
from bot.parsing import Endpoint
from bot.web import MOST_CONNECTIONS, Web
from tests.patience import PATIENCE

HALVES = {
    "nothing": b"",
    "half a line": b"POST /telegr",
    "half a head": b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Long: ",
    "no body": b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
    "half a body": b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
    "half a chunk": b"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nabc",
}


async def page() -> tuple[int, str]:
    return 200, "well"


async def hook(_headers: Mapping[str, str], body: bytes) -> int:
    return 200 if body == b"whole" else 400


@pytest.fixture
async def served() -> AsyncIterator[Web]:
    served = Web(Endpoint("127.0.0.1", 0))
    served.add("/hook", hook)
    served.add_page("/healthz", page)
    work = asyncio.create_task(served.serve())
    await served.is_open.wait()
    yield served
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def asked(served: Web) -> tuple[int, int]:
    url = f"http://127.0.0.1:{served.port}"
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
        http.get(f"{url}/healthz") as got,
        http.post(f"{url}/hook", data=b"whole") as posted,
    ):
        return got.status, posted.status


@contextlib.asynccontextmanager
async def half_open(served: Web, begun: bytes, number: int = 1) -> AsyncIterator[list[asyncio.StreamReader]]:
    found = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(number)]
    for _, writer in found:
        writer.write(begun)
    yield [reader for reader, _ in found]
    for _, writer in found:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def is_open(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.01):
            await reader.read()
    except TimeoutError:
        return True
    except ConnectionError:
        return False
    return False


@pytest.mark.parametrize("begun", HALVES.values(), ids=list(HALVES))
async def test_five_hundred_half_open_requests_keep_nobody_out(served: Web, begun: bytes) -> None:
    async with half_open(served, begun, 500) as readers:
        assert await asked(served) == (200, 200)
        await asyncio.sleep(0.1)
        assert sum(await asyncio.gather(*map(is_open, readers))) <= MOST_CONNECTIONS
        assert await asked(served) == (200, 200)


@pytest.mark.parametrize("begun", HALVES.values(), ids=list(HALVES))
async def test_a_request_that_does_not_end_is_ended(served: Web, begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "REQUEST_SECONDS", 0.2)
    short = Web(Endpoint("127.0.0.1", 0))
    short.add("/hook", hook)
    work = asyncio.create_task(short.serve())
    await short.is_open.wait()
    async with half_open(short, begun) as [reader], asyncio.timeout(PATIENCE):
        answer = await reader.read()
    assert answer == b"" or answer.startswith((b"HTTP/1.1 408", b"HTTP/1.1 400"))
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_a_body_that_is_too_large_is_refused(served: Web) -> None:
    url = f"http://127.0.0.1:{served.port}/hook"
    async with aiohttp.ClientSession() as http, http.post(url, data=b"x" * (web.LARGEST_BODY + 1)) as answer:
        assert answer.status == 413


async def test_a_port_that_is_taken_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "AGAIN_SECONDS", 0.05)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        later = Web(Endpoint("127.0.0.1", taken.getsockname()[1]))
        later.add_page("/healthz", page)
        later.add("/hook", hook)
        work = asyncio.create_task(later.serve())
        await asyncio.sleep(0.2)
        assert not later.is_open.is_set()
    async with asyncio.timeout(PATIENCE):
        await later.is_open.wait()
    assert await asked(later) == (200, 200)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
