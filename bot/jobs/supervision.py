"""Work that never ends: what breaks is told and begins again, and nothing else stops because of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.storage.engines import StoreError

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]
AGAIN_SECONDS = 1.0
"""The pause before work begins again that broke over a fault of our own."""


async def keep_working(name: str, work: Work) -> None:
    """Works until cancelled; `name` is what the log calls it."""
    while True:
        try:
            await work()
        except StoreError:
            log.error("%s: the database did not answer; it begins again", name)
        except Exception as error:
            log.critical("%s broke; it begins again", name, exc_info=error)
        await asyncio.sleep(AGAIN_SECONDS)


async def keep_all_working(name: str, works: Sequence[Work]) -> None:
    """The same for several at a time, which are one thing for the log."""
    async with asyncio.TaskGroup() as tasks:
        for work in works:
            tasks.create_task(keep_working(name, work), name=name)
