"""Forgets in time: what has expired is deleted, also from the write-ahead log."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import Connection, delete, select

from bot.cases import DeskOf
from bot.inbox import SEEN_HOURS
from bot.people import CONVERSATION_HOURS, DELETABLE_HOURS, DESK_OWNER, PeopleOf
from bot.sealing import Sealing
from bot.store import Store, StoreError
from bot.tables import INBOX, OFFER, SEEN, SOS_CASE, TRACE

log = logging.getLogger(__name__)

EVERY_SECONDS = 600
TRUNCATE_TRIES = 5
ASIDE_DAYS = 7
"""How long a message that could not be read or handled is kept, sealed, for the operator."""


def purge(connection: Connection, sealing: Sealing) -> int:
    """Deletes what has expired; returns how many closed cases were emptied."""
    now = sealing.seconds()
    for statement in (
        delete(OFFER).where(OFFER.c.owner != DESK_OWNER, OFFER.c.at <= now - CONVERSATION_HOURS * 3600),
        delete(TRACE).where(TRACE.c.at <= now - DELETABLE_HOURS * 3600),
        delete(INBOX).where(INBOX.c.is_aside, INBOX.c.received_at <= now - ASIDE_DAYS * 86_400),
        delete(SEEN).where(SEEN.c.at <= now - SEEN_HOURS * 3600),
    ):
        connection.execute(statement)
    PeopleOf(connection, sealing).fade()
    desk = DeskOf(connection, sealing, None)
    due = connection.execute(select(SOS_CASE.c.code).where(SOS_CASE.c.purge_at <= now)).scalars().all()
    for code in due:
        desk.bury(code)
    return len(due)


async def keep_forgetting(store: Store, sealing: Sealing) -> None:
    """Purges now and then, until cancelled."""
    while True:
        try:
            await forget_once(store, sealing)
        except StoreError:
            log.error("retention: the database did not answer; trying again later")
        await asyncio.sleep(EVERY_SECONDS)


async def forget_once(store: Store, sealing: Sealing) -> bool:
    """Purges, and empties the write-ahead log, where deleted text would live on. False: the log was kept busy."""
    emptied = await store.run(lambda connection: purge(connection, sealing))
    if emptied:
        log.info("retention: %d closed cases were emptied", emptied)
    for _ in range(TRUNCATE_TRIES):
        if await store.truncate_wal():
            return True
        await asyncio.sleep(0.2)
    log.critical("retention: the write-ahead log could not be emptied: deleted text is still on the disk")
    return False
