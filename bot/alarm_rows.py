"""What is due at a time, within one transaction: it stands together with what caused it, or not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session, col

from bot.store import Statement
from bot.tables import AlarmRow
from handlers.conversation import Person, Wish

_DUE = Statement(select(col(AlarmRow.due_at)).where(col(AlarmRow.name) == bindparam("of_name")))
_NEW = Statement(insert(AlarmRow))
_MOVE = Statement(update(AlarmRow).where(col(AlarmRow.name) == bindparam("of_name")))
_DROP = Statement(delete(AlarmRow).where(col(AlarmRow.name) == bindparam("of_name")))


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
        if _MOVE.run(self._session, of_name=name, **values).rowcount == 0:
            _NEW.run(self._session, name=name, **values)

    def bring_forward(self, name: str, wish: Wish, at: datetime) -> None:
        due = _DUE.first(self._session, of_name=name)
        if due is None or due[0] > at.timestamp():
            self.set(name, wish, at)

    def drop(self, name: str) -> None:
        _DROP.run(self._session, of_name=name)
