"""The real house and the real adapters at fake servers over HTTP: scripts run at each door, or between the two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.app import App, Plan
from bot.messengers import MESSENGERS as ALL
from bot.messengers.contract import Messenger
from bot.messengers.traits import with_defaults
from bot.settings.desk import DeskSettings
from bot.storage.sealing import SystemClock
from bot.web import Web
from tests.fakes.signal_server import FakeSignal
from tests.fakes.telegram_server import FakeTelegram
from tests.messengers.doors import DOORS, Door, SignalDoor, TelegramDoor
from tests.sample import CONTENT, LOCALES
from tests.talk import KEY, MESSENGERS

AnyDoor = TypeVar("AnyDoor", bound=Door)


class Running:
    """A bot at work, at these doors; the desk is behind the first of them, unless it is named."""

    def __init__(
        self, database: str, *doors: Door, desk: Door | None = None, allows_downgrade: bool = False, **plan: Any
    ) -> None:
        self.doors = doors
        at = desk or doors[0]
        traits = tuple(one.traits for one in plan.get("messengers", with_defaults(ALL)))
        values: dict[str, Any] = {
            "database_url": database,
            "keys": (KEY,),
            "content": CONTENT,
            "locales": LOCALES,
            "clock": SystemClock(),
            "desk": DeskSettings(at.name, at.desk, 7, allows_downgrade, messengers=traits),
            "staff": frozenset((at.name, account) for account in at.staff),
            "platforms": tuple(door.name for door in doors),
        }
        self.app = App(Plan(**(values | plan)))
        self.messengers: dict[str, Messenger] = {door.name: door.adapter(self.app) for door in doors}
        self.work: asyncio.Task[None] | None = None
        self.web: Web | None = None

    def begin(self) -> None:
        self.work = asyncio.create_task(self.app.run(self.messengers, web=self.web))

    async def is_heard(self) -> None:
        for door in self.doors:
            await door.is_heard()

    async def end(self) -> None:
        if self.work:
            self.work.cancel()
            with suppress(asyncio.CancelledError):
                await self.work
        await self.app.close(self.messengers)


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    """A fake Telegram, and nobody at work."""
    door = await TelegramDoor.open()
    yield door.server
    await door.close()


@asynccontextmanager
async def at_work(kind: type[AnyDoor], folder: Path) -> AsyncIterator[AnyDoor]:
    """A messenger with the bot at work, persons and desk behind the same door."""
    door = await kind.open()
    running = Running(f"sqlite:///{folder}/bot.db", door)
    running.begin()
    await running.is_heard()
    yield door
    await running.end()
    await door.close()


@pytest.fixture(params=MESSENGERS)
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    """Each messenger in turn: a script is played at both."""
    async with at_work(DOORS[request.param], tmp_path) as door:
        yield door


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[TelegramDoor]:
    """For what only Telegram has."""
    async with at_work(TelegramDoor, tmp_path) as door:
        yield door


@pytest.fixture
async def signal(tmp_path: Path) -> AsyncIterator[SignalDoor]:
    """For what only Signal has."""
    async with at_work(SignalDoor, tmp_path) as door:
        yield door


@pytest.fixture
async def signal_server() -> AsyncIterator[FakeSignal]:
    server = await FakeSignal.start()
    yield server
    await server.close()
    assert server.violations == []
