"""The messages in persons' chats that a messenger may still delete, for `/wipe`; within one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, col

from bot.storage.aside import read_row
from bot.storage.sealing import Sealing, new_name
from bot.storage.store import Statement
from bot.storage.tables import TraceRow
from handlers.model.messages import Person

DELETABLE_HOURS = 48
"""Telegram lets a bot delete messages of a private chat that are younger than this (Bot API, deleteMessage)."""
_NEW = Statement(insert(TraceRow))
_SINCE = Statement(
    select(col(TraceRow.id), col(TraceRow.name), col(TraceRow.body)).where(
        col(TraceRow.owner) == bindparam("of_owner"), col(TraceRow.at) > bindparam("since")
    )
)


class Traces:
    """References of messages, sealed, by the tag of the person in whose chat they stand."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def add(self, person: Person, messages: Sequence[str]) -> None:
        """Notes messages of a person's chat, by their references."""
        now = self._sealing.seconds()
        for message in messages:
            name = new_name()
            body = self._sealing.vault.seal(message.encode(), "trace", name)
            _NEW.run(self._session, name=name, owner=person.tag, body=body, at=now)

    def of(self, person: Person) -> Sequence[str]:
        """The references of those that may still be deleted."""
        since = self._sealing.seconds() - DELETABLE_HOURS * 3600
        rows = _SINCE.run(self._session, of_owner=person.tag, since=since).fetchall()
        return [reference for key, name, body in rows if (reference := self._opened(key, name, body)) is not None]

    def _opened(self, key: int, name: str, body: bytes) -> str | None:
        vault, now = self._sealing.vault, self._sealing.seconds()
        return read_row(self._session, vault, now, TraceRow, key, lambda: vault.open(body, "trace", name).decode())
