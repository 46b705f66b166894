"""Both messengers in one process: what breaks on one side leaves the other at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App, Plan
from bot.jobs import supervision
from bot.messengers.contract import Accepted, Keep, Messenger, Parcel, SetAside
from bot.messengers.signal.adapter import SignalMessenger
from bot.messengers.telegram.adapter import TelegramMessenger
from bot.routing.command_menus import menus
from bot.storage.sealing import SystemClock
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER
from tests.fakes.signal_state import Fault as SignalFault
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_state import Fault as TelegramFault
from tests.sample import CONTENT, LOCALES
from tests.talk import KEY

ANN = "a1a1a1a1-0000-4000-8000-000000000001"
BEN = 501


class Fragile:
    """A messenger with a bug: `is_broken` makes receiving end with an exception, and every delivery."""

    def __init__(self, inner: Messenger) -> None:
        self.name, self.receives_alone, self.reception = inner.name, inner.receives_alone, inner.reception
        self.inner = inner
        self.is_broken = False
        self.times_begun = 0

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        self.times_begun += 1
        work = asyncio.ensure_future(self.inner.receive(keep, set_aside))
        try:
            while not self.is_broken and not work.done():
                await asyncio.wait([work], timeout=0.02)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        raise ZeroDivisionError

    async def deliver(self, parcel: Parcel) -> Accepted:
        if self.is_broken:
            raise ZeroDivisionError
        return await self.inner.deliver(parcel)

    async def close(self) -> None:
        await self.inner.close()


class Both:
    """One house with both doors, at work."""

    def __init__(self, telegram: FakeTelegram, signal: FakeSignal, database: str) -> None:
        self.telegram, self.signal = telegram, signal
        self.app = App(Plan(database, (KEY,), CONTENT, LOCALES, SystemClock()))
        door = TelegramMessenger(SecretStr(telegram.token), menus(self.app.catalogues), api_url=telegram.url)
        self.messengers = {
            "telegram": Fragile(door),
            "signal": Fragile(SignalMessenger(signal.address, BOT_NUMBER)),
        }
        self.work = asyncio.create_task(self.app.run(self.messengers))

    async def end(self) -> None:
        self.work.cancel()
        with suppress(asyncio.CancelledError):
            await self.work
        await self.app.close(self.messengers)

    async def telegram_answers(self) -> None:
        before = len(self.telegram.state.texts(BEN))
        self.telegram.state.says(BEN, "Thailand")
        self.telegram.changed()
        await self.telegram.wait_until(lambda: any("Black" in told for told in self.telegram.state.texts(BEN)[before:]))

    async def signal_answers(self) -> None:
        await self.signal.wait_until(lambda: bool(self.signal.readers))
        before = len(self.signal.state.texts(ANN))
        self.signal.state.says(ANN, "Thailand")
        await self.signal.wait_until(lambda: any("Black" in told for told in self.signal.state.texts(ANN)[before:]))


@pytest.fixture
async def both(
    server: FakeTelegram, signal_server: FakeSignal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Both]:
    monkeypatch.setattr(supervision, "AGAIN_SECONDS", 0.05)
    both = Both(server, signal_server, f"sqlite:///{tmp_path}/bot.db")
    yield both
    await both.end()


@pytest.mark.parametrize("broken", ["telegram", "signal"])
async def test_a_bug_at_one_messenger_leaves_the_other_at_work_and_is_overcome(both: Both, broken: str) -> None:
    await both.telegram_answers()
    await both.signal_answers()
    both.messengers[broken].is_broken = True
    for _ in range(3):
        await (both.signal_answers() if broken == "telegram" else both.telegram_answers())
    begun = both.messengers[broken].times_begun
    both.messengers[broken].is_broken = False
    await (both.telegram_answers() if broken == "telegram" else both.signal_answers())
    assert both.messengers[broken].times_begun > begun >= 1


async def test_a_dead_signal_server_does_not_disturb_telegram(both: Both) -> None:
    await both.signal_answers()
    await both.signal.down()
    await both.telegram_answers()
    await both.signal.up()
    await both.signal_answers()


@pytest.mark.parametrize("action", ["send", "receipt", "start_typing"])
async def test_a_hanging_signal_server_does_not_disturb_telegram(both: Both, action: str) -> None:
    await both.signal.wait_until(lambda: bool(both.signal.readers))
    both.signal.always(action, SignalFault("hang"))
    for number in range(20):
        both.signal.state.says(f"a1a1a1a1-0000-4000-8000-{number:012}", "Thailand")
    await both.signal.wait_until(lambda: bool(both.signal.bodies(action)))
    await both.telegram_answers()
    both.signal.heal(action)
    await both.signal.down()  # what hangs is let go


async def test_a_telegram_server_in_trouble_does_not_disturb_signal(both: Both) -> None:
    faults: list[Callable[[], TelegramFault]] = [
        lambda: TelegramFault("reset"),
        lambda: TelegramFault("refuse", 502, "Bad Gateway"),
        lambda: TelegramFault("hang", seconds=1),
    ]
    for fault in faults:
        for method in ("getUpdates", "sendMessage"):
            both.telegram.next(method, fault())
    both.telegram.state.says(BEN, "Thailand")
    both.telegram.changed()
    await both.signal_answers()
