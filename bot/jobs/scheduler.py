"""Lets handlers decide what is due: their replies and the next alarm stand in one transaction, or nothing happened."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import bindparam, case, delete, func, select, update
from sqlmodel import Session, col

from bot.repositories.people import PeopleRepository
from bot.repositories.schedule import ScheduleRepository
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing
from bot.storage.store import Statement, Store, execute
from bot.storage.tables import CaseRow, ScheduleRow
from handlers.model.cases import Stage
from handlers.model.messages import Person, Wish

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Alarms that are rung in one go."""
LEASE_SECONDS = 60.0
"""How long an alarm is left to the worker that took it; what makes its handler fail is tried again after that."""
POLL_SECONDS = 2.0
"""The longest that an alarm is late because somebody else has set it, in seconds."""
MEND_SECONDS = 60.0
"""How often open cases without an alarm are looked for, in seconds."""

_WHOLE = tuple(col(getattr(ScheduleRow, name)) for name in ("name", "wish", "argument", "person", "due_at"))
_HOLD_CASE = Statement(select(col(CaseRow.code)).where(col(CaseRow.code) == bindparam("of_code")).with_for_update())
_TAKE = (
    delete(ScheduleRow)
    .where(col(ScheduleRow.name) == bindparam("of_name"), col(ScheduleRow.due_at) == bindparam("was_due_at"))
    .returning(col(ScheduleRow.name))
)

Ring = Callable[[Session, Wish, str], None]
"""(session, wish, person's tag)."""


@dataclass(frozen=True, slots=True)
class Due:
    """An alarm that this worker has taken."""

    name: str
    wish: Wish = field(repr=False)
    person: str = field(repr=False)
    due_at: float
    until: float
    """The end of the lease, in seconds since 1970."""


class Scheduler:
    """Rings what is due."""

    def __init__(self, store: Store, sealing: Sealing, ring: Ring) -> None:
        self._store = store
        self._sealing = sealing
        self._ring = ring

    async def work(self, after: Callable[[], None]) -> None:
        """Rings what is due, until cancelled; calls `after` when there is something to send."""
        mended_at = 0.0
        while True:
            try:
                if self._sealing.seconds() - mended_at > MEND_SECONDS:
                    mended_at = self._sealing.seconds()
                    await self._store.run(self.mend)
                rung = await self.work_once()
                wait = 0.0 if rung else await self._store.run(self._wait)
            except StoreError:
                log.error("escalation: the database did not answer; trying again")
                rung, wait = 0, 1.0
            if rung:
                after()
            await asyncio.sleep(wait)

    async def work_once(self) -> int:
        """Rings one batch; returns how many alarms it had."""
        taken = await self._store.run(self._claim)
        for number, due in enumerate(taken):
            try:
                await self._store.run(partial(self._ring_one, due=due))
            except StoreError:  # what calls for help must not wait for the end of a lease
                await self._store.run(partial(_give_back, left=taken[number:]))
                raise
            except Exception as error:  # nothing of it happened: it rings again when the lease is over
                log.critical("escalation: an alarm could not be rung; it is tried again", exc_info=error)
        return len(taken)

    def mend(self, session: Session) -> None:
        """Sets the alarm of every open case that has none: one of an older version, or one that a fault has lost."""
        silent = (
            select(col(CaseRow.code))
            .outerjoin(ScheduleRow, col(ScheduleRow.name) == col(CaseRow.code))
            .where(col(CaseRow.stage) != Stage.CLOSED.value, col(ScheduleRow.name).is_(None))
        )
        for code in session.execute(silent).scalars().all():
            ScheduleRepository(session).set(code, Wish("case.alarm", code), self._sealing.clock.now())

    def _claim(self, session: Session) -> list[Due]:
        """What is due and in nobody's hands."""
        now = self._sealing.seconds()
        until = now + LEASE_SECONDS
        due = (
            select(col(ScheduleRow.name))
            .where(col(ScheduleRow.due_at) <= now, col(ScheduleRow.leased_until) <= now)
            .order_by(col(ScheduleRow.due_at), col(ScheduleRow.name))
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = session.execute(
            update(ScheduleRow).where(col(ScheduleRow.name).in_(due)).values(leased_until=until).returning(*_WHOLE)
        ).all()
        taken = [Due(row.name, Wish(row.wish, row.argument), row.person, row.due_at, until) for row in rows]
        return sorted(taken, key=lambda due: (due.due_at, due.name))

    def _ring_one(self, session: Session, due: Due) -> None:
        """Unless it was moved or taken away in the meantime: then somebody has seen to it."""
        if due.person:  # everybody holds in this order: person, case, alarm
            PeopleRepository(session, self._sealing).hold(Person(due.person))
        _HOLD_CASE.run(session, of_code=due.name)
        if execute(session, _TAKE, of_name=due.name, was_due_at=due.due_at).first() is not None:
            self._ring(session, due.wish, due.person)

    def _wait(self, session: Session) -> float:
        """Seconds until something may be due."""
        free_at = case(
            (col(ScheduleRow.leased_until) > col(ScheduleRow.due_at), col(ScheduleRow.leased_until)),
            else_=col(ScheduleRow.due_at),
        )
        soonest = session.execute(select(func.min(free_at))).scalar()
        until = POLL_SECONDS if soonest is None else soonest - self._sealing.seconds()
        return float(min(max(until, 0.05), POLL_SECONDS))


def _give_back(session: Session, left: Sequence[Due]) -> None:
    for due in left:
        held = (col(ScheduleRow.name) == due.name, col(ScheduleRow.leased_until) == due.until)
        session.execute(update(ScheduleRow).where(*held).values(leased_until=0.0))
