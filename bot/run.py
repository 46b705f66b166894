"""`python -m bot run`: the real messengers, until a signal says stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence

from bot.app import App, Plan
from bot.cases import DeskSettings
from bot.menus import menus
from bot.messenger import Messenger
from bot.redaction import configure, watch_loop
from bot.sealing import SystemClock
from bot.settings import Settings

log = logging.getLogger(__name__)


def plan_run(settings: Settings) -> Plan:
    """What these settings ask for."""
    desk = settings.desk
    return Plan(
        database_url=settings.database_url.get_secret_value(),
        keys=tuple(key.get_secret_value() for key in settings.secret_keys),
        content=settings.content,
        locales=settings.locales,
        clock=SystemClock(),
        desk=DeskSettings(
            desk.platform, desk.chat, settings.retention_days, settings.allow_downgrade, settings.backup_desk
        )
        if desk
        else None,
        desk_language=settings.desk_language,
        staff=settings.staff,
        platforms=("telegram",) if settings.telegram_token else (),
        retention_days=settings.retention_days,
    )


async def run(settings: Settings, roles: Sequence[str]) -> None:
    """Runs the named roles until SIGTERM or SIGINT; what is being sent then may still arrive."""
    configure(settings.log_level, secrets_of(settings))
    app = App(plan_run(settings))
    messengers = _messengers(settings, app) if "telegram" in roles else {}
    work = asyncio.create_task(app.run(messengers, is_worker="worker" in roles))
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    log.info("run: started: %s", ", ".join(roles))
    try:
        await work
    except asyncio.CancelledError:
        log.info("run: stopped")
    finally:
        await app.close(messengers)


def secrets_of(settings: Settings) -> list[str]:
    """What must never be logged."""
    secrets = [settings.telegram_token, settings.telegram_webhook_secret, settings.database_url, *settings.notify]
    return [secret.get_secret_value() for secret in secrets if secret]


def _messengers(settings: Settings, app: App) -> dict[str, Messenger]:
    found: dict[str, Messenger] = {}
    if settings.telegram_token:
        from bot.platforms.telegram import TelegramMessenger, Webhook

        webhook = None
        if settings.telegram_webhook_url and settings.telegram_webhook_secret:
            http = settings.http
            webhook = Webhook(settings.telegram_webhook_url, settings.telegram_webhook_secret, http.host, http.port)
        found["telegram"] = TelegramMessenger(
            settings.telegram_token, menus(app.catalogues), api_url=settings.telegram_api_url, webhook=webhook
        )
    return found
