"""A sign of life to somebody outside, every minute while all is well: its silence tells also of a dead machine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp

from bot.monitoring.health import Health

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
PATIENCE_SECONDS = 10.0
"""The longest that a ping may take."""


async def keep_beating(url: str, look: Callable[[], Awaitable[Health]]) -> None:
    """Pings the URL while `look` finds all well, until cancelled. A ping says nothing but that it came.

    One that fails is logged once, until one succeeds again; whoever waits for it raises the alarm.
    """
    is_failing = False
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
        while True:
            if await _is_well(look):
                is_taken = await _ping(http, url)
                if is_failing is is_taken:
                    log.error("heartbeat: %s", "is taken again" if is_taken else "could not be sent; going on")
                is_failing = not is_taken
            await asyncio.sleep(EVERY_SECONDS)


async def _is_well(look: Callable[[], Awaitable[Health]]) -> bool:
    try:
        return (await look()).is_well
    except Exception:  # whatever a database raises: it is not well
        return False


async def _ping(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url, allow_redirects=False, headers={"User-Agent": "alert-bot"}) as answer:
            return answer.status < 300
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False
