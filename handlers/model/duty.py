"""Who is on duty, and the exercise that is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """One staff member's time on duty."""

    label: str
    begins: datetime
    ends: datetime


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


def is_label_of(stored: str, label: str) -> bool:
    """Whether whoever bears a label now was meant by one that was stored: labels grow and shrink with the roster."""
    return bool(stored) and (label.startswith(stored) or stored.startswith(label))
