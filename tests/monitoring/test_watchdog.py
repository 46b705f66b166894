"""The watchdog sees from outside what the event loop can't tell any more."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.monitoring import watchdog
from bot.monitoring.health import Health
from bot.monitoring.watchdog import Watchdog
from tests.patience import PATIENCE

FAST = 0.02


async def until_said(caplog: pytest.LogCaptureFixture, part: str) -> bool:
    end = time.monotonic() + PATIENCE
    while part not in caplog.text and time.monotonic() < end:  # noqa: ASYNC110 (a thread logs it)
        await asyncio.sleep(FAST)
    return part in caplog.text


async def test_it_is_quiet_while_nothing_is_late(caplog: pytest.LogCaptureFixture) -> None:
    looks = threading.Semaphore(0)

    def look() -> Health:
        looks.release()
        return Health(urgent_age=70.0)

    dog = Watchdog(asyncio.get_running_loop(), look, every=FAST)
    dog.start()
    for _ in range(3):
        assert await asyncio.to_thread(looks.acquire, timeout=PATIENCE)
    dog.stop()
    assert caplog.text == ""


async def test_it_says_what_is_late(caplog: pytest.LogCaptureFixture) -> None:
    dog = Watchdog(asyncio.get_running_loop(), lambda: Health(inbox_age=200.0), every=FAST)
    dog.start()
    assert await until_said(caplog, "late by 200 s")
    dog.stop()


async def test_it_says_that_the_database_does_not_answer(caplog: pytest.LogCaptureFixture) -> None:
    def look() -> Health:
        raise OSError("MARKER")

    dog = Watchdog(asyncio.get_running_loop(), look, every=FAST)
    dog.start()
    assert await until_said(caplog, "the database does not answer (OSError)")
    dog.stop()
    assert "MARKER" not in caplog.text


async def test_it_says_that_the_loop_stands_still(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "STILL_SECONDS", 0.1)
    said = threading.Event()

    def look() -> Health:
        if "stood still" in caplog.text:
            said.set()
        return Health()

    dog = Watchdog(asyncio.get_running_loop(), look, every=FAST)
    dog.start()
    said.wait(PATIENCE)  # on the loop itself: it stands still meanwhile
    dog.stop()
    assert "the event loop has stood still" in caplog.text


def test_it_ends_with_its_loop() -> None:
    loop = asyncio.new_event_loop()
    dog = Watchdog(loop, Health, every=FAST)
    loop.close()
    dog.start()
    dog._thread.join(PATIENCE)
    assert not dog._thread.is_alive()
