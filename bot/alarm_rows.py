"""What is due at a time, within one transaction: it stands together with what caused it, or not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session, col

from bot.store import execute
from bot.tables import AlarmRow
from handlers.conversation import Person, Wish

_DUE = select(col(AlarmRow.due_at)).where(col(AlarmRow.name) == bindparam("of_name"))
_NEW = insert(AlarmRow)
_MOVE = update(AlarmRow).where(col(AlarmRow.name) == bindparam("of_name"))
_DROP = delete(AlarmRow).where(col(AlarmRow.name) == bindparam("of_name"))


class AlarmsOf:
    """`handlers.ports.Alarms` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set(self, name: str, wish: Wish, at: datetime, person: Person | None = None) -> None:
        values = {
            "wish": wish.name,
            "argument": wish.argument,
            "person": person.tag if person else "",
            "due_at": at.timestamp(),
            "leased_until": 0.0,
        }
        if execute(self._session, _MOVE, of_name=name, **values).rowcount == 0:
            execute(self._session, _NEW, name=name, **values)

    def bring_forward(self, name: str, wish: Wish, at: datetime) -> None:
        due = execute(self._session, _DUE, of_name=name).scalar()
        if due is None or due > at.timestamp():
            self.set(name, wish, at)

    def drop(self, name: str) -> None:
        execute(self._session, _DROP, of_name=name)
