"""How the bot is doing, in counts and times only: what /healthz, /metrics and the watchdog look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from bot.monitoring.surroundings import Surroundings
from bot.storage.tables import CaseRow, InboxRow, OutboxRow, ScheduleRow
from handlers.model.cases import Stage
from handlers.model.duty import Drill
from handlers.model.messages import DRILL, Lane

LATE_SECONDS = 75.0
"""What a person's safety waits for and is due for longer than this is late: a lease and a retry fit into it."""


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
    """Looks; `now` in seconds since 1970, on the clock that the rows were written with."""
    is_waiting = (col(InboxRow.is_aside).is_(False), col(InboxRow.not_before) <= now)
    oldest = session.execute(select(func.min(col(InboxRow.not_before))).where(*is_waiting)).scalar()
    is_urgent = (col(OutboxRow.lane) <= int(Lane.ANSWER), or_(col(OutboxRow.owner) == "", col(OutboxRow.tries) == 0))
    urgent = session.execute(select(func.min(col(OutboxRow.created_at))).where(*is_urgent)).scalar()
    due = session.execute(select(func.min(col(ScheduleRow.due_at))).where(col(ScheduleRow.due_at) <= now)).scalar()
    lanes = session.execute(select(col(OutboxRow.lane), func.count()).group_by(col(OutboxRow.lane))).all()
    inbox = session.execute(select(col(InboxRow.is_aside), func.count()).group_by(col(InboxRow.is_aside))).all()
    counts = {bool(is_aside): number for is_aside, number in inbox}
    stages = session.execute(
        select(col(CaseRow.stage), func.count())
        .where(col(CaseRow.stage) != Stage.CLOSED.value, col(CaseRow.platform) != DRILL)
        .group_by(col(CaseRow.stage))
    ).all()
    return Health(
        inbox_age=now - oldest if oldest is not None else 0.0,
        urgent_age=now - urgent if urgent is not None else 0.0,
        event_age=now - due if due is not None else 0.0,
        waiting={Lane(lane): number for lane, number in lanes},
        inbox=counts.get(False, 0),
        aside=counts.get(True, 0),
        open_cases={Stage(stage): number for stage, number in stages},
    )
