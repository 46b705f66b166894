"""Long polling against the fake server: stored first, confirmed afterwards, and never deaf."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.languages.catalogues import Catalogues
from bot.messengers.contract import Menu, Received
from bot.messengers.telegram import errors
from bot.messengers.telegram.adapter import TelegramMessenger
from bot.messengers.telegram.introduction import by_two_letters
from bot.routing import command_menus
from bot.storage.engines import StoreError
from tests.fakes.telegram_server import TOKEN, FakeTelegram
from tests.fakes.telegram_state import Fault
from tests.patience import PATIENCE
from tests.sample import SHIPPED_LOCALES

MENUS = {
    code: [Menu(name="level", description="How safe is it?")] for code in ("en", "zh_Hans", "zh_Hant", "zh_TW", "fr")
}


class Kept:
    """Stores in memory; `breaks` says how often it fails before."""

    def __init__(self, server: FakeTelegram, breaks: int = 0) -> None:
        self.server = server
        self.breaks = breaks
        self.received: list[Received] = []
        self.aside: list[tuple[str, str, bytes]] = []
        self.confirmed_before: list[int] = []

    async def keep(self, batch: Sequence[Received]) -> None:
        self.confirmed_before.append(len(self.server.state.confirmed))
        self.server.changed()
        if self.breaks:
            self.breaks -= 1
            raise StoreError("full")
        self.received += batch

    async def set_aside(self, platform: str, key: str, raw: bytes) -> None:
        self.aside.append((platform, key, raw))

    def texts(self) -> list[str]:
        return [received.text for received in self.received]


@asynccontextmanager
async def receiving(kept: Kept, token: str = TOKEN, **options: Any) -> AsyncIterator[TelegramMessenger]:
    messenger = TelegramMessenger(SecretStr(token), MENUS, api_url=kept.server.url, **options)
    work = asyncio.create_task(messenger.receive(kept.keep, kept.set_aside))
    try:
        yield messenger
        if work.done():
            await work
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await messenger.close()


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_pause", lambda failures: 0.05)


def methods(server: FakeTelegram) -> list[str]:
    return [method for method, _ in server.calls]


async def test_a_batch_is_confirmed_only_after_it_was_kept(server: FakeTelegram) -> None:
    kept = Kept(server, breaks=2)
    for number in range(3):
        server.state.says(501, f"message {number}")
    async with receiving(kept):
        await server.wait_until(lambda: len(server.state.confirmed) == 3)
    assert kept.confirmed_before[:3] == [0, 0, 0]
    assert kept.texts() == ["message 0", "message 1", "message 2"]


async def test_what_was_not_kept_before_a_crash_comes_again(server: FakeTelegram) -> None:
    first, second = Kept(server, breaks=1000), Kept(server)
    server.state.says(501, "hello")
    async with receiving(first):
        await server.wait_until(lambda: bool(first.confirmed_before))
    assert server.state.confirmed == []
    async with receiving(second):
        await server.wait_until(lambda: server.state.confirmed == [1])
    assert second.texts() == ["hello"]


async def test_more_than_a_batch_arrives_in_order(server: FakeTelegram) -> None:
    kept = Kept(server)
    for number in range(250):
        server.state.says(501 + number % 3, str(number))
    async with receiving(kept):
        await server.wait_until(lambda: len(server.state.confirmed) == 250)
    assert kept.texts() == [str(number) for number in range(250)]


async def test_what_can_not_be_parsed_is_set_aside_and_the_rest_is_kept(server: FakeTelegram) -> None:
    kept = Kept(server)
    server.state.add_update({"message": {"text": "no chat"}})
    server.state.updates.append({"message": {"text": "no number"}})
    server.state.says(501, "hello")
    async with receiving(kept):
        await server.wait_until(lambda: len(server.state.confirmed) == 2)
    assert kept.texts() == ["hello"]
    assert ("telegram", "update 1") in {(platform, key) for platform, key, _ in kept.aside}


@pytest.mark.parametrize("anew", [117_000, 3, 10**9])
@pytest.mark.parametrize("waiting", [1, 250])
async def test_numbers_that_begin_anew_are_received_and_confirmed_each_once(
    server: FakeTelegram, caplog: pytest.LogCaptureFixture, anew: int, waiting: int
) -> None:
    """Lower than the last one after a quiet week, or far higher; also when more wait than one answer holds."""
    kept = Kept(server)
    server.state.draws_numbers_anew(100_000_000)
    server.state.says(501, "before")
    async with receiving(kept):
        await server.wait_until(lambda: len(server.state.confirmed) == 1)
        server.state.draws_numbers_anew(anew)
        for number in range(waiting):
            server.state.says(501, f"after {number}")
        server.changed()
        await server.wait_until(lambda: len(server.state.confirmed) == 1 + waiting)
        server.state.says(501, "and on")
        server.changed()
        await server.wait_until(lambda: len(server.state.confirmed) == 2 + waiting)
    assert kept.texts() == ["before", *(f"after {number}" for number in range(waiting)), "and on"]
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


@pytest.mark.parametrize("update", [{"message": {}}, {"update_id": "7"}, {"update_id": True}, [], "text", None])
async def test_an_update_that_can_not_be_confirmed_is_no_hot_loop(
    server: FakeTelegram, monkeypatch: pytest.MonkeyPatch, update: Any
) -> None:
    pauses: list[int] = []

    def pause(failures: int) -> float:
        pauses.append(failures)
        return 0.05

    monkeypatch.setattr(errors, "_pause", pause)
    monkeypatch.setattr(server.state, "confirm_below", lambda offset: None)
    server.state.updates.append(update)
    async with receiving(Kept(server)):
        await server.wait_until(lambda: methods(server).count("getUpdates") >= 3)
    assert pauses[:2] == [1, 2]


@pytest.mark.parametrize("answer", [{}, [], {"ok": True}, {"ok": True, "result": {}}, {"ok": True, "result": None}])
async def test_an_answer_that_makes_no_sense_does_not_end_receiving(
    server: FakeTelegram, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    """Such as a proxy or a captive portal gives."""
    kept = Kept(server)
    answers = [answer, answer]
    whole = server._do_getUpdates

    async def send_nonsense(given: dict[str, Any]) -> Any:
        if answers:
            raise web.HTTPOk(text=json.dumps(answers.pop()), content_type="application/json")
        return await whole(given)

    monkeypatch.setattr(server, "_do_getUpdates", send_nonsense)
    server.state.says(501, "hello")
    async with receiving(kept):
        await server.wait_until(lambda: server.state.confirmed == [1])
    assert kept.texts() == ["hello"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset"),
        Fault("lose"),
        Fault("refuse", 502, "Bad Gateway"),
        Fault("refuse", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1}),
        Fault("refuse", 401, "Unauthorized"),
        Fault("refuse", 409, "Conflict: terminated by other getUpdates request"),
    ],
)
async def test_trouble_while_receiving_is_overcome(server: FakeTelegram, fault: Fault) -> None:
    kept = Kept(server)
    for _ in range(2):
        server.next("getUpdates", fault)
    server.next("deleteWebhook", fault)
    server.state.says(501, "hello")
    async with receiving(kept):
        await server.wait_until(lambda: server.state.confirmed == [1])
    assert kept.texts() == ["hello"]


async def test_a_webhook_is_removed_first_and_again_when_somebody_sets_one(server: FakeTelegram) -> None:
    kept = Kept(server)
    server.webhook = {"url": "https://old.example"}
    async with receiving(kept):
        await server.wait_until(lambda: "getUpdates" in methods(server))
        server.webhook = {"url": "https://other.example"}
        server.state.says(501, "hello")
        server.changed()
        await server.wait_until(lambda: bool(kept.received))
        await server.wait_until(lambda: server.webhook == {})


async def test_a_wrong_token_is_an_alarm_that_does_not_show_it(
    server: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "654321:wrong-token-of-thirty-five-letters-x"
    alarmed = asyncio.Event()
    log = logging.getLogger("bot.messengers.telegram.errors")

    def alarm(record: logging.LogRecord) -> bool:
        if record.levelno == logging.CRITICAL:
            alarmed.set()
        return True

    log.addFilter(alarm)
    async with receiving(Kept(server), token=wrong), asyncio.timeout(PATIENCE):
        await alarmed.wait()
    log.removeFilter(alarm)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert any("the token is wrong" in line for line in ours)
    assert not any("wrong-token" in line for line in ours)


async def test_menus_are_offered_in_the_languages_that_telegram_can_name(server: FakeTelegram) -> None:
    async with receiving(Kept(server)):
        await server.wait_until(lambda: methods(server).count("setMyCommands") == 3)
    codes = {call.get("language_code", "") for method, call in server.calls if method == "setMyCommands"}
    assert codes == {"", "zh", "fr"}


def test_whoever_reads_chinese_is_shown_both_scripts_and_no_word_twice() -> None:
    menus = {
        "zh_Hans": [Menu(name="level", description="级别"), Menu(name="wipe", description="取消")],
        "zh_Hant": [Menu(name="level", description="級別"), Menu(name="wipe", description="取消")],
        "zh_TW": [Menu(name="level", description="級別"), Menu(name="wipe", description="取消")],
        "nan_Latn": [Menu(name="level", description="?"), Menu(name="wipe", description="?")],
        "en": [Menu(name="level", description="Level"), Menu(name="wipe", description="Delete")],
    }
    offered = {code: [row.description for row in rows] for code, rows in by_two_letters(menus).items()}
    assert offered == {"": ["Level", "Delete"], "zh": ["級別 · 级别", "取消"]}


def test_no_line_of_the_chinese_menu_says_the_same_three_times() -> None:
    for row in by_two_letters(command_menus.menus(Catalogues(SHIPPED_LOCALES, {})))["zh"]:
        assert row.description.count(" · ") <= 1


async def test_a_bad_start_keeps_neither_the_name_nor_the_menus_from_coming(server: FakeTelegram) -> None:
    kept = Kept(server)
    server.next("getMe", Fault("reset"))
    server.next("setMyCommands", Fault("refuse", 400, "Bad Request: BOT_COMMAND_INVALID"))
    server.state.says(501, "hello")
    async with receiving(kept):
        await server.wait_until(lambda: methods(server).count("setMyCommands") >= 3)
        server.state.says(71, "/ack@another_bot 4F7K-2Q", chat=-100500)
        server.changed()
        await server.wait_until(lambda: len(kept.received) == 2)
    assert kept.texts() == ["hello", "/ack@another_bot 4F7K-2Q"]


async def test_a_command_with_the_name_works_before_the_name_is_known(server: FakeTelegram) -> None:
    kept = Kept(server)
    server.next("getMe", Fault("hang", seconds=5))
    server.state.says(71, "/ack@invented_bot 4F7K-2Q", chat=-100500)
    async with receiving(kept):
        await server.wait_until(lambda: server.state.confirmed == [1])
    assert kept.texts() == ["/ack 4F7K-2Q"]


def test_pauses_grow_are_capped_and_jittered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    longest = [max(errors._pause(failures) for _ in range(50)) for failures in (1, 2, 3, 50)]
    assert longest == sorted(longest)
    assert 0.5 <= longest[0] <= 1.0
    assert longest[-1] <= errors.LONGEST_PAUSE
    assert len({errors._pause(9) for _ in range(5)}) > 1
