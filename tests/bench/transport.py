"""`python -m tests.bench.transport`: processor time of a call to Telegram, over aiohttp and over httpx.

The least of several rounds is shown: what else the machine does only adds to it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.messengers.telegram.http import TelegramHttp
from tests.bench.__main__ import Server
from tests.fakes.telegram_server import TOKEN

CALLS = 500
AT_A_TIME = 10
ROUNDS = 7
CHAT = 1

Call = Callable[[], Awaitable[object]]


async def main() -> None:
    async with Server() as server:
        await server.control("says", [{"user": CHAT, "text": "Thailand"}])
        ours, theirs = TelegramHttp(connect_timeout=5, read_timeout=15), HTTPXRequest(connection_pool_size=AT_A_TIME)
        calls = [call for http in (ours, theirs) for call in _calls(server.url, http)]
        rounds = [[await _cost(call) for call in calls] for _ in range(ROUNDS)]
        await ours.shutdown()
        await theirs.shutdown()
    bare, whole, their_bare, their_whole = (min(costs) for costs in zip(*rounds, strict=True))
    print(f"{'ms of processor time a call':34}{'aiohttp':>10}{'httpx':>10}{'ratio':>8}")
    print(f"{'the request alone (getMe)':34}{bare:10.2f}{their_bare:10.2f}{bare / their_bare:8.2f}")
    print(f"{'with python-telegram-bot (a text)':34}{whole:10.2f}{their_whole:10.2f}{whole / their_whole:8.2f}")


def _calls(url: str, http: BaseRequest) -> tuple[Call, Call]:
    """The request alone, and a message sent by the library that is built on it."""
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=http, get_updates_request=http)
    return (
        lambda: http.do_request(f"{url}/bot{TOKEN}/getMe", "POST"),
        lambda: bot.send_message(CHAT, "🇹🇭 Thailand: ⚫ Black"),
    )


async def _cost(call: Call) -> float:
    """Of this process alone, the server is another; some calls at a time, as the outbox makes them."""
    begun = time.process_time()
    for _ in range(CALLS // AT_A_TIME):
        await asyncio.gather(*(call() for _ in range(AT_A_TIME)))
    return 1000 * (time.process_time() - begun) / CALLS


if __name__ == "__main__":
    asyncio.run(main())
