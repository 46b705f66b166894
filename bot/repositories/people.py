"""What is remembered of persons: a sealed row each, the choices they were offered, the messages in their chats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session, col

from bot.storage.sealing import Sealing, new_name
from bot.storage.store import Statement, upsert
from bot.storage.tables import BanRow, OfferRow, OutboxRow, PersonRow, ScheduleRow, TraceRow
from handlers.model.memory import Memory
from handlers.model.messages import Person

CONVERSATION_HOURS = 24
"""How long a conversation is remembered after its last message."""
LANGUAGE_DAYS = 90
"""How long a chosen language and `/ready` are remembered after the last message."""
DELETABLE_HOURS = 48
"""Telegram lets a bot delete messages of a private chat that are younger than this (Bot API, deleteMessage)."""

_memory = TypeAdapter(Memory)

_PERSON = select(col(PersonRow.body)).where(col(PersonRow.tag) == bindparam("of_tag"))
_GLANCE, _HOLD = Statement(_PERSON), Statement(_PERSON.with_for_update())
_KEEP_PERSON = upsert(PersonRow, "tag")
_NEW_TRACE = Statement(insert(TraceRow))


@dataclass(frozen=True, slots=True)
class Known:
    """A person's row, opened."""

    memory: Memory
    address: str = field(repr=False)


class PeopleRepository:
    """`handlers.ports.People` within one transaction; `save` writes what was remembered."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing
        self._read: dict[str, Known | None] = {}
        self._changed: dict[str, Known] = {}
        self.forgotten: set[str] = set()
        self.deletable: tuple[str, ...] = ()
        """The messages of whom was forgotten, which the messenger may still delete."""

    def known(self, person: Person) -> Known | None:
        if person.tag in self._changed:
            return self._changed[person.tag]
        if person.tag not in self._read:
            self._read[person.tag] = self._look(_GLANCE, person.tag)
        return self._read[person.tag]

    def hold(self, person: Person) -> Known | None:
        """The same; on PostgreSQL other workers wait with this person until the transaction ends.

        For whom a message or an alarm is about, and before any case is read: everybody holds in this order.
        """
        self._read[person.tag] = self._look(_HOLD, person.tag)
        return self._read[person.tag]

    def _look(self, statement: Statement, tag: str) -> Known | None:
        row = statement.first(self._session, of_tag=tag)
        return self._open(tag, row[0]) if row else None

    def recall(self, person: Person) -> Memory:
        known = self.known(person)
        return known.memory if known else Memory()

    def remember(self, person: Person, memory: Memory) -> None:
        known = self.known(person)
        self.keep(person, memory, known.address if known else "")

    def keep(self, person: Person, memory: Memory, address: str) -> None:
        self.known(person)
        if person.tag not in self.forgotten:
            self._changed[person.tag] = Known(memory, address)

    def save(self) -> None:
        """Writes what was remembered in this transaction."""
        now = self._sealing.seconds()
        for tag, known in self._changed.items():
            self._write(tag, known, at=now, expires_at=now + CONVERSATION_HOURS * 3600)
        self._changed.clear()

    def _open(self, tag: str, body: bytes) -> Known:
        opened = json.loads(self._sealing.vault.open(body, "person", tag))
        memory = _memory.validate_python(opened["memory"])
        hours = (self._sealing.seconds() - opened["at"]) / 3600
        if hours < CONVERSATION_HOURS:
            return Known(memory, opened["address"])
        return Known(_lasting(memory) if hours < LANGUAGE_DAYS * 24 else Memory(), "")

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

    def _write(self, tag: str, known: Known, *, at: float, expires_at: float) -> None:
        content = {"memory": _memory.dump_python(known.memory, mode="json"), "address": known.address, "at": at}
        body = self._sealing.vault.seal(json.dumps(content).encode(), "person", tag)
        _KEEP_PERSON.run(self._session, tag=tag, body=body, expires_at=expires_at)

    def forget(self, person: Person) -> None:
        """Deletes every row about the person but the case's; `Router` has the messages deleted."""
        self.forgotten.add(person.tag)
        self._sealing.bury(person.tag)
        self._changed.pop(person.tag, None)
        self.deletable = tuple(self.traces(person))
        for statement in (
            delete(PersonRow).where(col(PersonRow.tag) == person.tag),
            delete(OfferRow).where(col(OfferRow.owner) == person.tag),
            delete(TraceRow).where(col(TraceRow.owner) == person.tag),
            delete(OutboxRow).where(col(OutboxRow.owner) == person.tag),
            delete(ScheduleRow).where(col(ScheduleRow.person) == person.tag),
            delete(BanRow).where(col(BanRow.tag) == person.tag),
        ):
            self._session.execute(statement)

    def add_traces(self, owner: str, messages: Sequence[str]) -> None:
        """Notes messages of a person's chat, for `/wipe`."""
        if owner in self.forgotten:
            return
        now = self._sealing.seconds()
        for message in messages:
            name = new_name()
            body = self._sealing.vault.seal(message.encode(), "trace", name)
            _NEW_TRACE.run(self._session, name=name, owner=owner, body=body, at=now)

    def traces(self, person: Person) -> list[str]:
        """The messages in the person's chat that may still be deleted."""
        since = self._sealing.seconds() - DELETABLE_HOURS * 3600
        rows = self._session.execute(
            select(col(TraceRow.name), col(TraceRow.body)).where(
                col(TraceRow.owner) == person.tag, col(TraceRow.at) > since
            )
        )
        return [self._sealing.vault.open(body, "trace", name).decode() for name, body in rows]


def _lasting(memory: Memory) -> Memory:
    """What outlives a conversation."""
    return Memory(chosen_language=memory.chosen_language, is_ready=memory.is_ready, word=memory.word)


def with_hints(memory: Memory, hinted: str, written: str) -> Memory:
    """The memory with what the newest message told about the person's language."""
    return replace(
        memory,
        hinted_language=hinted or memory.hinted_language,
        written_language=written or memory.written_language,
    )
