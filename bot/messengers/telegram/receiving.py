"""Both ways in, polling and webhook: raw updates become `Received` and are stored."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from bot.messengers.contract import Keep, SetAside, key_of_body
from bot.messengers.telegram.introduction import Introduction
from bot.messengers.telegram.parse import PLATFORM, ParseError, key_of, parse


class Intake:
    """Stores what Telegram tells; an update that can't be parsed is set aside, and the others go on."""

    def __init__(self, keep: Keep, set_aside: SetAside, introduction: Introduction) -> None:
        self.set_aside = set_aside
        self._keep = keep
        self._introduction = introduction

    async def store(self, updates: Sequence[Any], offset: int = 0) -> int:
        """Commits a batch of raw updates and returns the offset that confirms it, which is never below `offset`.

        Raises StoreError if the database doesn't take it: then nothing may be confirmed.
        """
        batch = []
        for update in updates:
            number = _number_of(update)
            try:
                received = parse(update, time.time(), self._introduction.username)
            except ParseError:
                raw = json.dumps(update).encode()
                await self.set_aside(PLATFORM, key_of(number) if number >= 0 else key_of_body(raw), raw)
            else:
                batch += [received] if received else []
            offset = max(offset, number + 1)
        if batch:
            await self._keep(batch)
        return offset


def _number_of(update: Any) -> int:
    """The number that confirms an update; -1 where there is none."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else -1
