"""A text of more than two kilobytes: Signal sends its beginning as the message, and all of it as a file."""

from __future__ import annotations

import asyncio
import logging
import time

from bot.messengers.contract import Received
from bot.messengers.signal.seam import FAILURES
from bot.messengers.signal.service import SignalService
from handlers.model.messages import Kind

log = logging.getLogger(__name__)

LARGEST_BYTES = 262_144
"""Longer than anybody writes; what is more than that is told as lost."""
SECONDS = 3.0
"""How long fetching the texts of a batch, which are fetched at once, may hold up what comes behind them."""
_PAUSES = (0.0, 0.3, 1.0)
"""Seconds before each try: the file may lie there a moment later than the message."""
_COOLING = 10.0
"""Seconds after a text that could not be had in which others are tried once: nobody may make all others wait."""


class LongTexts:
    """Puts the whole text in the place of its beginning."""

    def __init__(self, service: SignalService) -> None:
        self._service = service
        self._failed_at = -_COOLING

    async def whole(self, received: Received) -> Received:
        """The message with its whole text; as it is if that can't be had: then its kinds say that the end is lost."""
        if not received.text_ref:
            return received
        text = await self._fetch(received.text_ref)
        bare = received.model_copy(update={"text_ref": ""})
        if text is None:
            return bare
        kinds = [kind for kind in (received.kind, *received.others) if kind is not Kind.LONG_TEXT]
        kind = kinds[0] if kinds else Kind.PHOTO if received.photos else Kind.TEXT
        return bare.model_copy(update={"text": text, "kind": kind, "others": tuple(kinds[1:])})

    async def _fetch(self, reference: str) -> str | None:
        is_cooling = time.monotonic() - self._failed_at < _COOLING
        try:
            async with asyncio.timeout(SECONDS):
                for pause in _PAUSES[: 1 if is_cooling else None]:
                    await asyncio.sleep(pause)
                    if (text := await self._try(reference)) is not None:
                        return text
        except TimeoutError:
            pass
        self._failed_at = time.monotonic()
        log.error("signal: the end of a long text could not be fetched")
        return None

    async def _try(self, reference: str) -> str | None:
        try:
            data = await self._service.attachment(reference, LARGEST_BYTES)
        except FAILURES:
            return None
        return data.decode("utf-8", "replace") if 0 < len(data) <= LARGEST_BYTES else None
