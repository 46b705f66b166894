"""Forgets in time: what has expired is deleted, also from the write-ahead log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import delete
from sqlmodel import Session, col

from bot.delivery.inbox import SEEN_HOURS
from bot.delivery.outbox_message import Happen
from bot.monitoring import health
from bot.repositories.cases.erasure import CaseErasure
from bot.repositories.cases.retention_terms import RetentionTerms
from bot.repositories.offered_choices import DESK_OWNER
from bot.repositories.person_rows import CONVERSATION_HOURS, PersonRows
from bot.repositories.traces import DELETABLE_HOURS
from bot.storage.clock import cautious
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing
from bot.storage.store import Store
from bot.storage.tables import AsideRow, BanRow, InboxRow, OfferRow, SeenRow, TraceRow
from handlers.model.messages import Wish

log = logging.getLogger(__name__)

EVERY_SECONDS = 600
TRUNCATE_TRIES = 5
ASIDE_DAYS = 7
"""How long is kept, sealed, for the operator: a message that could not be read or handled, a row whose key was given
up; what belongs to a case goes with it."""


def purge(session: Session, sealing: Sealing, happen: Happen | None = None) -> int:
    """Deletes what has expired; returns how many closed cases were emptied.

    With `happen`, staff are warned a day before a case is emptied, and none is while what is to be sent is late; both
    up to the longest retention. Without it there is nobody to warn: no desk, or a backup that is being restored.
    """
    sealing = replace(sealing, clock=cautious(sealing.clock))
    now = sealing.seconds()
    for statement in (
        delete(OfferRow).where(col(OfferRow.owner) != DESK_OWNER, col(OfferRow.at) <= now - CONVERSATION_HOURS * 3600),
        delete(TraceRow).where(col(TraceRow.at) <= now - DELETABLE_HOURS * 3600),
        delete(InboxRow).where(col(InboxRow.is_aside), col(InboxRow.received_at) <= now - ASIDE_DAYS * 86_400),
        delete(AsideRow).where(col(AsideRow.code) == "", col(AsideRow.at) <= now - ASIDE_DAYS * 86_400),
        delete(BanRow).where(col(BanRow.until) <= now),
        delete(SeenRow).where(col(SeenRow.at) <= now - SEEN_HOURS * 3600),
    ):
        session.execute(statement)
    PersonRows(session, sealing).fade()
    terms, erasure = RetentionTerms(session, sealing), CaseErasure(session, sealing)
    if happen:
        for code in terms.to_warn():
            happen(session, Wish("case.ending", code), "")
    is_late = happen is not None and health.take(session, now).is_late
    due = terms.over(is_warned=happen is not None, is_late=is_late)
    for code in due:
        erasure.purge(code)
    return len(due)


async def keep_forgetting(
    store: Store, sealing: Sealing, happen: Happen | None = None, after: Callable[[], None] = lambda: None
) -> None:
    """Purges now and then, until cancelled; calls `after` when there may be something to send."""
    while True:
        try:
            await forget_once(store, sealing, happen)
            after()
        except StoreError:
            log.error("retention: the database did not answer; trying again later")
        await asyncio.sleep(EVERY_SECONDS)


async def forget_once(store: Store, sealing: Sealing, happen: Happen | None = None) -> bool:
    """Purges, and empties the write-ahead log, where deleted text would live on. False: the log was kept busy."""
    emptied = await store.run(lambda session: purge(session, sealing, happen))
    if emptied:
        log.info("retention: %d closed cases were emptied", emptied)
    for _ in range(TRUNCATE_TRIES):
        if await store.truncate_wal():
            return True
        await asyncio.sleep(0.2)
    log.critical("retention: the write-ahead log could not be emptied: deleted text is still on the disk")
    return False
