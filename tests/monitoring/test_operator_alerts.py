"""An alert reaches the operator by another route, without content and without a flood."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.commands.run import _house
from bot.content import ContentError
from bot.monitoring import operator_alerts
from bot.monitoring.operator_alerts import LONGEST_PAUSE, OperatorAlerts, Send, apprise_send, unusable
from bot.settings.environment import load
from tests.patience import PATIENCE
from tests.talk import KEY


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


def into(sent: list[str]) -> Send:
    """Takes everything."""

    def keep(text: str) -> bool:
        sent.append(text)
        return True

    return keep


async def test_a_critical_line_is_sent_and_nothing_less(receiver: Receiver) -> None:
    alerts = OperatorAlerts(apprise_send([receiver.url]), pause=0.01)
    log = log_of(alerts)
    log.error("not this")
    log_of(alerts, "some.library").critical("nor this, which may hold anything")
    log.critical("outbox: row %d waits", 7)
    async with asyncio.timeout(PATIENCE):
        await receiver.came.wait()
    await asyncio.to_thread(alerts.finish)
    assert receiver.texts == ["alert-bot: outbox: row 7 waits"]


@pytest.mark.parametrize("failures", [1, 30])
def test_an_alert_waits_until_the_service_takes_it_however_long_that_is(
    failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator_alerts, "LONGEST_PAUSE", 0.02)
    tries, sent = 0, list[str]()
    done = threading.Event()

    def blocked(text: str) -> bool:
        nonlocal tries
        tries += 1
        if tries <= failures:
            return False
        sent.append(text)
        done.set()
        return True

    alerts = OperatorAlerts(blocked, pause=0.01)
    log_of(alerts).critical("only once")
    assert done.wait(PATIENCE)
    alerts.finish()
    assert sent == ["only once"]


def test_the_pause_grows_to_some_minutes_and_not_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = list[float]()
    alerts = OperatorAlerts(lambda _text: True)
    monkeypatch.setattr(alerts, "_changed", Noted(pauses))
    for failures in (1, 2, 3, 50, 5000):
        alerts._wait(failures)
    assert pauses == [2.0, 4.0, 8.0, LONGEST_PAUSE, LONGEST_PAUSE]


class Noted:
    """A condition that nobody waits for: it notes how long that would have been."""

    def __init__(self, pauses: list[float]) -> None:
        self._pauses = pauses

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    def wait(self, seconds: float) -> None:
        self._pauses.append(seconds)


def test_what_waits_is_bounded_and_the_same_waits_once() -> None:
    sent = list[str]()
    is_open = threading.Event()

    def blocked(text: str) -> bool:
        if is_open.is_set():
            sent.append(text)
        return is_open.is_set()

    alerts = OperatorAlerts(blocked, pause=0.01)
    log = log_of(alerts)
    for number in range(5000):
        log.critical("row %d of %s", number, "abcdefgh"[number % 8] * (1 + number % 40))
    is_open.set()
    alerts.finish(PATIENCE)
    assert len(sent) == 40
    assert sent[0].startswith("row 0 of a (and 124 times before)")


def test_what_was_not_sent_is_kept_over_a_restart_and_goes_first(tmp_path: Path) -> None:
    file = tmp_path / "unsent-alerts"
    alerts = OperatorAlerts(lambda _text: False, pause=0.01)
    alerts.keep_in(file)
    log_of(alerts).critical("the desk is gone")
    alerts.finish(0.3)
    assert file.stat().st_mode & 0o777 == 0o600
    sent = list[str]()
    done = threading.Event()

    def keep(text: str) -> bool:
        sent.append(text)
        done.set()
        return True

    again = OperatorAlerts(keep)
    again.keep_in(file)
    assert done.wait(PATIENCE)
    log_of(again).critical("and now this")
    again.finish()
    assert sent == ["the desk is gone", "and now this"]
    assert not file.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"5", b"[1]", b'[["a"]]', b'[["a", "b"]]', b"null"])
def test_a_file_that_can_not_be_read_holds_nothing_up(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "unsent-alerts"
    file.write_bytes(content)
    sent = list[str]()
    alerts = OperatorAlerts(into(sent))
    alerts.keep_in(file)
    log_of(alerts).critical("heard")
    alerts.finish()
    assert sent == ["heard"]


def test_two_troubles_of_one_line_of_code_are_two_alerts() -> None:
    sent = list[str]()
    alerts = OperatorAlerts(into(sent))
    log = log_of(alerts)
    for line in ("telegram: nothing for 60 s", "telegram: nothing for 75 s", "signal: nothing for 61 s"):
        log.critical("surroundings: %s", line)
    alerts.finish()
    assert len(sent) == 2


async def test_a_service_that_fails_is_tried_again(receiver: Receiver) -> None:
    receiver.failures = 2
    alerts = OperatorAlerts(apprise_send([receiver.url]), pause=0.01)
    log_of(alerts).critical("once")
    async with asyncio.timeout(PATIENCE):
        await receiver.came.wait()
    await asyncio.to_thread(alerts.finish)
    assert receiver.texts == ["alert-bot: once"]


def test_the_same_alert_is_not_sent_again_at_once_but_counted() -> None:
    now, sent = [0.0], list[str]()
    alerts = OperatorAlerts(into(sent), clock=lambda: now[0])
    log = log_of(alerts)
    for second in (0, 1, 2, 61):
        now[0] = float(second)
        log.critical("the desk is silent")
        while alerts._waiting:
            time.sleep(0.01)
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

    alerts = OperatorAlerts(breaks_at_first, pause=0.01)
    log = log_of(alerts)
    log.critical("first")
    log.critical("second")
    assert done.wait(10)
    alerts.finish(0.2)
    assert sent == ["second"]
    assert "operator alerts: one could not be sent" in caplog.text
    assert "MARKER" not in caplog.text


def test_urls_that_apprise_cannot_use_are_counted() -> None:
    assert unusable(["json://127.0.0.1:9", "nonsense://x"]) == 1


def test_a_start_that_is_refused_is_told_before_the_process_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"DATABASE_URL": "sqlite://", "BOT_SECRET_KEY": base64.b64encode(KEY).decode()}
    for name, value in (settings | {"BOT_CONTENT": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    sent: list[str] = []
    alerts = OperatorAlerts(into(sent))
    house = logging.getLogger("bot.commands.run")
    house.addHandler(alerts)
    try:
        with pytest.raises(ContentError):
            _house(load(), alerts)
    finally:
        house.removeHandler(alerts)
    assert sent == ["run: the bot can't start (ContentError): what it prints at its start says why"]
