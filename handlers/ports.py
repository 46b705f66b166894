"""What handlers need from the rest of the house, as Protocols; `bot/` brings the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from handlers.conversation import Media, Person, Point, Staff, Thread
from handlers.knowledge import Alert, Contact, Facts, Handle, Incident, Level, PartialDate, Topic, Update


class Language(Protocol):
    """One language: its sentences, and how it writes dates, numbers and lists."""

    @property
    def code(self) -> str:
        """`en`, `zh_Hant`, `zh_Hans`, …"""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int) -> str: ...

    def pgettext(self, context: str, message: str) -> str: ...

    def date(self, day: date) -> str: ...

    def partial_date(self, when: PartialDate) -> str:
        """A year, a month or a day, as precisely as it is known."""

    def time(self, moment: datetime) -> str:
        """Hours and minutes with the zone: `14:05 UTC`."""

    def moment(self, moment: datetime) -> str:
        """Date and time with the zone."""

    def number(self, value: float) -> str: ...

    def list(self, items: Sequence[str]) -> str: ...

    def place(self, code: str) -> str:
        """The name of a place, `TH` → `Thailand`; content names win over CLDR's. A part that nobody has named
        goes by the name of its whole. Not escaped."""

    def name_of(self, code: str) -> str:
        """A language's name in itself: `zh_Hant` → `繁體中文`."""


class Languages(Protocol):
    """All shipped languages."""

    def codes(self) -> Sequence[str]: ...

    def of(self, code: str) -> Language:
        """The language, or the nearest shipped one; English when nothing is near."""


class AlertBook(Protocol):
    """What is known: read from `content/`."""

    def levels(self) -> Sequence[Level]:
        """Most severe first."""

    def level(self, key: str) -> Level: ...

    def alert(self, place: str) -> Alert | None:
        """Its own, not that of its whole."""

    def alerts(self, whole: str = "") -> Sequence[Alert]:
        """In force, most severe first: all, or those of the parts of a territory."""

    def incidents(self, place: str) -> Sequence[Incident]:
        """Newest first. What happened in a part happened in the whole, not the other way round."""

    def contacts(self, place: str) -> Sequence[Contact]:
        """Who helps there: the place's own first, then those of its parts or its whole, then those for everywhere."""

    def facts(self, place: str) -> Facts | None:
        """What somebody in that place should know, or nothing; its own, not that of its whole."""

    def updates(self, topic: str = "") -> Sequence[Update]:
        """Newest first; of one topic, or all."""

    def topics(self) -> Sequence[Topic]: ...

    def emergency(self) -> Contact:
        """Whom to call when nothing else works."""

    def handles(self) -> Sequence[Handle]:
        """The official accounts of this bot, and where to check them."""

    def is_stale(self, reviewed: date, today: date) -> bool:
        """Whether a review is overdue."""


class Outcome(StrEnum):
    """What became of the search for a place."""

    ANSWER = "answer"
    ASK = "ask"
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Finding:
    """ANSWER: each of `places` is sure. ASK: it is one of them. SUGGEST: perhaps one of them was meant."""

    outcome: Outcome
    places: tuple[str, ...] = field(default=(), repr=False)


class Places(Protocol):
    """To places: territories by ISO 3166-1 alpha-2, parts of them by ISO 3166-2 or the codes of content."""

    def find(self, text: str) -> Finding: ...

    def at(self, point: Point) -> Finding:
        """Where the point lies. ASK: so near to a border, or claimed by two, that it may be either. NONE: at sea."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one message adds to a draft; it goes when the person deletes that message."""

    messages: tuple[str, ...] = field(repr=False)
    """What the messenger calls the message: a new name may come with each change of it."""
    words: str = field(default="", repr=False)
    photos: tuple[Media, ...] = ()
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has put together for an SOS and not sent, in the order it came."""

    parts: tuple[Part, ...] = ()
    is_exact: bool = False
    """Whether the point is passed on as it is, not rounded to about a kilometre."""
    version: str = ""
    """Changes with every change, so that an old Send button can't send a newer draft."""

    @property
    def words(self) -> str:
        return "\n\n".join(part.words for part in self.parts if part.words)

    @property
    def photos(self) -> tuple[Media, ...]:
        return tuple(photo for part in self.parts for photo in part.photos)

    @property
    def point(self) -> Point | None:
        """The newest one; the others are where the person is no more."""
        return next((part.point for part in reversed(self.parts) if part.point), None)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of the conversation with one person, sealed, until it expires."""

    chosen_language: str = ""
    written_language: str = ""
    hinted_language: str = ""
    step: str = ""
    draft: Draft | None = None
    is_ready: bool = False
    has_new_key: bool = False
    """Their messenger's key is not the one of their last message; told to the desk with the next SOS."""
    place: str = field(default="", repr=False)
    """The place of the last answer, for the next question only."""


class People(Protocol):
    """What is remembered of persons."""

    def recall(self, person: Person) -> Memory:
        """An empty memory for somebody unknown."""

    def remember(self, person: Person, memory: Memory) -> None: ...

    def forget(self, person: Person) -> None:
        """Deletes all that is stored about the person, and has the messages deleted that still may be."""


class Stage(StrEnum):
    """How far a case has come; each is told to the person only once it is true."""

    SAVED = "saved"
    POSTED = "posted"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One SOS and what came after it."""

    code: str
    person: Person
    platform: str
    language: str
    stage: Stage
    opened_at: datetime
    owner: str = ""
    is_offered: bool = False
    """Its owner asked somebody to take it over; they own it until somebody does."""
    is_withdrawn: bool = False
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def thread(self) -> Thread:
        return Thread(self.code)


class Author(StrEnum):
    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the record of a case."""

    author: Author
    at: datetime
    words: str = field(default="", repr=False)
    photo: Media | None = None
    point: Point | None = None


class Desk(Protocol):
    """The cases, and the private channel in which staff work on them."""

    def is_open_for_sos(self) -> bool:
        """Whether a desk is configured at all."""

    def may_show_words(self, platform: str) -> bool:
        """Whether words written on that messenger may be posted in full to the desk (the downgrade rule)."""

    def open(self, person: Person, platform: str, language: str) -> Case:
        """A new case with a fresh random code, stage SAVED."""

    def case_of(self, person: Person) -> Case | None:
        """The person's case that is not closed."""

    def find(self, code: str) -> Case | None:
        """By its code, however it was typed: lower case, without the dash, O for 0."""

    def quoted(self, message: str) -> Case | None:
        """The case that a message of the desk belongs to."""

    def in_topic(self, topic: str) -> Case | None: ...

    def open_cases(self) -> Sequence[Case]:
        """Oldest unacknowledged first, then the acknowledged, oldest first."""

    def add(self, case: Case, entry: Entry) -> None: ...

    def record(self, case: Case) -> Sequence[Entry]:
        """All that was said, in order; empty once it was purged or wiped."""

    def can_be_reached(self, case: Case) -> bool:
        """Whether there is still an address to answer to."""

    def acknowledge(self, case: Case, staff: Staff, at: datetime) -> Case: ...

    def hand_off(self, case: Case) -> Case:
        """Asks somebody to take the case over; the owner stays until somebody acknowledges it anew."""

    def mark_posted(self, case: Case) -> Case: ...

    def withdraw(self, case: Case) -> Case:
        """The person said that they are safe, or wiped; the case stays open for staff to check."""

    def forget(self, person: Person) -> None:
        """Destroys the keys of the person's cases and all that was said; an open one is withdrawn and stays open."""

    def close(self, case: Case, at: datetime) -> Case:
        """Closes it and starts the retention."""

    def confirm(self, label: str, by: Staff) -> bool:
        """Has a suspended staff member's new key accepted; then `staff.trusted` happens. False when nobody of that
        label is suspended."""

    def restore(self, label: str) -> None:
        """The staff member may act again."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings in force that persons are told about."""

    retention_days: int
    conversation_hours: int
    language_days: int
    desk_language: str = "en"
    desk_platform: str = ""
    platforms: tuple[str, ...] = ()
    allows_downgrade: bool = False
    signal_timer_days: int = 0
    """After how many days messages on Signal disappear, at the latest; 0: they stay."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a handler may use, for one message."""

    book: AlertBook
    places: Places
    people: People
    desk: Desk
    clock: Clock
    languages: Languages
    policy: Policy
