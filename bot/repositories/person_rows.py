"""The sealed row of each person: read, written, and faded to what outlives a conversation; within one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from bot.storage.sealing import Sealing
from bot.storage.store import Statement, upsert
from bot.storage.tables import PersonRow
from handlers.model.memory import Memory

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
        return self._look(_READ, tag)

    def hold(self, tag: str) -> Known | None:
        """The same; on PostgreSQL other workers wait with this person until the transaction ends."""
        return self._look(_HOLD, tag)

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
            opened = json.loads(self._sealing.vault.open(body, "person", tag))
            lasting, until = _lasting(_memory.validate_python(opened["memory"])), opened["at"] + LANGUAGE_DAYS * 86_400
            if lasting == Memory() or until <= now:
                self._session.execute(delete(PersonRow).where(col(PersonRow.tag) == tag))
            else:
                self._write(tag, Known(lasting, ""), at=opened["at"], expires_at=until)

    def _look(self, statement: Statement, tag: str) -> Known | None:
        row = statement.first(self._session, of_tag=tag)
        return self._open(tag, row[0]) if row else None

    def _open(self, tag: str, body: bytes) -> Known:
        opened = json.loads(self._sealing.vault.open(body, "person", tag))
        memory = _memory.validate_python(opened["memory"])
        hours = (self._sealing.seconds() - opened["at"]) / 3600
        if hours < CONVERSATION_HOURS:
            return Known(memory, opened["address"])
        return Known(_lasting(memory) if hours < LANGUAGE_DAYS * 24 else Memory(), "")

    def _write(self, tag: str, known: Known, *, at: float, expires_at: float) -> None:
        content = {"memory": _memory.dump_python(known.memory, mode="json"), "address": known.address, "at": at}
        body = self._sealing.vault.seal(json.dumps(content).encode(), "person", tag)
        _KEEP.run(self._session, tag=tag, body=body, expires_at=expires_at)


def _lasting(memory: Memory) -> Memory:
    """The part of a memory that outlives a conversation."""
    return Memory(chosen_language=memory.chosen_language, is_ready=memory.is_ready, word=memory.word)
