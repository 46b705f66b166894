"""Talks to the real house as persons and staff, through a messenger that writes down what it was given."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from bot.app import App, Plan
from bot.messengers.contract import Accepted, Act, Button, DeliveryError, Event, Keep, Parcel, Received, SetAside
from bot.messengers.reception import Reception
from bot.repositories.cases.repository import CaseRepository
from bot.settings.addresses import ChatAddress
from bot.settings.desk import DeskSettings
from bot.storage.tables import ScheduleRow
from handlers.model.cases import Case
from handlers.model.direction import MARKS
from handlers.model.messages import Kind
from handlers.table import ROWS, Handler
from tests.sample import CONTENT, LOCALES

ROOT = Path(__file__).resolve().parent.parent
# The same ones on each messenger: the house never looks into what an adapter calls a chat or an account.
DESK = "-100500"
BACKUP = "-100600"
WITH_BACKUP = DeskSettings("telegram", DESK, 7, allows_downgrade=False, backup=ChatAddress("telegram", BACKUP))
STAFF = "71"
OTHER_STAFF = "72"
MESSENGERS = ("telegram", "signal")
KEY = bytes(range(32))
_TIME = re.compile(r'<time at="\d+">|</time>')
AT_ONE_MOMENT = 200
"""More events of one moment are one that breaks and stays due."""


@dataclass
class FakeClock:
    """A clock that stands still until it is told."""

    moment: datetime = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        self.moment += timedelta(**time)


@dataclass
class Shown:
    """A message as it is read in a chat; its `parcel` holds the marks of direction and of times too."""

    chat: str
    text: str
    reference: str
    parcel: Parcel


@dataclass
class FakeMessenger:
    """Takes everything, unless `trouble` says otherwise for a parcel."""

    name: str = "telegram"
    is_forum: bool = False
    receives_alone: bool = True
    shown: list[Shown] = field(default_factory=list)
    acts: list[Parcel] = field(default_factory=list)
    reception: Reception = field(default_factory=lambda: Reception(lambda: 0.0))
    trouble: Callable[[Parcel], DeliveryError | None] = lambda _parcel: None
    photos: dict[str, bytes] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    """What it was given that no messenger would take."""
    _numbers: Any = field(default_factory=lambda: itertools.count(1000))

    @property
    def has_buttons(self) -> bool:
        return self.name == "telegram"

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Messages are put in by `Talk`."""

    async def deliver(self, parcel: Parcel) -> Accepted:
        if error := self.trouble(parcel):
            raise error
        self.violations += _violations(parcel)
        self.acts.append(parcel)
        if parcel.act is Act.OPEN_TOPIC:
            return Accepted(topic=str(next(self._numbers)) if self.is_forum else "")
        if parcel.act is Act.FETCH:
            return Accepted(photo=self.photos.get(parcel.photo_ref, b"jpeg"))
        if parcel.act in (Act.DELETE, Act.PRESSED, Act.LEAVE):
            return Accepted()
        reference = parcel.message if parcel.act is Act.EDIT else str(next(self._numbers))
        ours = _TIME.sub("", parcel.text)
        text = "\n\n".join(part for part in (ours, parcel.words) if part).translate(MARKS)
        self.shown.append(Shown(parcel.chat, text, reference, parcel))
        return Accepted(messages=(reference,))

    async def close(self) -> None:
        """Nothing is held open."""


def _violations(parcel: Parcel) -> Iterator[str]:
    """A message says something, and what it has to do it names; a button's data has 1 to 64 bytes (Bot API)."""
    says = parcel.text or parcel.words or parcel.photo or parcel.latitude is not None
    if parcel.act in (Act.SEND, Act.EDIT) and not says:
        yield f"{parcel.act}: nothing is said"
    needed = {Act.EDIT: parcel.message, Act.DELETE: parcel.messages, Act.FETCH: parcel.photo_ref}
    if not needed.get(parcel.act, True):
        yield f"{parcel.act}: of what?"
    for button in parcel.buttons:
        if not button.label or not 1 <= len(button.token.encode()) <= 64:
            yield f"{parcel.act}: the button {button.label!r} can't be shown"


class Talk:
    """One house, persons on one messenger and the desk on the same one or another.

    Each call is one message in, and returns what was said in answer, by chat. Where there are buttons, choosing presses
    the newest one; elsewhere it types the number from the newest list.
    """

    def __init__(
        self,
        database: str = "sqlite://",
        *,
        messenger: str = "telegram",
        at_desk: str = "",
        has_desk: bool = True,
        allows_downgrade: bool = False,
        **plan: Any,
    ) -> None:
        self.clock = FakeClock()
        self.messengers = {name: FakeMessenger(name) for name in MESSENGERS}
        self.messenger = self.messengers[messenger]
        self.at_desk = self.messengers[at_desk or messenger]
        for other in self.messengers.values():  # one list each: what happened, in the order that it did
            other.shown, other.acts = self.messenger.shown, self.messenger.acts
        self._updates = itertools.count(1)
        desk = DeskSettings(self.at_desk.name, DESK, 7, allows_downgrade) if has_desk else None
        values: dict[str, Any] = {
            "database_url": database,
            "keys": (KEY,),
            "content": CONTENT,
            "locales": LOCALES,
            "clock": self.clock,
            "desk": desk,
            "staff": frozenset({(self.at_desk.name, STAFF), (self.at_desk.name, OTHER_STAFF)}),
            "platforms": tuple({messenger: 0, self.at_desk.name: 0}),
        }
        self.app = App(Plan(**(values | plan)))

    def received(self, chat: str, sender: str, text: str = "", **more: Any) -> Received:
        number = next(self._updates)
        values: dict[str, Any] = {
            "platform": (self.messenger if chat == sender else self.at_desk).name,
            "key": f"update {number}",
            "chat": chat,
            "sender": sender,
            "is_private": chat == sender,
            "at": self.clock.now().timestamp(),
            "message": str(number),
            "text": text,
        }
        return Received(**(values | more))

    async def hear(self, received: Received) -> list[Shown]:
        """Puts a message in and returns all that was shown in answer, in every chat."""
        before = len(self.messenger.shown)
        await self.app.inbox.keep([received])
        await self.settle()
        return self.messenger.shown[before:]

    async def settle(self) -> None:
        await self.app.settle(self.messengers)

    async def says(self, text: str, *, who: str = "501", **more: Any) -> list[str]:
        """What the person is told."""
        return self._for(who, await self.hear(self.received(who, who, text, **more)))

    async def sends(self, kind: Kind, *, who: str = "501", **more: Any) -> list[str]:
        return await self.says("", who=who, kind=kind, **more)

    async def chooses(self, label: str, *, who: str = "501") -> list[str]:
        """What the person is told who takes the choice with this label."""
        if self.messenger.has_buttons:
            return self._for(who, await self.press(label, chat=who, sender=who))
        return await self.says(self.number(label, who), who=who)

    async def staff_says(self, text: str, *, sender: str = STAFF, chat: str = DESK, **more: Any) -> list[str]:
        """What is told in the desk."""
        return self._for(chat, await self.hear(self.received(chat, sender, text, **more)))

    async def staff_presses(self, label: str, *, sender: str = STAFF, chat: str = DESK, **more: Any) -> list[str]:
        """Presses the newest button of the desk with this label, or writes the command that stands in its place."""
        if self.at_desk.has_buttons:
            return self._for(chat, await self.press(label, chat=chat, sender=sender, **more))
        return await self.staff_says(self.button(label, chat)[1].command, sender=sender, chat=chat, **more)

    async def later(self, **time: float) -> None:
        """Time goes by, and each event happens when it is due."""
        end = self.clock.now() + timedelta(**time)
        due_at: Counter[datetime] = Counter()
        while (due := await self.next_event()) is not None and due <= end:
            due_at[due] += 1
            assert due_at[due] < AT_ONE_MOMENT, f"what is due at {due} is due again and again"
            self.clock.moment = max(due, self.clock.now())
            await self.settle()
        self.clock.moment = end
        await self.settle()

    async def next_event(self) -> datetime | None:
        """When the next one is due."""
        rows = select(func.min(col(ScheduleRow.due_at)))
        soonest = await self.app.store.run(lambda session: session.execute(rows).scalar())
        return datetime.fromtimestamp(soonest, UTC) if soonest else None

    async def press(self, label: str, *, chat: str, sender: str) -> list[Shown]:
        shown, button = self.button(label, chat)
        return await self.hear(self.pressed(button.token, chat=chat, sender=sender, message=shown.reference))

    def pressed(self, token: str, *, chat: str = "501", sender: str = "501", **more: Any) -> Received:
        """A press of a button, as it comes in."""
        values: dict[str, Any] = {"event": Event.PRESS, "token": token, "press": "query", "message": "1"}
        return self.received(chat, sender, **(values | more))

    def button(self, label: str, chat: str) -> tuple[Shown, Button]:
        """The newest button with this label, and the message under which it stands."""
        for shown in reversed(self.messenger.shown):
            for button in shown.parcel.buttons if shown.chat == chat else ():
                if button.label.translate(MARKS) == label:
                    return shown, button
        raise AssertionError(f"no button {label!r} in this chat")

    def labels(self, chat: str = "501") -> list[str]:
        """The newest choices that were offered in a chat."""
        offers = (shown for shown in reversed(self.messenger.shown) if shown.chat == chat and shown.parcel.buttons)
        return [button.label.translate(MARKS) for button in next(offers).parcel.buttons]

    def number(self, label: str, who: str = "501") -> str:
        """What somebody types for a choice of the newest list."""
        labels = self.labels(who)
        assert label in labels, f"{label!r} is not in the newest list: {labels}"
        return str(labels.index(label) + 1)

    def told(self, who: str = "501") -> list[str]:
        """Everything that the person has been told so far."""
        return self._for(who, self.messenger.shown)

    def desk(self, chat: str = DESK) -> list[str]:
        return self._for(chat, self.messenger.shown)

    async def open_cases(self) -> Sequence[Case]:
        app = self.app
        return await app.store.run(lambda session: CaseRepository(session, app.sealing, None).open_cases())

    async def close(self) -> None:
        await self.app.close(self.messengers)
        assert [messenger.violations for messenger in self.messengers.values() if messenger.violations] == []

    @staticmethod
    def _for(chat: str, shown: Sequence[Shown]) -> list[str]:
        return [message.text for message in shown if message.chat == chat]


def answer_with(monkeypatch: pytest.MonkeyPatch, wish: str, handler: Callable[[Any, Any], Any]) -> Handler:
    """Has this handler answer a wish; returns the one that does so otherwise."""
    whole = ROWS[wish].handler
    monkeypatch.setitem(ROWS, wish, replace(ROWS[wish], handler=handler))
    return whole


def code_in(texts: Sequence[str]) -> str:
    """The case code in what was told."""
    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{2})</code>", "\n".join(texts))
    assert found, texts
    return found[1]
