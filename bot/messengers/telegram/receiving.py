"""Takes in raw updates: stored first, confirmed afterwards. Here by long polling, the way that needs no open port."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.messengers.contract import Keep, SetAside, key_of_body
from bot.messengers.reception import Reception
from bot.messengers.telegram.errors import pause_after
from bot.messengers.telegram.http import TelegramHttp
from bot.messengers.telegram.introduction import Introduction
from bot.messengers.telegram.parse import ALLOWED_UPDATES, PLATFORM, ParseError, key_of, parse
from bot.storage.engines import StoreError

POLL_SECONDS = 25
"""Telegram holds a getUpdates that has nothing to tell for so long."""


class Intake:
    """Stores what Telegram tells; an update that can't be parsed is set aside, and the others go on."""

    def __init__(self, keep: Keep, set_aside: SetAside, introduction: Introduction) -> None:
        self.set_aside = set_aside
        self._keep = keep
        self._introduction = introduction

    async def store(self, updates: Sequence[Any]) -> int:
        """Commits a batch of raw updates and returns the offset that confirms it; 0 if nothing in it has a number.

        Raises StoreError if the database doesn't take it: then nothing may be confirmed.
        """
        batch, offset = [], 0
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


async def poll(bot: Bot, http: TelegramHttp, intake: Intake, reception: Reception) -> None:
    """Receives until cancelled; an update is confirmed, by the next poll, only after it was stored.

    The next offset follows from what was received last, even if it is lower: after a quiet week Telegram draws numbers
    anew. An empty answer says that all before the offset is confirmed: the next poll asks for whatever there is.
    """
    offset, failures, is_webhook_gone = 0, 0, False
    while True:
        try:
            if not is_webhook_gone:
                is_webhook_gone = await bot.delete_webhook(drop_pending_updates=False)
            updates = await _get_updates(bot, http, offset)
            confirming = await intake.store(updates)
            if updates and confirming in (0, offset):
                raise ValueError("getUpdates: nothing that can be confirmed")  # else a hot loop, for ever
            offset, failures = confirming, 0
            reception.succeeded()
        except (TelegramError, StoreError, ValueError, RecursionError) as error:
            failures += 1
            is_webhook_gone = is_webhook_gone and not isinstance(error, Conflict)  # somebody may have set one
            await pause_after(error, failures)


async def _get_updates(bot: Bot, http: TelegramHttp, offset: int) -> list[Any]:
    """Raw updates: python-telegram-bot would not survive one that it can't parse."""
    query = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
    answer = await http.retrieve(f"{bot.base_url}/getUpdates?{urlencode(query)}", read_timeout=POLL_SECONDS + 10)
    found = json.loads(answer.decode("utf-8", "replace"))  # a broken letter must not cost a whole batch
    updates = found.get("result") if isinstance(found, dict) else None
    if not isinstance(updates, list):  # what a proxy or a captive portal says
        raise ValueError("getUpdates: no list")
    return updates
