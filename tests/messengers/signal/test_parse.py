"""Envelopes as signal-cli tells them, and the little that is kept of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.contract import Event, Received
from bot.messengers.signal.parse import NotForUsError, ParseError, group_address, parse
from handlers.model.messages import Kind
from tests.fakes import signal_envelopes as envelopes
from tests.fakes.signal_envelopes import Raw, bad_frames
from tests.fakes.signal_state import BOT_NUMBER, BOT_UUID, State

ANN = "a1a1a1a1-0000-4000-8000-000000000001"
GROUP = "aW52ZW50ZWQgZGVzayBvZiB0aGVzZSB0ZXN0cyEhISE="
STAMP = 1_800_000_000_000
NOW = STAMP / 1000
WEEK = 7 * 86_400
LARGE = 100_000_000


class Teller:
    """Persons whose frames are parsed at once instead of being sent."""

    def __init__(self) -> None:
        self.frames: list[Any] = []
        self.state = State(clock=lambda: STAMP, deliver=self.frames.append)
        self.state.person(ANN, number="+12025550177", name="MARKER")
        self.state.group(GROUP, [ANN], name="MARKER")

    def read(self) -> Received | None:
        """The newest frame, parsed."""
        return parse(json.dumps(self.frames[-1]), BOT_NUMBER, NOW, WEEK)

    def heard(self) -> Received:
        found = self.read()
        assert found is not None
        return found

    def says(self, text: str | None = None, **more: Any) -> Received | None:
        self.state.says(ANN, text, **more)
        return self.read()

    def said(self, text: str | None = None, **more: Any) -> Received:
        self.state.says(ANN, text, **more)
        return self.heard()


@pytest.fixture
def teller() -> Teller:
    return Teller()


def file(content_type: str = "image/jpeg", name: str = "abc.jpeg", size: int = 9, **more: Any) -> Raw:
    return envelopes.attachment(name, content_type, size, **more)


def test_a_text_is_kept_with_what_is_needed_to_answer_it(teller: Teller) -> None:
    assert teller.said("hello", timestamp=STAMP, device=3).model_dump(exclude_defaults=True) == {
        "platform": "signal",
        "key": f"{ANN}.3.{STAMP}",
        "chat": ANN,
        "sender": ANN,
        "is_private": True,
        "at": NOW + 0.04,
        "message": str(STAMP),
        "text": "hello",
        "can_be_deleted": False,
        "timer": WEEK,
    }


def test_a_message_in_a_group_belongs_to_the_group_as_the_service_names_it(teller: Teller) -> None:
    found = teller.said("hello", group=GROUP)
    assert (found.chat, found.sender, found.is_private, found.timer) == (group_address(GROUP), ANN, False, 0)
    assert group_address(GROUP) == teller.state.groups[GROUP].id


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"group": GROUP},
        {"quote": envelopes.quote(5, ANN, "MARKER")},
        {"mentions": [envelopes.mention("MARKER", 0)]},
        {"contacts": [{"name": {"display": "MARKER"}, "phone": [{"value": "+12025550177"}]}]},
        {"previews": [{"title": "MARKER", "url": "https://MARKER.example"}]},
        {"sticker": {"packId": "MARKER", "stickerId": 1}},
        {"attachments": [file(filename="MARKER.jpeg", caption="MARKER")]},
        {"attachments": [file("application/pdf", filename="MARKER.pdf")]},
    ],
)
def test_no_name_and_no_number_is_kept(teller: Teller, more: dict[str, Any]) -> None:
    kept = teller.said("hello", **more).model_dump_json()
    assert "MARKER" not in kept
    assert "2025550177" not in kept
    assert BOT_NUMBER not in kept


def test_somebody_without_a_number_is_heard_like_everybody(teller: Teller) -> None:
    teller.state.persons[ANN].number = None
    assert teller.said("hello").text == "hello"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"sticker": {"packId": "x", "stickerId": 1}}, Kind.STICKER),
        ({"contacts": [{"name": {}}]}, Kind.CONTACT),
        ({"pollCreate": {"question": "x"}}, Kind.POLL),
        ({"payment": {"note": "x"}}, Kind.OTHER),
        ({"attachments": [file("audio/aac", isVoiceNote=True)]}, Kind.VOICE),
        ({"attachments": [file("audio/mpeg")]}, Kind.VOICE),
        ({"attachments": [file("video/mp4")]}, Kind.VIDEO),
        ({"attachments": [file("application/pdf")]}, Kind.DOCUMENT),
        ({"attachments": [file("image/svg+xml")]}, Kind.DOCUMENT),
        ({"attachments": [file(size=LARGE)]}, Kind.DOCUMENT),
        ({"attachments": [{}]}, Kind.DOCUMENT),
        ({"attachments": [file(isVoiceNote=None)]}, Kind.PHOTO),
        ({"attachments": [file("image/png")]}, Kind.PHOTO),
        ({"attachments": [file("image/webp")]}, Kind.PHOTO),
        ({"attachments": [file()], "view_once": True}, Kind.PHOTO),
    ],
)
def test_every_kind_is_known(teller: Teller, more: dict[str, Any], kind: Kind) -> None:
    found = teller.said(**more)
    assert found.kind is kind
    assert bool(found.photos) is (kind is Kind.PHOTO)


def test_several_photos_beside_a_voice_note_are_kept_and_the_voice_note_is_not_silent(teller: Teller) -> None:
    found = teller.said("look", attachments=[file(name="1.jpeg"), file("audio/aac", "v.aac"), file(name="2.jpeg")])
    assert (found.text, found.photos, found.kind) == ("look", ("1.jpeg", "2.jpeg"), Kind.VOICE)


@pytest.mark.parametrize("name", ["../../v1/about", "a/b", "a?b=c", "a#b", "\ud800", "x" * 300, ""])
def test_a_file_whose_name_leads_elsewhere_is_not_fetched(teller: Teller, name: str) -> None:
    found = teller.said("look", attachments=[file(name=name)])
    assert (found.text, found.photos, found.kind) == ("look", (), Kind.DOCUMENT)


@pytest.mark.parametrize(
    ("link", "point"),
    [
        ("https://maps.google.com/maps?q=13.756331%2C100.501762", (13.756331, 100.501762)),
        ("https://www.google.com/maps?z=3&q=-13.7,-100.5&x=1", (-13.7, -100.5)),
    ],
)
def test_a_place_is_a_point_and_the_picture_of_it_stays_away(
    teller: Teller, link: str, point: tuple[float, float]
) -> None:
    found = teller.said(f"Old market\n{link}", attachments=[file()])
    assert (found.kind, found.latitude, found.longitude) == (Kind.POINT, *point)
    assert (found.text, found.photos) == ("Old market", ())


@pytest.mark.parametrize("place", ["91,0", "0,181", "999,999", "1e9,0", "x,y", "1;2"])
def test_a_place_that_is_nowhere_on_earth_stays_words(teller: Teller, place: str) -> None:
    found = teller.said(f"see https://maps.google.com/maps?q={place}")
    assert (found.kind, found.latitude) == (Kind.TEXT, None)
    assert place in found.text


@pytest.mark.parametrize(("between", "kind"), [(0, Kind.POINT), (200, Kind.POINT), (201, Kind.TEXT)])
def test_a_place_is_looked_for_in_a_bounded_part_of_an_address(teller: Teller, between: int, kind: Kind) -> None:
    assert teller.said(f"https://maps.google.com/maps{'x' * between}?q=16.7,98.5").kind is kind


def test_many_addresses_without_a_place_stay_words(teller: Teller) -> None:
    text = "https://maps.google.com/maps" * 3000
    assert teller.said(text).text == text


@pytest.mark.parametrize(
    ("expires", "asked"), [(0, WEEK), (30, 0), (WEEK - 1, 0), (WEEK, 0), (WEEK + 1, WEEK), (4 * WEEK, WEEK)]
)
def test_a_timer_is_asked_for_unless_the_person_chose_a_shorter_one(teller: Teller, expires: int, asked: int) -> None:
    assert teller.said("hello", expires=expires).timer == asked


def test_no_timer_is_asked_for_where_the_operator_wants_none(teller: Teller) -> None:
    teller.says("hello")
    found = parse(json.dumps(teller.frames[-1]), BOT_NUMBER, NOW)
    assert found is not None
    assert found.timer == 0


def test_an_edit_names_the_message_that_it_changes(teller: Teller) -> None:
    first = teller.said("helo")
    teller.state.edits(ANN, int(first.message), "hello")
    found = teller.heard()
    assert (found.event, found.message, found.text) == (Event.EDIT, first.message, "hello")
    assert found.key != first.key


def test_a_deletion_names_what_was_deleted(teller: Teller) -> None:
    teller.state.deletes(ANN, 77)
    found = teller.heard()
    assert (found.event, found.message, found.text) == (Event.RETRACTED, "77", "")


def test_a_reaction_names_its_message_and_so_does_one_taken_back(teller: Teller) -> None:
    teller.state.reacts(ANN, 77, "👍", group=GROUP)
    found = teller.heard()
    assert (found.event, found.quoted, found.text, found.is_private) == (Event.REACTED, "77", "👍", False)
    teller.state.reacts(ANN, 77, "👍", is_remove=True)
    found = teller.heard()
    assert (found.event, found.quoted, found.text, found.is_private) == (Event.REACTION_BACK, "77", "", True)


def test_a_quote_names_its_message(teller: Teller) -> None:
    teller.state.quotes(ANN, 77, "/r hello", group=GROUP)
    assert teller.heard().quoted == "77"


def test_a_call_is_heard_of(teller: Teller) -> None:
    teller.state.calls(ANN)
    assert teller.heard().kind is Kind.CALL


def test_a_new_key_is_heard_of_and_the_message_itself_may_still_come(teller: Teller) -> None:
    teller.state.changes_key(ANN)
    changed = teller.said("hidden")
    assert (changed.event, changed.sender, changed.text) == (Event.KEY_CHANGED, ANN, "")
    teller.state.trust(ANN, None)
    found = teller.heard()
    assert found.text == "hidden"
    assert found.key != changed.key
    assert found.message == changed.message


def test_what_can_not_be_decrypted_is_heard_of(teller: Teller) -> None:
    teller.says("hidden")
    broken = envelopes.untrusted(teller.frames[-1])
    broken["exception"]["type"] = "ProtocolInvalidMessageException"
    teller.frames.append(broken)
    assert teller.heard().kind is Kind.UNREADABLE


@pytest.mark.parametrize("kind", ["ProtocolDuplicateMessageException", "DuplicateMessageException"])
def test_what_was_heard_before_is_not_lost(teller: Teller, kind: str) -> None:
    teller.says("heard")
    broken = envelopes.untrusted(teller.frames[-1])
    broken["exception"]["type"] = kind
    teller.frames.append(broken)
    assert teller.read() is None


def test_all_kinds_that_a_message_holds_are_told(teller: Teller) -> None:
    files = [
        file(),
        file("audio/aac", "b"),
        file("application/pdf", "c"),
        file("video/mp4", "d"),
        file("audio/ogg", "e"),
    ]
    found = teller.said("look", attachments=files, contacts=[{"name": {}}])
    assert found.photos == ("abc.jpeg",)
    assert (found.kind, found.others) == (Kind.VOICE, (Kind.VIDEO, Kind.DOCUMENT, Kind.CONTACT))


def test_what_stands_beside_a_place_is_kept(teller: Teller) -> None:
    link = "https://maps.google.com/maps?q=13.7563%2C100.5018"
    photos = [file(name="a.jpeg"), file(name="b.jpeg")]
    found = teller.said(f"here {link} they", attachments=[*photos, file("audio/aac", "c")])
    assert (found.kind, found.text, found.photos) == (Kind.POINT, "here  they", ("a.jpeg", "b.jpeg"))
    assert found.others == (Kind.VOICE,)
    assert teller.said(f"{link} look", attachments=photos[:1]).photos == ("a.jpeg",)


def test_the_picture_of_a_map_shows_the_place_exactly_and_stays_away(teller: Teller) -> None:
    link = "https://maps.google.com/maps?q=13.7563%2C100.5018"
    found = teller.said(f"Hotel\n{link}", attachments=[file()])
    assert (found.photos, found.others) == ((), (Kind.MAP_PICTURE,))


def test_the_end_of_a_long_text_is_no_file(teller: Teller) -> None:
    found = teller.said("begin", attachments=[file("text/x-signal-plain", "long")])
    assert (found.kind, found.others, found.text) == (Kind.LONG_TEXT, (), "begin")


@pytest.mark.parametrize("name", ["hologram", "giftBadge"])
def test_content_of_an_unknown_kind_is_heard_of(teller: Teller, name: str) -> None:
    content: dict[str, Any] = {name: {"id": 1}}
    assert teller.said(**content).kind is Kind.OTHER
    envelope = (teller.frames[-1].get("params") or teller.frames[-1])["envelope"]
    del envelope["dataMessage"]
    envelope["hologramMessage"] = {"id": "x"}
    assert teller.heard().kind is Kind.OTHER


def test_what_concerns_nobody_is_nothing(teller: Teller) -> None:
    state = teller.state
    acts: list[Callable[[], int]] = [
        lambda: state.reads(ANN, 5),
        lambda: state.types(ANN),
        lambda: state.posts_story(ANN),
        lambda: state.changes_group(ANN, GROUP),
        lambda: state.changes_group(ANN, "dW5rbm93bg=="),
        lambda: state.sets_timer(ANN, 30),
        lambda: state.says(ANN),
    ]
    for act in acts:
        act()
        assert teller.read() is None


def test_our_own_linked_devices_are_nobody(teller: Teller) -> None:
    teller.state.writes_elsewhere("SOS from the office", to=ANN)
    assert teller.read() is None
    teller.state.writes_elsewhere("/close 4F7K-2Q", group=GROUP)
    assert teller.read() is None
    frame = teller.frames[-1]
    data = envelopes.data_message(STAMP, "SOS", 0)
    for source in ({"source": BOT_NUMBER}, {"sourceNumber": BOT_NUMBER}):
        own = {"envelope": {"sourceUuid": BOT_UUID, "timestamp": STAMP, "dataMessage": data, **source}}
        assert parse(json.dumps(frame | own), BOT_NUMBER, NOW) is None


def test_what_is_for_another_account_of_the_same_service_is_not_ours(teller: Teller) -> None:
    teller.says("to somebody else")
    teller.frames[-1]["account"] = "+12025550100"
    assert teller.read() is None
    del teller.frames[-1]["account"]
    assert teller.heard().text == "to somebody else"


def test_the_whole_notification_is_read_like_its_params(teller: Teller) -> None:
    teller.says("hello")
    teller.frames.append({"jsonrpc": "2.0", "method": "receive", "params": teller.frames[-1]})
    assert teller.heard().text == "hello"


@pytest.mark.parametrize("server", [1, STAMP * 1000, -5, STAMP + 61_000, STAMP - 46 * 86_400_000])
def test_a_time_that_can_not_be_is_taken_for_now(teller: Teller, server: int) -> None:
    assert teller.said("hello", server=server).at == NOW


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no server timestamps", "planted words"),
        ("a message that is a number", "5"),
        ("binary JSON", "planted words"),
        ("an attachment without isVoiceNote", "planted words"),
    ],
)
def test_one_field_that_is_amiss_does_not_silence_a_person(name: str, text: str) -> None:
    found = parse(bad_frames(BOT_NUMBER, ANN, STAMP)[name], BOT_NUMBER, NOW)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("name", ["an error", "an exception without envelope", "an envelope that is null"])
def test_trouble_of_the_service_itself_is_told_apart(name: str) -> None:
    with pytest.raises(NotForUsError):
        parse(bad_frames(BOT_NUMBER, ANN)[name], BOT_NUMBER, NOW)


@pytest.mark.parametrize("name", list(bad_frames("", "")))
def test_a_bad_frame_raises_nothing_else_and_tells_nothing(name: str) -> None:
    told: list[object] = []
    try:
        told.append(parse(bad_frames(BOT_NUMBER, ANN)[name], BOT_NUMBER, NOW, WEEK))
    except (ParseError, NotForUsError) as error:
        told.append(error)
    assert "planted" not in repr(told)


_words = st.text(st.characters(), max_size=8) | st.sampled_from(["\ud800", "\x00", ANN, BOT_NUMBER, "1" * 5000])
_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -(10**30), 10**400, STAMP, float("nan"), float("inf")])
    | st.floats()
    | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=6,
)
_FIELDS = (
    *("message", "attachments", "groupInfo", "quote", "reaction", "remoteDelete", "expiresInSeconds", "sticker"),
    *("contacts", "pollCreate", "payment", "timestamp", "viewOnce", "groupId", "id", "contentType", "size", "emoji"),
    *("targetSentTimestamp", "isRemove", "dataMessage"),
)
_records = st.dictionaries(st.sampled_from(_FIELDS), _values | st.dictionaries(st.sampled_from(_FIELDS), _values))
_envelopes = st.fixed_dictionaries(
    {"sourceUuid": st.just(ANN) | _values, "timestamp": st.just(STAMP) | _values},
    optional={
        "sourceDevice": _values,
        "serverReceivedTimestamp": _values,
        "source": _values,
        "dataMessage": _records | _values,
        "editMessage": st.fixed_dictionaries({"targetSentTimestamp": _values, "dataMessage": _records}) | _values,
        "callMessage": _values,
        "syncMessage": _values,
    },
)
hostile_frames = st.fixed_dictionaries(
    {"envelope": _envelopes}, optional={"exception": _values, "account": st.just(BOT_NUMBER) | _values}
)


@given(hostile_frames | _values)
def test_no_frame_raises_anything_else_and_what_is_read_can_be_stored(frame: Any) -> None:
    try:
        found = parse(json.dumps(frame), BOT_NUMBER, NOW, WEEK)
    except (ParseError, NotForUsError):
        return
    if found is not None:
        assert Received.model_validate_json(found.model_dump_json()) == found


def mention(start: int, number: str | None = None, uuid: str = ANN) -> Raw:
    return {"name": "MARKER", "number": number, "uuid": uuid, "start": start, "length": 1}


@pytest.mark.parametrize(
    ("text", "mentions", "read"),
    [
        ("\ufffc /ack 4F7K-2Q", [mention(0, BOT_NUMBER, BOT_UUID)], " /ack 4F7K-2Q"),
        ("\ufffc, \ufffc\n/ack", [mention(0, None, BOT_UUID), mention(3, BOT_NUMBER, BOT_UUID)], ", \n/ack"),
        ("\ufffc /ack", [mention(0, "+12025550177")], "@… /ack"),
        ("/r 4F7K-2Q ask \ufffc for help", [mention(15)], "/r 4F7K-2Q ask @… for help"),
        ("🐘 \ufffc and \ufffc", [mention(8), mention(3, BOT_NUMBER)], "🐘  and @…"),
        ("\ufffc\ufffc of nobody", [mention(0)], "@… of nobody"),
        ("\ufffc of an unknown form", [{"of": "tomorrow"}], "@… of an unknown form"),
        ("a picture\ufffc", [], "a picture"),
    ],
)
def test_a_mention_is_never_the_sign_that_stands_for_it(
    teller: Teller, text: str, mentions: list[Raw], read: str
) -> None:
    heard = teller.said(text, mentions=mentions)
    assert heard.text == read
    assert "MARKER" not in heard.model_dump_json()


def test_a_command_behind_a_mention_is_quickly_read(teller: Teller) -> None:
    """However many mentions there are."""
    count = 30_000
    heard = teller.said("\ufffc" * count + "/ack", mentions=[mention(at) for at in range(count)])
    assert heard.text == "/ack"
