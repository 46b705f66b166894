"""How the bot is doing, in counts and times only: what /healthz, /metrics and the watchdog look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, literal_column, or_, select, text
from sqlmodel import Session, col

from bot.monitoring.surroundings import Surroundings
from bot.storage.tables import IS_OPEN, CaseRow, InboxRow, OutboxRow, ScheduleRow
from handlers.model.cases import Stage
from handlers.model.duty import Drill
from handlers.model.messages import DRILL, Lane

LATE_SECONDS = 75.0
"""What a person's safety waits for and is due for longer than this is late: a lease and a retry fit into it."""
COUNTED_TO = 10_000
"""More of one kind than so many waiting rows are not counted."""


@dataclass(frozen=True, slots=True)
class Health:
    """Ages in seconds since something was due; 0 where nothing is."""

    inbox_age: float = 0.0
    urgent_age: float = 0.0
    """Of what waits for the desk, and of what in the lanes of an SOS was not even tried; whoever can't be reached
    doesn't count."""
    event_age: float = 0.0
    """Of what should have been called out by now: an escalation, a check-in."""
    waiting: dict[Lane, int] = field(default_factory=dict)
    """How many rows of the outbox, by lane."""
    inbox: int = 0
    aside: int = 0
    """Messages that could not be read or handled."""
    open_cases: dict[Stage, int] = field(default_factory=dict)
    surroundings: Surroundings = field(default_factory=Surroundings)
    drill: Drill | None = None
    """The newest exercise, when there was one."""

    @property
    def oldest_due(self) -> float:
        return max(self.inbox_age, self.urgent_age, self.event_age)

    @property
    def is_late(self) -> bool:
        return self.oldest_due > LATE_SECONDS

    @property
    def is_well(self) -> bool:
        return not self.is_late and not any(self.surroundings.troubles())


def take(session: Session, now: float) -> Health:
    """Looks; `now` in seconds since 1970, on the clock that the rows were written with. What waits is counted up to
    COUNTED_TO, so that a look costs the same whatever waits."""
    oldest, urgent, due = _oldest_message(session, now), _oldest_urgent(session), _oldest_event(session, now)
    return Health(
        inbox_age=now - oldest if oldest is not None else 0.0,
        urgent_age=now - urgent if urgent is not None else 0.0,
        event_age=now - due if due is not None else 0.0,
        waiting={lane: number for lane in Lane if (number := _number(session, col(OutboxRow.lane) == int(lane)))},
        inbox=_number(session, col(InboxRow.is_aside).is_(False)),
        aside=_number(session, col(InboxRow.is_aside).is_(True)),
        open_cases={Stage(stage): number for stage, number in session.execute(_STAGES).all() if stage in list(Stage)},
    )


_STAGES = (
    select(col(CaseRow.stage), func.count())
    .where(text(IS_OPEN), col(CaseRow.platform) != DRILL)
    .group_by(col(CaseRow.stage))
)


def _number(session: Session, condition: ColumnElement[bool]) -> int:
    page = select(literal_column("1")).where(condition).limit(COUNTED_TO).subquery()
    return int(session.execute(select(func.count()).select_from(page)).scalar_one())


def _oldest_message(session: Session, now: float) -> float | None:
    """They come in the order of their numbers."""
    is_waiting = (col(InboxRow.is_aside).is_(False), col(InboxRow.not_before) <= now)
    return session.execute(
        select(col(InboxRow.not_before)).where(*is_waiting).order_by(col(InboxRow.id)).limit(1)
    ).scalar()


def _oldest_urgent(session: Session) -> float | None:
    is_counted = or_(col(OutboxRow.owner) == "", col(OutboxRow.tries) == 0)
    oldest = [
        session.execute(
            select(col(OutboxRow.created_at))
            .where(col(OutboxRow.lane) == int(lane), is_counted)
            .order_by(col(OutboxRow.created_at))
            .limit(1)
        ).scalar()
        for lane in Lane
        if lane <= Lane.ANSWER
    ]
    return min((at for at in oldest if at is not None), default=None)


def _oldest_event(session: Session, now: float) -> float | None:
    return session.execute(select(func.min(col(ScheduleRow.due_at))).where(col(ScheduleRow.due_at) <= now)).scalar()
