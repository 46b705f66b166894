"""`python -m bot doctor` asks database and messengers; `signal-challenge` hands a captcha in. Both tell no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from pydantic import ValidationError
from signalbot import SignalAPIError
from sqlalchemy import Engine, make_url, text
from sqlmodel import Session
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.app import App
from bot.commands.run import plan_run
from bot.messengers.signal.seam import refused
from bot.messengers.signal.service import SignalService, is_new_enough
from bot.routing.service_events import CHALLENGE
from bot.settings.environment import Settings
from bot.storage.engines import open_reader
from bot.storage.sealing import Sealing, keep_sealed, read_sealed

T = TypeVar("T")

_DURABILITY = text("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') ORDER BY name")
_FAILURES = (SignalAPIError, aiohttp.ClientError, TimeoutError, OSError, ValidationError, ValueError, LookupError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was asked, and whether it is as it should be."""

    is_well: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok' if self.is_well else 'WRONG'}: {self.text}"


async def examine(settings: Settings) -> list[Finding]:
    """Asks whatever these settings name; a messenger that is off is not asked."""
    found = _database(settings)
    if settings.telegram_token:
        found += [finding async for finding in _telegram(settings)]
    if settings.signal_service and settings.signal_number:
        service = SignalService(str(settings.signal_service), settings.signal_number)
        try:
            found += [finding async for finding in _signal(settings, service)]
        finally:
            await service.close()
        found.append(await _captcha(settings))
    return found


async def doctor(settings: Settings) -> int:
    """Prints a line for each finding; 1 when one of them is wrong."""
    found = await examine(settings)
    print("\n".join(map(str, found)))
    return 0 if all(finding.is_well for finding in found) else 1


def _database(settings: Settings) -> list[Finding]:
    url = settings.database_url.get_secret_value()
    if make_url(url).get_backend_name() != "postgresql":
        return []  # SQLite is set by the bot itself
    engine = open_reader(url)
    try:
        return durability(engine)
    finally:
        engine.dispose()


def durability(engine: Engine) -> list[Finding]:
    """Whether what PostgreSQL has committed survives the end of its machine, as every receipt promises."""
    with engine.connect() as connection:
        return [_durable(*row) for row in connection.execute(_DURABILITY)]


def _durable(name: str, value: str) -> Finding:
    is_off = value == "off"
    advice = ": what was receipted may be lost when its machine stops; set it to on" if is_off else ""
    return Finding(not is_off, f"PostgreSQL: {name} is {value}{advice}")


async def _signal(settings: Settings, service: SignalService) -> AsyncIterator[Finding]:
    try:
        mode, version = await service.about()
    except _FAILURES:
        yield Finding(False, "Signal: signal-cli-rest-api does not answer at BOT_SIGNAL_SERVICE")
        return
    yield Finding(mode == "json-rpc", f"Signal: signal-cli-rest-api answers, in mode {mode} (needed: json-rpc)")
    yield Finding(is_new_enough(version), f"Signal: its version is {version} (needed: 0.101 or newer)")
    yield await _devices(settings, service)
    if settings.desk and settings.desk.platform == "signal":
        yield await _signal_desk(settings.desk.chat, service)


async def _devices(settings: Settings, service: SignalService) -> Finding:
    expected = settings.signal_devices
    try:
        count = await service.devices()
    except _FAILURES:
        return Finding(False, "Signal: the linked devices can't be listed: is BOT_SIGNAL_NUMBER registered here?")
    advice = "" if count == expected else ": if this is not you, somebody may be reading along; see docs/signal.md"
    return Finding(count == expected, f"Signal: {count} devices hold this account (expected: {expected}){advice}")


async def _signal_desk(desk: str, service: SignalService) -> Finding:
    try:
        is_in = await service.is_in(desk)
    except _FAILURES as error:
        refusal = refused(error)
        if refusal is None or refusal.status not in (400, 404):
            return Finding(False, "Signal: the group of the desk can't be asked for")
        is_in = False
    return Finding(is_in, f"Signal: the account is {'' if is_in else 'not '}in the group of BOT_DESK")


async def _captcha(settings: Settings) -> Finding:
    if not await _stored_challenge(settings):
        return Finding(True, "Signal: no captcha is asked for")
    return Finding(False, "Signal: a captcha was asked for: python -m bot signal-challenge; see docs/signal.md")


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    assert settings.telegram_token
    url = settings.telegram_api_url
    request = HTTPXRequest(connect_timeout=5, read_timeout=5)
    bot = Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request,
    )
    try:
        me = await bot.get_me()
        yield Finding(True, f"Telegram: the token is that of @{me.username}")
        yield await _webhook(settings, bot)
        if settings.desk and settings.desk.platform == "telegram":
            yield await _telegram_desk(settings.desk.chat, bot)
    except InvalidToken:
        yield Finding(False, "Telegram: BOT_TELEGRAM_TOKEN is not accepted: ask BotFather for it")
    except TelegramError as error:
        yield Finding(False, f"Telegram: the Bot API does not answer ({type(error).__name__})")
    finally:
        await request.shutdown()


async def _webhook(settings: Settings, bot: Bot) -> Finding:
    info = await bot.get_webhook_info()
    waiting = f"{info.pending_update_count} messages wait"
    if info.last_error_date:
        return Finding(False, f"Telegram: the webhook failed at {info.last_error_date:%Y-%m-%d %H:%M} UTC; {waiting}")
    is_wanted, is_set = bool(settings.telegram_webhook_url), bool(info.url)
    way = "by webhook" if is_set else "by polling"
    return Finding(is_wanted == is_set, f"Telegram: messages come {way}; {waiting}")


async def _telegram_desk(desk: str, bot: Bot) -> Finding:
    try:
        await bot.get_chat(desk)
    except TelegramError:
        return Finding(False, "Telegram: the chat of BOT_DESK can't be reached: is the bot a member of it?")
    return Finding(True, "Telegram: the chat of BOT_DESK can be reached")


async def solve(settings: Settings, token: str, captcha: str) -> int:
    """Hands a solved captcha to Signal; without a token, for the newest challenge that was kept. 0 when it is taken."""
    if not settings.signal_service or not settings.signal_number:
        print("BOT_SIGNAL_SERVICE is not set: there is nothing to solve")
        return 1
    token = token or await _stored_challenge(settings)
    if not token:
        print("Signal asks for no captcha")
        return 1
    service = SignalService(str(settings.signal_service), settings.signal_number)
    try:
        await service.solve(token, captcha)
    except _FAILURES:
        print("Signal did not take it. A captcha holds for a minute or two: solve a new one and be quick")
        return 1
    finally:
        await service.close()
    await _in_database(settings, lambda session, sealing: keep_sealed(session, sealing, CHALLENGE, ""))
    print("Signal took it: what waits goes out by itself")
    return 0


async def _stored_challenge(settings: Settings) -> str:
    return await _in_database(settings, lambda session, sealing: read_sealed(session, sealing, CHALLENGE))


async def _in_database(settings: Settings, job: Callable[[Session, Sealing], T]) -> T:
    """In a transaction of its own; a bot that runs at the same time does not mind."""
    app = App(plan_run(settings))
    try:
        return await app.store.run(lambda session: job(session, app.sealing))
    finally:
        app.store.close()
