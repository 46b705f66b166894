"""The Signal adapter alone, without a house: what it keeps and what becomes of a parcel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from bot.messengers.contract import Received
from bot.messengers.signal.adapter import SignalMessenger, Webhook
from bot.storage.engines import StoreError
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER

WEEK = 7 * 86_400


class Kept:
    """Stores in memory, each key once as the inbox does; fails while `is_broken`."""

    def __init__(self, server: FakeSignal) -> None:
        self.server = server
        self.is_broken = False
        self.tries = 0
        self.received: list[Received] = []
        self.aside: list[bytes] = []

    async def keep(self, batch: Sequence[Received]) -> None:
        self.tries += 1
        self.server.changed()
        if self.is_broken:
            raise StoreError("full")
        known = {received.key for received in self.received}
        self.received += [received for received in batch if received.key not in known]

    async def set_aside(self, _platform: str, _key: str, raw: bytes) -> None:
        self.server.changed()
        if self.is_broken:
            raise StoreError("full")
        if raw not in self.aside:
            self.aside.append(raw)

    def texts(self) -> list[str]:
        return [received.text for received in self.received]

    async def has(self, *texts: str) -> None:
        """Waits until just these were kept, in this order."""
        try:
            await self.server.wait_until(lambda: len(self.received) >= len(texts))
        except TimeoutError:
            raise AssertionError(f"only {self.texts()} of {texts}") from None
        assert self.texts() == list(texts)


@asynccontextmanager
async def receiving(kept: Kept, webhook: Webhook | None = None) -> AsyncIterator[SignalMessenger]:
    """A messenger whose websocket is open."""
    messenger = SignalMessenger(kept.server.address, BOT_NUMBER, timer=WEEK, webhook=webhook)
    work = asyncio.create_task(messenger.receive(kept.keep, kept.set_aside))
    try:
        await kept.server.wait_until(lambda: bool(kept.server.readers))
        yield messenger
        if work.done():
            await work
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await messenger.close()
