"""Asks Telegram for `python -m bot doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.messengers.checkup import Finding
from bot.messengers.telegram.settings import TelegramSettings


async def examine(settings: TelegramSettings, desk: str) -> AsyncIterator[Finding]:
    """Asks for the token, the way in and the chat of the desk, if `desk` names one; a failure is the last finding."""
    assert settings.token
    url = settings.api_url
    request = HTTPXRequest(connect_timeout=5, read_timeout=5)
    bot = Bot(
        settings.token.get_secret_value(), base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request
    )
    try:
        me = await bot.get_me()
        yield Finding(True, f"Telegram: the token is that of @{me.username}")
        yield await _way_in(settings, bot)
        if desk:
            yield await _desk(desk, bot)
    except InvalidToken:
        yield Finding(False, "Telegram: BOT_TELEGRAM_TOKEN is not accepted: ask BotFather for it")
    except TelegramError as error:
        yield Finding(False, f"Telegram: the Bot API does not answer ({type(error).__name__})")
    finally:
        await request.shutdown()


async def _way_in(settings: TelegramSettings, bot: Bot) -> Finding:
    info = await bot.get_webhook_info()
    waiting = f"{info.pending_update_count} messages wait"
    if info.last_error_date:
        return Finding(False, f"Telegram: the webhook failed at {info.last_error_date:%Y-%m-%d %H:%M} UTC; {waiting}")
    is_wanted, is_set = bool(settings.webhook_url), bool(info.url)
    way = "by webhook" if is_set else "by polling"
    return Finding(is_wanted == is_set, f"Telegram: messages come {way}; {waiting}")


async def _desk(desk: str, bot: Bot) -> Finding:
    try:
        await bot.get_chat(desk)
    except TelegramError:
        return Finding(False, "Telegram: the chat of BOT_DESK can't be reached: is the bot a member of it?")
    return Finding(True, "Telegram: the chat of BOT_DESK can be reached")
