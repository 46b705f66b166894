"""`python -m bot run`: the real messengers, until a signal says stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Sequence
from functools import partial

from sqlalchemy import make_url

from bot.app import App, Plan
from bot.jobs.supervision import keep_working
from bot.messengers.limits import Limits
from bot.monitoring.heartbeat import keep_beating
from bot.monitoring.operator_alerts import OperatorAlerts, apprise_send
from bot.monitoring.redaction import configure, watch_loop
from bot.monitoring.watchdog import Watchdog
from bot.routing.command_menus import menus
from bot.settings.desk import DeskSettings
from bot.settings.environment import Settings
from bot.storage.sealing import SystemClock
from bot.web import Web
from handlers.ports import Clock

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""A database that needs longer to store something does not answer."""
WORKER = "worker"
"""The role that handles messages; the other roles are messengers."""


def plan_run(settings: Settings) -> Plan:
    """The house that these settings ask for."""
    desk = settings.desk
    return Plan(
        database_url=settings.database_url.get_secret_value(),
        keys=tuple(key.get_secret_value() for key in settings.secret_keys),
        content=settings.content,
        locales=settings.locales,
        clock=_clock(settings),
        desk=DeskSettings(
            desk.platform,
            desk.chat,
            settings.retention_days,
            settings.allow_downgrade,
            settings.backup_desk,
            tuple(messenger.traits for messenger in settings.messengers),
        )
        if desk
        else None,
        desk_language=settings.desk_language,
        staff=settings.accounts,
        staff_file=settings.staff_file,
        messengers=settings.messengers,
        platforms=tuple(messenger.traits.name for messenger in settings.running),
        retention_days=settings.retention_days,
        limits=_limits(settings) if settings.keeps_limits else {},
    )


def _limits(settings: Settings) -> dict[str, Limits]:
    return {messenger.traits.name: messenger.traits.limits for messenger in settings.messengers}


def _clock(settings: Settings) -> Clock:
    if make_url(settings.database_url.get_secret_value()).get_backend_name() != "postgresql":
        return SystemClock()
    from bot.storage.postgres import DatabaseClock

    return DatabaseClock()


async def run(settings: Settings, roles: Sequence[str]) -> None:
    """Runs the roles (names of messengers, and WORKER) until SIGTERM or SIGINT; what is being sent then may still
    arrive. A messenger that is off is left out."""
    configure(settings.log_level, secrets_of(settings))
    alerts = _alerts(settings)
    app = _house(settings, alerts)
    if alerts and app.folder:
        alerts.keep_in(app.folder / "unsent-alerts")
    web = Web(settings.http)
    wanted = [messenger for messenger in settings.running if messenger.traits.name in roles]
    menu = menus(app.catalogues)
    messengers = {messenger.traits.name: messenger.adapter(menu, web) for messenger in wanted}
    gc.freeze()  # content and code stay: a collection that walks over them all holds a long message up for 20 ms
    is_worker = WORKER in roles
    work = asyncio.create_task(app.run(messengers, is_worker=is_worker, web=web))
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    watchdog = Watchdog(loop, lambda: app.store.submit(app.look).result(LOOK_SECONDS))
    watchdog.start()
    beating = _heartbeat(settings, app)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    log.info("run: started: %s", ", ".join([*messengers, *([WORKER] if is_worker else [])]) or "nothing, all is off")
    try:
        await work
    except asyncio.CancelledError:
        log.info("run: stopped")
    finally:
        watchdog.stop()
        if beating:
            beating.cancel()
        await app.close(messengers)
        if alerts:
            alerts.finish()


def _house(settings: Settings, alerts: OperatorAlerts | None) -> App:
    """Raises what keeps it from starting; the operator is told, as nobody may be looking at what it prints."""
    try:
        return App(plan_run(settings))
    except Exception as error:
        log.critical("run: the bot can't start (%s): what it prints at its start says why", type(error).__name__)
        if alerts:
            alerts.finish()
        raise


def _heartbeat(settings: Settings, app: App) -> asyncio.Task[None] | None:
    if not settings.heartbeat_url:
        return None
    beat = partial(keep_beating, settings.heartbeat_url.get_secret_value(), app.health)
    return asyncio.create_task(keep_working("heartbeat", beat), name="heartbeat")


def _alerts(settings: Settings) -> OperatorAlerts | None:
    if not settings.notify:
        return None
    alerts = OperatorAlerts(apprise_send([url.get_secret_value() for url in settings.notify]))
    logging.getLogger().addHandler(alerts)
    return alerts


def secrets_of(settings: Settings) -> list[str]:
    """Values that must never be logged."""
    own = [secret for messenger in settings.messengers for secret in messenger.settings.secrets()]
    house = (settings.database_url, *settings.notify, *([settings.heartbeat_url] if settings.heartbeat_url else []))
    return [*own, *(secret.get_secret_value() for secret in house)]
