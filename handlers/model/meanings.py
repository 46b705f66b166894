"""What a message may mean: the noun of `content/meanings/`, and what was heard in one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from handlers.model.knowledge import Noun, Sentence


class Sort(StrEnum):
    """What follows from a meaning; `bot/routing/policy.py` has the table."""

    CRY = "cry"
    SITUATION = "situation"
    SAFE = "safe"
    CANCEL = "cancel"
    WIPE = "wipe"
    SEND = "send"
    MORE = "more"
    YES = "yes"
    NO = "no"
    THANKS = "thanks"
    STATUS = "status"
    """Asks what became of their note."""
    ASK = "ask"
    """Asks for something by its name: `wish` tells for what."""
    FILLER = "filler"
    """Says nothing by itself: please, now, hello."""


class Phrases(Noun):
    """Those of one language. `*` behind a word: more letters may follow; `…`: other words may stand between;
    `(a|b)`: one of these, and `(a|)`: perhaps this."""

    alone: tuple[str, ...] = Field(
        default=(), description="all that the message says, but for please, now and the like"
    )
    inside: tuple[str, ...] = Field(default=(), description="anywhere in a message")


class Meaning(Noun):
    """One thing that somebody may mean, and how it is said."""

    sort: Sort
    wish: str = Field(default="", description="of an `ask`: what is asked for, by its name in handlers/table.py")
    rank: int = Field(
        default=5, ge=1, le=5, description="of a `situation`: 1 is the gravest; of several, its steps are shown"
    )
    label: Sentence | None = Field(default=None, description="of a `situation`: in a few words, for the desk")
    answer: Sentence | None = Field(
        default=None, description="of a `situation`: one calm sentence that it is understood"
    )
    phrases: Mapping[str, Phrases] = Field(description="by language, as a code; they count in every language at once")
    unless: Mapping[str, tuple[str, ...]] = Field(
        default={}, description="what makes it mean something else, where a phrase is a part of it"
    )
    heard: tuple[str, ...] = Field(default=(), description="messages that have to be understood so")
    not_heard: tuple[str, ...] = Field(default=(), description="messages that must not be understood so")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a message may mean, and where it says so, in the folded text."""

    meaning: str
    sort: Sort
    start: int
    end: int
    is_alone: bool
    """Whether the message says nothing else."""
    is_first: bool
    """Whether nothing that counts stands before it."""
    wish: str = ""
    """Of an `ask`: what is asked for."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that a message may mean, in the order of the text."""

    readings: tuple[Reading, ...] = ()

    def of(self, *sorts: Sort) -> tuple[Reading, ...]:
        """Those of these sorts."""
        return tuple(reading for reading in self.readings if reading.sort in sorts)

    def alone(self, sorts: Iterable[Sort]) -> Reading | None:
        """The first of these sorts that the whole message says, in the order of `sorts`."""
        found = {reading.sort: reading for reading in reversed(self.readings) if reading.is_alone}
        return next((found[sort] for sort in sorts if sort in found), None)

    @property
    def situations(self) -> tuple[str, ...]:
        """The names of what the person is in, each once."""
        return tuple(dict.fromkeys(reading.meaning for reading in self.of(Sort.SITUATION)))
