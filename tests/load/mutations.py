"""Mutated updates and envelopes through the real parsers, router and store: nobody is deafened, the log tells nothing.

`python -m tests.load.mutations --count 1000000` says now and then how far it is, prints its figures last and exits 1
when a promise is broken. What each stage has proved then:

- parsers: every message is read by them, from the bytes or the record that a messenger hands over;
- store: it takes all that they let pass, and sealed what they can't read, twenty at a time as messengers bring them, on
  SQLite in memory. It forgets what has expired each hour of the house's own time;
- router and handlers: whatever is stored is handled, of sixty persons and a group that is the desk, a stranger's too;
  replies are sealed, opened and given to a messenger that writes them down;
- after each two hundred, somebody whom nobody knows calls for help and must have a receipt, and the case is closed.

No HTTP, no WebSocket, no photo's process and no PostgreSQL is in it: tests/messengers, tests/delivery and bombs are
about those.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bot.jobs.retention import forget_once
from bot.messengers.signal.receiving.storing import Intake as SignalIntake
from bot.messengers.telegram.receiving import Intake as TelegramIntake
from bot.monitoring.redaction import configure
from tests.fakes.signal_state import BOT_NUMBER
from tests.messengers.signal.test_fuzz import BAD, MARKER, mutated, random_frame, told, valid_frames
from tests.talk import DESK, STAFF, Talk, code_in

Raw = dict[str, Any]
AT_ONCE = 20
"""Messages that are stored together, and handled before the next."""
TOLD_AFTER = 10_000
"""Messages between two lines that say how far it is."""
FORGETS_AFTER = 36_000
"""Messages between two looks at what has expired, which is an hour."""
PERSONS = 60
"""So many take turns: the bot falls silent towards one who asks without end."""
SOS_AFTER = 200
"""Messages between two persons who call for help and must be heard."""
WEEK = 604_800
NOBODY = 666_000
BAD_PERSON = {"id": NOBODY, "is_bot": False, "first_name": MARKER, "username": MARKER, "language_code": "th"}
PRIVATE = {"id": NOBODY, "type": "private", "first_name": MARKER}
GROUP = {"id": int(DESK), "type": "supergroup", "title": MARKER, "is_forum": True}
STRANGERS = {"id": -100999, "type": "group", "title": MARKER}
CONTENTS: tuple[Raw, ...] = (
    {"text": f"SOS {MARKER}"},
    {"text": f"/level@invented_bot {MARKER}", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
    {"text": "Thailand", "reply_to_message": {"message_id": 3, "date": 1, "chat": PRIVATE, "text": MARKER}},
    {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}], "caption": MARKER},
    {"location": {"latitude": 13.7, "longitude": 100.5, "live_period": 60}},
    {"venue": {"title": MARKER, "address": MARKER, "location": {"latitude": 1, "longitude": 2}}},
    {"contact": {"phone_number": MARKER, "first_name": MARKER}},
    {"document": {"file_id": "f", "file_name": MARKER, "mime_type": "image/png", "file_size": 12}},
    {"voice": {"file_id": "f", "duration": 3}, "caption": MARKER},
    {"text": MARKER, "forward_origin": {"type": "user", "sender_user": BAD_PERSON, "date": 1}},
    {"migrate_to_chat_id": -100777},
    {"new_chat_members": [BAD_PERSON]},
)


_NAMED: Any = SimpleNamespace(username="invented_bot")
"""What of the introduction a parser asks for."""


@dataclass
class Figures:
    """What came of them."""

    messages: int = 0
    handled: int = 0
    """Of them, those that came to the router."""
    heard: int = 0
    """Persons who called for help in between and had a receipt."""
    broken: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0

    def lines(self) -> list[str]:
        return [
            f"{self.messages} messages, {self.handled} handled, {self.set_aside} set aside, {self.heard} calls heard",
            *(f"broken: {what}: {times}" for what, times in self.broken.items()),
        ]


def updates(chance: random.Random) -> list[Raw]:
    """One of each kind that Telegram sends, from one of the persons."""
    number = NOBODY + chance.randrange(PERSONS)
    person, private = BAD_PERSON | {"id": number}, PRIVATE | {"id": number}
    found = []
    for content in CONTENTS:
        sender = person | {"id": int(STAFF)} if chance.random() < 0.2 else person
        message = {"message_id": chance.randrange(9**9), "date": 1_700_000_000, "from": sender}
        message |= {"chat": chance.choice((private, private, GROUP, STRANGERS))} | content
        found.append({chance.choice(["message", "edited_message"]): message})
    press = {"id": "1", "from": person, "data": MARKER, "message": {"message_id": 1, "date": 1, "chat": private}}
    member = {"chat": private, "from": person, "date": 1}
    states = {"old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}
    reaction = member | {"message_id": 1, "user": person, "old_reaction": []}
    return [
        *found,
        {"callback_query": press},
        {"my_chat_member": member | states},
        {"message_reaction": reaction | {"new_reaction": [{"type": "emoji", "emoji": "👍"}]}},
    ]


class Mutations:
    """A house under a rain of them."""

    def __init__(self, seed: int) -> None:
        self.figures = Figures()
        self._chance = random.Random(seed)
        self._talk = Talk()
        inbox = self._talk.app.inbox
        self._telegram = TelegramIntake(inbox.keep, self._set_aside, _NAMED)
        self._signal = SignalIntake(asyncio.Queue(), BOT_NUMBER, WEEK, inbox.keep, self._set_aside)
        self._aside: list[tuple[str, str, bytes]] = []

    async def rain(self, count: int) -> Figures:
        began = time.monotonic()
        for number in range(0, count, AT_ONCE):
            self._valid, self._frames = updates(self._chance), valid_frames(self._chance, self._somebody())
            try:
                await self._drop(number, min(AT_ONCE, count - number))
                await self._look()
            except Exception as error:
                self.figures.broken[f"crash: {type(error).__name__}"] += 1
            if number % SOS_AFTER == 0:
                await self._call(number)
            if self.figures.messages % TOLD_AFTER == 0:
                seconds = time.monotonic() - began
                print(f"{seconds:.0f} s: {self.figures.lines()[0]}", file=sys.stderr, flush=True)
        await self._call(count)
        await self._talk.close()
        return self.figures

    async def _drop(self, number: int, many: int) -> None:
        """So many, of both messengers."""
        of_telegram = sum(self._chance.random() < 0.5 for _ in range(many))
        self.figures.messages += many
        await self._telegram.store([self._update(10**6 + number + which) for which in range(of_telegram)])
        await self._signal.store([random_frame(self._chance, self._frames) for _ in range(many - of_telegram)])
        aside, self._aside = self._aside, []
        await asyncio.gather(*(self._talk.app.inbox.set_aside(*one) for one in aside))

    def _update(self, number: int) -> Any:
        update: Any = mutated(self._chance, {"update_id": number, **self._chance.choice(self._valid)})
        text = json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return json.loads(text)

    def _somebody(self) -> str:
        return f"{BAD[:-4]}{self._chance.randrange(PERSONS):04}"

    async def _look(self) -> None:
        talk = self._talk
        talk.clock.forward(seconds=2)
        while handled := await talk.app.worker.work_once():
            self.figures.handled += handled
        await talk.settle()
        talk.messenger.acts.clear()
        talk.messenger.shown.clear()
        if self.figures.messages % FORGETS_AFTER == 0:
            await forget_once(talk.app.store, talk.app.sealing, talk.app.router.happen)

    async def _call(self, number: int) -> None:
        who = str(10_000_000 + number)
        try:
            await self._talk.says("SOS they are here", who=who)
            told_them = await self._talk.chooses("Send", who=who)
            is_heard = "<code>" in "".join(told_them)
            if is_heard:  # else each would call all night, and the desk would read of nothing else
                await self._talk.staff_says(f"/close {code_in(told_them)} handled")
        except Exception as error:
            self.figures.broken[f"deaf: {type(error).__name__}"] += 1
            return
        self.figures.heard += is_heard
        if not is_heard:
            self.figures.broken["deaf: no receipt"] += 1

    async def _set_aside(self, platform: str, key: str, raw: bytes) -> None:
        """With the others of the batch: in a commit, as when many wait for the database."""
        self.figures.set_aside += 1
        self._aside.append((platform, key, raw))


async def mutate(count: int, seed: int) -> Figures:
    """Raises nothing for what a message does: it counts it."""
    out = io.StringIO()
    configure("DEBUG", [])
    logging.getLogger().handlers[0].setStream(out)  # type: ignore[attr-defined]
    figures = await Mutations(seed).rain(count)
    for secret in told(out.getvalue()):
        figures.broken[f"told in the log: {secret[:3]}…"] += 1
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    figures = asyncio.run(mutate(given.count, given.seed))
    print(*figures.lines(), f"{time.monotonic() - began:.0f} s", sep="\n")
    return 1 if figures.broken else 0


if __name__ == "__main__":
    sys.exit(main())
