"""What handlers need from the rest of the house, as Protocols; `bot/` brings the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Protocol

from handlers.model.knowledge import Alert, Contact, Facts, Handle, Incident, Level, PartialDate, Routing, Topic, Update
from handlers.model.messages import DRILL, Media, Person, Point, Room, Staff, Wish


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

    def routing(self) -> Routing:
        """Whom an open case calls, and when."""

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
class CheckIn:
    """A time at which the person wants to be asked, and the SOS that is sent if they don't answer."""

    minutes: int
    words: str = field(default="", repr=False)
    platform: str = ""
    at: datetime | None = None
    """When they are asked; nothing before it is set."""
    is_asked: bool = False


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
    check_in: CheckIn | None = None
    word: str = field(default="", repr=False)
    """What the person and the team have agreed to ask for; shown to nobody."""


class People(Protocol):
    """What is remembered of persons."""

    def recall(self, person: Person) -> Memory:
        """An empty memory for somebody unknown."""

    def remember(self, person: Person, memory: Memory) -> None: ...

    def forget(self, person: Person) -> None:
        """Deletes all that is stored about the person, and has the messages deleted that still may be."""


NEVER = datetime.fromtimestamp(0, UTC)
LONGEST_RETENTION_DAYS = 30
"""So long after a case was closed its record is gone, whatever happened since."""


class Stage(StrEnum):
    """How far a case has come; each is told to the person only once it is true."""

    SAVED = "saved"
    POSTED = "posted"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Digest(StrEnum):
    """Whether a case that came with many others is shown as one line of a list."""

    NONE = ""
    WAITING = "waiting"
    LISTED = "listed"
    MORE = "more"
    """It was posted; what the person added since is a line of the next list."""


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
    """When somebody last did; they may have let it go since."""
    closed_at: datetime | None = None
    since: datetime = NEVER
    """What the next alarm counts from: the newest call, acknowledgement, answer or unanswered message."""
    is_waiting: bool = True
    """Whether the person waits for the team."""
    is_answered: bool = False
    """Whether its owner has answered."""
    step: int = 0
    """How many steps of the escalation were done since it last began to call."""
    calls: int = 0
    """How many steps of the escalation were done in all."""
    snoozes: int = 0
    snoozed_until: datetime | None = None
    is_at_backup: bool = False
    digest: Digest = Digest.NONE
    purge_at: datetime | None = None
    """When the record of a closed case is deleted if nothing happens."""

    @property
    def is_drill(self) -> bool:
        """Whether nobody has called, and it is an exercise."""
        return self.platform == DRILL

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The desks that know it."""
        return (Room.DESK, Room.BACKUP) if self.is_at_backup else (Room.DESK,)


class Author(StrEnum):
    PERSON = "person"
    STAFF = "staff"
    BOT = "bot"
    """What staff must know of the case, in their language."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the record of a case."""

    author: Author
    at: datetime
    words: str = field(default="", repr=False)
    photo: Media | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What a staff member did with a case, and when: also that they read it."""

    label: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ban:
    """That somebody's notes come after those of others."""

    until: datetime
    is_appealed: bool = False


class Desk(Protocol):
    """The cases, and the private channel in which staff work on them."""

    def is_open_for_sos(self) -> bool:
        """Whether a desk is configured at all."""

    def has_backup(self) -> bool:
        """Whether there is a second desk."""

    def may_show_words(self, platform: str, room: Room = Room.DESK) -> bool:
        """Whether words written on that messenger may be posted in full to that desk (the downgrade rule)."""

    def open(self, person: Person, platform: str, language: str) -> Case:
        """A new case with a fresh random code, stage SAVED, and its first alarm."""

    def case_of(self, person: Person) -> Case | None:
        """The person's case that is not closed."""

    def find(self, code: str) -> Case | None:
        """By its code, however it was typed: lower case, without the dash, O for 0."""

    def quoted(self, message: str, room: Room) -> Case | None:
        """The case that a message of that desk belongs to."""

    def in_topic(self, topic: str, room: Room) -> Case | None: ...

    def ban_of(self, person: Person) -> Ban | None:
        """Nothing once it is over."""

    def keep_ban(self, person: Person, ban: Ban | None) -> None: ...

    def opened_since(self, moment: datetime) -> int:
        """How many cases were opened after that, without exercises."""

    def waiting_posts(self, since: datetime) -> int:
        """About how many cases messages for the desk, notices left out, have waited since then for their turn.

        0 while it does not take what is sent: then nothing waits for a turn, and lists would be of no use.
        """

    def note(self, case: Case, deed: Deed) -> None:
        """Writes down who did what; it goes when the case does."""

    def deeds(self, case: Case) -> Sequence[Deed]:
        """In order."""

    def open_cases(self) -> Sequence[Case]:
        """Oldest unacknowledged first, then the acknowledged, oldest first; without exercises."""

    def add(self, case: Case, entry: Entry) -> None: ...

    def record(self, case: Case) -> Sequence[Entry]:
        """All that was said, in order; empty once it was purged or wiped."""

    def can_be_reached(self, case: Case) -> bool:
        """Whether there is still an address to answer to."""

    def keep(self, case: Case) -> Case:
        """Stores what became of an open case, and with it the one alarm that follows from that (`oncall.due`)."""

    def forget(self, person: Person) -> None:
        """Destroys the keys of the person's cases and all that was said; an open one is withdrawn and stays open."""

    def close(self, case: Case, at: datetime) -> Case:
        """Closes it, takes its alarm away and starts the retention."""

    def keep_longer(self, case: Case) -> None:
        """Has its retention begin anew, if it is closed, and that of the person's other closed cases; never beyond
        `LONGEST_RETENTION_DAYS`. What is added to a case does the same."""

    def warned(self, case: Case) -> None:
        """A desk has been warned that its record will be deleted; not before that, it may be."""

    def discard(self, case: Case) -> None:
        """Deletes an exercise, and all that is stored about it."""

    def confirm(self, label: str, by: Staff) -> bool:
        """Has a suspended staff member's new key accepted; then `staff.trusted` happens. False when nobody of that
        label is suspended."""

    def restore(self, label: str) -> None:
        """The staff member may act again."""


class Alarms(Protocol):
    """What is to happen at a later time. There is one alarm of a name; a case's is named by its code."""

    def set(self, name: str, wish: Wish, at: datetime, person: Person | None = None) -> None:
        """In the place of the alarm of that name; one of a person is forgotten with them."""

    def bring_forward(self, name: str, wish: Wish, at: datetime) -> None:
        """The same, unless the alarm of that name is due earlier."""

    def drop(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Shift:
    """One staff member's time on duty."""

    label: str
    begins: datetime
    ends: datetime


class Rota(Protocol):
    """Who is on duty, and who could be."""

    def shifts(self) -> Sequence[Shift]:
        """Those that are not over, in the order that they begin."""

    def plan(self, shifts: Sequence[Shift]) -> None:
        """In the place of all shifts."""

    def everyone(self) -> Sequence[str]:
        """The labels of all staff."""


class Pager(Protocol):
    """The operator's alarm, on another route than the messengers."""

    def page(self) -> None:
        """Nothing of a case is told."""

    def exercise(self) -> None:
        """Says that it is only an exercise."""

    def miss(self) -> None:
        """An exercise has not reached the desk in time."""


@dataclass(frozen=True, slots=True)
class Drill:
    """An exercise, and how fast it was, in seconds since it began."""

    began: datetime
    code: str = ""
    """Of its case, while there is one."""
    to_desk: float | None = None
    """Until the desk's messenger accepted it."""
    to_staff: float | None = None
    """Until somebody acknowledged it."""
    is_over: bool = False


class Drills(Protocol):
    """The exercise that is on, else the figures of the last one."""

    def newest(self) -> Drill:
        """One that is over when there never was any."""

    def keep(self, drill: Drill) -> None: ...

    def begin(self, drill: Drill, words: str) -> None:
        """Keeps it, and puts a message with these words into the inbox, from the messenger `DRILL`."""


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
    alarms: Alarms
    rota: Rota
    pager: Pager
    drills: Drills
