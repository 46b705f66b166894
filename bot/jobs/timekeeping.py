"""Keeps the house's time over a restart, and tells the operator when the machine's clock is wrong."""

from __future__ import annotations

import asyncio
import logging

from sqlmodel import Session

from bot.storage.clock import JUMP_SECONDS, HouseClock
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing, VaultError, keep_sealed, read_sealed
from bot.storage.store import Store

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0
AGAIN_SECONDS = 3600.0
"""How often the operator is told of a clock that stays wrong."""
_MARK = "clock"


def take_up(session: Session, sealing: Sealing) -> None:
    """Goes on from the latest time that any process of this database has kept, and keeps the own one if it is later."""
    clock = sealing.clock
    if not isinstance(clock, HouseClock):
        return
    try:
        clock.not_before(float(read_sealed(session, sealing, _MARK) or 0.0))
    except (VaultError, ValueError) as error:
        log.critical(
            "clock: the time that was kept can't be read (%s); the machine's is believed", type(error).__name__
        )
    keep_sealed(session, sealing, _MARK, str(sealing.seconds()))


async def keep_time(store: Store, sealing: Sealing) -> None:
    """Keeps the time now and then, and looks at the machine's clock, until cancelled."""
    told, doubted = 0.0, 0.0
    while True:
        try:
            await store.run(lambda session: take_up(session, sealing))
        except StoreError:
            log.error("clock: the time could not be kept; trying again later")
        if isinstance(clock := sealing.clock, HouseClock):
            told = _told_of_a_wrong_one(clock, sealing.seconds(), told)
            doubted = _told_of_a_jump(clock, doubted)
        await asyncio.sleep(EVERY_SECONDS)


def _told_of_a_wrong_one(clock: HouseClock, now: float, told: float) -> float:
    """When the operator was told of it last, in seconds since 1970; 0 while it is right."""
    off = clock.off()
    if abs(off) <= JUMP_SECONDS:
        return 0.0
    if told and now - told < AGAIN_SECONDS:
        return told
    log.critical("clock: the machine's clock is %d s behind, or stands still: set it; calls are not late for it", -off)
    return now


def _told_of_a_jump(clock: HouseClock, before: float) -> float:
    doubted = clock.doubted()
    if doubted > before:
        log.critical("clock: the machine's clock jumped %d s ahead: look whether it is right now", doubted - before)
    return doubted
