"""A case to its columns, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import bindparam, select, text
from sqlmodel import col

from bot.storage import tables
from bot.storage.sealing import moment
from bot.storage.tables import CaseRow
from handlers.model.cases import Case, Digest, Stage
from handlers.model.messages import DRILL, Person


class _Stored(NamedTuple):
    """The columns that a case is made of."""

    code: str
    person: str
    platform: str
    language: str
    stage: str
    opened_at: float
    owner: str
    is_offered: bool
    is_withdrawn: bool
    acknowledged_at: float | None
    closed_at: float | None
    since: float | None
    is_waiting: bool
    is_answered: bool
    step: int
    calls: int
    snoozes: int
    snoozed_until: float | None
    is_at_backup: bool
    digest: str
    purge_at: float | None


E = TypeVar("E", bound=StrEnum)
_MOST = 1_000_000
_LAST = 250_000_000_000.0
"""Seconds since 1970: in the year 9892, near the last that a date can have."""

CASES = select(*(col(getattr(CaseRow, name)) for name in _Stored._fields))
"""Selects what `case_of_row` takes."""
OF_CODE = col(CaseRow.code) == bindparam("of_code")
IS_OPEN = text(f"sos_case.{tables.IS_OPEN}")
IS_LISTED = text(f"sos_case.{tables.IS_LISTED}")
"""Word by word as the indexes have them."""
IS_REAL = col(CaseRow.platform) != DRILL
"""No exercise."""


def case_of_row(row: Sequence[Any] | None) -> Case | None:
    """The case that a row of `CASES` holds; None for none. Whatever is damaged in it is read so that the case calls."""
    if row is None:
        return None
    stored = _Stored(*row)
    opened_at = _moment(stored.opened_at) or moment(0)
    return Case(
        code=stored.code,
        person=Person(stored.person),
        platform=stored.platform,
        language=stored.language,
        stage=_known(Stage, stored.stage, Stage.POSTED),
        opened_at=opened_at,
        owner=stored.owner,
        is_offered=bool(stored.is_offered),
        is_withdrawn=bool(stored.is_withdrawn),
        acknowledged_at=_moment(stored.acknowledged_at),
        closed_at=_moment(stored.closed_at),
        since=_moment(stored.since) or opened_at,
        is_waiting=bool(stored.is_waiting),
        is_answered=bool(stored.is_answered),
        step=_count(stored.step),
        calls=_count(stored.calls),
        snoozes=_count(stored.snoozes),
        snoozed_until=_moment(stored.snoozed_until),
        is_at_backup=bool(stored.is_at_backup),
        digest=_known(Digest, stored.digest, Digest.NONE),
        purge_at=_moment(stored.purge_at),
    )


def changing_columns(case: Case) -> dict[str, Any]:
    """The columns that follow from what became of a case, by name; without those that are written once."""
    return {
        "stage": case.stage.value,
        "owner": case.owner,
        "is_offered": case.is_offered,
        "is_withdrawn": case.is_withdrawn,
        "is_waiting": case.is_waiting,
        "is_answered": case.is_answered,
        "is_at_backup": case.is_at_backup,
        "digest": case.digest.value,
        "step": case.step,
        "calls": case.calls,
        "snoozes": case.snoozes,
        "snoozed_until": _seconds(case.snoozed_until),
        "since": _seconds(case.since),
        "acknowledged_at": _seconds(case.acknowledged_at),
        "closed_at": _seconds(case.closed_at),
    }


def _known(kind: type[E], stored: str, otherwise: E) -> E:
    return kind(stored) if stored in list(kind) else otherwise


def _count(stored: object) -> int:
    return min(max(stored, 0), _MOST) if isinstance(stored, int) else 0


def _moment(seconds: object) -> datetime | None:
    return moment(seconds) if isinstance(seconds, float | int) and 0 < seconds < _LAST else None


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
