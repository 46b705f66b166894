"""The whole way over HTTP and WebSocket: a person on Signal, the desk in a Signal group, and the real adapter."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, Plan
from bot.cases import DeskSettings
from bot.platforms.signal import SignalMessenger
from bot.sealing import SystemClock
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, public_id
from tests.talk import KEY, ROOT

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
            "content": ROOT / "content",
            "locales": ROOT / "locales",
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


@pytest.fixture
async def server() -> AsyncIterator[FakeSignal]:
    server = await FakeSignal.start()
    server.state.group(GROUP, [STAFF, OTHER_STAFF])
    yield server
    await server.close()
    assert server.violations == []


@pytest.fixture
async def running(server: FakeSignal, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(server, f"sqlite:///{tmp_path}/bot.db")
    await running.begin()
    yield running
    await running.end()


async def test_an_sos_goes_the_whole_way_and_back(running: Running) -> None:
    state = running.server.state
    state.says(ANN, "SOS two men at the gate")
    await running.hears(ANN, "This will be passed on")
    assert state.texts(DESK) == []
    state.says(ANN, "1")
    receipt = await running.hears(ANN, "Your note is")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{2}", receipt)
    assert code
    await running.hears(ANN, "The team has your note")
    post = await running.hears(DESK, f"SOS {code[0]}")
    assert "two men at the gate" in post
    assert f"Acknowledge: /ack {code[0]}" in post
    state.reacts(STAFF, state.messages(DESK)[0].timestamp, "👍", group=GROUP)
    await running.hears(ANN, "Somebody is on your note")
    state.quotes(STAFF, state.messages(DESK)[0].timestamp, "/r Stay inside.", group=GROUP)
    assert "Stay inside." in await running.hears(ANN, "Answer to your note")
    await running.hears(DESK, "delivered")
    state.says(ANN, "I did.")
    await running.hears(DESK, "I did.")
    state.says(STAFF, f"/close {code[0]} safe now", group=GROUP)
    await running.hears(ANN, "is closed")
    shown = "\n".join(state.texts(DESK))
    for secret in ("Invented", ANN, state.persons[ANN].number):
        assert secret
        assert secret not in shown
    assert state.timers[ANN] == WEEK
    assert {message.expires for message in state.messages(ANN)} == {WEEK}
