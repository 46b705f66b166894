"""The real house with the real Signal adapter alone, for what is tried out on that adapter."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from bot.app import App, Plan
from bot.messengers.signal.adapter import SignalMessenger
from bot.settings.desk import DeskSettings
from bot.storage.sealing import SystemClock
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, public_id
from tests.sample import CONTENT, LOCALES
from tests.talk import KEY

ANN = "11111111-1111-4111-8111-111111111111"
STAFF = "71717171-7171-4717-8717-717171717171"
OTHER_STAFF = "72727272-7272-4727-8727-727272727272"
GROUP = "aW52ZW50ZWQgZGVzayBvZiB0aGVzZSB0ZXN0cyEhISE="
DESK = public_id(GROUP)
WEEK = 7 * 86_400


class Running:
    """A bot at work."""

    def __init__(self, server: FakeSignal, database: str, **plan: Any) -> None:
        self.server = server
        values: dict[str, Any] = {
            "database_url": database,
            "keys": (KEY,),
            "content": CONTENT,
            "locales": LOCALES,
            "clock": SystemClock(),
            "desk": DeskSettings("signal", DESK, 7, allows_downgrade=False),
            "staff": frozenset({("signal", STAFF), ("signal", OTHER_STAFF)}),
            "platforms": ("signal",),
        }
        self.app = App(Plan(**(values | plan)))
        self.messenger = SignalMessenger(server.address, BOT_NUMBER, timer=WEEK)
        self.work: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self.work = asyncio.create_task(self.app.run({"signal": self.messenger}))
        await self.server.wait_until(lambda: bool(self.server.readers))

    async def end(self) -> None:
        if self.work:
            self.work.cancel()
            with suppress(asyncio.CancelledError):
                await self.work
        await self.app.close({"signal": self.messenger})

    async def hears(self, chat: str, part: str) -> str:
        """Waits until the bot has said something in a chat that has this part, and returns the newest such text."""
        found: list[str] = []

        def is_said() -> bool:
            found[:] = [text for text in self.server.state.texts(chat) if part in text]
            return bool(found)

        try:
            await self.server.wait_until(is_said)
        except TimeoutError:
            raise AssertionError(f"{part!r} was not said; only {self.server.state.texts(chat)}") from None
        return found[-1]
