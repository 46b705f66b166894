"""Files that persons sent lie at the service for a day, whatever they are, and then no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.messengers.signal.receiving.leftovers import KEPT_SECONDS, Leftovers
from bot.messengers.signal.service import SignalService
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, Fault


class Time:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def service(signal_server: FakeSignal) -> AsyncIterator[SignalService]:
    service = SignalService(signal_server.url.removeprefix("http://"), BOT_NUMBER)
    yield service
    await service.close()


async def test_each_file_goes_a_day_after_it_came_and_no_sooner(
    signal_server: FakeSignal, service: SignalService
) -> None:
    time = Time()
    leftovers, files = Leftovers(service, time), signal_server.state.files
    files["photo.jpg"] = b"1"
    await leftovers.delete_old()
    time.seconds = KEPT_SECONDS - 1
    files["voice note.aac"] = b"2"
    await leftovers.delete_old()
    assert set(files) == {"photo.jpg", "voice note.aac"}
    time.seconds = KEPT_SECONDS
    await leftovers.delete_old()
    assert set(files) == {"voice note.aac"}
    time.seconds = 2 * KEPT_SECONDS
    await leftovers.delete_old()
    assert files == {}


@pytest.mark.parametrize(
    "fault",
    [Fault("refuse", 400, "no"), Fault("refuse", 500, "no"), Fault("raw", 200, body=b"<html>")],
)
@pytest.mark.parametrize("action", ["attachments", "delete_attachment"])
async def test_what_fails_is_tried_again_and_holds_nothing_else_up(
    signal_server: FakeSignal, service: SignalService, fault: Fault, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    time = Time()
    leftovers, files = Leftovers(service, time), signal_server.state.files
    files |= {"first": b"1", "second": b"2"}
    await leftovers.delete_old()
    time.seconds = KEPT_SECONDS
    signal_server.next(action, fault)
    await leftovers.delete_old()
    assert "first" in files
    assert ("second" in files) is (action == "attachments")
    await leftovers.delete_old()
    assert files == {}
    assert "first" not in caplog.text


async def test_a_file_that_is_gone_already_is_no_failure(service: SignalService) -> None:
    await service.delete_attachment("nowhere")
