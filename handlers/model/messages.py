"""The nouns of the conversation: what comes in and what goes out, with no messenger in sight."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.model.language import Language


class Lane(IntEnum):
    """What is sent first when not everything can be sent at once; smaller goes first."""

    RECEIPT = 0
    DESK = 1
    ANSWER = 2
    CONSENT = 3
    LOOKUP = 4
    NOTICE = 5


DRILL = "drill"
"""The messenger that there is not: what comes from it is an exercise, and nothing is sent to it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants, in the terms of the table in `handlers/table.py`."""

    name: str
    argument: str = field(default="", repr=False)


STALE = Wish("stale")
"""What is wanted by whoever chooses something that can't be chosen any more."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that is offered: a button, or a numbered line on a messenger that has none."""

    label: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote to the bot: an opaque keyed tag, never an account, a name or a number."""

    tag: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the desk whose authority was checked for this very message."""

    label: str


class Room(StrEnum):
    """Which of the two private channels: the desk, or the one behind it when the desk is silent."""

    DESK = "desk"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of one case in a desk; an empty code is that desk's main room."""

    code: str = ""
    room: Room = Room.DESK


@dataclass(frozen=True, slots=True)
class Media:
    """A photo that lies at a messenger; `ref` means something to that messenger's adapter only."""

    platform: str
    ref: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map, WGS 84 degrees."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)

    @property
    def rounded(self) -> Point:
        """To about a kilometre: two decimals."""
        return Point(round(self.latitude, 2), round(self.longitude, 2))


class Kind(StrEnum):
    """What sort of message came in, beyond its text."""

    TEXT = "text"
    PHOTO = "photo"
    POINT = "point"
    LIVE_LOCATION = "live_location"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    CONTACT = "contact"
    POLL = "poll"
    CALL = "call"
    UNREADABLE = "unreadable"
    """It came, but could not be decrypted."""
    MAP_PICTURE = "map_picture"
    """The picture that an app adds to a place: it shows the place exactly."""
    LONG_TEXT = "long_text"
    """The end of a text that was too long for its messenger, which came as a file."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of one person or staff member, ready to be decided on.

    `wish` is set when the router understood what is wanted; `text` is then what is left for the
    handler to read. `message` and `quoted` are opaque references of this and of the quoted message; of a changed
    message, `message` is one of its older names and `revision` its newest.
    """

    person: Person
    language: Language = field(repr=False)
    at: datetime
    text: str = field(default="", repr=False)
    wish: Wish | None = None
    also: Wish | None = None
    """What is answered as well, of a message that goes to the team."""
    is_choice: bool = False
    """It came by a choice: nothing was written."""
    kind: Kind = Kind.TEXT
    others: tuple[Kind, ...] = ()
    """What else it holds that can't be passed on."""
    photos: tuple[Media, ...] = ()
    point: Point | None = None
    message: str = field(default="", repr=False)
    revision: str = field(default="", repr=False)
    quoted: str = field(default="", repr=False)
    topic: str = field(default="", repr=False)
    platform: str = ""
    is_first: bool = False
    is_edit: bool = False
    staff: Staff | None = None
    room: Room = Room.DESK
    """The desk in which staff wrote."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send.

    `text` is ours and may hold <b>, <i>, <code>, <at> around the label of a staff member who is to be called, and
    <time at="seconds since 1970"> around a time, which some apps show in their own clock;
    what is put into it must pass `escape`. `words` are somebody's own, shown below the text exactly as they are and
    never read as markup. `to` is who gets it: nobody named means whoever asked. `then` happens when the messenger has
    accepted the message, `otherwise` when it is certain that it never will; both are wishes of the table,
    whose arguments are codes and never words.
    `has_links`: addresses in the words can be tapped, which is so only where staff have asked for it.
    `replaces` puts the reply in the place of the message whose button was pressed, where that can be done.
    `slot` names something of which a desk has one message: a new one takes the older one away, and with `replaces`
    that message is changed in its place, or nothing happens where there is none; of a person's, one that still waits
    makes room for the new one. `is_about_note`: what is typed after it answers it, also a number, and is no choice from
    a list above; as with all in the lanes RECEIPT and ANSWER. `answer` is the reference of the team's words in the
    record, from `Desk.add`: it is remembered which messages have brought them.
    """

    text: str
    words: str = field(default="", repr=False)
    has_links: bool = False
    choices: tuple[Choice, ...] = ()
    to: Person | Thread | None = None
    lane: Lane = Lane.LOOKUP
    photo: Media | None = None
    point: Point | None = None
    replaces: bool = False
    slot: str = ""
    is_about_note: bool = False
    then: Wish | None = None
    otherwise: Wish | None = None
    answer: str = field(default="", repr=False)


def escape(value: str) -> str:
    """`value` made safe to stand inside `Reply.text`."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
