"""A case, its stages and what is written down about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from handlers.model.messages import DRILL, Media, Person, Point, Room

NEVER = datetime.fromtimestamp(0, UTC)
MOST_AT_ONCE = 500
"""Open cases that anybody looks at in one go."""
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
    """What the next scheduled event counts from: the newest call, acknowledgement, answer or unanswered message."""
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


@dataclass(frozen=True, slots=True)
class SilentCases:
    """Open cases of which the desk had a line in a list and that nobody has acknowledged, all together."""

    number: int = 0
    step: int = 0
    """How many steps of the escalation were done for the one that is furthest."""
    is_at_backup: bool = False
    """Whether the backup desk knows one of them."""


class Author(StrEnum):
    PERSON = "person"
    STAFF = "staff"
    BOT = "bot"
    """What staff must know of the case, in their language."""
    UNSENT = "unsent"
    """What staff have written and may still send; it was not said, and `Desk.record` leaves it out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the record of a case."""

    author: Author
    at: datetime
    words: str = field(default="", repr=False)
    photo: Media | None = None
    point: Point | None = None
    to: str = field(default="", repr=False)
    """The beginning of the answer of the team that it replies to, if that is known."""


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
