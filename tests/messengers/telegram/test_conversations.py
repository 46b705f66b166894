"""The whole way over HTTP, as far as only Telegram is like that; what both messengers do stands in test_whole_way."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.messengers.contract import Received
from bot.storage.engines import StoreError
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_state import Fault
from tests.messengers.conftest import Running
from tests.messengers.doors import TelegramDoor


async def asked_before_sending(telegram: TelegramDoor, words: str = "words") -> None:
    telegram.says(f"SOS {words}")
    await telegram.hears("Not sent yet")
    telegram.chooses("Send")


async def test_choices_are_buttons_and_pages_turn_in_their_place(telegram: TelegramDoor) -> None:
    telegram.says("/updates")
    await telegram.hears("Page 1 of ")
    telegram.chooses("Older")
    await telegram.hears("Page 2 of ")
    assert "answerCallbackQuery" in telegram.methods()
    assert telegram.methods().count("editMessageText") == 1


async def test_staff_quote_in_a_plain_group_where_every_reply_has_a_thread_number(telegram: TelegramDoor) -> None:
    await asked_before_sending(telegram)
    await telegram.hears("The team has your note")
    telegram.staff_says("/r@invented_bot stay inside", quotes="SOS")
    await telegram.hears("stay inside")
    sent = [call for method, call in telegram.server.calls if method == "sendMessage"]
    assert not any("message_thread_id" in call for call in sent)


async def test_in_a_forum_each_case_has_a_topic_that_is_made_anew_when_deleted(telegram: TelegramDoor) -> None:
    chat = telegram.state.group(int(telegram.desk), is_forum=True)
    await asked_before_sending(telegram, "first words")
    await telegram.hears("The team has your note")
    [first] = chat.topics
    chat.topics.clear()
    telegram.says("more words")
    await telegram.desk_hears("The topic of this case was deleted")
    await telegram.desk_hears("more words")
    [second] = chat.topics
    assert second != first
    telegram.staff_says("/r in the topic", topic=second)
    await telegram.hears("in the topic")


async def test_the_desk_is_followed_when_it_becomes_a_supergroup(telegram: TelegramDoor) -> None:
    new = -1007
    telegram.state.group(new)
    telegram.state.chat(int(telegram.desk)).migrated_to = new
    await asked_before_sending(telegram)
    await telegram.server.wait_until(lambda: any("SOS" in text for text in telegram.state.texts(new)))
    await telegram.server.wait_until(lambda: any("BOT_DESK" in text for text in telegram.state.texts(new)))
    telegram.staff_chooses("Acknowledge", chat=new)
    await telegram.hears("has taken your note")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("refuse", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1}),
        Fault("reset"),
        Fault("refuse", 502, "Bad Gateway"),
    ],
)
async def test_trouble_with_one_call_is_overcome(telegram: TelegramDoor, fault: Fault) -> None:
    telegram.server.next("sendMessage", fault)
    telegram.says("SOS words")
    await telegram.hears("Not sent yet")


async def test_updates_that_no_one_can_read_do_not_deafen_the_bot(telegram: TelegramDoor) -> None:
    state = telegram.state
    broken: list[dict[str, Any]] = [
        {"message": {"text": "x"}},
        {"message": None},
        {"callback_query": {}},
        {"edited_message": []},
        {"something_new": {}},
    ]
    for update in broken:
        state.add_update(update)
    telegram.says("Thailand")
    await telegram.hears("Black")
    await telegram.server.wait_until(lambda: len(state.confirmed) == 6)


async def test_an_update_without_a_number_is_no_hot_loop(
    telegram: TelegramDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.messengers.telegram.errors._pause", lambda _failures: 0.2)
    telegram.state.updates.append({"message": {"text": "x"}})
    telegram.server.changed()
    await telegram.server.wait_until(lambda: telegram.methods().count("getUpdates") >= 3)
    before = len(telegram.server.calls)
    await asyncio.sleep(0.5)
    assert len(telegram.server.calls) - before < 5
    telegram.state.updates.clear()
    telegram.says("Thailand")
    await telegram.hears("Black")


async def test_an_update_is_confirmed_only_once_it_is_stored(server: FakeTelegram, tmp_path: Path) -> None:
    """The database is slow, then fails, then works: nothing is confirmed before, and nothing is lost."""
    telegram = TelegramDoor(server)
    running = Running(f"sqlite:///{tmp_path}/bot.db", telegram)
    confirmed: list[int] = []
    tries = 0
    keep = running.app.inbox.keep

    async def slow(batch: Sequence[Received]) -> Collection[str]:
        nonlocal tries
        tries += 1
        await asyncio.sleep(0.1)
        confirmed.append(len(server.state.confirmed))
        if tries == 1:
            raise StoreError("full")
        return await keep(batch)

    running.app.inbox.keep = slow  # type: ignore[method-assign]
    telegram.says("Thailand")
    running.begin()
    await telegram.hears("Black")
    assert confirmed[:2] == [0, 0]
    await running.end()


async def test_languages_get_their_menus(telegram: TelegramDoor) -> None:
    await telegram.server.wait_until(lambda: telegram.methods().count("setMyCommands") >= 2)
    given = [call for method, call in telegram.server.calls if method == "setMyCommands"]
    assert {call.get("language_code", "") for call in given} == {"", "zh"}


async def test_wipe_deletes_the_messages_of_both_sides(telegram: TelegramDoor) -> None:
    telegram.says("SOS something")
    await telegram.hears("Not sent yet")
    telegram.says("/wipe")
    await telegram.hears("Hello. Write the name of a place")
    # What was still on its way to the person when they wiped is deleted by a call of its own.
    chat = telegram.state.chat(501)
    await telegram.server.wait_until(lambda: "deleteMessages" in telegram.methods() and len(chat.messages) == 1)
    assert telegram.told() == ["Hello. Write the name of a place, or /help."]
