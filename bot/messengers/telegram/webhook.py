"""The way in that Telegram opens: it posts each update to a public address."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr
from telegram import Bot
from telegram.error import TelegramError

from bot.messengers.contract import key_of_body
from bot.messengers.reception import Reception
from bot.messengers.telegram.errors import pause_after
from bot.messengers.telegram.parse import ALLOWED_UPDATES, PLATFORM
from bot.messengers.telegram.receiving import Intake
from bot.storage.engines import StoreError
from bot.web import Web

WEBHOOK_PATH = "/telegram"
ASK_SECONDS = 20.0
FAILED_SECONDS = 300.0
"""So long ago, a failure says nothing of today: Telegram tries again sooner."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of the header)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The public address that Telegram posts updates to, and our server behind it."""

    url: str
    secret: SecretStr
    web: Web


async def serve(webhook: Webhook, bot: Bot, intake: Intake, reception: Reception) -> None:
    """Receives until cancelled; an update is answered with 200 only after it was stored."""
    webhook.web.add(WEBHOOK_PATH, partial(_take, webhook=webhook, intake=intake))
    await _announce(webhook, bot)
    failures = 0
    while True:  # Telegram posts only what there is: whether it could is asked
        try:
            if await _is_reached(bot):
                reception.succeeded()
            failures = 0
        except TelegramError as error:
            failures += 1
            await pause_after(error, failures)
        await asyncio.sleep(ASK_SECONDS)


async def _is_reached(bot: Bot) -> bool:
    """Whether Telegram knows of our address and has not failed with it while something waits."""
    info = await bot.get_webhook_info()
    if not info.url:
        return False
    failed_at = info.last_error_date.timestamp() if info.last_error_date and info.pending_update_count else 0.0
    return time.time() - failed_at > FAILED_SECONDS


async def _announce(webhook: Webhook, bot: Bot) -> None:
    """Tells Telegram the address, until it has taken it."""
    failures = 0
    while True:
        try:
            await bot.set_webhook(
                f"{webhook.url.rstrip('/')}{WEBHOOK_PATH}",
                secret_token=webhook.secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
            )
        except TelegramError as error:
            failures += 1
            await pause_after(error, failures)
        else:
            return


async def _take(headers: Mapping[str, str], body: bytes, *, webhook: Webhook, intake: Intake) -> int:
    given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, webhook.secret.get_secret_value().encode()):
        return 403
    try:
        await intake.store([json.loads(body)])
    except StoreError:
        return 503  # Telegram posts it again
    except (ValueError, RecursionError):
        await intake.set_aside(PLATFORM, key_of_body(body), body)
    return 200
