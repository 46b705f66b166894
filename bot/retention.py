"""Forgets in time: what has expired is deleted, also from the write-ahead log."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import delete, select
from sqlmodel import Session, col

from bot.cases import DeskOf
from bot.inbox import SEEN_HOURS
from bot.people import CONVERSATION_HOURS, DELETABLE_HOURS, DESK_OWNER, PeopleOf
from bot.sealing import Sealing
from bot.store import Store, StoreError
from bot.tables import BanRow, CaseRow, InboxRow, OfferRow, SeenRow, TraceRow

log = logging.getLogger(__name__)

EVERY_SECONDS = 600
TRUNCATE_TRIES = 5
ASIDE_DAYS = 7
"""How long a message that could not be read or handled is kept, sealed, for the operator."""


def purge(session: Session, sealing: Sealing) -> int:
    """Deletes what has expired; returns how many closed cases were emptied."""
    now = sealing.seconds()
    for statement in (
        delete(OfferRow).where(col(OfferRow.owner) != DESK_OWNER, col(OfferRow.at) <= now - CONVERSATION_HOURS * 3600),
        delete(TraceRow).where(col(TraceRow.at) <= now - DELETABLE_HOURS * 3600),
        delete(InboxRow).where(col(InboxRow.is_aside), col(InboxRow.received_at) <= now - ASIDE_DAYS * 86_400),
        delete(BanRow).where(col(BanRow.until) <= now),
        delete(SeenRow).where(col(SeenRow.at) <= now - SEEN_HOURS * 3600),
    ):
        session.execute(statement)
    PeopleOf(session, sealing).fade()
    desk = DeskOf(session, sealing, None)
    due = session.execute(select(col(CaseRow.code)).where(col(CaseRow.purge_at) <= now)).scalars().all()
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
    emptied = await store.run(lambda session: purge(session, sealing))
    if emptied:
        log.info("retention: %d closed cases were emptied", emptied)
    for _ in range(TRUNCATE_TRIES):
        if await store.truncate_wal():
            return True
        await asyncio.sleep(0.2)
    log.critical("retention: the write-ahead log could not be emptied: deleted text is still on the disk")
    return False
