"""A thousand accounts ask and call without end while a few mean it; counts how long those wait, and who sees them.

`python -m tests.load.flood --messenger telegram --minutes 10` prints its figures last; exits with 1 if a promise is
broken.
The fake servers enforce the messengers' real limits, and run beside the persons in this process; the bot has its own.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.signal_server import FakeSignal
from tests.fakes.telegram_server import FakeTelegram
from tests.load.storm import CODE, DESK, GROUP, SIGNAL_STAFF, STAFF, Door, SignalDoor, TelegramDoor

TICK = 0.05
"""Seconds between two looks at the screens: no figure is finer than that."""
RECEIPT_SECONDS = 10.0
VISIBLE_SECONDS = 60.0
"""What is promised at p99: a person's receipt, and that staff see the case; a line of a list shows it."""
PATIENCE = 180.0
"""Seconds after the flood in which everybody who called has been told and seen."""
MARKED_EVERY = 2.0
"""Seconds between two persons who mean it."""
STAFF_EVERY = 15.0
"""Seconds between two acts of staff, who take up cases and answer meanwhile."""
PLACES = ("Thailand", "Hong Kong", "France", "Laos", "what is the level for Turkey", "nonsense", "/alerts", "/help")
BURST = 3.0
"""Messages that the fake Telegram lets through at once in a private chat, before one a second."""


class FloodDoor:
    """A door with the messenger's limits on, at which staff can write."""

    def __init__(self, door: TelegramDoor | SignalDoor) -> None:
        self.door: Door = door
        self.server: FakeTelegram | FakeSignal = door.server
        self.server.has_limits = True

    @classmethod
    async def open(cls, messenger: str) -> FloodDoor:
        if messenger == "signal":
            return cls(SignalDoor(await FakeSignal.start()))
        server = await FakeTelegram.start()
        server.burst = BURST
        return cls(TelegramDoor(server))

    def staff_says(self, text: str) -> None:
        if isinstance(self.server, FakeSignal):
            self.server.state.says(SIGNAL_STAFF, text, group=GROUP)
        else:
            self.server.state.says(STAFF, text, chat=DESK)
            self.server.changed()


@dataclass
class Caller:
    """One account that calls for help, and what its screen has shown so far, in seconds of the monotonic clock."""

    number: int
    called_at: float = 0.0
    sent_at: float = 0.0
    receipt_at: float = 0.0
    code: str = ""
    previews: int = 0

    def look(self, door: Door, now: float) -> None:
        """Presses *Send* as soon as it is shown, and again where the note had changed; remembers the receipt."""
        if self.receipt_at or not self.called_at:
            return
        shown = [text for _, text in door.shown(self.number)]
        receipts = [text for text in shown if "The number of your note is" in text]
        previews = sum("Not sent yet" in text for text in shown)
        if receipts:
            self.receipt_at, self.code = now, CODE.findall(receipts[0])[0]
        elif previews > self.previews:
            self.sent_at, self.previews = self.sent_at or now, previews
            door.press_send(self.number)


@dataclass
class Figures:
    """What came of a flood; times are seconds."""

    messenger: str
    minutes: float
    accounts: int
    came_in: int = 0
    sent: int = 0
    marked: int = 0
    cases: int = 0
    preview: list[float] = field(default_factory=list)
    receipt: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    all_visible: list[float] = field(default_factory=list)
    staff: list[float] = field(default_factory=list)
    without_receipt: int = 0
    unseen: int = 0
    unanswered_staff: int = 0
    posts: int = 0
    too_many: int = 0
    refused: str = ""
    impatient: int = 0
    violations: list[str] = field(default_factory=list)
    log: str = field(default="", repr=False)

    def broken(self) -> list[str]:
        """The promises that did not hold."""
        wrong = {
            "persons without a receipt": self.without_receipt,
            "cases that staff never saw": self.unseen,
            "staff without an answer": self.unanswered_staff,
            f"receipt later than {RECEIPT_SECONDS:.0f} s at p99": int(_p(0.99, self.receipt) > RECEIPT_SECONDS),
            f"visible later than {VISIBLE_SECONDS:.0f} s at p99": int(_p(0.99, self.visible) > VISIBLE_SECONDS),
            "calls beyond the limits": self.too_many,
            "calls before the time that a 429 named": self.impatient,
            "calls that the messenger refuses": len(self.violations),
        }
        return [f"{what}: {count}" for what, count in wrong.items() if count]

    def lines(self) -> Iterable[str]:
        yield f"{self.messenger}: {self.accounts} accounts, {self.minutes:g} minutes, {self.came_in} messages came in"
        yield f"  {self.sent} messages were sent, {self.posts} of them to the desk"
        yield f"  refused with 429: {self.too_many} {self.refused}"
        yield f"  {self.cases} cases of the flood, {self.marked} of persons who mean it: {self.unseen} never seen"
        for what, times in (
            ("from the call to the preview", self.preview),
            ("from Send to the receipt", self.receipt),
            ("from Send until staff see it", self.visible),
            ("the same, with those of the flood", self.all_visible),
            ("from an act of staff to its answer", self.staff),
        ):
            row = "".join(f"{name} {_p(share, times):6.1f} s  " for name, share in _SHARES)
            yield f"  {what:36}{row}({len(times)})"


_SHARES = (("p50", 0.5), ("p99", 0.99), ("max", 1.0))


def _p(share: float, times: list[float]) -> float:
    """The share of the times that is not above it; nothing was waited for where there are none."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] if times else 0.0


class Flood:
    """A door, a bot in a process of its own, accounts that flood it, persons who mean it, and staff."""

    def __init__(self, door: FloodDoor, figures: Figures, folder: Path, rate: float, seed: int) -> None:
        self.door = door
        self.figures = figures
        self.folder = folder
        self.rate = rate
        self.random = random.Random(seed)
        self.askers = range(10_000, 10_000 + figures.accounts * 6 // 10)
        self.fakes = [Caller(20_000 + number) for number in range(figures.accounts - len(self.askers))]
        self.marked: list[Caller] = []
        self.seen_at: dict[str, float] = {}
        self.acts: dict[str, float] = {}
        self._newest = 0

    async def run(self) -> Figures:
        await self.door.door.until_nobody_listens()
        with (self.folder / "bot.log").open("ab") as log:
            bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.folder,
                env=self.door.door.environment(self.folder)
                | {"BOT_KEEPS_LIMITS": "true", "BOT_LOG_LEVEL": "WARNING", "BOT_HTTP": "127.0.0.1:0"},
                stdout=log,
                stderr=log,
            )
            try:
                await self.door.door.until_somebody_listens()
                self.door.server.keeps_calls = False
                await self._rage()
                await self._calm()
            finally:
                bot.send_signal(signal.SIGTERM)
                await bot.wait()
        return self._count()

    async def _rage(self) -> None:
        """The flood is regular: so many messages a second, of an account chosen by chance."""
        begun = now = time.monotonic()
        end, acted_at = begun + 60 * self.figures.minutes, begun
        while now < end:
            while self.figures.came_in < (now - begun) * self.rate:
                self._somebody_floods(now)
            if len(self.marked) < (now - begun) / MARKED_EVERY:
                self._somebody_means_it(now)
            if now - acted_at > STAFF_EVERY:
                acted_at = now
                self._staff_act(now)
            self._look(now)
            await asyncio.sleep(TICK)
            now = time.monotonic()

    async def _calm(self) -> None:
        """The flood is over: all who called are told, and seen."""
        end = time.monotonic() + PATIENCE
        while (now := time.monotonic()) < end and not self._is_quiet():
            self._look(now)
            await asyncio.sleep(TICK)

    def _somebody_floods(self, now: float) -> None:
        self.figures.came_in += 1
        if self.random.random() < 0.6:
            self.door.door.call(self.random.choice(self.askers), self.random.choice(PLACES))
            return
        fake = self.random.choice(self.fakes)
        fake.called_at = fake.called_at or now
        self.door.door.call(fake.number, "SOS there are men everywhere" if not fake.sent_at else "and more men")

    def _somebody_means_it(self, now: float) -> None:
        person = Caller(30_000 + len(self.marked), called_at=now)
        self.marked.append(person)
        self.door.door.call(person.number, f"SOS marker{person.number} two men at the gate")

    def _staff_act(self, now: float) -> None:
        """Takes up the newest case that is seen and nobody has, and answers it."""
        codes = [person.code for person in self.marked if person.code in self.seen_at and person.code not in self.acts]
        if codes:
            self.acts[codes[-1]] = now
            self.door.staff_says(f"/ack {codes[-1]}")

    def _look(self, now: float) -> None:
        for caller in (*self.marked, *self.fakes):
            caller.look(self.door.door, now)
        for number, text in self.door.door.posts():
            if number > self._newest:
                self._newest = number
                self._see(text, now)

    def _see(self, text: str, now: float) -> None:
        codes = CODE.findall(text)
        for code in codes:
            self.seen_at.setdefault(code, now)
        if codes and "has acknowledged" in text and codes[0] in self.acts:
            self.figures.staff.append(now - self.acts[codes[0]])

    def _is_quiet(self) -> bool:
        called = [caller for caller in (*self.marked, *self.fakes) if caller.called_at]
        return all(caller.code in self.seen_at for caller in called) and len(self.figures.staff) == len(self.acts)

    def _count(self) -> Figures:
        figures = self.figures
        for caller in (*self.marked, *self.fakes):
            if caller.code:
                figures.unseen += caller.code not in self.seen_at
                figures.all_visible.append(self.seen_at.get(caller.code, time.monotonic()) - caller.sent_at)
        for person in self.marked:
            now = time.monotonic()
            figures.without_receipt += not person.code
            figures.preview.append((person.sent_at or now) - person.called_at)
            figures.receipt.append((person.receipt_at or now) - (person.sent_at or person.called_at))
            figures.visible.append(self.seen_at.get(person.code, now) - (person.sent_at or person.called_at))
        figures.marked = len(self.marked)
        figures.cases = sum(bool(fake.code) for fake in self.fakes)
        figures.unanswered_staff = len(self.acts) - len(figures.staff)
        figures.posts = len(self.door.door.posts())
        server = self.door.server
        figures.too_many, figures.violations = server.too_many, server.violations
        figures.refused = ", ".join(getattr(server, "refused", ()))
        figures.impatient = getattr(server, "impatient", 0)
        figures.sent = server.state.count() if isinstance(server, FakeSignal) else server.state.sent
        figures.log = (self.folder / "bot.log").read_text("utf-8", "replace")
        return figures


async def flood(
    messenger: str, folder: Path, *, minutes: float = 10, accounts: int = 1000, rate: float = 100, seed: int = 7
) -> Figures:
    """`rate`: messages a second that the accounts of the flood write, all together."""
    door = await FloodDoor.open(messenger)
    try:
        return await Flood(door, Figures(messenger, minutes, accounts), folder, rate, seed).run()
    finally:
        await door.door.close()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=100, help="messages a second that come in")
    parser.add_argument("--messenger", choices=("telegram", "signal"), default="telegram")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--log", type=Path, help="where the bot's log is kept")
    options = parser.parse_args()
    print(f"{options.messenger}, seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(
            flood(
                options.messenger,
                Path(folder),
                minutes=options.minutes,
                accounts=options.accounts,
                rate=options.rate,
                seed=options.seed,
            )
        )
    if options.log:
        options.log.write_text(figures.log)
    print(*figures.lines(), sep="\n")
    for line in figures.broken():
        print(f"BROKEN: {line}")
    return 1 if figures.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
