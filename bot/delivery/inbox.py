"""What came in: committed before it is confirmed to the messenger, handled once, and never dropped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot.messengers.contract import Received
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing, new_name
from bot.storage.store import RINGS, Statement, Store, attempt, insert_once
from bot.storage.tables import InboxRow, SeenRow
from handlers.model.messages import Lane

log = logging.getLogger(__name__)

AT_ONCE = 10
"""Messages handled in one commit: few, since whatever else is to be stored waits for it."""
MOST_TRIES = 5
"""How often a message that makes a handler fail is tried before it is set aside."""
SEEN_HOURS = 48
"""How long a message is known as seen; Telegram keeps unconfirmed updates for 24 hours (Bot API, Getting updates)."""

INBOX = "inbox"
"""What other processes are told has work."""

_NEW = Statement(insert(InboxRow))
_SEE = insert_once(SeenRow, "tag")
_TAKE = Statement(delete(InboxRow).where(col(InboxRow.id) == bindparam("of_id")))
_WAITING = Statement(
    select(func.min(col(InboxRow.lane)), func.count()).where(
        col(InboxRow.chat) == bindparam("of_chat"), col(InboxRow.is_aside).is_(False)
    )
)
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
    .order_by(col(InboxRow.lane), col(InboxRow.behind), col(InboxRow.id))
    .limit(literal_column(str(AT_ONCE)))
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
LaneOf = Callable[[Session, Received], Lane]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that is due."""

    id: int
    name: str
    tries: int
    body: bytes = field(repr=False)


class Inbox:
    """Stores messages and has them handled, each in one transaction with all that follows from it."""

    def __init__(self, store: Store, sealing: Sealing, lane_of: LaneOf) -> None:
        self._store = store
        self._sealing = sealing
        self._lane_of = lane_of
        self._wake = asyncio.Event()

    async def keep(self, batch: Sequence[Received]) -> None:
        """Stores what was not seen before; it is on the disk when this returns. Raises StoreError."""
        await self._store.run(partial(self._keep, batch=batch))
        self._wake.set()

    def put(self, session: Session, received: Received) -> None:
        """Stores one message in the caller's transaction; it is noticed within a second."""
        self._keep(session, [received])

    async def set_aside(self, platform: str, key: str, raw: bytes) -> None:
        """Keeps, sealed, what could not be read."""
        await self._store.run(partial(self._set_aside, key=self._seen_tag(platform, key), raw=raw))
        log.error("inbox: a message on %s could not be read and was set aside", platform)

    async def work(self, handle: Handle, sorry: Handle, after: Callable[[], None]) -> None:
        """Handles what is due, until cancelled. `sorry` answers the first time that handling fails.

        What was set aside because handling failed gets another chance at every start: the bot may have been mended.
        """
        await self._store.run(_try_again)
        while True:
            self._wake.clear()
            try:
                worked = await self.work_once(handle, sorry)
            except StoreError:
                log.error("inbox: the database did not answer; trying again")
                await asyncio.sleep(1)
                continue
            if worked:
                after()
            else:
                await self._rest()

    async def work_once(self, handle: Handle, sorry: Handle) -> int:
        """Handles the next messages of each messenger, in a commit each; returns how many there were."""
        number, platform = 0, ""
        while True:
            job = partial(self._handle_next, after=platform, handle=handle, sorry=sorry)
            handled, platform = await self._store.run(job)
            if not platform:
                return number
            number += handled

    def _handle_next(self, session: Session, after: str, handle: Handle, sorry: Handle) -> tuple[int, str]:
        """How many were handled, and of which messenger: the next one after this; an empty text for none."""
        platform = _NEXT_PLATFORM.first(session, after=after)[0] or ""
        rows = [Waiting(*row) for row in _NEXT.run(session, of_platform=platform, now=self._sealing.seconds())]
        for row in rows:
            outcome = attempt(session, partial(self._handle, row=row, handle=handle))
            if isinstance(outcome, Exception):
                log.error("inbox: row %d failed, try %d", row.id, row.tries + 1, exc_info=outcome)
                self._fail(session, row, sorry)
        return len(rows), platform

    def _handle(self, session: Session, row: Waiting, handle: Handle) -> None:
        _TAKE.run(session, of_id=row.id)
        handle(session, self._open(row))

    def _fail(self, session: Session, row: Waiting, sorry: Handle) -> None:
        self._postpone(session, row)
        if row.tries == 0:
            outcome = attempt(session, lambda session: sorry(session, self._open(row)))
            if isinstance(outcome, Exception):  # the outermost line: there is nobody left to tell
                log.error("inbox: row %d: no apology could be sent", row.id, exc_info=outcome)

    def wake(self) -> None:
        """Says that there may be something to handle."""
        self._wake.set()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self._wake.wait()
        except TimeoutError:
            return

    def _keep(self, session: Session, batch: Sequence[Received]) -> None:
        now = self._sealing.seconds()
        for received in batch:
            if self._is_new(session, self._seen_tag(received.platform, received.key), now):
                _NEW.run(session, **self._row(session, received, now))
        session.info.setdefault(RINGS, set()).add(INBOX)

    def _is_new(self, session: Session, tag: str, now: float) -> bool:
        return _SEE.first(session, tag=tag, at=now) is not None

    def _row(self, session: Session, received: Received, now: float) -> dict[str, object]:
        name = new_name()
        chat = self._sealing.tags.of("chat", received.platform, received.chat)
        lane, behind = self._place_in_chat(session, chat, self._lane_of(session, received))
        body = self._sealing.vault.seal(received.model_dump_json(exclude_defaults=True).encode(), "inbox", name)
        return {
            "name": name,
            "platform": received.platform,
            "chat": chat,
            "lane": lane,
            "behind": behind,
            "body": body,
            "received_at": now,
            "not_before": now,
            "tries": 0,
            "is_aside": False,
        }

    def _place_in_chat(self, session: Session, chat: str, lane: Lane) -> tuple[int, int]:
        """(lane, behind). An urgent message takes the earlier ones of its chat along: order is kept within a chat."""
        most_urgent, waiting = _WAITING.first(session, of_chat=chat)
        if waiting and most_urgent > lane:
            of_chat = (col(InboxRow.chat) == chat, col(InboxRow.is_aside).is_(False))
            session.execute(update(InboxRow).where(*of_chat).values(lane=int(lane)))
        return min(int(lane), most_urgent) if waiting else int(lane), waiting

    def _set_aside(self, session: Session, key: str, raw: bytes) -> None:
        now, name = self._sealing.seconds(), new_name()
        if not self._is_new(session, key, now):
            return
        session.execute(
            insert(InboxRow).values(
                name=name,
                platform="",
                chat="",
                lane=int(Lane.NOTICE),
                behind=0,
                body=self._sealing.vault.seal(raw, "inbox", name),
                received_at=now,
                not_before=now,
                tries=0,
                is_aside=True,
            )
        )

    def _seen_tag(self, platform: str, key: str) -> str:
        return self._sealing.tags.of("seen", platform, key)

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
