"""Stores what sending reveals, a new key or a challenge, as if it had been received."""

from __future__ import annotations

import time
from contextlib import suppress

from bot.messengers.contract import Event, Keep, Received
from bot.messengers.signal.parse import PLATFORM, is_group
from bot.messengers.signal.seam import FAILURES
from bot.messengers.signal.service import SignalService
from bot.storage.engines import StoreError

CHALLENGE_SECONDS = 600.0
"""A captcha is asked for at most so often: each message that is held back brings a token of its own."""


class Discoveries:
    """Stores what was revealed like a message, so that it is handled once, and durably."""

    def __init__(self, service: SignalService, number: str) -> None:
        self._service = service
        self._number = number
        self._keep: Keep | None = None
        self._last_challenge = -CHALLENGE_SECONDS

    def begin(self, keep: Keep) -> None:
        """From now on this process receives. Before that another one does, and learns it there."""
        self._keep = keep

    async def captcha(self, challenge: str) -> None:
        """Signal lets the account go on when a captcha is solved for this token."""
        if time.monotonic() - self._last_challenge >= CHALLENGE_SECONDS:
            self._last_challenge = time.monotonic()
            await self._tell(Event.CHALLENGED, self._number, challenge)

    async def new_key(self, account: str) -> None:
        await self._tell(Event.KEY_CHANGED, account)

    async def new_keys_in(self, chat: str) -> None:
        """The service does not say whose key in a group is new when it reached nobody there."""
        accounts = [chat]
        if is_group(chat):
            try:
                accounts = await self._service.untrusted()
            except FAILURES:
                return  # the next try asks again
        for account in accounts:
            await self.new_key(account)

    async def _tell(self, event: Event, account: str, text: str = "") -> None:
        if self._keep is None:
            return
        key = f"{event.value} {account} {text or int(time.time() // 60)}"
        told = Received(
            platform=PLATFORM,
            key=key,
            event=event,
            chat=account,
            sender=account,
            is_private=True,
            at=time.time(),
            text=text,
        )
        with suppress(StoreError):  # the next try learns it again
            await self._keep([told])
