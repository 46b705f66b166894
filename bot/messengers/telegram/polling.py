"""The way in that needs no open port: long polling."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.messengers.telegram.errors import pause_after
from bot.messengers.telegram.http import TelegramHttp
from bot.messengers.telegram.parse import ALLOWED_UPDATES
from bot.messengers.telegram.receiving import Intake
from bot.storage.engines import StoreError

POLL_SECONDS = 25
"""How long Telegram holds a getUpdates that has nothing to tell."""


async def poll(bot: Bot, http: TelegramHttp, intake: Intake) -> None:
    """Receives until cancelled; an update is confirmed, by the next poll, only after it was stored."""
    offset, failures, is_webhook_gone = 0, 0, False
    while True:
        try:
            if not is_webhook_gone:
                is_webhook_gone = await bot.delete_webhook(drop_pending_updates=False)
            updates = await _get_updates(bot, http, offset)
            before, offset = offset, await intake.store(updates, offset)
            if updates and offset == before:
                raise ValueError("getUpdates: nothing that can be confirmed")  # else a hot loop, for ever
            failures = 0
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
