"""Has what is due happen: what the handlers reply and the next event stand in one transaction, or nothing happened."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session, col

from bot.delivery.outbox_message import Happen
from bot.repositories.cases.rows import IS_OPEN
from bot.repositories.people import PeopleRepository
from bot.repositories.schedule import ScheduleRepository
from bot.storage.engines import StoreError
from bot.storage.mending import Patrol
from bot.storage.sealing import Sealing
from bot.storage.store import Statement, Store, execute
from bot.storage.tables import CaseRow, ScheduleRow
from handlers.model.messages import Person, Wish
from handlers.table import ROWS

log = logging.getLogger(__name__)

EVENTS_A_BATCH = 50
"""Events that one worker claims at a time."""
LEASE_SECONDS = 60.0
"""How long an event is left to the worker that claimed it; what makes its handler fail is tried again after that."""
POLL_SECONDS = 2.0
"""The longest that an event is late because somebody else has scheduled it, in seconds."""
MEND_SECONDS = 60.0
"""How often open cases without an event to come are looked for, in seconds."""

TRIES_A_PLAIN_CALL = 5
"""A case whose own way to call fails is called plainly the first time, and again after so many tries, a lease apart."""

_CALL = "case.alarm"
_WHOLE = tuple(col(getattr(ScheduleRow, name)) for name in ("name", "wish", "argument", "person", "due_at"))
_HOLD_CASE = Statement(select(col(CaseRow.code)).where(col(CaseRow.code) == bindparam("of_code")).with_for_update())
_IS_SAME = (col(ScheduleRow.name) == bindparam("of_name"), col(ScheduleRow.due_at) == bindparam("was_due_at"))
_IS_THERE = select(col(ScheduleRow.name)).where(*_IS_SAME)
_TAKE = delete(ScheduleRow).where(*_IS_SAME).returning(col(ScheduleRow.name))
_CLAIM = (
    update(ScheduleRow)
    .where(
        col(ScheduleRow.name).in_(
            select(col(ScheduleRow.name))
            .where(col(ScheduleRow.due_at) <= bindparam("now"), col(ScheduleRow.leased_until) <= bindparam("now"))
            .order_by(col(ScheduleRow.due_at), col(ScheduleRow.name))
            .limit(EVENTS_A_BATCH)
            .with_for_update(skip_locked=True)
        )
    )
    .values(leased_until=bindparam("until"))
    .returning(*_WHOLE)
)
_SOONEST = (
    select(col(ScheduleRow.due_at))
    .where(col(ScheduleRow.leased_until) <= col(ScheduleRow.due_at))
    .order_by(col(ScheduleRow.due_at))
    .limit(1)
)
"""Of what is in nobody's hands; what is comes back when its lease is over, which is looked for every POLL_SECONDS."""


@dataclass(frozen=True, slots=True)
class DueEvent:
    """One that this worker has claimed."""

    name: str
    wish: Wish = field(repr=False)
    person: str = field(repr=False)
    due_at: float
    until: float
    """The end of the lease, in seconds since 1970."""


class Scheduler:
    """Claims what is due, and has it happen."""

    def __init__(self, store: Store, sealing: Sealing, happen: Happen) -> None:
        self._store = store
        self._sealing = sealing
        self._happen = happen
        self._patrol = Patrol()
        self._failing: Counter[str] = Counter()
        """How often events have failed since they last happened, by name."""

    async def work(self, after: Callable[[], None]) -> None:
        """Has what is due happen, until cancelled; calls `after` when there is something to send."""
        mended_at = 0.0
        while True:
            try:
                if self._sealing.seconds() - mended_at > MEND_SECONDS:
                    mended_at = self._sealing.seconds()
                    await self._store.run(self.mend)
                number = await self.work_once()
                wait = 0.0 if number else await self._store.run(self._wait)
            except StoreError:
                log.error("scheduler: the database did not answer; trying again")
                number, wait = 0, 1.0
            if number:
                after()
            await asyncio.sleep(wait)

    async def work_once(self) -> int:
        """Has one batch happen; returns how many events it had."""
        claimed = await self._store.run(self.claim)
        for number, event in enumerate(claimed):
            try:
                await self._store.run(partial(self.ring, event=event))
            except StoreError:  # what calls for help must not wait for the end of a lease
                await self._store.run(partial(_give_back, left=claimed[number:]))
                raise
            except Exception as error:  # nothing of it happened: it is tried again when the lease is over
                await self._fail(event, error)
            else:
                del self._failing[event.name]
        return len(claimed)

    async def _fail(self, event: DueEvent, error: Exception) -> None:
        times = self._failing[event.name]
        level = logging.ERROR if times else logging.CRITICAL  # the operator is told once
        log.log(level, "scheduler: an event's handler failed; it is tried again", exc_info=error)
        self._failing[event.name] += 1
        if event.wish.name == _CALL and times % TRIES_A_PLAIN_CALL == 0:
            try:
                await self._store.run(partial(self._call_plainly, event=event))
            except StoreError:
                raise
            except Exception as worse:
                log.critical("scheduler: a case can't call: look at the desk's board", exc_info=worse)

    def _call_plainly(self, session: Session, event: DueEvent) -> None:
        """A case whose own way to call fails calls all the same, unless somebody has seen to it in the meantime."""
        if execute(session, _IS_THERE, of_name=event.name, was_due_at=event.due_at).first() is not None:
            self._happen(session, Wish("case.plain_call", event.wish.argument), "")

    def mend(self, session: Session) -> None:
        """Schedules the event of every open case that has none: one of an older version, or one that a fault lost;
        and what an older version had set aside, because it didn't know what it means. A time that is none never comes:
        it is mended before."""
        now = self._sealing.clock.now()
        self._patrol.go_round(session, now.timestamp())
        ScheduleRepository(session).give_back(ROWS, now)
        silent = (
            select(col(CaseRow.code))
            .outerjoin(ScheduleRow, col(ScheduleRow.name) == col(CaseRow.code))
            .where(IS_OPEN, col(ScheduleRow.name).is_(None))
        )
        for code in session.execute(silent).scalars().all():
            ScheduleRepository(session).set(code, Wish(_CALL, code), now)

    def claim(self, session: Session) -> list[DueEvent]:
        """Takes a lease on events that are due and in nobody's hands; returns them, oldest first."""
        now = self._sealing.seconds()
        until = now + LEASE_SECONDS
        rows = execute(session, _CLAIM, now=now, until=until).all()
        claimed = [DueEvent(row.name, Wish(row.wish, row.argument), row.person, row.due_at, until) for row in rows]
        return sorted(claimed, key=lambda event: (event.due_at, event.name))

    def ring(self, session: Session, event: DueEvent) -> None:
        """Has it happen, unless it was moved or dropped in the meantime: then somebody has seen to it."""
        if event.person:  # everybody holds in this order: person, case, event
            PeopleRepository(session, self._sealing).hold(Person(event.person))
        _HOLD_CASE.run(session, of_code=event.name)
        if execute(session, _TAKE, of_name=event.name, was_due_at=event.due_at).first() is None:
            return
        if event.wish.name in ROWS:
            self._happen(session, event.wish, event.person)
        else:
            self._set_aside(session, event)

    def _set_aside(self, session: Session, event: DueEvent) -> None:
        """This version doesn't know what it means; a case calls on, as every one does that is open."""
        log.critical("scheduler: an event has a wish that this version doesn't know; it was set aside: update the bot")
        self.mend(session)
        ScheduleRepository(session).set_aside(event.name, event.wish, event.person)

    def _wait(self, session: Session) -> float:
        """Seconds until something may be due."""
        soonest = execute(session, _SOONEST).scalar()
        until = POLL_SECONDS if soonest is None else soonest - self._sealing.seconds()
        return float(min(max(until, 0.05), POLL_SECONDS))


def _give_back(session: Session, left: Sequence[DueEvent]) -> None:
    for event in left:
        held = (col(ScheduleRow.name) == event.name, col(ScheduleRow.leased_until) == event.until)
        session.execute(update(ScheduleRow).where(*held).values(leased_until=0.0))
