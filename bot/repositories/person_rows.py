"""The sealed row of each person: read, written, and faded to what outlives a conversation; within one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from bot.storage.aside import read_row
from bot.storage.sealing import Sealing
from bot.storage.store import Statement, upsert
from bot.storage.tables import PersonRow
from handlers.model.memory import Memory

T = TypeVar("T")
CONVERSATION_HOURS = 24
"""How long a conversation is remembered after its last message."""
LANGUAGE_DAYS = 90
"""How long a chosen language and `/ready` are remembered after the last message."""

_memory = TypeAdapter(Memory)
_BODY = select(col(PersonRow.body)).where(col(PersonRow.tag) == bindparam("of_tag"))
_READ, _HOLD = Statement(_BODY), Statement(_BODY.with_for_update())
_KEEP = upsert(PersonRow, "tag")


@dataclass(frozen=True, slots=True)
class Known:
    """A person's memory, and the address at which they are answered, as `platform:chat`."""

    memory: Memory
    address: str = field(repr=False)


class PersonRows:
    """The rows by tag."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def read(self, tag: str) -> Known | None:
        """The person as remembered now: of a conversation that is over, only what outlives it. None: unknown."""
        row = _READ.first(self._session, of_tag=tag)
        return self._opened(tag, row[0]) if row else None

    def hold(self, tag: str) -> Known | None:
        """The same; on PostgreSQL other workers wait with this person until the transaction ends."""
        row = _HOLD.first(self._session, of_tag=tag)
        return self._opened(tag, row[0]) if row else None

    def keep(self, tag: str, known: Known) -> None:
        """From now on a conversation's time counts anew."""
        now = self._sealing.seconds()
        self._write(tag, known, at=now, expires_at=now + CONVERSATION_HOURS * 3600)

    def fade(self) -> None:
        """Deletes what has expired; of a conversation that is over, only a chosen language and `/ready` stay."""
        now = self._sealing.seconds()
        expired = self._session.execute(
            select(col(PersonRow.tag), col(PersonRow.body))
            .where(col(PersonRow.expires_at) <= now)
            .with_for_update(skip_locked=True)
        ).all()
        for tag, body in expired:
            whole = self._read_row(tag, partial(self._unsealed, tag, body))
            if whole is not None:
                self._fade(tag, *whole)

    def _fade(self, tag: str, known: Known, at: float) -> None:
        lasting, until = _lasting(known.memory), at + LANGUAGE_DAYS * 86_400
        if lasting == Memory() or until <= self._sealing.seconds():
            self._session.execute(delete(PersonRow).where(col(PersonRow.tag) == tag))
        else:
            self._write(tag, Known(lasting, ""), at=at, expires_at=until)

    def _opened(self, tag: str, body: bytes) -> Known | None:
        """A damaged row is that of somebody unknown."""
        whole = self._read_row(tag, partial(self._unsealed, tag, body))
        return self._as_of_now(*whole) if whole else None

    def _read_row(self, tag: str, read: Callable[[], T]) -> T | None:
        return read_row(self._session, self._sealing.vault, self._sealing.seconds(), PersonRow, tag, read)

    def _unsealed(self, tag: str, body: bytes) -> tuple[Known, float]:
        """As it was kept, and when, in seconds since 1970."""
        opened = json.loads(self._sealing.vault.open(body, "person", tag))
        return Known(_memory.validate_python(opened["memory"]), opened["address"]), float(opened["at"])

    def _as_of_now(self, known: Known, at: float) -> Known:
        hours = (self._sealing.seconds() - at) / 3600
        if hours < CONVERSATION_HOURS:
            return known
        return Known(_lasting(known.memory) if hours < LANGUAGE_DAYS * 24 else Memory(), "")

    def _write(self, tag: str, known: Known, *, at: float, expires_at: float) -> None:
        content = {"memory": _memory.dump_python(known.memory, mode="json"), "address": known.address, "at": at}
        body = self._sealing.vault.seal(json.dumps(content).encode(), "person", tag)
        _KEEP.run(self._session, tag=tag, body=body, expires_at=expires_at)


def _lasting(memory: Memory) -> Memory:
    """The part of a memory that outlives a conversation."""
    return Memory(chosen_language=memory.chosen_language, is_ready=memory.is_ready, word=memory.word)
