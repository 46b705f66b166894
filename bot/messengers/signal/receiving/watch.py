"""Runs beside receiving: shows persons that they were heard, and alerts the operator when nobody can be."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from bot.messengers.contract import Received
from bot.messengers.reception import Reception
from bot.messengers.signal.receiving.listening import Listener
from bot.messengers.signal.seam import FAILURES
from bot.messengers.signal.service import SignalService

log = logging.getLogger(__name__)

WATCH_SECONDS = 20.0
"""Between two questions whether the service is well; a second failure in a row is an alert."""
SILENT_SECONDS = 86_400.0
"""Without any frame for so long, something is wrong that nothing else shows."""


async def show_signs_of_life(service: SignalService, stored: asyncio.Queue[Received]) -> None:
    """Read and typing, once the message is stored, until cancelled; nobody waits for it, and it may fail."""
    while True:
        received = await stored.get()
        with suppress(*FAILURES):
            await service.mark_read(received.chat, int(received.message))
            if stored.empty():  # in a burst, the answers themselves are the better use of the time
                await service.show_typing(received.chat)


async def watch(service: SignalService, listener: Listener, reception: Reception) -> None:
    """Tells the operator when the service is ill, when nothing is received, and when it is well again."""
    failures = 0
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        is_well = listener.is_connected and await service.is_healthy()
        if is_well:
            reception.succeeded()
        if is_well and failures > 1:
            log.warning("signal: receiving again")
        failures = 0 if is_well else failures + 1
        if failures == 2:
            log.critical("signal: not receiving: is signal-cli-rest-api up? python -m bot doctor")
        if time.monotonic() - listener.last_frame > SILENT_SECONDS:
            listener.last_frame = time.monotonic()
            log.critical("signal: nothing was received for a day: write to the bot, and look whether it answers")
