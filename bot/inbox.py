"""What came in: committed before it is confirmed to the messenger, handled once, and never dropped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from bot.messenger import Received
from bot.sealing import Sealing, new_name
from bot.store import Statement, Store, StoreError, execute
from bot.tables import InboxRow, SeenRow
from handlers.conversation import Lane

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Messages handled in one go."""
MOST_TRIES = 5
"""How often a message that makes a handler fail is tried before it is set aside."""
SEEN_HOURS = 48
"""How long a message is known as seen; Telegram keeps unconfirmed updates for 24 hours (Bot API, Getting updates)."""

_NEW = Statement(insert(InboxRow))
_TAKE = Statement(delete(InboxRow).where(col(InboxRow.id) == bindparam("of_id")).returning(col(InboxRow.id)))
_MOST_URGENT = Statement(
    select(func.min(col(InboxRow.lane))).where(
        col(InboxRow.chat) == bindparam("of_chat"), col(InboxRow.is_aside).is_(False)
    )
)
_TURN = func.row_number().over(partition_by=(col(InboxRow.lane), col(InboxRow.chat)), order_by=col(InboxRow.id))
"""Every chat's first message comes before any chat's second, so that whoever floods the bot waits for themselves."""
_DUE = (
    select(col(InboxRow.id), col(InboxRow.name), col(InboxRow.tries), col(InboxRow.body))
    .where(col(InboxRow.is_aside).is_(False), col(InboxRow.not_before) <= bindparam("now"))
    .order_by(col(InboxRow.lane), _TURN, col(InboxRow.id))
    .limit(AT_ONCE)
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
        """Handles one batch; returns how many messages it had."""
        rows = await self._store.run(self._due)
        results = await self._store.run_each([partial(self._handle, row=row, handle=handle) for row in rows])
        for row, result in zip(rows, results, strict=True):
            if isinstance(result, Exception):
                log.error("inbox: row %d failed, try %d", row.id, row.tries + 1, exc_info=result)
                await self._fail(row, sorry)
        return len(rows)

    async def _fail(self, row: Waiting, sorry: Handle) -> None:
        await self._store.run(partial(self._postpone, row=row))
        if row.tries == 0:
            try:
                await self._store.run(lambda session: sorry(session, self._open(row)))
            except StoreError:
                raise
            except Exception as error:  # the outermost line: there is nobody left to tell
                log.error("inbox: row %d: no apology could be sent", row.id, exc_info=error)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self._wake.wait()
        except TimeoutError:
            return

    def _keep(self, session: Session, batch: Sequence[Received]) -> None:
        now = self._sealing.seconds()
        fresh = {self._seen_tag(received.platform, received.key): received for received in batch}
        seen = session.execute(select(col(SeenRow.tag)).where(col(SeenRow.tag).in_(fresh))).scalars().all()
        for tag in seen:
            del fresh[tag]
        if not fresh:
            return
        session.execute(insert(SeenRow), [{"tag": tag, "at": now} for tag in fresh])
        for received in fresh.values():
            _NEW.run(session, **self._row(session, received, now))

    def _row(self, session: Session, received: Received, now: float) -> dict[str, object]:
        name = new_name()
        chat = self._sealing.tags.of("chat", received.platform, received.chat)
        lane = self._lane_in_chat(session, chat, self._lane_of(session, received))
        body = self._sealing.vault.seal(received.model_dump_json(exclude_defaults=True).encode(), "inbox", name)
        return {
            "name": name,
            "chat": chat,
            "lane": lane,
            "body": body,
            "received_at": now,
            "not_before": now,
            "tries": 0,
            "is_aside": False,
        }

    def _lane_in_chat(self, session: Session, chat: str, lane: Lane) -> int:
        """An urgent message takes the earlier ones of its chat with it, so that order is kept within a chat."""
        waiting = (col(InboxRow.chat) == chat, col(InboxRow.is_aside).is_(False))
        [most_urgent] = _MOST_URGENT.first(session, of_chat=chat)
        if most_urgent is not None and most_urgent > lane:
            session.execute(update(InboxRow).where(*waiting).values(lane=int(lane)))
        return int(lane) if most_urgent is None else min(int(lane), most_urgent)

    def _set_aside(self, session: Session, key: str, raw: bytes) -> None:
        if session.get(SeenRow, key) is not None:
            return
        now, name = self._sealing.seconds(), new_name()
        session.execute(insert(SeenRow).values(tag=key, at=now))
        session.execute(
            insert(InboxRow).values(
                name=name,
                chat="",
                lane=int(Lane.NOTICE),
                body=self._sealing.vault.seal(raw, "inbox", name),
                received_at=now,
                not_before=now,
                tries=0,
                is_aside=True,
            )
        )

    def _seen_tag(self, platform: str, key: str) -> str:
        return self._sealing.tags.of("seen", platform, key)

    def _due(self, session: Session) -> list[Waiting]:
        return [Waiting(*row) for row in execute(session, _DUE, now=self._sealing.seconds())]

    def _handle(self, session: Session, row: Waiting, handle: Handle) -> None:
        if _TAKE.first(session, of_id=row.id) is not None:  # else another process was faster
            handle(session, self._open(row))

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
