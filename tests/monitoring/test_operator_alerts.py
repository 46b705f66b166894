"""An alert reaches the operator by another route, without content and without a flood."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.monitoring.operator_alerts import OperatorAlerts, apprise_send, unusable
from tests.patience import PATIENCE


class Receiver:
    """A real HTTP server that alerts are posted to; its first `failures` answers are errors."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.failures = 0
        self.url = ""
        self.came = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        self.texts.append(json.loads(await request.read())["message"])
        self.came.set()
        return web.Response()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"json://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


def log_of(alerts: logging.Handler, name: str = "bot.invented") -> logging.Logger:
    logger = logging.Logger(name)
    logger.addHandler(alerts)
    return logger


async def test_a_critical_line_is_sent_and_nothing_less(receiver: Receiver) -> None:
    alerts = OperatorAlerts(apprise_send([receiver.url]), pause=0.0)
    log = log_of(alerts)
    log.error("not this")
    log_of(alerts, "some.library").critical("nor this, which may hold anything")
    log.critical("outbox: row %d waits", 7)
    async with asyncio.timeout(PATIENCE):
        await receiver.came.wait()
    await asyncio.to_thread(alerts.finish)
    assert receiver.texts == ["alert-bot: outbox: row 7 waits"]


async def test_a_service_that_fails_is_tried_again(receiver: Receiver) -> None:
    receiver.failures = 2
    alerts = OperatorAlerts(apprise_send([receiver.url]), pause=0.0)
    log_of(alerts).critical("once")
    async with asyncio.timeout(PATIENCE):
        await receiver.came.wait()
    await asyncio.to_thread(alerts.finish)
    assert receiver.texts == ["alert-bot: once"]


def test_the_same_alert_is_not_sent_again_at_once_but_counted() -> None:
    now, sent = [0.0], list[str]()

    def keep(text: str) -> bool:
        sent.append(text)
        return True

    alerts = OperatorAlerts(keep, clock=lambda: now[0])
    log = log_of(alerts)
    for second in (0, 1, 2, 61):
        now[0] = float(second)
        log.critical("the desk is silent")
    log.critical("something else")
    alerts.finish()
    assert sent == ["the desk is silent", "the desk is silent (and 2 times before)", "something else"]


def test_a_plug_in_that_raises_does_not_stop_the_next_alert(caplog: pytest.LogCaptureFixture) -> None:
    sent = list[str]()
    done = threading.Event()

    def breaks_at_first(text: str) -> bool:
        if text == "first":
            raise RuntimeError("MARKER")
        sent.append(text)
        done.set()
        return True

    alerts = OperatorAlerts(breaks_at_first, pause=0.0)
    log = log_of(alerts)
    log.critical("first")
    log.critical("second")
    assert done.wait(10)
    alerts.finish()
    assert sent == ["second"]
    assert "operator alerts: one could not be sent" in caplog.text
    assert "MARKER" not in caplog.text


def test_urls_that_apprise_cannot_use_are_counted() -> None:
    assert unusable(["json://127.0.0.1:9", "nonsense://x"]) == 1
