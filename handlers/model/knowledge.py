"""What is known: the nouns of `content/`, as pydantic models; the single truth for files, schemas and handlers."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)


class Noun(BaseModel):
    """Frozen, and no field that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _is_in_calendar(value: str) -> bool:
    """Whether it is a year, a month or a day that exists."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
        return False
    try:
        date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _real_partial_date(value: str) -> str:
    if not _is_in_calendar(value):
        raise ValueError("write a date that exists, as 2015, 2015-11 or 2015-11-30")
    return value


def _real_day(value: object) -> object:
    """Pydantic alone would also take a count of seconds for a day."""
    if isinstance(value, str) and not (len(value) == 10 and _is_in_calendar(value)):
        raise ValueError("write a day that exists, as 2015-11-30")
    return value


PartialDate = Annotated[
    str,
    AfterValidator(_real_partial_date),
    Field(json_schema_extra={"pattern": r"^[0-9]{4}(-[0-9]{2}){0,2}$"}),
]
"""`2015`, `2015-11` or `2015-11-30`: as precise as it is known; sorts as text."""

Day = Annotated[date, BeforeValidator(_real_day)]

UNKNOWN = "unknown"


def _real_review(value: str) -> str:
    if value != UNKNOWN and not _is_in_calendar(value):
        raise ValueError("write a day that exists, as 2015-11-30, a month, as 2015-11, or: unknown")
    return value


Review = Annotated[
    str,
    AfterValidator(_real_review),
    Field(json_schema_extra={"pattern": r"^(unknown|[0-9]{4}(-[0-9]{2}){0,2})$"}),
]
"""When somebody last looked at it: a day or a month, or `unknown` where the source has no date."""

Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(json_schema_extra={"translatable": True}),
]
"""A text that persons read; extracted into the catalogues as a whole."""


class Basis(StrEnum):
    """How we know: the document says it, we read it between the lines, or a maintainer confirmed it."""

    STATED = "stated"
    INFERRED = "inferred"
    CONFIRMED = "confirmed"


class Level(Noun):
    """A rung of the alert system."""

    key: str
    severity: int = Field(ge=1, le=9, description="9 is the worst; lists show the most severe first")
    name: Sentence
    symbol: str
    meaning: Sentence
    advice: tuple[Sentence, ...] = Field(min_length=1)
    basis: Basis = Basis.STATED


PLACE = r"^[A-Z]{2}(-([A-Z0-9]{1,3}|[a-z][a-z0-9-]*))?$"
"""`TH`, a territory by ISO 3166-1; or a part of one, by ISO 3166-2 (`CN-XZ`) or a name of our own (`TH-mae-sot`)."""


def whole_of(place: str) -> str:
    """The territory that a part belongs to; nothing for a territory."""
    whole, _dash, part = place.partition("-")
    return whole if part else ""


class Bound(StrEnum):
    """What is known of the beginning of an alert: that very date, or that it was not later, or not earlier."""

    EXACT = "exact"
    AT_LATEST = "at_latest"
    AT_EARLIEST = "at_earliest"


class Alert(Noun):
    """The level that is known last for a place."""

    place: str = Field(pattern=PLACE)
    level: str
    since: PartialDate
    since_is: Bound = Field(default=Bound.AT_LATEST, description="it began then, or at the latest, or at the earliest")
    reviewed: Review = Field(description="the day or month of the last review, or: unknown")
    as_of: PartialDate | None = Field(
        default=None,
        description="the newest date in the source: nothing in it is newer; needed while `reviewed` is unknown",
    )
    basis: Basis
    source: Sentence
    change: Sentence = Field(description="what changed with this alert, one or two sentences")
    advice: tuple[Sentence, ...] = Field(default=(), description="for this place, below the advice of the level")
    summary: tuple[Sentence, ...] = Field(default=(), description="why, in one or two short sentences, a line each")

    @model_validator(mode="before")
    @classmethod
    def _of_an_older_file(cls, values: Any) -> Any:
        """`is_since_exact: true` is what `since_is: exact` was called."""
        if isinstance(values, dict) and isinstance(values.get("is_since_exact"), bool) and "since_is" not in values:
            exact = values["is_since_exact"]
            values = {key: value for key, value in values.items() if key != "is_since_exact"}
            values["since_is"] = Bound.EXACT if exact else Bound.AT_LATEST
        return values

    @model_validator(mode="after")
    def _has_a_date(self) -> Self:
        if self.reviewed == UNKNOWN and self.as_of is None:
            raise ValueError("nobody could tell how old it is: add `as_of`, the newest date in the source")
        return self

    @property
    def known_until(self) -> PartialDate:
        """What happened after this date is not in it."""
        return self.as_of or "" if self.reviewed == UNKNOWN else self.reviewed


class Incident(Noun):
    """Something that happened in a place, the reason for an alert."""

    when: PartialDate
    text: Sentence
    source: Sentence
    basis: Basis = Basis.STATED


class Service(StrEnum):
    """What kind of help."""

    SECURITY = "security"
    PROTECTION = "protection"
    LEGAL = "legal"
    HOUSING = "housing"
    FOOD = "food"
    HEALTH = "health"
    COMMUNITY = "community"
    MATERIAL = "material"
    ACTIVITIES = "activities"


class Channel(Noun):
    """A way to reach somebody; facts, never translated."""

    phone: str = Field(default="", pattern=r"^(\+[1-9][0-9 ]{5,20})?$")
    email: str = ""
    incomplete: str = Field(
        default="", description="printed incompletely in the source; never shown to persons as an address"
    )


class Contact(Noun):
    """Who helps, and how far we can vouch for it."""

    key: str
    name: Sentence
    services: tuple[Service, ...] = Field(min_length=1)
    places: tuple[str, ...] = Field(default=(), description="codes as of files in places/; empty: everywhere")
    channels: tuple[Channel, ...] = ()
    note: str = Field(default="", json_schema_extra={"translatable": True})
    verified_on: Day | None = None
    unverified_since: PartialDate = Field(description="the date of the source, for what nobody has verified")
    basis: Basis = Basis.STATED
    is_emergency: bool = False


class Facts(Noun):
    """What somebody who is in a place should know."""

    as_of: PartialDate
    sentences: tuple[Sentence, ...] = Field(min_length=1)
    source: Sentence
    basis: Basis = Basis.STATED


class Topic(Noun):
    """A category of the board of updates."""

    key: str
    name: Sentence


class Update(Noun):
    """A post on the board."""

    when: Day
    title: Sentence
    text: Sentence
    topics: tuple[str, ...] = Field(min_length=1)
    source: Sentence


class Handle(Noun):
    """An official account of the bot."""

    platform: str
    name: str
    check: Sentence = Field(description="how to check it outside the messenger")
