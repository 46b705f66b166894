"""Retries of what a messenger has not taken: when the next one is due, and when there is none."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update
from sqlmodel import Session, col

from bot.delivery.claims import LONGEST_WAIT, Claimed
from bot.delivery.outbox_message import OutboxMessage
from bot.delivery.pauses import Pauses
from bot.delivery.photo_tries import is_last_try
from bot.messengers.backoff import backoff
from bot.messengers.contract import DeliveryError, Trouble
from bot.monitoring import health
from bot.storage.sealing import Sealing
from bot.storage.tables import OutboxRow

GIVE_UP_AFTER = 86_400.0
"""Seconds: what a person could not be given for so long is given up; what is for the desk never is."""
_TOPIC_TRIES = 5
"""So often a new topic is opened at once in the place of one that is gone."""


class Retries:
    """Puts rows of the outbox off; each call is a part of the caller's transaction."""

    def __init__(self, sealing: Sealing, pauses: Pauses) -> None:
        self._sealing = sealing
        self._pauses = pauses

    def after(self, session: Session, row: Claimed, error: DeliveryError) -> None:
        """The row is tried again once its wait is over; from the part on that was not accepted."""
        is_unsure = row.is_unsure or error.trouble is Trouble.UNKNOWN
        # a photo that can't be fetched says nothing about the chat that it is for
        self._put_off(session, row, _wait(row, error), is_unsure=is_unsure, pauses=not row.message.photo_platform)
        if error.done:
            self.rewrite(session, row, lambda message: message.with_parcel(done=error.done))

    def at_last(self, session: Session, row: Claimed, *, pauses: bool) -> None:
        """The row was refused, and is tried again after what was refused less often; `pauses`: all that is for its
        chat waits as well."""
        self._put_off(session, row, LONGEST_WAIT, is_unsure=False, pauses=pauses, ranks=1)

    def are_hopeless(self, session: Session, row: Claimed, trouble: Trouble) -> bool:
        """Some messengers never say that a person can't be reached; only that this time it failed."""
        now = self._sealing.seconds()
        if row.message.photo_platform:
            return is_last_try(session, row, trouble, now)
        is_old = now - row.created_at > GIVE_UP_AFTER
        may_be = is_old and row.message.room is None and trouble is not Trouble.SLOW_DOWN
        return may_be and not health.take(session, now).is_late  # else it may be our fault, and nobody would hear of it

    def rewrite(self, session: Session, row: Claimed, change: Callable[[OutboxMessage], OutboxMessage]) -> None:
        """Seals what is stored anew, changed; what was claimed may have a mark in it that is not stored."""
        stored = session.get(OutboxRow, row.id, populate_existing=True)
        if stored is not None:
            message = change(OutboxMessage.opened(self._sealing.vault, stored.body, stored.name))
            stored.body = message.sealed(self._sealing.vault, stored.name)
            session.add(stored)

    def _put_off(
        self, session: Session, row: Claimed, wait: float, *, is_unsure: bool, pauses: bool, ranks: int = 0
    ) -> None:
        now = self._sealing.seconds()
        if wait and pauses:
            self._pauses.add(row.chat, now, wait)
        rank = col(OutboxRow.fairness_rank) + ranks
        session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == row.id, col(OutboxRow.tries) == row.tries)  # else another sender has it by now
            .values(not_before=now + wait, is_unsure=is_unsure, fairness_rank=rank)
        )


def _wait(row: Claimed, error: DeliveryError) -> float:
    """Seconds until the next try."""
    if error.trouble is Trouble.SLOW_DOWN:
        return max(error.retry_after, 0.1)
    is_elsewhere = error.trouble is Trouble.MOVED or (error.trouble is Trouble.TOPIC_GONE and row.tries < _TOPIC_TRIES)
    if row.message.room and is_elsewhere:
        return 0.0
    return max(error.retry_after, backoff(row.tries, first=1.0, longest=LONGEST_WAIT))
