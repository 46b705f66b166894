"""Bans: the notes of some persons come after those of others, for a while; within one transaction."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session, col

from bot.storage.sealing import Sealing, moment
from bot.storage.store import Statement
from bot.storage.tables import BanRow
from handlers.model.cases import Ban
from handlers.model.messages import Person

_OF_TAG = col(BanRow.tag) == bindparam("of_tag")
_BAN = Statement(select(col(BanRow.until), col(BanRow.is_appealed)).where(_OF_TAG))
_DROP = Statement(delete(BanRow).where(_OF_TAG))
_NEW = Statement(insert(BanRow))
_TAGS = Statement(select(col(BanRow.tag)).where(col(BanRow.until) > bindparam("now")))


class BanRepository:
    """`handlers.ports.Bans` within one transaction."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def of(self, person: Person) -> Ban | None:
        until, is_appealed = _BAN.first(self._session, of_tag=person.tag) or (0.0, False)
        return Ban(moment(until), bool(is_appealed)) if until > self._sealing.seconds() else None

    def keep(self, person: Person, ban: Ban | None) -> None:
        _DROP.run(self._session, of_tag=person.tag)
        if ban:
            _NEW.run(self._session, tag=person.tag, until=ban.until.timestamp(), is_appealed=ban.is_appealed)

    def name_of(self, person: Person) -> str:
        return self._sealing.tags.of("ban", person.tag)[:6].upper()

    def named(self, name: str) -> Person | None:
        rows = _TAGS.run(self._session, now=self._sealing.seconds()).fetchall()
        people = (Person(tag) for (tag,) in rows)
        return next((person for person in people if self.name_of(person) == name.strip().upper()), None)
