"""A case to its columns, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import col

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


CASES = select(*(col(getattr(CaseRow, name)) for name in _Stored._fields))
"""Selects what `case_of_row` takes."""
OF_CODE = col(CaseRow.code) == bindparam("of_code")
IS_OPEN = col(CaseRow.stage) != Stage.CLOSED.value
IS_REAL = col(CaseRow.platform) != DRILL
"""No exercise."""


def case_of_row(row: Sequence[Any] | None) -> Case | None:
    """The case that a row of `CASES` holds; None for none."""
    if row is None:
        return None
    stored = _Stored(*row)
    return Case(
        code=stored.code,
        person=Person(stored.person),
        platform=stored.platform,
        language=stored.language,
        stage=Stage(stored.stage),
        opened_at=moment(stored.opened_at),
        owner=stored.owner,
        is_offered=bool(stored.is_offered),
        is_withdrawn=bool(stored.is_withdrawn),
        acknowledged_at=_moment(stored.acknowledged_at),
        closed_at=_moment(stored.closed_at),
        since=moment(stored.since or stored.opened_at),
        is_waiting=bool(stored.is_waiting),
        is_answered=bool(stored.is_answered),
        step=stored.step,
        calls=stored.calls,
        snoozes=stored.snoozes,
        snoozed_until=_moment(stored.snoozed_until),
        is_at_backup=bool(stored.is_at_backup),
        digest=Digest(stored.digest),
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


def _moment(seconds: float | None) -> datetime | None:
    return moment(seconds) if seconds else None


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
