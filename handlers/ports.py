"""The ports: all that handlers need from the rest of the bot, as Protocols; `bot/` brings the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from handlers.model.cases import MOST_AT_ONCE, Ban, Case, Deed, Digest, Entry, SilentCases
from handlers.model.duty import Drill, Shift
from handlers.model.escalation_policy import Routing
from handlers.model.guides import Guide
from handlers.model.knowledge import Alert, Contact, Facts, Handle, Incident, Level, Review, Topic, Update
from handlers.model.language import Languages
from handlers.model.meanings import Heard, Meaning
from handlers.model.memory import Memory
from handlers.model.messages import Person, Point, Room, Staff, Wish
from handlers.model.places import Finding
from handlers.model.policy import Policy


class AlertBook(Protocol):
    """All that is known: read from `content/`."""

    def levels(self) -> Sequence[Level]:
        """Most severe first."""

    def level(self, key: str) -> Level:
        """Raises KeyError if there is no such level."""

    def alert(self, place: str) -> Alert | None:
        """Its own, not that of its whole."""

    def alerts(self, whole: str = "") -> Sequence[Alert]:
        """In force, most severe first: all, or those of the parts of a territory."""

    def beside(self, place: str) -> str:
        """The place whose alert is shown beside one that has none; empty when there is no such place."""

    def incidents(self, place: str) -> Sequence[Incident]:
        """Newest first. What happened in a part happened in the whole, not the other way round."""

    def contacts(self, place: str) -> Sequence[Contact]:
        """Those who help there: the place's own, then those of its parts or its whole, then those for everywhere."""

    def facts(self, place: str) -> Facts | None:
        """Facts for somebody in that place, or nothing; its own, not those of its whole."""

    def updates(self, topic: str = "") -> Sequence[Update]:
        """Newest first; of one topic, or all."""

    def board_notes(self) -> Sequence[str]:
        """How much of which board the posts are; untranslated."""

    def topics(self) -> Sequence[Topic]: ...

    def emergency(self) -> Contact:
        """Whom to call when nothing else works."""

    def routing(self) -> Routing:
        """Whom an open case calls, and when."""

    def handles(self) -> Sequence[Handle]:
        """The official accounts of this bot, and where to check them."""

    def hear(self, text: str) -> Heard:
        """All that a message may mean, but for the place that it names."""

    def meaning(self, name: str) -> Meaning | None:
        """By the name of its file; None for one that is there no more."""

    def guide(self, situation: str) -> Guide | None:
        """What to do in the first hour of a situation, named as its file in `content/meanings/`."""

    def about(self) -> Sequence[str]:
        """Who issues the alerts, for whom, and how; untranslated."""

    def is_stale(self, reviewed: Review, today: date) -> bool:
        """Whether a review is overdue, or unknown."""


class Places(Protocol):
    """To places: territories by ISO 3166-1 alpha-2, parts of them by ISO 3166-2 or the codes of content."""

    def find(self, text: str) -> Finding: ...

    def at(self, point: Point) -> Finding:
        """The place of a point. ASK: so near to a border, or claimed by two, that it may be either. NONE: at sea."""


class People(Protocol):
    """The memory of persons."""

    def recall(self, person: Person) -> Memory:
        """An empty memory for somebody unknown."""

    def remember(self, person: Person, memory: Memory) -> None: ...

    def forget(self, person: Person) -> None:
        """Deletes all that is stored about the person, and has the messages deleted that still may be."""


class Desk(Protocol):
    """The cases, and the private channel in which staff work on them."""

    def is_open_for_sos(self) -> bool:
        """Whether a desk is configured at all."""

    def has_backup(self) -> bool:
        """Whether there is a second desk."""

    def may_show_words(self, platform: str, room: Room = Room.DESK) -> bool:
        """Whether words written on that messenger may be posted in full to that desk (the downgrade rule)."""

    def open(self, person: Person, platform: str, language: str) -> Case:
        """A new case with a fresh random code, stage SAVED, and its first event."""

    def case_of(self, person: Person) -> Case | None:
        """The person's case that is not closed."""

    def closed_case_of(self, person: Person) -> Case | None:
        """The person's newest case, if it is closed and its record is still kept."""

    def find(self, code: str) -> Case | None:
        """By its code, however it was typed: lower case, without the dash, O for 0."""

    def quoted(self, message: str, room: Room) -> Case | None:
        """The case that a message of that desk belongs to."""

    def in_topic(self, topic: str, room: Room) -> Case | None: ...

    def opened_since(self, moment: datetime) -> int:
        """The number of cases that were opened after that, without exercises."""

    def waiting_posts(self, since: datetime) -> int:
        """About how many cases messages for the desk, notices left out, have waited since then for their turn.

        0 while it does not take what is sent: then nothing waits for a turn, and lists would be of no use.
        """

    def note(self, case: Case, deed: Deed) -> None:
        """Writes down who did what; it goes when the case does."""

    def deeds(self, case: Case) -> Sequence[Deed]:
        """In order."""

    def open_cases(self, most: int = MOST_AT_ONCE) -> Sequence[Case]:
        """At most so many. Oldest unacknowledged first, then the acknowledged, oldest first; without exercises."""

    def number_open(self) -> int:
        """The number of all open cases, without exercises."""

    def in_list(self, digest: Digest, most: int) -> Sequence[Case]:
        """At most so many of the open cases of which this holds, oldest first."""

    def silent_in_list(self) -> SilentCases:
        """Those open cases that are, or were, a line of a list and that nobody has acknowledged."""

    def add(self, case: Case, entry: Entry) -> str:
        """Returns an opaque reference of what was added: the code and one word; empty when nothing was stored."""

    def record(self, case: Case) -> Sequence[Entry]:
        """All that was said, in order; empty once it was purged or wiped."""

    def was_written(self, answer: str, message: str, room: Room) -> None:
        """The answer of this reference was written with this message of that desk."""

    def answer_written(self, message: str, room: Room) -> tuple[Case, Entry] | None:
        """The answer that was written with this message of that desk, and whose case it is."""

    def answer_brought(self, person: Person, message: str) -> Entry | None:
        """The answer of the team that this message of the person's chat has brought."""

    def take_unsent(self, case: Case, name: str) -> str:
        """The words that wait in the record under this name, the second word of their reference; only once."""

    def can_be_reached(self, case: Case) -> bool:
        """Whether there is still an address to answer to."""

    def keep(self, case: Case) -> Case:
        """Stores what became of an open case, and with it the one event that follows from that (`lifecycle.due`)."""

    def forget(self, person: Person) -> None:
        """Destroys the keys of the person's cases and all that was said; an open one is withdrawn and stays open."""

    def close(self, case: Case, at: datetime) -> Case:
        """Closes it, drops its event and starts the retention."""

    def reopen(self, case: Case, label: str, at: datetime) -> Case:
        """Opens a closed case again, acknowledged by this member of staff; its retention is taken back."""

    def keep_longer(self, case: Case) -> None:
        """Has its retention begin anew, if it is closed, and that of the person's other closed cases; never beyond
        `LONGEST_RETENTION_DAYS`. What is added to a case does the same."""

    def warned(self, case: Case) -> None:
        """A desk has been warned that its record will be deleted; not before that, it may be."""

    def discard(self, case: Case) -> None:
        """Deletes an exercise, and all that is stored about it."""


class Bans(Protocol):
    """Persons whose notes come after those of others."""

    def of(self, person: Person) -> Ban | None:
        """Nothing once it is over."""

    def keep(self, person: Person, ban: Ban | None) -> None:
        """In the place of the one that there was; None lifts it."""

    def name_of(self, person: Person) -> str:
        """A short name for the ban of this person, which tells nothing of them."""

    def named(self, name: str) -> Person | None:
        """The person whose ban bears this name, in whatever case it was typed."""


class StaffTrust(Protocol):
    """Members of staff who may do nothing, because their account has a new key, until a colleague confirms them."""

    def confirm(self, label: str, by: Staff) -> bool:
        """Has a suspended staff member's new key accepted; then `staff.trusted` happens. False when nobody of that
        label is suspended."""

    def restore(self, label: str) -> None:
        """The staff member may act again."""


class Schedule(Protocol):
    """Events at a later time. There is one scheduled event of a name; a case's is named by its code."""

    def set(self, name: str, wish: Wish, at: datetime, person: Person | None = None) -> None:
        """In the place of the event of that name; one of a person is forgotten with them."""

    def bring_forward(self, name: str, wish: Wish, at: datetime) -> None:
        """The same, unless the event of that name is due earlier."""

    def drop(self, name: str) -> None: ...


class Rota(Protocol):
    """Staff on duty, and all who could be."""

    def shifts(self) -> Sequence[Shift]:
        """Those that are not over, in the order that they begin."""

    def plan(self, shifts: Sequence[Shift]) -> None:
        """In the place of all shifts."""

    def everyone(self) -> Sequence[str]:
        """The labels of all staff."""


class Pager(Protocol):
    """Pages the operator, on another route than the messengers."""

    def page(self) -> None:
        """Nothing of a case is told."""

    def exercise(self) -> None:
        """Says that it is only an exercise."""

    def miss(self) -> None:
        """An exercise has not reached the desk in time."""


class Drills(Protocol):
    """The exercise that is on, else the figures of the last one."""

    def newest(self) -> Drill:
        """One that is over when there never was any."""

    def keep(self, drill: Drill) -> None: ...

    def begin(self, drill: Drill, words: str) -> None:
        """Keeps it, and puts a message with these words into the inbox, from the messenger `DRILL`."""


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
    bans: Bans
    trust: StaffTrust
    clock: Clock
    languages: Languages
    policy: Policy
    schedule: Schedule
    rota: Rota
    pager: Pager
    drills: Drills
