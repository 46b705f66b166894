"""How long tests wait: for what must come, so long that no busy machine is a reason to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PATIENCE = 60.0
"""Seconds after which a test gives up. What it waits for ends the wait, so that only a failure takes so long."""
_TICK = 0.01


class Stopwatch:
    """Counts the seconds that an event loop has had to itself: those in which the machine was busy count less."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self.seconds += _TICK


@asynccontextmanager
async def stopwatch() -> AsyncIterator[Stopwatch]:
    """For a promise in seconds: it runs in the event loop of what it times, and is as slow as that."""
    watch = Stopwatch()
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
