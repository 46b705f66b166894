"""Groups that are no desk: what is written there is not stored, and the bot leaves them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence

from bot.delivery.inbox import Inbox
from bot.messengers.contract import Act, DeliveryError, Messenger, Parcel, Received

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 600.0
"""How long the bot stays in a group that is no desk: whoever sets up a new desk has to find its id first."""
AGAIN_SECONDS = 3600.0
"""How long after a try to leave it is tried again, should anything still be heard from there."""
MOST_GROUPS = 1000
"""Groups that are remembered; of more, the first ones are forgotten, and wait for their ten minutes anew."""


class Strangers:
    """Keeps what one messenger brings, and leaves the groups of which nothing was kept."""

    def __init__(self, inbox: Inbox, messenger: Messenger, now: Callable[[], float] = time.monotonic) -> None:
        self._inbox = inbox
        self._messenger = messenger
        self._now = now
        self._leave_at: dict[str, float] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        """One is left at a time: whoever puts the bot into hundreds must not have all connections wait for that."""

    async def keep(self, batch: Sequence[Received]) -> None:
        """Stores what is for us; it is on the disk when this returns. Raises StoreError."""
        for chat in self._to_leave(await self._inbox.keep(batch)):
            task = asyncio.create_task(self._leave(chat))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    def _to_leave(self, chats: Collection[str]) -> list[str]:
        now = self._now()
        for chat in chats:
            self._leave_at.setdefault(chat, now + PATIENCE_SECONDS)
        due = [chat for chat in chats if self._leave_at[chat] <= now]
        self._leave_at.update(dict.fromkeys(due, now + AGAIN_SECONDS))
        for chat in list(self._leave_at)[:-MOST_GROUPS]:
            del self._leave_at[chat]
        return due

    async def _leave(self, chat: str) -> None:
        try:
            async with self._turn:
                await self._messenger.deliver(Parcel(act=Act.LEAVE, chat=chat))
        except DeliveryError as error:
            log.warning("%s: a group that is no desk could not be left: %s", self._messenger.name, error.trouble.value)
