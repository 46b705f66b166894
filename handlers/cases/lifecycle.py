"""The life of an open case, as PagerDuty and GoAlert know it: triggered, acknowledged, escalated, resolved.

Each function takes a case and returns what became of it; `Desk.keep` stores that, with the event that `due` names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.model.cases import Case, Stage
from handlers.model.escalation_policy import Routing

MOST_SNOOZES = 2


def due(case: Case, routing: Routing) -> datetime | None:
    """When an open case makes itself heard if nothing happens; nothing for a closed one, and for no other."""
    if case.stage is Stage.CLOSED:
        return None
    if case.stage is not Stage.ACKNOWLEDGED:
        return case.since + timedelta(minutes=routing.step(case.step).after)
    if case.is_waiting:
        expires = case.since + timedelta(minutes=routing.acknowledgement)
        latest = expires + timedelta(minutes=MOST_SNOOZES * routing.snooze)
        return min(max(expires, case.snoozed_until), latest) if case.snoozed_until else expires
    return case.since + timedelta(minutes=routing.reminder)


def posted(case: Case) -> Case:
    """A desk has it."""
    return replace(case, stage=Stage.POSTED)


def acknowledged(case: Case, label: str, at: datetime) -> Case:
    """Somebody is on it: the first, or a colleague who takes it over."""
    return replace(
        case,
        stage=Stage.ACKNOWLEDGED,
        owner=label,
        is_offered=False,
        acknowledged_at=at,
        since=at,
        snoozed_until=None,
    )


def answered(case: Case, at: datetime) -> Case:
    """The person has heard from the team, or its owner has seen to what the person added."""
    return replace(case, is_waiting=False, is_answered=True, since=at, snoozes=0, snoozed_until=None)


def followed_up(case: Case, at: datetime) -> Case:
    """The person has added something. Writing on and on must not put the next call off."""
    if case.stage is not Stage.ACKNOWLEDGED or case.is_waiting:
        return case
    return replace(case, is_waiting=True, since=at)


def withdrawn(case: Case, at: datetime) -> Case:
    """The person said that it is over, or wiped: somebody has to check."""
    return replace(followed_up(case, at), is_withdrawn=True)


def snoozed(case: Case, until: datetime) -> Case:
    return replace(case, snoozes=case.snoozes + 1, snoozed_until=until)


def expired(case: Case, at: datetime) -> Case:
    """Acknowledged and not answered: it calls again, from the first step."""
    return replace(
        case,
        stage=Stage.POSTED,
        owner="",
        is_offered=False,
        is_answered=False,
        since=at,
        step=0,
        snoozed_until=None,
    )


def reopened(case: Case, label: str, at: datetime) -> Case:
    """It was closed too early: whoever opens it is on it, and the person waits for them."""
    return replace(
        acknowledged(case, label, at),
        closed_at=None,
        purge_at=None,
        is_waiting=True,
        is_answered=False,
        is_withdrawn=False,
        step=0,
        snoozes=0,
    )


def called(case: Case, at: datetime) -> Case:
    """One more step of the escalation was done."""
    return replace(case, step=case.step + 1, calls=case.calls + 1, since=at)


def reminded(case: Case, at: datetime) -> Case:
    """Its owner was asked what became of it."""
    return replace(case, since=at)
