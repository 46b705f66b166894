"""Limits of a messenger on what one account may send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.model.messages import Lane


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` messages within any `seconds`.

    `kept` of them are for nothing but the lane RECEIPT; `shares` are those of the lanes that may not have all others.
    """

    most: int
    seconds: float
    shares: Mapping[Lane, int] = field(default_factory=dict)
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits on what one account sends: to all together, to each person, to each group; None is no limit."""

    account: Limit | None = None
    person: Limit | None = None
    group: Limit | None = None
