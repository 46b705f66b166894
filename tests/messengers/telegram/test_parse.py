"""Raw updates as Telegram sends them, and the little that is kept of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.contract import Event, Received
from bot.messengers.telegram.parse import ParseError, parse
from handlers.model.messages import Kind

NOW = 1_800_000_000.0
ANN = {
    "id": 501,
    "is_bot": False,
    "first_name": "MARKER",
    "last_name": "MARKER",
    "username": "MARKER",
    "language_code": "zh-hans",
}
PRIVATE = {"id": 501, "type": "private", "first_name": "MARKER", "username": "MARKER"}
GROUP = {"id": -1005, "type": "supergroup", "title": "MARKER"}
BIG = 10_000_001


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": 1_700_000_000, "chat": PRIVATE, "from": ANN} | content


def read(update: dict[str, Any], username: str = "our_bot") -> Received | None:
    return parse({"update_id": 7} | update, NOW, username)


def heard(**content: Any) -> Received:
    found = read({"message": message(**content)})
    assert found is not None
    return found


@pytest.mark.parametrize(
    "relayed",
    [
        {"forward_origin": {"type": "user", "sender_user": ANN, "date": 1}},
        {"forward_origin": {"type": "a kind of tomorrow"}},
        {"forward_date": 1_600_000_000},
        {"is_automatic_forward": True},
        {"via_bot": {"id": 9, "is_bot": True, "first_name": "MARKER"}},
    ],
)
def test_words_of_somebody_else_are_marked(relayed: dict[str, Any]) -> None:
    found = heard(text="/ack", **relayed)
    assert found.is_relayed
    assert "MARKER" not in found.model_dump_json()
    assert heard(photo=[size("p", 9)], caption="/ack", **relayed).is_relayed
    assert not heard(text="/ack").is_relayed


def size(file_id: str, width: int, file_size: int = 1000) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": "u", "width": width, "height": width, "file_size": file_size}


def test_a_text_is_kept_with_what_is_needed_to_answer_it() -> None:
    assert heard(text="hello").model_dump(exclude_defaults=True) == {
        "platform": "telegram",
        "key": "update 7",
        "chat": "501",
        "sender": "501",
        "is_private": True,
        "at": 1_700_000_000.0,
        "message": "9",
        "text": "hello",
        "language_hint": "zh-hans",
    }


@pytest.mark.parametrize(
    "content",
    [
        {"text": "hello"},
        {"contact": {"phone_number": "MARKER", "first_name": "MARKER", "vcard": "MARKER"}},
        {"text": "hello", "forward_origin": {"type": "user", "sender_user": ANN}},
        {"text": "hello", "reply_to_message": message(text="MARKER")},
        {"document": {"file_id": "f", "mime_type": "application/pdf", "file_name": "MARKER.pdf"}},
        {"venue": {"title": "Hotel", "foursquare_id": "MARKER"}, "location": {"latitude": 1.0, "longitude": 2.0}},
        {"text": "hello", "sender_chat": GROUP, "author_signature": "MARKER"},
    ],
)
def test_no_name_number_or_origin_is_kept(content: dict[str, Any]) -> None:
    assert "MARKER" not in heard(**content).model_dump_json()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"voice": {"file_id": "f"}}, Kind.VOICE),
        ({"audio": {"file_id": "f"}}, Kind.VOICE),
        ({"video": {"file_id": "f"}}, Kind.VIDEO),
        ({"video_note": {"file_id": "f"}}, Kind.VIDEO),
        ({"animation": {"file_id": "f"}, "document": {"file_id": "f"}}, Kind.VIDEO),
        ({"document": {"file_id": "f", "mime_type": "application/pdf"}}, Kind.DOCUMENT),
        ({"document": {"file_id": "f"}}, Kind.DOCUMENT),
        ({"document": {"file_id": "f", "mime_type": "image/png", "file_size": BIG}}, Kind.DOCUMENT),
        ({"sticker": {"file_id": "f", "emoji": "x"}}, Kind.STICKER),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, Kind.CONTACT),
        ({"poll": {"id": "1"}}, Kind.POLL),
        ({"dice": {"value": 1}}, Kind.OTHER),
        ({"story": {}}, Kind.OTHER),
        ({"rich_message": {"blocks": []}}, Kind.OTHER),
        ({"location": {"latitude": 1.0, "longitude": 2.0, "live_period": 60}}, Kind.LIVE_LOCATION),
    ],
)
def test_every_kind_is_known(content: dict[str, Any], kind: Kind) -> None:
    assert heard(**content).kind is kind


def test_a_caption_is_the_text() -> None:
    assert heard(voice={"file_id": "f"}, caption="listen").text == "listen"


def test_of_a_photo_the_largest_size_that_can_be_fetched_is_kept() -> None:
    found = heard(photo=[size("small", 90), size("large", 1280), size("huge", 5000, BIG)], caption="look")
    assert (found.kind, found.photos, found.text) == (Kind.PHOTO, ("large",), "look")


def test_a_photo_that_is_too_large_is_still_answered() -> None:
    found = heard(photo=[size("huge", 5000, BIG)], caption="look")
    assert (found.kind, found.photos, found.text) == (Kind.DOCUMENT, (), "look")


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png", "image/webp"])
def test_a_picture_sent_as_a_file_is_a_photo(mime: str) -> None:
    found = heard(document={"file_id": "f", "mime_type": mime, "file_size": 10})
    assert (found.kind, found.photos) == (Kind.PHOTO, ("f",))


def test_a_location_is_a_point() -> None:
    found = heard(location={"latitude": 13.75, "longitude": 100.5})
    assert (found.kind, found.latitude, found.longitude) == (Kind.POINT, 13.75, 100.5)


@pytest.mark.parametrize(
    "content",
    [
        *({"pinned_message": {}}, {"new_chat_title": "x"}, {"new_chat_members": [ANN]}, {"forum_topic_created": {}}),
        *({"message_auto_delete_timer_changed": {}}, {"write_access_allowed": {}}, {"chat_background_set": {}}),
    ],
)
@pytest.mark.parametrize("chat", [GROUP, PRIVATE])
def test_service_messages_concern_nobody(content: dict[str, Any], chat: dict[str, Any]) -> None:
    assert read({"message": message(chat=chat, **content)}) is None


@pytest.mark.parametrize("name", ["hologram", "gift", "unique_gift", "giveaway", "live_photo", "smell"])
def test_content_of_an_unknown_kind_is_heard_of_with_its_caption(name: str) -> None:
    found = heard(**{name: {"id": "x"}, "caption": "look"})
    assert (found.kind, found.text) == (Kind.OTHER, "look")
    assert read({"message": message(chat=GROUP, **{name: {}})}) is None, "in a desk it is chatter"


def test_a_venue_is_a_point_with_its_name_and_address() -> None:
    point = {"latitude": 13.75, "longitude": 100.5}
    found = heard(location=point, venue={"location": point, "title": "cancel", "address": "12 Marker Road"})
    assert (found.kind, found.latitude) == (Kind.POINT, 13.75)
    assert found.text == "📍 cancel\n12 Marker Road"


def test_an_address_behind_a_word_is_kept() -> None:
    link = {"type": "text_link", "offset": 8, "length": 9, "url": "https://plate.example/q"}
    assert heard(text="this is their car", entities=[link]).text == "this is their car\nhttps://plate.example/q"
    photo = {"photo": [size("a", 9)], "caption": "car", "caption_entities": [link]}
    assert heard(**photo).text == "car\nhttps://plate.example/q"


@pytest.mark.parametrize(
    ("text", "chat", "username", "kept"),
    [
        ("/level@our_bot Thailand", GROUP, "our_bot", "/level Thailand"),
        ("/level@OUR_Bot", GROUP, "our_bot", "/level"),
        ("/ack@our_bot\n4F7K-2Q", GROUP, "our_bot", "/ack\n4F7K-2Q"),
        ("/level@other_bot Thailand", GROUP, "our_bot", "/level@other_bot Thailand"),
        ("/level@other_bot Thailand", PRIVATE, "our_bot", "/level Thailand"),
        ("/ack@our_bot 4F7K-2Q", GROUP, "", "/ack 4F7K-2Q"),
        ("write to me@example.org", PRIVATE, "our_bot", "write to me@example.org"),
        ("@our_bot /ack 4F7K-2Q", GROUP, "our_bot", "/ack 4F7K-2Q"),
        ("@OUR_bot,\n/ack@our_bot 4F7K-2Q", GROUP, "our_bot", "/ack 4F7K-2Q"),
        ("@other_bot /ack 4F7K-2Q", GROUP, "our_bot", "@other_bot /ack 4F7K-2Q"),
        ("@our_bot hello", GROUP, "our_bot", "@our_bot hello"),
        ("a picture\ufffc in a line", PRIVATE, "our_bot", "a picture in a line"),
        ("/level me@our_bot", PRIVATE, "our_bot", "/level me@our_bot"),
        ("/level", GROUP, "our_bot", "/level"),
    ],
)
def test_a_command_loses_the_name_of_the_bot_it_is_for(text: str, chat: Any, username: str, kept: str) -> None:
    found = read({"message": message(text=text, chat=chat)}, username)
    assert found is not None
    assert found.text == kept


def test_a_quote_in_a_plain_group_is_kept_although_it_counts_as_a_thread() -> None:
    """Telegram gives every reply in a supergroup the number of the first message as its thread."""
    found = heard(chat=GROUP, text="/r x", message_thread_id=4, reply_to_message={"message_id": 4, "text": "SOS"})
    assert (found.quoted, found.topic) == ("4", "")


def test_in_a_topic_only_a_real_quote_counts() -> None:
    topic: dict[str, Any] = {"chat": GROUP, "text": "x", "message_thread_id": 4, "is_topic_message": True}
    opening = {"message_id": 4, "forum_topic_created": {"name": "x"}}
    assert heard(**topic, reply_to_message=opening).quoted == ""
    assert heard(**topic, reply_to_message={"message_id": 4}).quoted == ""
    found = heard(**topic, reply_to_message={"message_id": 5})
    assert (found.quoted, found.topic) == ("5", "4")


@pytest.mark.parametrize(
    "content",
    [
        {"sender_chat": GROUP},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"from": {"id": 777000, "first_name": "Telegram"}},
        {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}},
        {"from": None},
    ],
)
def test_who_posts_in_the_name_of_a_chat_is_anonymous(content: dict[str, Any]) -> None:
    assert heard(chat=GROUP, text="/ack", **content).is_anonymous


def test_another_bot_is_not_listened_to() -> None:
    """Two bots that answer each other would never stop."""
    assert read({"message": message(text="hello", **{"from": ANN | {"is_bot": True}})}) is None


def test_an_edit_is_told_from_a_message() -> None:
    found = read({"edited_message": message(text="better", edit_date=1)})
    assert found is not None
    assert (found.event, found.text) == (Event.EDIT, "better")


def test_a_live_location_that_moves_is_not_followed() -> None:
    moved = message(location={"latitude": 1.0, "longitude": 2.0, "live_period": 60})
    assert read({"edited_message": moved}) is None


def test_a_group_that_moved_tells_where() -> None:
    found = heard(chat={"id": -5, "type": "group"}, migrate_to_chat_id=-1007)
    assert (found.event, found.chat, found.moved_to) == (Event.MOVED, "-5", "-1007")


def test_a_press_tells_the_choice_and_what_to_answer() -> None:
    shown = {"message_id": 3, "date": 0, "chat": GROUP, "message_thread_id": 8, "is_topic_message": True}
    found = read({"callback_query": {"id": "q", "from": ANN, "chat_instance": "1", "message": shown, "data": "tok"}})
    assert found is not None
    assert (found.event, found.press, found.token, found.message) == (Event.PRESS, "q", "tok", "3")
    assert (found.chat, found.sender, found.topic, found.at) == ("-1005", "501", "8", NOW)


def test_a_press_below_a_message_of_somebody_else_concerns_nobody() -> None:
    assert read({"callback_query": {"id": "q", "from": ANN, "inline_message_id": "1", "data": "tok"}}) is None


@pytest.mark.parametrize(("status", "is_told"), [("kicked", True), ("left", True), ("member", False)])
def test_being_blocked_or_removed_is_told(status: str, is_told: bool) -> None:
    change = {"chat": PRIVATE, "from": ANN, "date": 1, "new_chat_member": {"status": status, "user": ANN}}
    found = read({"my_chat_member": change})
    assert (found is not None and found.event is Event.LEFT) is is_told


LIKE, HEART, OWN = {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "❤"}, {"type": "custom_emoji"}


@pytest.mark.parametrize(
    ("old", "new", "event", "text"),
    [
        ([], [LIKE], Event.REACTED, "👍"),
        ([LIKE], [HEART], Event.REACTED, "❤"),
        ([LIKE], [LIKE, HEART], Event.REACTED, "❤"),
        ([], [OWN | {"custom_emoji_id": "5"}], Event.REACTED, ""),
        ([LIKE], [], Event.REACTION_BACK, ""),
    ],
)
def test_a_reaction_of_a_person_names_its_message(old: list[Any], new: list[Any], event: Event, text: str) -> None:
    change = {"chat": PRIVATE, "message_id": 77, "user": ANN, "date": 9, "old_reaction": old, "new_reaction": new}
    found = read({"message_reaction": change})
    assert found
    assert (found.event, found.quoted, found.text, found.message) == (event, "77", text, "")
    assert (found.chat, found.sender, found.is_private) == (str(PRIVATE["id"]), str(ANN["id"]), True)
    assert read({"message_reaction": change | {"chat": GROUP}}) is None
    assert read({"message_reaction": change | {"old_reaction": [LIKE, HEART], "new_reaction": [LIKE]}}) is None


def test_an_update_that_was_not_asked_for_concerns_nobody() -> None:
    assert read({"poll": {"id": "1"}}) is None


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        "text",
        {},
        {"update_id": 7, "message": None},
        {"update_id": 7, "message": {"text": "no chat"}},
        {"update_id": 7, "message": message(text="x", chat={"id": "abc", "type": "private"})},
        {"update_id": 7, "message": message(text="x", date="yesterday")},
        {"update_id": 7, "message": message(location={"latitude": "north"})},
        {"update_id": 7, "message": message(photo=[])},
        {"update_id": 7, "callback_query": {"message": {}}},
        {"update_id": 7, "my_chat_member": {}},
    ],
)
def test_what_is_not_an_update_is_a_parse_error_without_its_words(update: Any) -> None:
    with pytest.raises(ParseError) as caught:
        parse(update, NOW)
    assert str(caught.value) == ""
    assert caught.value.__suppress_context__


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = ("chat", "from", "date", "message_id", "text", "photo", "location", "document", "reply_to_message", "caption")


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON), st.sampled_from(("message", "edited_message")))
def test_whatever_comes_is_read_or_refused_and_nothing_else(changes: dict[str, Any], field: str) -> None:
    update = {"update_id": 7, field: message(text="x") | changes}
    try:
        found = parse(update, NOW, "our_bot")
    except ParseError:
        return
    assert found is None or found.key == "update 7"


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("where", ["update_id", "date", "latitude", "message_id"])
def test_a_number_without_end_makes_an_update_unreadable(where: str, number: float) -> None:
    told = message(location={"latitude": 1.0, "longitude": 2.0})
    update: dict[str, Any] = {"message": told}
    ({"update_id": update, "latitude": told["location"]}.get(where, told))[where] = number
    with pytest.raises(ParseError):
        read(update)


def test_a_quote_of_another_chat_is_kept() -> None:
    quote = {"external_reply": {"origin": {}}, "quote": {"text": "we know where you are", "position": 0}}
    assert heard(text="they wrote this", **quote).text == "they wrote this\n“we know where you are”"
    assert heard(text="/r x", chat=GROUP, **quote).text == "/r x"
    assert heard(text="this one", quote={"text": "of this chat"}).text == "this one"
