"""What became of the search for a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


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
