"""Scheduled events, within one transaction: each stands together with what caused it, or not at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session, col

from bot.storage.store import Statement, insert_once, upsert
from bot.storage.tables import ScheduleRow
from handlers.model.messages import Person, Wish

_DUE = Statement(
    select(col(ScheduleRow.due_at))
    .where(col(ScheduleRow.name) == bindparam("of_name"))
    .with_for_update(read=True, key_share=True)
)
"""Waits for whoever is ringing it, and nobody else (PostgreSQL): what it is brought forward for would be missed."""
_SET = upsert(ScheduleRow, "name")
_SET_ASIDE = insert_once(ScheduleRow, "name")
_DROP = Statement(delete(ScheduleRow).where(col(ScheduleRow.name) == bindparam("of_name")))


NOT_DUE = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""The time of an event that was set aside: under its own name, so it is dropped and replaced as any other."""


class ScheduleRepository:
    """`handlers.ports.Schedule` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set(self, name: str, wish: Wish, at: datetime, person: Person | None = None) -> None:
        values = {"wish": wish.name, "argument": wish.argument, "person": person.tag if person else ""}
        _SET.run(self._session, name=name, **values, due_at=at.timestamp(), leased_until=0.0)

    def bring_forward(self, name: str, wish: Wish, at: datetime) -> None:
        due = _DUE.first(self._session, of_name=name)
        if due is None or due[0] > at.timestamp():
            self.set(name, wish, at)

    def drop(self, name: str) -> None:
        _DROP.run(self._session, of_name=name)

    def set_aside(self, name: str, wish: Wish, person: str) -> None:
        """Keeps an event whose wish this version doesn't know, unless there is one of that name; `person`: a tag."""
        values = {"wish": wish.name, "argument": wish.argument, "person": person}
        _SET_ASIDE.run(self._session, name=name, **values, due_at=NOT_DUE, leased_until=0.0)

    def give_back(self, known: Collection[str], at: datetime) -> None:
        """Events that were set aside, with wishes that are now known, are due at that time."""
        is_known = (col(ScheduleRow.due_at) == NOT_DUE, col(ScheduleRow.wish).in_(sorted(known)))
        self._session.execute(update(ScheduleRow).where(*is_known).values(due_at=at.timestamp()))
