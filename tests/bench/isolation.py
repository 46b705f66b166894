"""`python -m tests.bench.isolation`: how long one messenger's answers take while the other's server is in trouble.

Both messengers run in one process of the bot. Persons on the healthy side ask one question after the other; each row is
the trouble of the other side.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import UUID

from tests.fakes import signal_state, telegram_state
from tests.fakes.signal_server import FakeSignal
from tests.fakes.telegram_server import FakeTelegram
from tests.load.storm import environment_of

SECONDS = 8.0
"""How long each trouble is measured."""
ASKERS = 4
FLOOD = 2000
FLOODERS = 100
AT_MOST = 20
"""Questions of one person: beyond 30 a minute the bot falls silent."""
ANSWER = "Black"


class Side(Protocol):
    """A fake messenger, its persons and its troubles."""

    name: str

    def says(self, person: int, text: str) -> None: ...

    async def until(self, is_so: Callable[[], bool]) -> None: ...

    def answers(self, person: int) -> int: ...

    async def hang(self) -> None: ...

    async def die_and_come_back(self) -> None: ...

    async def heal(self) -> None: ...


class TelegramSide:
    name = "Telegram"

    def __init__(self, server: FakeTelegram) -> None:
        self.server = server
        self.port = int(server.url.rsplit(":", 1)[1])
        server.keeps_calls = False

    def says(self, person: int, text: str) -> None:
        self.server.state.says(person, text)
        self.server.changed()

    async def until(self, is_so: Callable[[], bool]) -> None:
        await self.server.wait_until(is_so, 60)

    def answers(self, person: int) -> int:
        return sum(ANSWER in text for text in self.server.state.texts(person))

    async def hang(self) -> None:
        for method in ("sendMessage", "getUpdates"):
            for _ in range(200):
                self.server.next(method, telegram_state.Fault("hang", seconds=30))
        flood(self, 200)

    async def die_and_come_back(self) -> None:
        await self.server.close()
        await asyncio.sleep(1)
        self.server = await FakeTelegram.start(self.port)
        self.server.keeps_calls = False
        flood(self, 40)
        await asyncio.sleep(1)

    async def heal(self) -> None:
        self.server.faults.clear()


class SignalSide:
    name = "Signal"

    def __init__(self, server: FakeSignal) -> None:
        self.server = server
        server.keeps_calls = False

    def says(self, person: int, text: str) -> None:
        self.server.state.says(str(UUID(int=person)), text)

    async def until(self, is_so: Callable[[], bool]) -> None:
        await self.server.wait_until(is_so, 60)

    def answers(self, person: int) -> int:
        return sum(ANSWER in text for text in self.server.state.texts(str(UUID(int=person))))

    async def hang(self) -> None:
        for action in ("send", "health", "receipt", "start_typing", "update_contact"):
            self.server.always(action, signal_state.Fault("hang"))
        flood(self, 200)

    async def die_and_come_back(self) -> None:
        await self.server.down()
        await asyncio.sleep(1)
        await self.server.up()
        await self.server.wait_until(lambda: bool(self.server.readers), 30)
        flood(self, 40)
        await asyncio.sleep(1)

    async def heal(self) -> None:
        self.server.lasting.clear()
        await self.server.down()  # lets go what hangs
        await self.server.up()
        await self.server.wait_until(lambda: bool(self.server.readers), 30)


def flood(side: Side, count: int) -> None:
    for number in range(count):
        side.says(500 + number % FLOODERS, "Thailand")


async def ask(side: Side, until: float, times: list[float]) -> None:
    """One question after the other, and how many seconds each answer took."""
    person, asked = next(_newcomers), 0
    while time.monotonic() < until:
        person, asked = (person, asked + 1) if asked < AT_MOST else (next(_newcomers), 1)
        expected = side.answers(person) + 1
        begun = time.monotonic()
        side.says(person, "Thailand")
        await side.until(lambda expected=expected, person=person: side.answers(person) >= expected)  # type: ignore[misc]
        times.append(time.monotonic() - begun)
        await asyncio.sleep(0.02)


_newcomers = itertools.count(10_000)


async def measured(side: Side, trouble: Callable[[], Awaitable[None]]) -> list[float]:
    """The seconds of all answers on a side, in order, while the other side is in trouble over and over."""
    times: list[float] = []
    until = time.monotonic() + SECONDS
    making = asyncio.create_task(_again_and_again(trouble))
    await asyncio.gather(*(ask(side, until, times) for _ in range(ASKERS)))
    making.cancel()
    with suppress(asyncio.CancelledError):
        await making
    return sorted(times)


async def _again_and_again(trouble: Callable[[], Awaitable[None]]) -> None:
    while True:
        await trouble()
        await asyncio.sleep(SECONDS)


async def _nothing() -> None:
    """The undisturbed row."""


@asynccontextmanager
async def both_sides(folder: Path) -> AsyncIterator[tuple[TelegramSide, SignalSide]]:
    """The fakes in this process, and a bot that talks to both in its own."""
    telegram, signal = TelegramSide(await FakeTelegram.start()), SignalSide(await FakeSignal.start())
    own = {
        "BOT_SIGNAL_SERVICE": signal.server.address,
        "BOT_SIGNAL_NUMBER": signal_state.BOT_NUMBER,
        "BOT_LOG_LEVEL": "ERROR",
    }
    environment = environment_of(telegram.server.url, folder) | own
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=os.environ | environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await signal.server.wait_until(lambda: bool(signal.server.readers), 30)
        yield telegram, signal
    finally:
        bot.kill()
        await bot.wait()
        await signal.server.close()
        await telegram.server.close()


async def main() -> None:
    print(f"{'answers on':12}{'while the other':34}{'answers':>8}{'p50 ms':>8}{'p99 ms':>8}")
    for is_signal_well in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            async with both_sides(Path(folder)) as (telegram, signal):
                well: Side = signal if is_signal_well else telegram
                ill: Side = telegram if is_signal_well else signal

                async def flood_it(ill: Side = ill) -> None:
                    flood(ill, FLOOD)

                rows: list[tuple[str, Callable[[], Awaitable[None]]]] = [
                    ("is undisturbed", _nothing),
                    ("hangs", ill.hang),
                    ("is killed and comes back", ill.die_and_come_back),
                    (f"is flooded: {FLOOD} in {FLOODERS} chats", flood_it),
                ]
                for name, trouble in rows:
                    times = await measured(well, trouble)
                    await ill.heal()
                    p50, p99 = (1000 * times[int(len(times) * share)] for share in (0.5, 0.99))
                    print(f"{well.name:12}{name:34}{len(times):8}{p50:8.0f}{p99:8.0f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
