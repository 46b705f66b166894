"""`python -m bot run`: the real messengers, until a signal says stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence

from sqlalchemy import make_url

from bot.app import App, Plan
from bot.delivery.rate_limits import LIMITS
from bot.messengers.contract import Messenger
from bot.monitoring.health import LATE_SECONDS
from bot.monitoring.operator_alerts import OperatorAlerts, apprise_send
from bot.monitoring.redaction import configure, watch_loop
from bot.monitoring.watchdog import Watchdog
from bot.routing.menus import menus
from bot.settings.desk import DeskSettings
from bot.settings.environment import Settings
from bot.storage.sealing import SystemClock
from bot.web import Web
from handlers.ports import Clock

log = logging.getLogger(__name__)


def plan_run(settings: Settings) -> Plan:
    """What these settings ask for."""
    desk = settings.desk
    return Plan(
        database_url=settings.database_url.get_secret_value(),
        keys=tuple(key.get_secret_value() for key in settings.secret_keys),
        content=settings.content,
        locales=settings.locales,
        clock=_clock(settings),
        desk=DeskSettings(
            desk.platform, desk.chat, settings.retention_days, settings.allow_downgrade, settings.backup_desk
        )
        if desk
        else None,
        desk_language=settings.desk_language,
        staff=settings.accounts,
        staff_file=settings.staff_file,
        platforms=tuple(
            name
            for name, is_on in (("telegram", settings.telegram_token), ("signal", settings.signal_service))
            if is_on
        ),
        retention_days=settings.retention_days,
        signal_timer_days=settings.signal_timer_days,
        limits=LIMITS if settings.keeps_limits else {},
    )


def _clock(settings: Settings) -> Clock:
    if make_url(settings.database_url.get_secret_value()).get_backend_name() != "postgresql":
        return SystemClock()
    from bot.storage.postgres import DatabaseClock

    return DatabaseClock()


async def run(settings: Settings, roles: Sequence[str]) -> None:
    """Runs the named roles until SIGTERM or SIGINT; what is being sent then may still arrive."""
    configure(settings.log_level, secrets_of(settings))
    alarms = _alarms(settings)
    app = App(plan_run(settings))
    web = Web(settings.http)
    makers = {"telegram": _telegram, "signal": _signal}
    made = {name: make(settings, app, web) for name, make in makers.items() if name in roles}
    messengers = {name: messenger for name, messenger in made.items() if messenger}
    work = asyncio.create_task(app.run(messengers, is_worker="worker" in roles, web=web))
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    watchdog = Watchdog(loop, lambda: app.store.submit(app.look).result(LATE_SECONDS))
    watchdog.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    log.info("run: started: %s", ", ".join(roles))
    try:
        await work
    except asyncio.CancelledError:
        log.info("run: stopped")
    finally:
        watchdog.stop()
        await app.close(messengers)
        if alarms:
            alarms.finish()


def _alarms(settings: Settings) -> OperatorAlerts | None:
    if not settings.notify:
        return None
    alarms = OperatorAlerts(apprise_send([url.get_secret_value() for url in settings.notify]))
    logging.getLogger().addHandler(alarms)
    return alarms


def secrets_of(settings: Settings) -> list[str]:
    """What must never be logged."""
    secrets = [
        settings.telegram_token,
        settings.telegram_webhook_secret,
        settings.signal_webhook_secret,
        settings.database_url,
        *settings.notify,
    ]
    return [*(secret.get_secret_value() for secret in secrets if secret), settings.signal_number or ""]


def _telegram(settings: Settings, app: App, web: Web) -> Messenger | None:
    if not settings.telegram_token:
        return None
    from bot.messengers.telegram.adapter import TelegramMessenger
    from bot.messengers.telegram.webhook import Webhook

    webhook = None
    if settings.telegram_webhook_url and settings.telegram_webhook_secret:
        webhook = Webhook(settings.telegram_webhook_url, settings.telegram_webhook_secret, web)
    return TelegramMessenger(
        settings.telegram_token, menus(app.catalogues), api_url=settings.telegram_api_url, webhook=webhook
    )


def _signal(settings: Settings, _app: App, web: Web) -> Messenger | None:
    if not settings.signal_service or not settings.signal_number:
        return None
    from bot.messengers.signal.adapter import SignalMessenger, Webhook

    secret = settings.signal_webhook_secret
    return SignalMessenger(
        str(settings.signal_service),
        settings.signal_number,
        timer=settings.signal_timer_days * 86_400,
        webhook=Webhook(web, secret) if secret else None,
    )
