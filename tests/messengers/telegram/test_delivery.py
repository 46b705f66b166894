"""Every act at the fake server, and what each failure means for the outbox."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from PIL import Image
from pydantic import SecretStr
from telegram.error import NetworkError, TimedOut

from bot.messengers.contract import Accepted, Act, Button, DeliveryError, Parcel, Trouble
from bot.messengers.telegram.adapter import TelegramMessenger
from bot.messengers.telegram.errors import to_delivery_error
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_state import Fault, Raw
from tests.patience import PATIENCE

ANN = 501
DESK = -100500
BUTTONS = (Button(label="Send", token="t1"), Button(label="Cancel", token="t2"))


@pytest.fixture
async def messenger(server: FakeTelegram) -> AsyncIterator[TelegramMessenger]:
    server.state.chat(ANN)
    messenger = TelegramMessenger(SecretStr(server.token), {}, api_url=server.url)
    yield messenger
    await messenger.close()


def send(text: str = "hello", **more: Any) -> Parcel:
    return Parcel(chat=str(ANN), text=text, **more)


def calls(server: FakeTelegram, method: str) -> list[dict[str, Any]]:
    return [given for called, given in server.calls if called == method]


def shown(server: FakeTelegram, accepted: Accepted, chat: int = ANN) -> list[dict[str, Any]]:
    return [server.state.chat(chat).messages[int(message)] for message in accepted.messages]


def jpeg(width: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 8), (9, 99, 199)).save(out, "JPEG")
    return out.getvalue()


async def trouble(messenger: TelegramMessenger, parcel: Parcel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await messenger.deliver(parcel)
    assert str(caught.value) == caught.value.trouble.value
    assert caught.value.__suppress_context__
    return caught.value


async def test_words_are_shown_as_they_are_below_our_markup(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    accepted = await messenger.deliver(send("<b>A &amp; B</b>", words="<b>1 < 2 & 3</b> &amp;"))
    [message] = shown(server, accepted)
    assert message["text"] == "A & B\n\n› <b>1 < 2 & 3</b> &amp;"
    [call] = calls(server, "sendMessage")
    assert call["protect_content"] == "true"
    assert json.loads(call["link_preview_options"]) == {"is_disabled": True}
    assert call["text"].startswith("<b>A &amp; B</b>")


async def test_buttons_stand_under_the_last_part(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    accepted = await messenger.deliver(send("first", words="word " * 1500, buttons=BUTTONS))
    parts = shown(server, accepted)
    assert len(parts) == 2
    assert ["reply_markup" in part for part in parts] == [False, True]
    labels = [[button["text"] for button in row] for row in parts[1]["reply_markup"]["inline_keyboard"]]
    assert labels == [["Send"], ["Cancel"]]


async def test_a_photo_with_a_short_text_is_one_message(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    accepted = await messenger.deliver(send("<i>look</i>", photo=jpeg(), buttons=BUTTONS))
    [message] = shown(server, accepted)
    assert message["caption"] == "look"
    assert "reply_markup" in message
    assert server.state.files[f"sent-{accepted.messages[0]}"] == jpeg()


async def test_a_text_too_long_for_a_caption_follows_the_photo(
    server: FakeTelegram, messenger: TelegramMessenger
) -> None:
    accepted = await messenger.deliver(send(words="🐘" * 513, photo=jpeg(), buttons=BUTTONS))
    photo, text = shown(server, accepted)
    assert "caption" not in photo
    assert text["text"] == "hello\n\n› " + "🐘" * 513
    assert "reply_markup" in text


async def test_a_place_follows_its_text_into_the_topic(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    chat = server.state.group(DESK, is_forum=True)
    chat.topics.add(4)
    parcel = Parcel(chat=str(DESK), topic="4", text="here", latitude=13.5, longitude=100.25)
    text, place = shown(server, await messenger.deliver(parcel), DESK)
    assert place["location"] == {"latitude": 13.5, "longitude": 100.25}
    assert text["message_thread_id"] == place["message_thread_id"] == 4


async def test_what_was_accepted_before_the_trouble_is_told_and_not_repeated(
    server: FakeTelegram, messenger: TelegramMessenger
) -> None:
    parcel = send(words="\n\n".join(letter * 3000 for letter in "abc"))
    server.next("sendMessage", Fault("hang"))
    server.next("sendMessage", Fault("refuse", 429, "Too Many Requests", parameters={"retry_after": 7}))
    error = await trouble(messenger, parcel)
    assert (error.trouble, error.retry_after, error.done, len(error.accepted)) == (Trouble.SLOW_DOWN, 7.0, 1, 1)
    accepted = await messenger.deliver(parcel.model_copy(update={"done": error.done}))
    assert len(accepted.messages) == 2
    texts = server.state.texts(ANN)
    assert [text.replace("hello", "").strip("›\n ")[0] for text in texts] == ["a", "b", "c"]


async def test_an_edit_replaces_text_and_buttons(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    first = await messenger.deliver(send("one", buttons=BUTTONS))
    edit = Parcel(act=Act.EDIT, chat=str(ANN), text="two", message=first.messages[0])
    assert await messenger.deliver(edit) == first
    assert await messenger.deliver(edit) == first  # "not modified" is no failure
    assert server.state.texts(ANN) == ["two"]


@pytest.mark.parametrize("text", ["two", "word " * 1500])
async def test_what_can_not_be_edited_is_sent_anew(
    server: FakeTelegram, messenger: TelegramMessenger, text: str
) -> None:
    accepted = await messenger.deliver(Parcel(act=Act.EDIT, chat=str(ANN), text=text, message="9999"))
    assert "9999" not in accepted.messages
    assert " ".join(server.state.texts(ANN)).split() == text.split()


async def test_messages_are_deleted_a_hundred_at_a_time(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    for _ in range(120):
        server.state.says(ANN, "x")
    numbers = tuple(str(number) for number in server.state.chat(ANN).messages)
    await messenger.deliver(Parcel(act=Act.DELETE, chat=str(ANN), messages=numbers))
    assert server.state.chat(ANN).messages == {}
    assert len(calls(server, "deleteMessages")) == 2


async def test_what_is_too_old_to_be_deleted_does_not_keep_the_rest(
    server: FakeTelegram, messenger: TelegramMessenger
) -> None:
    old, new = (server.state.new_message(server.state.chat(ANN), {"text": "x"}) for _ in range(2))
    old["date"] -= 49 * 3600
    numbers = (str(old["message_id"]), str(new["message_id"]), "9999")
    assert await messenger.deliver(Parcel(act=Act.DELETE, chat=str(ANN), messages=numbers)) == Accepted()
    assert list(server.state.chat(ANN).messages) == [old["message_id"]]


async def test_a_press_is_answered_and_may_be_too_old(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    press = Parcel(act=Act.PRESSED, chat=str(ANN), press="q")
    server.next("answerCallbackQuery", Fault("refuse", 400, "Bad Request: query is too old"))
    assert await messenger.deliver(press) == Accepted()
    assert await messenger.deliver(press) == Accepted()
    assert calls(server, "answerCallbackQuery") == [{"callback_query_id": "q"}] * 2


async def test_a_forum_gets_a_topic(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    chat = server.state.group(DESK, is_forum=True)
    accepted = await messenger.deliver(Parcel(act=Act.OPEN_TOPIC, chat=str(DESK), text="4F7K-2Q"))
    assert {int(accepted.topic)} == chat.topics


@pytest.mark.parametrize(
    "refusal", ["the chat is not a forum", "not enough rights to create a topic", "chat not found"]
)
async def test_where_no_topic_can_be_opened_the_main_room_is_used(
    server: FakeTelegram, messenger: TelegramMessenger, refusal: str
) -> None:
    """An SOS must reach the desk, whatever rights the bot lost there."""
    server.next("createForumTopic", Fault("refuse", 400, f"Bad Request: {refusal}"))
    assert await messenger.deliver(Parcel(act=Act.OPEN_TOPIC, chat=str(DESK), text="x")) == Accepted()


async def test_a_photo_is_fetched_without_its_metadata(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MARKER"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (9, 99, 199)).save(out, "JPEG", exif=exif)
    server.state.files["ref"] = out.getvalue()
    accepted = await messenger.deliver(Parcel(act=Act.FETCH, chat="", photo_ref="ref"))
    assert Image.open(io.BytesIO(accepted.photo)).size == (60, 40)
    assert b"MARKER" not in accepted.photo


async def test_a_photo_that_is_withheld_or_no_photo_is_no_alarm(
    server: FakeTelegram, messenger: TelegramMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    fetch = Parcel(act=Act.FETCH, chat="", photo_ref="ref")
    assert (await trouble(messenger, fetch)).trouble is Trouble.WITHHELD
    server.state.files["ref"] = b"no photo"
    assert (await trouble(messenger, fetch)).trouble is Trouble.REFUSED
    server.state.files["ref"] = b"x" * 10_000_001
    assert (await trouble(messenger, fetch)).trouble is Trouble.REFUSED
    server.lost_files.add("ref")
    server.state.files["ref"] = jpeg()
    assert (await trouble(messenger, fetch)).trouble is Trouble.WITHHELD
    server.next("getFile", Fault("refuse", 403, "Forbidden: not now"))
    assert (await trouble(messenger, fetch)).trouble is Trouble.WITHHELD
    server.next("getFile", Fault("refuse", 400, "Bad Request: file is too big"))
    assert (await trouble(messenger, fetch)).trouble is Trouble.REFUSED
    assert [record for record in caplog.records if record.levelname == "CRITICAL"] == []


@pytest.mark.parametrize(
    ("status", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", Trouble.GONE),
        (403, "Forbidden: user is deactivated", Trouble.GONE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Trouble.GONE),
        (400, "Bad Request: CHAT NOT FOUND", Trouble.GONE),
        (400, "Bad Request: PEER_ID_INVALID", Trouble.GONE),
        (400, "Bad Request: not enough rights to send text messages to the chat", Trouble.GONE),
        (400, "Bad Request: message thread not found", Trouble.TOPIC_GONE),
        (400, "Bad Request: TOPIC_CLOSED", Trouble.TOPIC_GONE),
        (400, "Bad Request: TOPIC_DELETED", Trouble.TOPIC_GONE),
        (400, "Bad Request: message is too long", Trouble.REFUSED),
        (400, "Bad Request: can't parse entities", Trouble.REFUSED),
        (401, "Unauthorized", Trouble.UNREACHABLE),
        (404, "Not Found", Trouble.UNREACHABLE),
        (409, "Conflict", Trouble.UNREACHABLE),
        (500, "Internal Server Error", Trouble.UNKNOWN),
        (502, "Bad Gateway", Trouble.UNKNOWN),
        (504, "Gateway Timeout", Trouble.UNKNOWN),
    ],
)
async def test_every_refusal_has_its_meaning(
    server: FakeTelegram, messenger: TelegramMessenger, status: int, description: str, expected: Trouble
) -> None:
    server.next("sendMessage", Fault("refuse", status, description))
    assert (await trouble(messenger, send())).trouble is expected


async def test_a_chat_that_moved_tells_where(server: FakeTelegram, messenger: TelegramMessenger) -> None:
    server.state.chat(DESK).migrated_to = -1007
    error = await trouble(messenger, Parcel(chat=str(DESK), text="x"))
    assert (error.trouble, error.moved_to) == (Trouble.MOVED, "-1007")


@pytest.mark.parametrize("kind", ["reset", "lose"])
async def test_a_connection_that_breaks_leaves_it_open_whether_it_went_out(
    server: FakeTelegram, messenger: TelegramMessenger, kind: str
) -> None:
    server.next("sendMessage", Fault(kind))
    assert (await trouble(messenger, send())).trouble is Trouble.UNKNOWN
    assert len(server.state.texts(ANN)) == (kind == "lose")


async def test_where_nobody_listens_nothing_went_out(server: FakeTelegram) -> None:
    messenger = TelegramMessenger(SecretStr(server.token), {}, api_url="http://127.0.0.1:9")
    assert (await trouble(messenger, send())).trouble is Trouble.UNREACHABLE
    await messenger.close()


@pytest.mark.parametrize(
    "told", ["Forbidden: USER_BOT_FROZEN", "Forbidden: the moon is in the wrong house", "Forbidden"]
)
async def test_a_refusal_that_is_not_about_the_person_is_an_outage(
    server: FakeTelegram, messenger: TelegramMessenger, caplog: pytest.LogCaptureFixture, told: str
) -> None:
    server.next("sendMessage", Fault("refuse", 403, told))
    assert (await trouble(messenger, send())).trouble is Trouble.UNREACHABLE
    assert [record.levelname for record in caplog.records if record.name.startswith("bot.")] == ["CRITICAL"]
    server.next("sendMessage", Fault("refuse", 403, told))
    assert (await trouble(messenger, Parcel(chat="-1001", text="x"))).trouble is Trouble.GONE


NOBODY = ConnectionKey("127.0.0.1", 9, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (aiohttp.ConnectionTimeoutError(), Trouble.UNREACHABLE),
        (aiohttp.ClientConnectorError(NOBODY, OSError()), Trouble.UNREACHABLE),
        (aiohttp.SocketTimeoutError(), Trouble.UNKNOWN),
        (aiohttp.ServerDisconnectedError(), Trouble.UNKNOWN),
        (None, Trouble.UNKNOWN),
    ],
)
def test_a_timeout_is_told_by_how_far_it_came(cause: Exception | None, expected: Trouble) -> None:
    error = TimedOut()
    error.__cause__ = cause
    assert to_delivery_error(error).trouble is expected
    other = NetworkError("x")
    other.__cause__ = cause
    assert to_delivery_error(other).trouble is expected


@pytest.mark.parametrize(
    "parcel",
    [
        Parcel(chat="", text="x"),
        Parcel(chat="@name", text="x"),
        Parcel(chat="1", topic="x", text="x"),
        Parcel(act=Act.EDIT, chat="1", text="x", message=""),
        Parcel(act=Act.DELETE, chat="1", messages=("x",)),
        Parcel(act=Act.OPEN_TOPIC, chat="x"),
    ],
)
async def test_what_is_no_address_is_never_reached(messenger: TelegramMessenger, parcel: Parcel) -> None:
    assert (await trouble(messenger, parcel)).trouble is Trouble.GONE


async def test_an_answer_that_can_not_be_read_may_mean_that_it_went_out(
    server: FakeTelegram, messenger: TelegramMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_show", lambda given, content: {"message_id": 1})
    assert (await trouble(messenger, send())).trouble is Trouble.UNKNOWN


async def test_sixteen_at_once_do_not_wait_for_each_other(
    server: FakeTelegram, messenger: TelegramMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, all_are_here = server._do_sendMessage, asyncio.Barrier(16)

    async def together(given: Raw) -> Raw:
        await all_are_here.wait()
        return await whole(given)

    monkeypatch.setattr(server, "_do_sendMessage", together)
    parcels = [Parcel(chat=str(1000 + number), text="x") for number in range(16)]
    for parcel in parcels:
        server.state.chat(int(parcel.chat))
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*map(messenger.deliver, parcels))
    assert len({accepted.messages for accepted in found}) == 16
