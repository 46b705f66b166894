"""The end of a send: done, again later, never, or perhaps; and what follows from it."""

from __future__ import annotations

import logging

from sqlalchemy import bindparam, delete
from sqlmodel import Session, col

from bot.delivery.claims import Claimed
from bot.delivery.lost_topics import LostTopics
from bot.delivery.outbox_message import Happen, OutboxMessage, Put
from bot.delivery.pauses import Pauses
from bot.delivery.photo_tries import closed_at, with_failed_drawing
from bot.delivery.retries import Retries
from bot.messengers.contract import Accepted, Act, DeliveryError, Parcel, Trouble
from bot.repositories.cases.answers import CaseAnswers
from bot.repositories.cases.posts import CasePosts
from bot.repositories.desk_chats import DeskChats, keep_slot
from bot.repositories.schedule import ScheduleRepository
from bot.repositories.traces import Traces
from bot.storage.sealing import Sealing, new_name
from bot.storage.store import Statement
from bot.storage.tables import OutboxRow
from handlers.model.messages import Lane, Person, Room, Wish
from handlers.table import ROWS

log = logging.getLogger(__name__)

_PERSISTENT = (Act.SEND, Act.EDIT, Act.FETCH)
_MAY_END = (Trouble.UNKNOWN, Trouble.REFUSED, Trouble.TOPIC_GONE)
"""Troubles after which a desk isn't tried again once the case was closed: it may have the message, or never will."""
_REMOVE = Statement(delete(OutboxRow).where(col(OutboxRow.id) == bindparam("of_id")).returning(col(OutboxRow.id)))


class DeliveryOutcomes:
    """Takes rows out of the outbox, or puts them off; each call is a part of the caller's transaction."""

    def __init__(self, sealing: Sealing, chats: DeskChats, pauses: Pauses, put: Put) -> None:
        self._sealing = sealing
        self._chats = chats
        self._retries = Retries(sealing, pauses)
        self._put = put
        self._lost_topics = LostTopics()

    def done(self, session: Session, row: Claimed, accepted: Accepted, happen: Happen) -> None:
        """A messenger has accepted a row: what it now knows is kept, and what follows happens."""
        message = row.message
        if not _remove(session, row.id):
            self._take_back(session, message, accepted.messages)
            return
        if message.photo_platform:
            fetched = message.with_parcel(photo=accepted.photo, photo_ref="")
            self._put(session, fetched.model_copy(update={"photo_platform": ""}))
            return
        self._keep_references(session, message, accepted.messages)
        self._lost_topics.took(row, self._sealing.seconds())
        if message.slot and message.room and accepted.messages:
            self._keep_slot(session, message, accepted.messages[0])
        if message.then and self._is_known(session, message, message.then):
            happen(session, Wish(*message.then), message.person)

    def _take_back(self, session: Session, message: OutboxMessage, references: tuple[str, ...]) -> None:
        """It was forgotten while it was on its way: nothing follows, and it does not stay in the person's chat."""
        if references and message.room is None:
            parcel = Parcel(act=Act.DELETE, chat=message.parcel.chat, messages=references)
            self._put(session, OutboxMessage(parcel=parcel, lane=Lane.CONSENT, platform=message.platform))

    def _keep_references(self, session: Session, message: OutboxMessage, references: tuple[str, ...]) -> None:
        if message.room and message.code:
            CasePosts(session, self._sealing).add(message.code, references, message.room)
        elif message.person:
            Traces(session, self._sealing).add(Person(message.person), references)
            if message.answer:
                CaseAnswers(session, self._sealing).brought(message.answer, Person(message.person), references)

    def _keep_slot(self, session: Session, message: OutboxMessage, reference: str) -> None:
        room, text = message.room, message.parcel.text
        assert room
        if older := keep_slot(session, self._sealing, message.slot, room, reference, text):
            parcel = Parcel(act=Act.DELETE, chat="", messages=(older,))
            self._put(session, OutboxMessage(parcel=parcel, lane=Lane.NOTICE, platform=message.platform, room=room))

    def failed(self, session: Session, row: Claimed, error: DeliveryError, happen: Happen) -> None:
        """A messenger has not, or not surely, accepted a row: it is tried again, or given up."""
        message, trouble = row.message, error.trouble
        log.warning("outbox: row %d on %s: %s, try %d", row.id, message.platform, trouble.value, row.tries)
        if error.accepted and session.get(OutboxRow, row.id) is None:
            self._take_back(session, message, error.accepted)
            return
        self._keep_references(session, message, error.accepted)
        if message.room and trouble in _MAY_END and closed_at(session, row) > row.created_at:
            _remove(session, row.id)  # staff can still read it in the record
            return
        if trouble in (Trouble.GONE, Trouble.REFUSED) or self._retries.are_hopeless(session, row, trouble):
            self._give_up(session, row, trouble, happen)
            return
        if trouble is Trouble.TOPIC_GONE and message.room:
            if not self._find_topic(session, row, message.room, happen):
                self._give_up(session, row, Trouble.GONE, happen)
                return
        elif trouble is Trouble.UNDRAWN:
            self._retries.rewrite(session, row, with_failed_drawing)
        elif trouble is Trouble.MOVED and message.room:
            self._follow_desk(session, message.parcel.chat, error.moved_to, happen)
        self._retries.after(session, row, error)

    def _give_up(self, session: Session, row: Claimed, trouble: Trouble, happen: Happen) -> None:
        """It will never be accepted as it is: staff are told; what is for the desk is never dropped."""
        message = row.message
        if message.photo_platform or (message.parcel.photo and trouble is Trouble.REFUSED):
            if _remove(session, row.id):
                self._put(session, message.in_words_alone())
                self._follow_otherwise(session, message, happen)
        elif message.room and message.parcel.act in _PERSISTENT and message.lane <= Lane.ANSWER:
            log.critical("outbox: the %s on %s does not take messages: check it", message.room.value, message.platform)
            self._retries.at_last(session, row, pauses=trouble is Trouble.GONE)
            refused = None if message.parcel.photo else message.otherwise  # a photo is not lost for that
            refused = refused or ("case.desk_refused", message.code)
            if not self._is_known(session, message, refused):
                self._retries.rewrite(session, row, _without_otherwise)  # it is refused again and again, and told once
                refused = ("case.desk_refused", message.code)
            happen(session, Wish(*refused), message.person)
        elif _remove(session, row.id):
            self._follow_otherwise(session, message, happen)

    def _follow_otherwise(self, session: Session, message: OutboxMessage, happen: Happen) -> None:
        if message.otherwise and self._is_known(session, message, message.otherwise):
            happen(session, Wish(*message.otherwise), message.person)

    def _is_known(self, session: Session, message: OutboxMessage, wish: tuple[str, str]) -> bool:
        """Whether this version has such a wish; one that it hasn't is set aside, for a version that has."""
        if wish[0] in ROWS:
            return True
        log.critical("outbox: what follows has a wish that this version doesn't know; it was set aside: update the bot")
        ScheduleRepository(session).set_aside(f"follow-up {new_name()}", Wish(*wish), message.person)
        return False

    def keep_topic(self, session: Session, message: OutboxMessage, topic: str | None) -> None:
        """The topic of the case in a forum; None for one that must be opened anew."""
        if message.room:
            CasePosts(session, self._sealing).set_topic(message.code, topic, message.room)

    def _find_topic(self, session: Session, row: Claimed, room: Room, happen: Happen) -> bool:
        """Whether there is another place in the desk: a new topic, with the whole record, for one that is gone; outside
        of all topics if a new one doesn't take messages either. Where not even that does, a topic is tried again, but
        not without end."""
        message = row.message
        if row.topic is not None and not self._lost_topics.is_lost(row, self._sealing.seconds()):
            return False
        if row.topic:
            self.keep_topic(session, message, None)
            happen(session, Wish("case.topic_lost", f"{message.code} {room.value}"), message.person)
            return True
        was_opened = bool(message.code and CasePosts(session, self._sealing).topic(message.code, room))
        self.keep_topic(session, message, "" if was_opened else None)
        return was_opened

    def _follow_desk(self, session: Session, old: str, new: str, happen: Happen) -> None:
        """A desk's group has a new id."""
        for room in self._chats.move(session, old, new):
            happen(session, Wish("desk.moved", f"{room.value} {new}"), "")


def nothing_happens(_session: Session, _wish: Wish, _person: str) -> None:
    """Takes the place of a handler that has failed over what follows."""


def _without_otherwise(message: OutboxMessage) -> OutboxMessage:
    return message.model_copy(update={"otherwise": None})


def _remove(session: Session, row: int) -> bool:
    """Deletes the row; False when it was already gone."""
    return _REMOVE.first(session, of_id=row) is not None
