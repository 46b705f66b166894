"""The memory of persons, within one transaction, and how they are forgotten."""

from __future__ import annotations

from sqlalchemy import delete, or_
from sqlmodel import Session, col

from bot.repositories.person_rows import Known, PersonRows
from bot.repositories.traces import Traces
from bot.storage.sealing import Sealing
from bot.storage.tables import AsideRow, BanRow, InboxRow, OfferRow, OutboxRow, PersonRow, ScheduleRow, TraceRow
from handlers.model.memory import Memory
from handlers.model.messages import Person


def person_of(sealing: Sealing, platform: str, account: str) -> Person:
    """The person with this account: a keyed tag, from which nothing leads back to it."""
    return Person(sealing.tags.of("person", platform, account))


def join_address(platform: str, chat: str) -> str:
    """An address as it is sealed: `telegram:1234`."""
    return f"{platform}:{chat}"


def split_address(address: str) -> tuple[str, str]:
    """(platform, chat) of such an address."""
    platform, _, chat = address.partition(":")
    return platform, chat


class PeopleRepository:
    """`handlers.ports.People` within one transaction; `save` writes what was remembered."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing
        self._rows = PersonRows(session, sealing)
        self._read: dict[str, Known | None] = {}
        self._changed: dict[str, Known] = {}
        self.forgotten: set[str] = set()
        """The tags of whom was forgotten in this transaction."""
        self.deletable: tuple[str, ...] = ()
        """The messages of whom was forgotten, which the messenger may still delete."""

    def known(self, person: Person) -> Known | None:
        """The person as remembered, with the changes of this transaction; None for somebody unknown."""
        if person.tag in self._changed:
            return self._changed[person.tag]
        if person.tag not in self._read:
            self._read[person.tag] = self._rows.read(person.tag)
        return self._read[person.tag]

    def hold(self, person: Person) -> Known | None:
        """The same; on PostgreSQL other workers wait with this person until the transaction ends.

        For whom a message or an event is about, and before any case is read: everybody holds in this order.
        """
        self._read[person.tag] = self._rows.hold(person.tag)
        return self._read[person.tag]

    def recall(self, person: Person) -> Memory:
        known = self.known(person)
        return known.memory if known else Memory()

    def remember(self, person: Person, memory: Memory) -> None:
        known = self.known(person)
        self.keep(person, memory, known.address if known else "")

    def keep(self, person: Person, memory: Memory, address: str) -> None:
        """The same, with where the person is answered (`platform:chat`); nothing of whom was forgotten is kept."""
        self.known(person)
        if person.tag not in self.forgotten:
            self._changed[person.tag] = Known(memory, address)

    def save(self) -> None:
        """Writes what was remembered in this transaction."""
        for tag, known in self._changed.items():
            self._rows.keep(tag, known)
        self._changed.clear()

    def forget(self, person: Person) -> None:
        """Deletes every row about the person but the case's; the router has the messages in `deletable` deleted."""
        known = self.known(person)
        chat = self._sealing.tags.of("chat", *split_address(known.address if known else ""))
        self.forgotten.add(person.tag)
        self._sealing.log_erasure(person.tag)
        self._changed.pop(person.tag, None)
        self._read[person.tag] = None
        self.deletable = tuple(Traces(self._session, self._sealing).of(person))
        for statement in (
            delete(PersonRow).where(col(PersonRow.tag) == person.tag),
            delete(OfferRow).where(col(OfferRow.owner) == person.tag),
            delete(TraceRow).where(col(TraceRow.owner) == person.tag),
            delete(OutboxRow).where(col(OutboxRow.owner) == person.tag),
            delete(ScheduleRow).where(col(ScheduleRow.person) == person.tag),
            delete(BanRow).where(col(BanRow.tag) == person.tag),
            delete(AsideRow).where(col(AsideRow.owner) == person.tag),
            delete(InboxRow).where(col(InboxRow.chat) == chat, or_(col(InboxRow.is_aside), col(InboxRow.tries) > 0)),
        ):
            self._session.execute(statement)
