"""Small doubles of the ports: they answer from what they were given, and keep what they are told."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn, cast

from bot.meanings import Matcher
from handlers.lookups.asking import flag
from handlers.model.cases import NEVER
from handlers.model.duty import Drill, Shift
from handlers.model.escalation_policy import Routing
from handlers.model.guides import Guide
from handlers.model.knowledge import (
    UNKNOWN,
    Alert,
    Contact,
    Facts,
    Handle,
    Incident,
    Level,
    PartialDate,
    Review,
    Topic,
    Update,
    whole_of,
)
from handlers.model.language import Language
from handlers.model.meanings import Heard, Meaning
from handlers.model.memory import Memory
from handlers.model.messages import Person, Point, Wish
from handlers.model.places import Finding, Outcome
from handlers.ports import Clock, Desk

NAMES = {
    "TH": "Thailand",
    "TH-mae-sot": "Mae Sot <town>",
    "HK": "Hong Kong",
    "FR": "France",
    "CG": "Congo - Brazzaville",
    "CD": "Congo - Kinshasa",
    "NO": "Norway",
}
OWN_NAMES = {"en": "English", "zh_Hant": "繁體中文"}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class English:
    """Says every sentence as it was written."""

    code: str = "en"
    is_right_to_left: bool = False

    def in_order(self, text: str) -> str:
        return text

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return singular if number == 1 else plural

    def pgettext(self, context: str, message: str) -> str:
        return message

    def date(self, day: date) -> str:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def partial_date(self, when: PartialDate) -> str:
        day = date.fromisoformat((when + "-01-01")[:10])
        return " ".join(self.date(day).split(" ")[2 - when.count("-") :])

    def time(self, moment: datetime, offset: int = 0) -> str:
        return f"{moment.astimezone(UTC) + timedelta(minutes=offset):%H:%M} UTC{f'{offset / 60:+g}' if offset else ''}"

    def moment(self, moment: datetime, offset: int = 0) -> str:
        there = moment.astimezone(UTC) + timedelta(minutes=offset)
        return f"{self.date(there.date())}, {self.time(moment, offset)}"

    def number(self, value: float) -> str:
        return f"{value:,.3f}".rstrip("0").rstrip(".")

    def list(self, items: Sequence[str]) -> str:
        *most, last = items or [""]
        return f"{', '.join(most)} and {last}" if most else last

    def place(self, code: str) -> str:
        return NAMES.get(code) or NAMES.get(whole_of(code), code)

    def name_of(self, code: str) -> str:
        return OWN_NAMES.get(code, "?")


class Marked(English):
    """Puts «» around all that it was asked to say, so that what was put in untranslated stands out."""

    def gettext(self, message: str) -> str:
        return "«" + re.sub(r"(\{\w+\})", r"»\1«", message) + "»"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(super().ngettext(singular, plural, number))

    def date(self, day: date) -> str:
        return self.gettext(super().date(day))

    def partial_date(self, when: PartialDate) -> str:
        return self.gettext(super().partial_date(when))

    def list(self, items: Sequence[str]) -> str:
        return " + ".join(items)

    def place(self, code: str) -> str:
        return self.gettext(super().place(code))

    def name_of(self, code: str) -> str:
        return self.gettext(super().name_of(code))


@dataclass(frozen=True)
class FakeLanguages:
    """The languages that it was given, the first one for whatever else is asked for."""

    shipped: tuple[English, ...] = (English(), English("zh_Hant"))

    def codes(self) -> Sequence[str]:
        return [language.code for language in self.shipped]

    def of(self, code: str) -> Language:
        return next((language for language in self.shipped if language.code == code), self.shipped[0])


@dataclass
class FakeBook:
    """What is known, as a few lists that a test may change."""

    known_levels: list[Level] = field(default_factory=list)
    known_alerts: list[Alert] = field(default_factory=list)
    known_incidents: dict[str, list[Incident]] = field(default_factory=dict)
    known_contacts: list[Contact] = field(default_factory=list)
    known_facts: dict[str, Facts] = field(default_factory=dict)
    known_topics: list[Topic] = field(default_factory=list)
    known_updates: list[Update] = field(default_factory=list)
    known_handles: list[Handle] = field(default_factory=list)
    known_beside: dict[str, str] = field(default_factory=dict)
    known_guides: dict[str, Guide] = field(default_factory=dict)
    known_about: tuple[str, ...] = ()
    known_notes: tuple[str, ...] = ()
    known_routing: Routing = field(default_factory=Routing)
    known_meanings: dict[str, Meaning] = field(default_factory=dict)
    emergency_key: str = "team"
    review_days: int = 90

    def levels(self) -> Sequence[Level]:
        return sorted(self.known_levels, key=lambda level: -level.severity)

    def level(self, key: str) -> Level:
        return {level.key: level for level in self.known_levels}[key]

    def alert(self, place: str) -> Alert | None:
        return next((alert for alert in self.known_alerts if alert.place == place), None)

    def beside(self, place: str) -> str:
        return self.known_beside.get(place, "")

    def guide(self, situation: str) -> Guide | None:
        return self.known_guides.get(situation)

    def alerts(self, whole: str = "") -> Sequence[Alert]:
        found = [alert for alert in self.known_alerts if not whole or whole_of(alert.place) == whole]
        return sorted(found, key=lambda alert: -self.level(alert.level).severity)

    def incidents(self, place: str) -> Sequence[Incident]:
        found = [one for code, some in self.known_incidents.items() if place in (code, whole_of(code)) for one in some]
        return sorted(found, key=lambda incident: incident.when, reverse=True)

    def contacts(self, place: str) -> Sequence[Contact]:
        own = [contact for contact in self.known_contacts if place in contact.places]
        near = [
            contact
            for contact in self.known_contacts
            if contact not in own and any(place == whole_of(code) or code == whole_of(place) for code in contact.places)
        ]
        return [*own, *near, *(contact for contact in self.known_contacts if not contact.places)]

    def facts(self, place: str) -> Facts | None:
        return self.known_facts.get(place)

    def updates(self, topic: str = "") -> Sequence[Update]:
        found = [update for update in self.known_updates if not topic or topic in update.topics]
        return sorted(found, key=lambda update: update.when, reverse=True)

    def board_notes(self) -> Sequence[str]:
        return self.known_notes

    def topics(self) -> Sequence[Topic]:
        return self.known_topics

    def emergency(self) -> Contact:
        return next(contact for contact in self.known_contacts if contact.key == self.emergency_key)

    def routing(self) -> Routing:
        return self.known_routing

    def handles(self) -> Sequence[Handle]:
        return self.known_handles

    def hear(self, text: str) -> Heard:
        return Matcher(self.known_meanings).hear(text)

    def meaning(self, name: str) -> Meaning | None:
        return self.known_meanings.get(name)

    def about(self) -> Sequence[str]:
        return self.known_about

    def is_stale(self, reviewed: Review, today: date) -> bool:
        day = "1970-01-01" if reviewed == UNKNOWN else (reviewed + "-01-01")[:10]
        return not -1 <= (today - date.fromisoformat(day)).days <= self.review_days


@dataclass
class FakePlaces:
    """Knows flags, and exactly the texts that it was taught."""

    taught: dict[str, Finding] = field(default_factory=dict)
    lie: dict[Point, Finding] = field(default_factory=dict)
    """Where points lie; all others are at sea."""

    def find(self, text: str) -> Finding:
        flags = {flag(code): Finding(Outcome.ANSWER, (code,)) for code in NAMES if not whole_of(code)}
        names = {name: Finding(Outcome.ANSWER, (code,)) for code, name in NAMES.items()}
        return (flags | names | self.taught).get(text, Finding(Outcome.NONE))

    def at(self, point: Point) -> Finding:
        if not (math.isfinite(point.latitude) and math.isfinite(point.longitude)):
            raise ValueError("a point is on the earth")
        return self.lie.get(point, Finding(Outcome.NONE))


@dataclass
class FakePeople:
    """Remembers persons by their tag, for as long as the test lasts; whoever was forgotten stays so."""

    memories: dict[str, Memory] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)

    def recall(self, person: Person) -> Memory:
        return self.memories.get(person.tag, Memory())

    def remember(self, person: Person, memory: Memory) -> None:
        if person.tag not in self.forgotten:
            self.memories[person.tag] = memory

    def forget(self, person: Person) -> None:
        self.forgotten.add(person.tag)
        self.memories.pop(person.tag, None)


@dataclass
class FakeSchedule:
    """What is due when, by name."""

    due: dict[str, tuple[Wish, datetime]] = field(default_factory=dict)

    def set(self, name: str, wish: Wish, at: datetime, person: Person | None = None) -> None:
        self.due[name] = (wish, at)

    def bring_forward(self, name: str, wish: Wish, at: datetime) -> None:
        if name not in self.due or self.due[name][1] > at:
            self.set(name, wish, at)

    def drop(self, name: str) -> None:
        self.due.pop(name, None)


@dataclass
class FakeRota:
    """Colleagues, and the shifts that they were given."""

    clock: Clock
    planned: list[Shift] = field(default_factory=list)
    labels: tuple[str, ...] = ("79D", "1B2")

    def shifts(self) -> Sequence[Shift]:
        running = [shift for shift in self.planned if shift.ends > self.clock.now() and shift.label in self.labels]
        return sorted(running, key=lambda shift: (shift.begins, shift.label))

    def plan(self, shifts: Sequence[Shift]) -> None:
        self.planned = list(shifts)

    def everyone(self) -> Sequence[str]:
        return sorted(set(self.labels))


@dataclass
class FakePager:
    """Counts."""

    pages: int = 0
    exercises: int = 0
    misses: int = 0

    def page(self) -> None:
        self.pages += 1

    def exercise(self) -> None:
        self.exercises += 1

    def miss(self) -> None:
        self.misses += 1


@dataclass
class FakeDrills:
    """Keeps the newest one, and the words of those that wait in the inbox."""

    kept: Drill = field(default_factory=lambda: Drill(NEVER, is_over=True))
    begun: list[str] = field(default_factory=list)

    def newest(self) -> Drill:
        return self.kept

    def keep(self, drill: Drill) -> None:
        self.kept = drill

    def begin(self, drill: Drill, words: str) -> None:
        self.kept = drill
        self.begun.append(words)


@dataclass
class FakeClock:
    """Stands still until it is told."""

    moment: datetime = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        self.moment += timedelta(**time)


class _Closed:
    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"a lookup has no business at the desk: {name}")


CLOSED_DESK = cast(Desk, _Closed())
"""For handlers that must not touch a case."""
