"""Handlers with nothing behind them but small doubles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from handlers.model.memory import Memory
from handlers.model.messages import Inbound, Kind, Person, Point, Reply, Wish
from handlers.model.policy import MessengerPolicy, Policy
from handlers.ports import Ports
from handlers.table import TABLE
from tests.handlers import samples
from tests.handlers.fake_desk import FakeBans, FakeStaffTrust
from tests.handlers.fakes import (
    CLOSED_DESK,
    English,
    FakeBook,
    FakeClock,
    FakeDrills,
    FakeLanguages,
    FakePager,
    FakePeople,
    FakePlaces,
    FakeRota,
    FakeSchedule,
)

HANDLERS = {row.wish: row.handler for row in TABLE}
SOMEBODY = Person("somebody")
OPEN = MessengerPolicy(
    "open", "Open", is_end_to_end=False, is_on=True, privacy=lambda at: [at.gettext("Open reads along.")]
)
HIDDEN = MessengerPolicy(
    "hidden", "Hidden", is_end_to_end=True, is_on=True, privacy=lambda at: [at.gettext("Hidden doesn't.")]
)


@dataclass
class House:
    """Everything that a lookup may use; a test changes what it is about and asks."""

    book: FakeBook = field(default_factory=samples.book)
    places: FakePlaces = field(default_factory=FakePlaces)
    people: FakePeople = field(default_factory=FakePeople)
    clock: FakeClock = field(default_factory=FakeClock)
    languages: FakeLanguages = field(default_factory=FakeLanguages)
    language: English = field(default_factory=English)
    schedule: FakeSchedule = field(default_factory=FakeSchedule)
    policy: Policy = field(
        default_factory=lambda: Policy(
            retention_days=7, conversation_hours=24, language_days=90, messengers=(OPEN, HIDDEN)
        )
    )

    def ask(self, wish: str, argument: str = "") -> Sequence[Reply]:
        """What the handler of this wish answers."""
        return HANDLERS[wish](self.inbound(Wish(wish, argument)), self.ports)

    def tell(self, wish: str, argument: str = "") -> str:
        """The text of the only answer."""
        (reply,) = self.ask(wish, argument)
        return reply.text

    def tell_at(self, point: Point) -> Reply:
        """The only answer to a point that was sent."""
        (reply,) = HANDLERS["located"](replace(self.inbound(Wish("located")), kind=Kind.POINT, point=point), self.ports)
        return reply

    def inbound(self, wish: Wish | None) -> Inbound:
        return Inbound(SOMEBODY, self.language, self.clock.now(), wish=wish)

    @property
    def ports(self) -> Ports:
        return Ports(
            book=self.book,
            places=self.places,
            people=self.people,
            desk=CLOSED_DESK,
            bans=FakeBans(self.clock),
            trust=FakeStaffTrust(),
            clock=self.clock,
            languages=self.languages,
            policy=self.policy,
            schedule=self.schedule,
            rota=FakeRota(self.clock),
            pager=FakePager(),
            drills=FakeDrills(),
        )

    @property
    def memory(self) -> Memory:
        return self.people.recall(SOMEBODY)

    def remember(self, memory: Memory) -> None:
        self.people.remember(SOMEBODY, memory)


@pytest.fixture
def house() -> House:
    return House()


def labels(reply: Reply) -> list[str]:
    return [choice.label for choice in reply.choices]


def wishes(reply: Reply) -> list[Wish]:
    return [choice.wish for choice in reply.choices]
