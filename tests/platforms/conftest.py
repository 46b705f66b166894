"""The real house and the real adapter on a fake Bot API server over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import App, Plan
from bot.cases import DeskSettings
from bot.menus import menus
from bot.platforms.telegram import TelegramMessenger
from bot.sealing import SystemClock
from bot.web import Web
from tests.fakes.signal_server import FakeSignal
from tests.fakes.telegram_server import FakeTelegram
from tests.talk import KEY, ROOT

DESK = -100500
STAFF = 71


class Running:
    """A bot at work."""

    def __init__(self, server: FakeTelegram, database: str, **plan: Any) -> None:
        self.server = server
        values: dict[str, Any] = {
            "database_url": database,
            "keys": (KEY,),
            "content": ROOT / "content",
            "locales": ROOT / "locales",
            "clock": SystemClock(),
            "desk": DeskSettings("telegram", str(DESK), 7, allows_downgrade=False),
            "staff": frozenset({("telegram", str(STAFF))}),
            "platforms": ("telegram",),
        }
        self.app = App(Plan(**(values | plan)))
        self.messenger = TelegramMessenger(SecretStr(server.token), menus(self.app.catalogues), api_url=server.url)
        self.work: asyncio.Task[None] | None = None
        self.web: Web | None = None

    def begin(self) -> None:
        self.work = asyncio.create_task(self.app.run({"telegram": self.messenger}, web=self.web))

    def methods(self) -> list[str]:
        """What was called so far."""
        return [method for method, _ in self.server.calls]

    async def end(self) -> None:
        if self.work:
            self.work.cancel()
            with suppress(asyncio.CancelledError):
                await self.work
        await self.app.close({"telegram": self.messenger})

    async def hears(self, chat: int, part: str) -> str:
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

    def says(self, user: int, text: str = "", **more: Any) -> None:
        self.server.state.says(user, text, **more)
        self.server.changed()

    def press(self, user: int, label: str, **more: Any) -> None:
        self.server.state.press(user, label, **more)
        self.server.changed()


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    server = await FakeTelegram.start()
    server.state.group(DESK)
    yield server
    await server.close()
    assert server.violations == []


@pytest.fixture
async def running(server: FakeTelegram, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(server, f"sqlite:///{tmp_path}/bot.db")
    running.begin()
    yield running
    await running.end()


@pytest.fixture
async def signal_server() -> AsyncIterator[FakeSignal]:
    server = await FakeSignal.start()
    yield server
    await server.close()
    assert server.violations == []
