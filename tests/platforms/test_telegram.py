"""The whole way over HTTP: a person, the desk, and everything that Telegram can do to a bot."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.messenger import Received
from bot.store import StoreError
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_state import Fault
from tests.platforms.conftest import DESK, STAFF, Running

ANN = 501
NAMES = {"first_name": "Marker Firstname", "last_name": "Marker Lastname", "username": "marker_username"}


def jpeg_with_a_place() -> bytes:
    image = Image.new("RGB", (64, 48), (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "MARKER-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_a_question_is_answered_with_buttons(running: Running) -> None:
    running.says(ANN, "what is the level for Thailand")
    answer = await running.hears(ANN, "Black")
    assert "🇹🇭" in answer
    running.press(ANN, "Incidents")
    await running.hears(ANN, "Incidents: 🇹🇭")
    assert "answerCallbackQuery" in running.methods()
    running.says(ANN, "/updates")
    await running.hears(ANN, "Page 1 of 4")
    running.press(ANN, "Older")
    await running.hears(ANN, "Page 2 of 4")
    assert running.methods().count("editMessageText") == 1


async def test_an_sos_goes_the_whole_way_and_back(running: Running) -> None:
    running.says(ANN, "SOS two men at the gate", sender=NAMES)
    await running.hears(ANN, "This will be passed on")
    assert running.server.state.texts(DESK) == []
    running.press(ANN, "Send")
    receipt = await running.hears(ANN, "Your note is")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{2}", receipt)
    assert code
    await running.hears(ANN, "The team has your note")
    assert "two men at the gate" in await running.hears(DESK, f"SOS {code[0]}")
    running.press(STAFF, "Acknowledge", chat=DESK)
    await running.hears(ANN, "Somebody is on your note")
    running.says(STAFF, f"/r {code[0]} Stay inside.", chat=DESK)
    assert "Stay inside." in await running.hears(ANN, "Answer to your note")
    await running.hears(DESK, "delivered")
    running.says(ANN, "I did.", sender=NAMES)
    await running.hears(DESK, "I did.")
    running.says(STAFF, f"/close {code[0]} safe now", chat=DESK)
    await running.hears(ANN, "is closed")
    told = running.server.state.texts(ANN)
    stages = [
        next(i for i, text in enumerate(told) if part in text)
        for part in ("Your note is", "The team has", "Somebody is on", "Answer to", "is closed. If")
    ]
    assert stages == sorted(stages)
    shown = "\n".join(map(str, running.server.state.texts(DESK)))
    for secret in ("Marker", "marker_username", str(ANN)):
        assert secret not in shown


async def test_a_photo_arrives_without_what_it_tells_of_its_owner(running: Running) -> None:
    running.says(ANN, "SOS look")
    await running.hears(ANN, "This will be passed on")
    running.server.state.photo(ANN, jpeg_with_a_place())
    running.server.changed()
    await running.hears(ANN, "1 photo")
    running.press(ANN, "Send")
    await running.hears(DESK, "a photo")
    sent = [data for name, data in running.server.state.files.items() if name.startswith("sent-")]
    assert len(sent) == 1
    assert b"MARKER-CAMERA" not in sent[0]
    assert Image.open(io.BytesIO(sent[0])).getexif() == {}


async def test_in_a_forum_each_case_has_a_topic_that_is_made_anew_when_deleted(running: Running) -> None:
    chat = running.server.state.group(DESK, is_forum=True)
    running.says(ANN, "SOS first words")
    await running.hears(ANN, "This will be passed on")
    running.press(ANN, "Send")
    await running.hears(ANN, "The team has your note")
    [first] = chat.topics
    chat.topics.clear()
    running.says(ANN, "more words")
    await running.hears(DESK, "The topic of this case was deleted")
    await running.hears(DESK, "more words")
    [second] = chat.topics
    assert second != first
    running.says(STAFF, "/r in the topic", chat=DESK, topic=second)
    await running.hears(ANN, "in the topic")


async def test_the_desk_is_followed_when_it_becomes_a_supergroup(running: Running) -> None:
    new = -1007
    running.server.state.group(new)
    running.server.state.chat(DESK).migrated_to = new
    running.says(ANN, "SOS words")
    await running.hears(ANN, "This will be passed on")
    running.press(ANN, "Send")
    await running.hears(new, "SOS")
    await running.hears(new, "BOT_DESK")
    running.press(STAFF, "Acknowledge", chat=new)
    await running.hears(ANN, "Somebody is on your note")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("refuse", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1}),
        Fault("reset"),
        Fault("refuse", 502, "Bad Gateway"),
    ],
)
async def test_trouble_with_one_call_is_overcome(running: Running, fault: Fault) -> None:
    running.server.next("sendMessage", fault)
    running.says(ANN, "SOS words")
    await running.hears(ANN, "This will be passed on")


async def test_an_answer_that_got_lost_leads_to_a_marked_repeat(running: Running) -> None:
    running.says(ANN, "SOS words")
    await running.hears(ANN, "This will be passed on")
    running.server.next("sendMessage", Fault("lose"))
    running.server.next("sendMessage", Fault("lose"))
    running.press(ANN, "Send")
    await running.hears(ANN, "You may have received this already")
    await running.hears(DESK, "You may have received this already")


async def test_a_person_who_blocked_the_bot_is_reported_to_staff(running: Running) -> None:
    running.says(ANN, "SOS words")
    await running.hears(ANN, "This will be passed on")
    running.press(ANN, "Send")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{2}", await running.hears(ANN, "Your note is"))
    assert code
    await running.hears(DESK, "SOS")
    running.server.state.chat(ANN).is_blocked = True
    running.says(STAFF, f"/r {code[0]} hello", chat=DESK)
    await running.hears(DESK, "can't be reached")


async def test_updates_that_no_one_can_read_do_not_deafen_the_bot(running: Running) -> None:
    state = running.server.state
    broken: list[dict[str, Any]] = [
        {"message": {"text": "x"}},
        {"message": None},
        {"callback_query": {}},
        {"edited_message": []},
        {"something_new": {}},
    ]
    for update in broken:
        state.add_update(update)
    running.says(ANN, "Thailand")
    await running.hears(ANN, "Black")
    await running.server.wait_until(lambda: len(state.confirmed) == 6)


async def test_an_update_without_a_number_is_no_hot_loop(running: Running) -> None:
    running.server.state.updates.append({"message": {"text": "x"}})
    running.server.changed()
    await running.server.wait_until(lambda: running.methods().count("getUpdates") >= 3)
    before = len(running.server.calls)
    await asyncio.sleep(0.5)
    assert len(running.server.calls) - before < 5
    running.server.state.updates.clear()
    running.says(ANN, "Thailand")
    await running.hears(ANN, "Black")


async def test_long_words_are_split_and_nothing_is_lost(running: Running) -> None:
    words = "\n\n".join(f"paragraph {number} " + "x" * 700 for number in range(9))
    running.says(ANN, f"SOS {words[:4000]}")
    await running.hears(ANN, "This will be passed on")
    running.says(ANN, words[4000:])
    await running.hears(ANN, "paragraph 8")
    running.press(ANN, "Send")
    await running.hears(DESK, "paragraph 8")
    desk = "\n".join(running.server.state.texts(DESK))
    assert all(f"paragraph {number}" in desk for number in range(9))


async def test_an_update_is_confirmed_only_once_it_is_stored(server: FakeTelegram, tmp_path: Path) -> None:
    """The database is slow, then fails, then works: nothing is confirmed before, and nothing is lost."""
    running = Running(server, f"sqlite:///{tmp_path}/bot.db")
    confirmed: list[int] = []
    tries = 0
    keep = running.app.inbox.keep

    async def slow(batch: Sequence[Received]) -> None:
        nonlocal tries
        tries += 1
        await asyncio.sleep(0.1)
        confirmed.append(len(server.state.confirmed))
        if tries == 1:
            raise StoreError("full")
        await keep(batch)

    running.app.inbox.keep = slow  # type: ignore[method-assign]
    server.state.says(ANN, "Thailand")
    running.begin()
    await running.hears(ANN, "Black")
    assert confirmed[:2] == [0, 0]
    await running.end()


async def test_languages_get_their_menus(running: Running) -> None:
    await running.server.wait_until(lambda: running.methods().count("setMyCommands") >= 2)
    given = [call for method, call in running.server.calls if method == "setMyCommands"]
    assert {call.get("language_code", "") for call in given} == {"", "zh"}


async def test_wipe_deletes_the_messages_in_the_chat(running: Running) -> None:
    running.says(ANN, "SOS something")
    await running.hears(ANN, "This will be passed on")
    running.says(ANN, "/wipe")
    await running.hears(ANN, "Hello. Write the name of a place")
    await running.server.wait_until(lambda: "deleteMessages" in running.methods())
    left = list(running.server.state.chat(ANN).messages.values())
    assert [message["text"] for message in left] == ["Hello. Write the name of a place, or /help."]
