"""What is remembered of a conversation: the draft of an SOS, a check-in, the language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.model.messages import Media, Point

# The open questions, as `Memory.step` has them: names that are stored.
COLLECTING = "sos"
"""An SOS is being written."""
REHEARSING = "ready.rehearse"
"""The same, in calm."""
IN_CHECK_IN = "checkin:"
"""A check-in is being set; behind it stands which step of that is open."""
ASKED_WORD = "word"
"""The word was asked for on which a person and the team agree."""
ASKED_PLACE = "place:"
"""A place was asked for; behind it stands the wish that it was asked for."""


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
    """Changes with every change of what is passed on, so that an old Send button can't send a newer draft."""
    is_rehearsal: bool = False
    """Whether nothing was added to it since a rehearsal showed it."""

    @property
    def words(self) -> str:
        """What was written twice is passed on once."""
        return "\n\n".join(dict.fromkeys(part.words for part in self.parts if part.words))

    @property
    def photos(self) -> tuple[Media, ...]:
        return tuple(dict.fromkeys(photo for part in self.parts for photo in part.photos))

    @property
    def point(self) -> Point | None:
        """The newest one; the others are where the person is no more."""
        return next((part.point for part in reversed(self.parts) if part.point), None)

    @property
    def shown_point(self) -> Point | None:
        """What is passed on of the place."""
        return self.point if self.is_exact or self.point is None else self.point.rounded


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A time at which the person wants to be asked, and the SOS that is sent if they don't answer."""

    minutes: int
    words: str = field(default="", repr=False)
    platform: str = ""
    at: datetime | None = None
    """When they are asked; nothing before it is set."""
    is_asked: bool = False
    wanted: datetime | None = None
    """When they want to be asked, where they named a time of day and not a length of time."""
    offset: int | None = None
    """Of the person's clock, in minutes east of UTC; None: not known."""
    heard: tuple[str, ...] = field(default=(), repr=False)
    """What they answered that was neither yes nor no."""
    word: str = field(default="", repr=False)
    """What was agreed when it was set: only who knows it ends the check-in."""
    is_word_open: bool = False
    """Whether somebody wanted to end it and has not said the word."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of the conversation with one person, sealed, until it expires."""

    chosen_language: str = ""
    written_language: str = ""
    hinted_language: str = ""
    step: str = ""
    """The question that is open, if one is: one of those above."""
    draft: Draft | None = None
    is_ready: bool = False
    has_new_key: bool = False
    """Their messenger's key is not the one of their last message; told to the desk with the next SOS."""
    place: str = field(default="", repr=False)
    """The place of the last answer, as long as questions are about it."""
    check_in: CheckIn | None = None
    doubted: CheckIn | None = None
    """One that was ended with a wrong word: it goes on, and the phone doesn't show it."""
    word: str = field(default="", repr=False)
    """What the person and the team have agreed to ask for; shown to nobody."""
    contents: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Of the newest messages, the messenger's name of each and a digest of what it holds: an edit that changes nothing
    is told from one that does."""

    @property
    def wish_for_place(self) -> str:
        """The wish that a place was asked for; empty when no such question is open."""
        return self.step.removeprefix(ASKED_PLACE) if self.step.startswith(ASKED_PLACE) else ""

    def after_check_in(self) -> Memory:
        """No step of setting a check-in is open any more; another question stays."""
        return replace(self, step="" if self.step.startswith(IN_CHECK_IN) else self.step)

    def without_place(self) -> Memory:
        """No place is talked about any more, and none is asked for."""
        return replace(self, place="", step="" if self.wish_for_place else self.step)
