"""Every way in which the receive websocket, the service or the database is known to fail: nobody is deafened by it."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.messengers.contract import Act, DeliveryError, Event, Parcel, Received, Trouble
from bot.messengers.signal import sending
from bot.messengers.signal.adapter import SignalMessenger, Webhook
from bot.messengers.signal.receiving import listening, watch
from bot.parsing import Endpoint
from bot.web import LARGEST_BODY, Web
from tests.fakes.signal_envelopes import bad_frames, untrusted
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, BOT_UUID, Fault, Person
from tests.messengers.signal.adapter import Kept, receiving
from tests.patience import PATIENCE, stopwatch

ANN = "a1a1a1a1-0000-4000-8000-000000000001"
BAD = "bad0bad0-0000-4000-8000-000000000001"
PROMISED = 2.0
"""Seconds after a fault within which the bot receives again."""
SECRET = "invented_secret-of_this-test"


@pytest.fixture
def kept(signal_server: FakeSignal) -> Kept:
    return Kept(signal_server)


async def close_with(server: FakeSignal, code: int) -> None:
    server.close_readers(code)


async def abort(server: FakeSignal) -> None:
    server.abort_readers()


async def refuse_the_upgrade(server: FakeSignal) -> None:
    server.next("receive", Fault("refuse", 400, "Couldn't upgrade"), times=2)
    server.abort_readers()


async def answer_the_upgrade_with_nonsense(server: FakeSignal) -> None:
    server.next("receive", Fault("raw", 200, body=b"<html>captive portal</html>"), times=2)
    server.abort_readers()


async def break_the_upgrade(server: FakeSignal) -> None:
    server.next("receive", Fault("reset"), times=2)
    server.abort_readers()


async def hang_the_upgrade(server: FakeSignal) -> None:
    server.next("receive", Fault("hang"))
    server.abort_readers()


async def send_too_much(server: FakeSignal) -> None:
    server.deliver("x" * (16 * 1024 * 1024 + 1))
    await server.wait_until(lambda: not server.readers)


FAULTS: list[Callable[[FakeSignal], Awaitable[None]]] = [
    abort,
    refuse_the_upgrade,
    answer_the_upgrade_with_nonsense,
    break_the_upgrade,
    hang_the_upgrade,
    send_too_much,
]


@asynccontextmanager
async def heard_again_soon(kept: Kept) -> AsyncIterator[None]:
    """For what makes the bot deaf: goes on when somebody listens, which has to be soon enough."""
    async with stopwatch() as watch:
        yield
        await kept.server.wait_until(lambda: bool(kept.server.readers))
    assert watch.seconds < PROMISED


@pytest.mark.parametrize("fault", FAULTS)
async def test_receiving_goes_on_soon_after_a_fault(kept: Kept, fault: Callable[[FakeSignal], Awaitable[None]]) -> None:
    async with receiving(kept):
        kept.server.state.says(ANN, "before")
        await kept.has("before")
        async with heard_again_soon(kept):
            await fault(kept.server)
        kept.server.state.says(ANN, "after")
        await kept.has("before", "after")


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1011, 1012, 4000])
async def test_no_close_is_a_reason_to_stop_and_what_was_said_before_it_is_kept(kept: Kept, code: int) -> None:
    async with receiving(kept):
        for number in range(3):
            kept.server.state.says(ANN, f"before {number}")
            async with heard_again_soon(kept):
                kept.server.close_readers(code)
            kept.server.state.says(ANN, f"after {number}")
            await kept.server.wait_until(lambda reached=2 * number + 2: len(kept.received) == reached)  # type: ignore[misc]
    assert sorted(kept.texts()) == sorted(f"{word} {number}" for number in range(3) for word in ("before", "after"))


async def test_a_service_that_was_down_is_heard_again_as_soon_as_it_is_up(kept: Kept) -> None:
    async with receiving(kept):
        kept.server.state.says(ANN, "before")
        await kept.has("before")
        await kept.server.down()
        await asyncio.sleep(1.5)  # long enough for the pauses between tries to have grown
        async with heard_again_soon(kept):
            await kept.server.up()
        kept.server.state.says(ANN, "after")
        await kept.has("before", "after")


@pytest.mark.parametrize("name", list(bad_frames("", "")))
async def test_no_bad_frame_closes_the_connection(kept: Kept, name: str) -> None:
    async with receiving(kept):
        [reader] = kept.server.readers
        kept.server.state.says(ANN, "before")
        kept.server.deliver(bad_frames(BOT_NUMBER, BAD)[name])
        kept.server.state.says(ANN, "after")
        await kept.server.wait_until(lambda: "after" in kept.texts())
        assert kept.server.readers == [reader]
    assert [received.text for received in kept.received if received.sender == ANN] == ["before", "after"]


async def test_bytes_that_are_no_text_in_a_text_frame_do_not_close_the_connection(kept: Kept) -> None:
    async with receiving(kept):
        [reader] = kept.server.readers
        kept.server.deliver(b"\xff\xfe\xfd")
        kept.server.state.says(ANN, "after")
        await kept.has("after")
        assert kept.server.readers == [reader]
    assert kept.aside == [b"\xff\xfe\xfd"]


async def test_an_unknown_group_and_an_update_of_one_are_heard_without_trouble(kept: Kept) -> None:
    async with receiving(kept):
        kept.server.state.changes_group(ANN, "dW5rbm93bg==")
        kept.server.state.says(ANN, "in a group", group="dW5rbm93bg==")
        kept.server.state.says(ANN, "after")
        await kept.has("in a group", "after")
    assert kept.received[0].chat == "group.ZFc1cmJtOTNiZz09"


async def test_linked_devices_of_the_bot_are_never_heard(kept: Kept) -> None:
    async with receiving(kept):
        kept.server.state.writes_elsewhere("SOS", to=ANN)
        me = Person(BOT_UUID, BOT_NUMBER, "Invented bot")
        kept.server.state.persons[BOT_UUID] = me
        kept.server.state.says(BOT_UUID, "SOS as a plain message")
        kept.server.state.says(ANN, "after")
        await kept.has("after")


async def test_a_message_that_makes_our_own_code_fail_takes_no_other_with_it(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    whole = kept.keep

    async def keep(batch: Sequence[Received]) -> None:
        if any("poison" in received.text for received in batch):
            raise ZeroDivisionError
        await whole(batch)

    kept.keep = keep  # type: ignore[method-assign]
    async with receiving(kept):
        for text in ("one", "poison", "two"):
            kept.server.state.says(ANN, text)
        await kept.has("one", "two")
    [raw] = kept.aside
    assert json.loads(raw)["envelope"]["dataMessage"]["message"] == "poison"
    assert any(record.levelno == logging.CRITICAL for record in caplog.records)


async def test_what_comes_while_the_database_refuses_is_kept_in_order_once_it_takes_again(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    async with receiving(kept):
        kept.is_broken = True
        texts = [str(number) for number in range(500)]
        for text in texts:
            kept.server.state.says(ANN, text)
        kept.server.deliver("{broken")
        await kept.server.wait_until(lambda: kept.tries >= 3)
        assert kept.received == []
        kept.is_broken = False
        await kept.has(*texts)
        await kept.server.wait_until(lambda: kept.aside == [b"{broken"])
    assert any("the database takes no messages" in record.getMessage() for record in caplog.records)
    assert kept.server.state.dropped == 0


async def test_a_slow_database_makes_nothing_late_that_is_read_from_the_service(kept: Kept) -> None:
    whole, go_on = kept.keep, asyncio.Event()

    async def keep(batch: Sequence[Received]) -> None:
        kept.server.changed()
        await go_on.wait()
        await whole(batch)

    kept.keep = keep  # type: ignore[method-assign]
    async with receiving(kept) as messenger:
        texts = [str(number) for number in range(1500)]
        for text in texts:
            kept.server.state.says(ANN, text)
        async with asyncio.timeout(PATIENCE):
            while messenger._listener.frames.qsize() < 1000:  # noqa: ASYNC110 (a queue tells nobody how long it is)
                await asyncio.sleep(0.01)
        go_on.set()
        await kept.has(*texts)


async def test_a_read_receipt_and_typing_are_shown_only_once_a_message_is_kept(kept: Kept) -> None:
    async with receiving(kept):
        kept.is_broken = True
        stamp = kept.server.state.says(ANN, "hello")
        await kept.server.wait_until(lambda: kept.tries >= 2)
        assert kept.server.bodies("receipt") == kept.server.bodies("start_typing") == []
        kept.is_broken = False
        await kept.server.wait_until(lambda: bool(kept.server.state.typing))
    [receipt] = kept.server.state.receipts
    assert (receipt["recipient"], receipt["timestamp"], receipt["receipt_type"]) == (ANN, stamp, "read")


@pytest.mark.parametrize("fault", [Fault("reset"), Fault("refuse", 400, "no"), Fault("raw", 200, body=b"{")])
async def test_signs_of_life_may_fail(kept: Kept, fault: Fault) -> None:
    async with receiving(kept):
        kept.server.next("receipt", fault)
        kept.server.next("start_typing", fault)
        kept.server.state.says(ANN, "one")
        kept.server.state.says(ANN, "two")
        kept.server.state.says(ANN, "three")
        await kept.server.wait_until(lambda: len(kept.server.bodies("receipt")) == 3)
    assert kept.texts() == ["one", "two", "three"]


async def test_messages_in_groups_are_not_shown_as_read(kept: Kept) -> None:
    async with receiving(kept):
        kept.server.state.says(ANN, "in the desk", group="dW5rbm93bg==")
        kept.server.state.says(ANN, "alone")
        await kept.server.wait_until(lambda: bool(kept.server.state.typing))
    assert [receipt["recipient"] for receipt in kept.server.state.receipts] == [ANN]


# photos


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault("refuse", 404, "No attachment with that name found"), Trouble.WITHHELD),
        (Fault("refuse", 400, "invalid"), Trouble.WITHHELD),
        (Fault("raw", 200, body=b"no picture"), Trouble.REFUSED),
        (Fault("reset"), Trouble.UNREACHABLE),
        (Fault("refuse", 500, "later"), Trouble.UNREACHABLE),
    ],
)
async def test_a_photo_that_can_not_be_fetched_is_given_up_or_tried_again(
    kept: Kept, fault: Fault, trouble: Trouble
) -> None:
    async with receiving(kept) as messenger:
        kept.server.always("attachment", fault)
        with pytest.raises(DeliveryError) as caught:
            await messenger.deliver(Parcel(act=Act.FETCH, chat="", photo_ref="lost.jpeg"))
    assert caught.value.trouble is trouble


async def test_a_file_that_is_larger_than_a_photo_is_given_up(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LARGEST_BYTES", 1000)
    kept.server.state.files["large.jpeg"] = b"x" * 200_000
    async with receiving(kept) as messenger:
        with pytest.raises(DeliveryError) as caught:
            await messenger.deliver(Parcel(act=Act.FETCH, chat="", photo_ref="large.jpeg"))
    assert caught.value.trouble is Trouble.REFUSED


# the second way in


class Hooked:
    """A service that posts to the bot as well."""

    def __init__(self, kept: Kept, url: str) -> None:
        self.kept, self.url = kept, url

    async def post(self, body: Any, secret: str = SECRET) -> int:
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with aiohttp.ClientSession() as http:  # noqa: SIM117 (read from left to right)
            async with http.post(f"{self.url}/signal/{secret}", **content) as answer:
                return answer.status


@pytest.fixture
async def hooked(kept: Kept) -> AsyncIterator[Hooked]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    web = Web(Endpoint("127.0.0.1", port))
    serving = asyncio.create_task(web.serve())
    async with receiving(kept, Webhook(web, SecretStr(SECRET))):
        await web.is_open.wait()
        yield Hooked(kept, f"http://127.0.0.1:{port}")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.parametrize("is_wrapped", [True, False])
async def test_what_the_websocket_misses_comes_by_the_webhook_and_what_both_tell_is_kept_once(
    hooked: Hooked, *, is_wrapped: bool
) -> None:
    server = hooked.kept.server
    server.wraps_webhook = is_wrapped
    server.webhook_url = f"{hooked.url}/signal/{SECRET}"
    server.state.says(ANN, "by both")
    server.next("message", Fault("skip"))
    server.state.says(ANN, "by one")
    await server.wait_until(lambda: len(hooked.kept.received) == 2 and server._posts.empty())
    server.state.says(ANN, "last")
    await server.wait_until(lambda: "last" in hooked.kept.texts())
    assert sorted(hooked.kept.texts()) == ["by both", "by one", "last"]
    assert server.webhook_failures == 0


@pytest.mark.parametrize("secret", ["wrong", "", SECRET + "x", SECRET[:-1], "../signal"])
async def test_without_the_secret_nothing_is_kept(hooked: Hooked, secret: str) -> None:
    hooked.kept.server.state.says(ANN, "hello")
    await hooked.kept.has("hello")
    frame = hooked.kept.server.state.said[-1]
    frame["envelope"]["timestamp"] += 1
    assert await hooked.post(frame, secret) == 404
    assert hooked.kept.texts() == ["hello"]


async def test_what_could_not_be_kept_is_not_confirmed(hooked: Hooked) -> None:
    hooked.kept.server.next("message", Fault("skip"))
    hooked.kept.server.state.says(ANN, "hello")
    frame = hooked.kept.server.state.said[-1]
    hooked.kept.is_broken = True
    assert await hooked.post(frame) == 503
    hooked.kept.is_broken = False
    assert await hooked.post(frame) == 200
    assert hooked.kept.texts() == ["hello"]


@pytest.mark.parametrize("name", list(bad_frames("", "")))
async def test_a_bad_body_is_taken_and_set_aside(hooked: Hooked, name: str) -> None:
    body = bad_frames(BOT_NUMBER, BAD)[name]
    assert await hooked.post(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body) == 200
    assert len(hooked.kept.aside) + len(hooked.kept.received) <= 1


async def test_a_body_that_is_too_large_is_refused(hooked: Hooked) -> None:
    assert await hooked.post(b"x" * (LARGEST_BODY + 1)) == 413


async def test_a_new_key_told_by_both_ways_is_one(hooked: Hooked) -> None:
    hooked.kept.server.state.says(ANN, "hello")
    frame = untrusted(hooked.kept.server.state.said[-1])
    hooked.kept.server.deliver(frame)
    assert await hooked.post(frame) == 200
    await hooked.kept.server.wait_until(lambda: len(hooked.kept.received) == 2)
    assert [received.event for received in hooked.kept.received] == [Event.MESSAGE, Event.KEY_CHANGED]


# silence


class Alarms(logging.Handler):
    """What the adapter tells the operator, from the moment that it is made."""

    def __init__(self, server: FakeSignal) -> None:
        super().__init__()
        self.server = server
        self.lines: list[tuple[int, str]] = []
        logging.getLogger("bot.messengers.signal").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.levelno, record.getMessage()))
        self.server.changed()

    def count(self, part: str) -> int:
        return sum(part in line for _, line in self.lines)


@pytest.fixture
def alarms(signal_server: FakeSignal, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(watch, "WATCH_SECONDS", 0.05)
    alarms = Alarms(signal_server)
    yield alarms
    logging.getLogger("bot.messengers.signal").removeHandler(alarms)


async def ill(server: FakeSignal) -> None:
    server.always("health", Fault("refuse", 500, "ill"))


async def in_the_wrong_mode(server: FakeSignal) -> None:
    server.about = server.about | {"mode": "native"}


async def letting_nobody_listen(server: FakeSignal) -> None:
    server.always("receive", Fault("refuse", 400, "no"))
    server.abort_readers()


@pytest.mark.parametrize("trouble", [ill, in_the_wrong_mode, letting_nobody_listen])
async def test_a_service_in_trouble_is_one_alarm_and_one_line_when_it_is_well_again(
    kept: Kept, alarms: Alarms, trouble: Callable[[FakeSignal], Awaitable[None]]
) -> None:
    server, about = kept.server, kept.server.about
    async with receiving(kept):
        for number in (1, 2):
            await trouble(server)
            await server.wait_until(lambda number=number: alarms.count("not receiving") == number)  # type: ignore[misc]
            await asyncio.sleep(0.25)  # five more looks
            assert alarms.count("not receiving") == number
            server.about = about
            server.heal("health")
            server.heal("receive")
            await server.wait_until(lambda number=number: alarms.count("receiving again") == number)  # type: ignore[misc]
    assert {level for level, line in alarms.lines if "not receiving" in line} == {logging.CRITICAL}


async def test_a_service_that_hangs_is_an_alarm(kept: Kept, alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.messengers.signal.seam.QUICK_SECONDS", 0.1)
    async with receiving(kept):
        kept.server.always("health", Fault("hang"))
        await kept.server.wait_until(lambda: alarms.count("not receiving") == 1)


async def test_a_day_without_a_frame_is_an_alarm_and_a_frame_in_time_is_none(
    kept: Kept, alarms: Alarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SILENT_SECONDS", 0.5)
    async with receiving(kept):
        kept.server.state.types(ANN)
        await kept.server.wait_until(lambda: alarms.count("nothing was received for a day") == 1)


def test_pauses_are_capped_and_jittered() -> None:
    longest = [max(listening._pause(failures) for _ in range(50)) for failures in (1, 2, 3, 50)]
    assert longest == sorted(longest)
    assert longest[-1] <= listening.LONGEST_PAUSE
    assert len({listening._pause(9) for _ in range(5)}) > 1


async def test_a_messenger_that_only_sends_can_be_closed(signal_server: FakeSignal) -> None:
    await SignalMessenger(signal_server.address, BOT_NUMBER).close()
    assert signal_server.calls == []
