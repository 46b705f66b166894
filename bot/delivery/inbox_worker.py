"""Has what came in handled: once, in order within a chat, each message in one transaction with all that follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import bindparam, delete, func, literal_column, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot.delivery.inbox import Inbox
from bot.messengers.contract import Received
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing
from bot.storage.store import Statement, Store, attempt
from bot.storage.tables import InboxRow

log = logging.getLogger(__name__)

MESSAGES_A_COMMIT = 10
"""Messages handled in one commit: few, since whatever else is to be stored waits for it."""
MOST_TRIES = 5
"""How often a message that makes a handler fail is tried before it is set aside."""

_TAKE = Statement(delete(InboxRow).where(col(InboxRow.id) == bindparam("of_id")))
_Earlier = aliased(InboxRow)
_HAS_EARLIER = (
    select(col(_Earlier.id))
    .where(
        col(_Earlier.chat) == col(InboxRow.chat),
        col(_Earlier.id) < col(InboxRow.id),
        col(_Earlier.is_aside).is_(False),
        col(_Earlier.not_before) <= bindparam("now"),
    )
    .exists()
)
_NEXT = Statement(
    select(col(InboxRow.id), col(InboxRow.name), col(InboxRow.tries), col(InboxRow.body))
    .where(
        col(InboxRow.is_aside).is_(False),
        col(InboxRow.platform) == bindparam("of_platform"),
        col(InboxRow.not_before) <= bindparam("now"),
        ~_HAS_EARLIER,
    )
    .order_by(col(InboxRow.lane), col(InboxRow.fairness_rank), col(InboxRow.id))
    .limit(literal_column(str(MESSAGES_A_COMMIT)))
    .with_for_update(skip_locked=True, of=InboxRow)
)
"""The first message of each chat. Every chat's first comes before any chat's second, so that whoever floods the bot
waits for themselves; and while one worker has a chat's first message, no other takes its second: order is kept."""
_NEXT_PLATFORM = Statement(
    select(func.min(col(InboxRow.platform))).where(
        col(InboxRow.is_aside).is_(False), col(InboxRow.platform) > bindparam("after")
    )
)

Handle = Callable[[Session, Received], None]
"""Does all that follows from a message, in the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that is due."""

    id: int
    name: str
    tries: int
    body: bytes = field(repr=False)


class InboxWorker:
    """Handles messages, the most urgent first."""

    def __init__(
        self, store: Store, sealing: Sealing, inbox: Inbox, handle: Handle, sorry: Handle, give_up: Handle
    ) -> None:
        """`sorry` answers the first time that `handle` fails, `give_up` the last time."""
        self._store = store
        self._sealing = sealing
        self._inbox = inbox
        self._handle = handle
        self._sorry = sorry
        self._give_up = give_up

    async def work(self, after: Callable[[], None]) -> None:
        """Handles what is due, until cancelled; calls `after` when there may be something to send.

        What was set aside because handling failed gets another chance at every start: the bot may have been mended.
        """
        await self._store.run(_try_again)
        while True:
            self._inbox.filled.clear()
            try:
                worked = await self.work_once()
            except StoreError:
                log.error("inbox: the database did not answer; trying again")
                await asyncio.sleep(1)
                continue
            if worked:
                after()
            else:
                await self._rest()

    async def work_once(self) -> int:
        """Handles the next messages of each messenger, in a commit each; returns how many there were."""
        number, platform = 0, ""
        while True:
            handled, platform = await self._store.run(partial(self._handle_next, after=platform))
            if not platform:
                return number
            number += handled

    def _handle_next(self, session: Session, after: str) -> tuple[int, str]:
        """Takes the next messenger after this one. Returns the number of messages handled, and its name or nothing."""
        platform = _NEXT_PLATFORM.first(session, after=after)[0] or ""
        rows = [Waiting(*row) for row in _NEXT.run(session, of_platform=platform, now=self._sealing.seconds())]
        for row in rows:
            outcome = attempt(session, partial(self._handle_one, row=row))
            if isinstance(outcome, Exception):
                log.error("inbox: row %d failed, try %d", row.id, row.tries + 1, exc_info=outcome)
                self._fail(session, row)
        return len(rows), platform

    def _handle_one(self, session: Session, row: Waiting) -> None:
        _TAKE.run(session, of_id=row.id)
        self._handle(session, self._open(row))

    def _fail(self, session: Session, row: Waiting) -> None:
        self._postpone(session, row)
        if row.tries == 0:
            self._tell(session, row, self._sorry)
        elif row.tries + 1 == MOST_TRIES:
            self._tell(session, row, self._give_up)

    def _tell(self, session: Session, row: Waiting, say: Handle) -> None:
        outcome = attempt(session, lambda session: say(session, self._open(row)))
        if isinstance(outcome, Exception):  # the outermost line: there is nobody left to tell
            log.error("inbox: row %d: no apology could be sent", row.id, exc_info=outcome)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self._inbox.filled.wait()
        except TimeoutError:
            return

    def _postpone(self, session: Session, row: Waiting) -> None:
        is_aside = row.tries + 1 >= MOST_TRIES
        session.execute(
            update(InboxRow)
            .where(col(InboxRow.id) == row.id)
            .values(tries=row.tries + 1, is_aside=is_aside, not_before=self._sealing.seconds() + 2.0**row.tries)
        )
        if is_aside:
            log.critical("inbox: row %d was set aside after %d tries", row.id, MOST_TRIES)

    def _open(self, row: Waiting) -> Received:
        return Received.model_validate_json(self._sealing.vault.open(row.body, "inbox", row.name))


def _try_again(session: Session) -> None:
    session.execute(
        update(InboxRow).where(col(InboxRow.is_aside), col(InboxRow.chat) != "").values(is_aside=False, tries=0)
    )
