"""Deletes the files that persons sent, which lie in clear at the service, a day after they came."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from bot.messengers.signal.seam import FAILURES
from bot.messengers.signal.service import SignalService

log = logging.getLogger(__name__)

EVERY_SECONDS = 900.0
KEPT_SECONDS = 86_400.0
"""For so long staff may be shown a photo again, in a new topic or at the backup desk; a draft lives no longer."""


class Leftovers:
    """Knows since when each file lies there. A start counts from anew: the service tells no times."""

    def __init__(self, service: SignalService, steady: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._steady = steady
        self._since: dict[str, float] = {}

    async def delete_now_and_then(self) -> None:
        """Until cancelled; what can't be deleted is tried again."""
        while True:
            await self.delete_old()
            await asyncio.sleep(EVERY_SECONDS)

    async def delete_old(self) -> None:
        """Deletes each file, of whatever kind, that has lain there for a day."""
        now = self._steady()
        try:
            found = await self._service.attachments()
        except FAILURES as error:
            log.error("signal: old files could not be looked for (%s); trying again", type(error).__name__)
            return
        self._since = {name: self._since.get(name, now) for name in found}
        old = [name for name, since in self._since.items() if now - since >= KEPT_SECONDS]
        if failed := [name for name in old if not await self._delete(name)]:
            log.error("signal: %d old files could not be deleted; trying again", len(failed))

    async def _delete(self, name: str) -> bool:
        try:
            await self._service.delete_attachment(name)
        except FAILURES:
            return False
        return True
