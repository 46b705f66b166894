"""What is true once a messenger has taken what was sent, or has not: done, again later, never, or perhaps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col

from bot.delivery.outbox_message import Claimed, Happen, OutboxMessage
from bot.messengers.backoff import backoff
from bot.messengers.contract import Accepted, Act, DeliveryError, Parcel, Trouble
from bot.monitoring import health
from bot.repositories.cases import CaseRepository
from bot.repositories.desk_chats import DeskChats, keep_slot
from bot.repositories.people import PeopleRepository
from bot.settings.desk import DeskSettings
from bot.storage.sealing import Sealing
from bot.storage.store import Statement
from bot.storage.tables import OutboxRow
from handlers.model.messages import Lane, Wish

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 86_400.0
"""Seconds: what a person could not be given for so long is given up; what is for the desk never is."""
LONGEST_WAIT = 60.0
"""The longest pause between two tries, in seconds."""
_TOPIC_TRIES = 5
"""So often a new topic is opened at once in the place of one that is gone."""
_PERSISTENT = (Act.SEND, Act.EDIT, Act.FETCH)
_REMOVE = Statement(delete(OutboxRow).where(col(OutboxRow.id) == bindparam("of_id")).returning(col(OutboxRow.id)))

Put = Callable[[Session, OutboxMessage], None]
"""Stores what must be sent, in the caller's transaction."""


class DeliveryOutcomes:
    """Takes rows out of the outbox, or puts them off; each call is a part of the caller's transaction."""

    def __init__(self, sealing: Sealing, desk: DeskSettings | None, chats: DeskChats, put: Put) -> None:
        self._sealing = sealing
        self._desk = desk
        self._chats = chats
        self._put = put
        self._pauses: dict[str, tuple[float, float]] = {}
        """The chats that wait: since when, and until when."""

    def pauses(self, now: float) -> Mapping[str, float]:
        """The chats that a messenger holds back, by tag, and until when."""
        pauses = self._pauses.items()  # they are over when the clock was set back, too
        self._pauses = {chat: (since, until) for chat, (since, until) in pauses if since <= now < until}
        return {chat: until for chat, (_, until) in self._pauses.items()}

    def done(self, session: Session, row: Claimed, accepted: Accepted, happen: Happen) -> None:
        """What is true once a messenger has accepted a row."""
        item = row.item
        if not _remove(session, row.id):
            self._take_back(session, item, accepted.messages)
            return
        if item.photo_platform:
            fetched = item.with_parcel(photo=accepted.photo, photo_ref="")
            self._put(session, fetched.model_copy(update={"photo_platform": ""}))
            return
        self._keep_references(session, item, accepted.messages)
        if item.slot and item.room and accepted.messages:
            self._keep_slot(session, item, accepted.messages[0])
        if item.then:
            happen(session, Wish(*item.then), item.person)

    def _take_back(self, session: Session, item: OutboxMessage, messages: tuple[str, ...]) -> None:
        """It was forgotten while it was on its way: nothing follows, and it does not stay in the person's chat."""
        if messages and item.room is None:
            parcel = Parcel(act=Act.DELETE, chat=item.parcel.chat, messages=messages)
            self._put(session, OutboxMessage(parcel=parcel, lane=Lane.CONSENT, platform=item.platform))

    def _keep_references(self, session: Session, item: OutboxMessage, messages: tuple[str, ...]) -> None:
        if item.room and item.code:
            CaseRepository(session, self._sealing, self._desk).add_posts(item.code, messages, item.room)
        elif item.person:
            PeopleRepository(session, self._sealing).add_traces(item.person, messages)

    def _keep_slot(self, session: Session, item: OutboxMessage, message: str) -> None:
        assert item.room
        if older := keep_slot(session, self._sealing, item.slot, item.room, message, item.parcel.text):
            parcel = Parcel(act=Act.DELETE, chat="", messages=(older,))
            self._put(session, OutboxMessage(parcel=parcel, lane=Lane.NOTICE, platform=item.platform, room=item.room))

    def failed(self, session: Session, row: Claimed, error: DeliveryError, happen: Happen) -> None:
        """What becomes of a row that a messenger has not, or not surely, accepted."""
        item, trouble = row.item, error.trouble
        log.warning("outbox: row %d on %s: %s, try %d", row.id, item.platform, trouble.value, row.tries)
        if error.accepted and session.get(OutboxRow, row.id) is None:
            self._take_back(session, item, error.accepted)
            return
        self._keep_references(session, item, error.accepted)
        if trouble in (Trouble.GONE, Trouble.REFUSED) or self._is_hopeless(session, row, trouble):
            self._give_up(session, row, trouble, happen)
            return
        wait = backoff(row.tries, first=1.0, longest=LONGEST_WAIT)
        if trouble is Trouble.SLOW_DOWN:
            wait = max(error.retry_after, 0.1)
        elif trouble is Trouble.TOPIC_GONE and item.room:
            wait = 0.0 if row.tries < _TOPIC_TRIES else wait
            self.keep_topic(session, item, None)
            happen(session, Wish("case.topic_lost", f"{item.code} {item.room.value}"), item.person)
        elif trouble is Trouble.MOVED and item.room:
            wait = 0.0
            self.move_desk(session, item.parcel.chat, error.moved_to, happen)
        is_unsure = row.is_unsure or trouble is Trouble.UNKNOWN
        # a photo that can't be fetched says nothing about the chat that it is for
        self._retry(session, row, wait, is_unsure=is_unsure, done=error.done, pauses=not item.photo_platform)

    def _is_hopeless(self, session: Session, row: Claimed, trouble: Trouble) -> bool:
        """Some messengers never say that a person can't be reached; only that this time it failed."""
        now = self._sealing.seconds()
        is_old = now - row.created_at > GIVE_UP_AFTER
        may_be = is_old and row.item.room is None and trouble is not Trouble.SLOW_DOWN
        return may_be and not health.take(session, now).is_late  # else it may be our fault, and nobody would hear of it

    def _retry(
        self,
        session: Session,
        row: Claimed,
        wait: float,
        *,
        is_unsure: bool,
        done: int = 0,
        pauses: bool = True,
        is_last: bool = False,
    ) -> None:
        """`pauses`: all that is for this chat waits as well; `is_last`: what was refused less often goes first."""
        now = self._sealing.seconds()
        until = now + wait
        if wait and pauses:
            _, later = self._pauses.get(row.chat, (now, until))
            self._pauses[row.chat] = (now, max(until, later))
        session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == row.id, col(OutboxRow.tries) == row.tries)  # else another sender has it by now
            .values(not_before=until, is_unsure=is_unsure, behind=col(OutboxRow.behind) + int(is_last))
        )
        stored = session.get(OutboxRow, row.id, populate_existing=True) if done else None
        if stored is not None:
            item = OutboxMessage.opened(self._sealing.vault, stored.body, stored.name).with_parcel(done=done)
            stored.body = item.sealed(self._sealing.vault, stored.name)
            session.add(stored)

    def _give_up(self, session: Session, row: Claimed, trouble: Trouble, happen: Happen) -> None:
        """It will never be accepted as it is: staff are told; what is for the desk is never dropped."""
        item = row.item
        if item.photo_platform or item.parcel.photo:
            if _remove(session, row.id):
                self._put(session, item.in_words_alone())
        elif item.room and item.parcel.act in _PERSISTENT and item.lane <= Lane.ANSWER:
            log.critical("outbox: the %s on %s does not take messages: check it", item.room.value, item.platform)
            self._retry(session, row, LONGEST_WAIT, is_unsure=False, pauses=trouble is Trouble.GONE, is_last=True)
            refused = item.otherwise or ("case.desk_refused", item.code)
            happen(session, Wish(*refused), item.person)
        elif _remove(session, row.id) and item.otherwise:
            happen(session, Wish(*item.otherwise), item.person)

    def keep_topic(self, session: Session, item: OutboxMessage, topic: str | None) -> None:
        """The topic of a case in a forum; None for one that must be opened anew."""
        if item.room:
            CaseRepository(session, self._sealing, self._desk).set_topic(item.code, topic, item.room)

    def move_desk(self, session: Session, old: str, new: str, happen: Happen) -> None:
        """A desk's group has a new id: what follows from it happens."""
        for room in self._chats.move(session, old, new):
            happen(session, Wish("desk.moved", f"{room.value} {new}"), "")


def nothing_happens(_session: Session, _wish: Wish, _person: str) -> None:
    """Before the router is there, and where what should follow has failed."""


def _remove(session: Session, row: int) -> bool:
    """Deletes the row; False when it was already gone."""
    return _REMOVE.first(session, of_id=row) is not None
