"""What came in: committed before it is confirmed to the messenger, handled once, and never dropped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.messenger import Received
from bot.sealing import Sealing, new_name
from bot.store import Statement, Store, StoreError, execute
from bot.tables import INBOX, SEEN
from handlers.conversation import Lane

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Messages handled in one go."""
MOST_TRIES = 5
"""How often a message that makes a handler fail is tried before it is set aside."""
SEEN_HOURS = 48
"""How long a message is known as seen; Telegram keeps unconfirmed updates for 24 hours (Bot API, Getting updates)."""

_NEW = insert(INBOX)
_TAKE = Statement(delete(INBOX).where(INBOX.c.id == bindparam("of_id")).returning(INBOX.c.id))
_MOST_URGENT = (
    select(INBOX.c.chat, func.min(INBOX.c.lane))
    .where(INBOX.c.chat.in_(bindparam("chats", expanding=True)), INBOX.c.is_aside.is_(False))
    .group_by(INBOX.c.chat)
)
_MAKE_URGENT = (
    update(INBOX)
    .where(INBOX.c.chat == bindparam("of_chat"), INBOX.c.is_aside.is_(False))
    .values(lane=bindparam("to_lane"))
)

Handle = Callable[[Connection, Received], None]
LaneOf = Callable[[Connection, Received], Lane]


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
        """Handles one batch, in one commit; returns how many messages it had."""
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
                await self._store.run(lambda connection: sorry(connection, self._open(row)))
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

    def _keep(self, connection: Connection, batch: Sequence[Received]) -> None:
        now = self._sealing.seconds()
        fresh = {self._seen_tag(received.platform, received.key): received for received in batch}
        seen = connection.execute(select(SEEN.c.tag).where(SEEN.c.tag.in_(fresh))).scalars().all()
        for tag in seen:
            del fresh[tag]
        if not fresh:
            return
        connection.execute(insert(SEEN), [{"tag": tag, "at": now} for tag in fresh])
        rows = [self._row(connection, received, now) for received in fresh.values()]
        lanes = _lanes(connection, rows)
        connection.execute(_NEW, [row | {"lane": lanes[row["chat"]]} for row in rows])

    def _row(self, connection: Connection, received: Received, now: float) -> dict[str, Any]:
        name = new_name()
        body = self._sealing.vault.seal(received.model_dump_json(exclude_defaults=True).encode(), "inbox", name)
        return {
            "name": name,
            "chat": self._sealing.tags.of("chat", received.platform, received.chat),
            "lane": int(self._lane_of(connection, received)),
            "body": body,
            "received_at": now,
            "not_before": now,
            "tries": 0,
            "is_aside": False,
        }

    def _set_aside(self, connection: Connection, key: str, raw: bytes) -> None:
        if connection.execute(select(SEEN.c.tag).where(SEEN.c.tag == key)).first() is not None:
            return
        now, name = self._sealing.seconds(), new_name()
        connection.execute(insert(SEEN).values(tag=key, at=now))
        connection.execute(
            insert(INBOX).values(
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

    def _due(self, connection: Connection) -> list[Waiting]:
        rows = connection.execute(
            select(INBOX.c.id, INBOX.c.name, INBOX.c.tries, INBOX.c.body)
            .where(INBOX.c.is_aside.is_(False), INBOX.c.not_before <= self._sealing.seconds())
            .order_by(INBOX.c.lane, INBOX.c.id)
            .limit(AT_ONCE)
        )
        return [Waiting(*row) for row in rows]

    def _handle(self, connection: Connection, row: Waiting, handle: Handle) -> None:
        if _TAKE.first(connection, of_id=row.id) is not None:  # else another process was faster
            handle(connection, self._open(row))

    def _postpone(self, connection: Connection, row: Waiting) -> None:
        is_aside = row.tries + 1 >= MOST_TRIES
        connection.execute(
            update(INBOX)
            .where(INBOX.c.id == row.id)
            .values(tries=row.tries + 1, is_aside=is_aside, not_before=self._sealing.seconds() + 2.0**row.tries)
        )
        if is_aside:
            log.critical("inbox: row %d was set aside after %d tries", row.id, MOST_TRIES)

    def _open(self, row: Waiting) -> Received:
        return Received.model_validate_json(self._sealing.vault.open(row.body, "inbox", row.name))


def _lanes(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """The lane of each chat: its most urgent message takes the others with it, so that order is kept within a chat."""
    lanes: dict[str, int] = {}
    for row in rows:
        lanes[row["chat"]] = min(row["lane"], lanes.get(row["chat"], row["lane"]))
    for chat, lane in execute(connection, _MOST_URGENT, chats=list(lanes)).all():
        if lane > lanes[chat]:
            execute(connection, _MAKE_URGENT, of_chat=chat, to_lane=lanes[chat])
        lanes[chat] = min(lane, lanes[chat])
    return lanes


def _try_again(connection: Connection) -> None:
    connection.execute(update(INBOX).where(INBOX.c.is_aside, INBOX.c.chat != "").values(is_aside=False, tries=0))
