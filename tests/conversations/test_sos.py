"""An SOS until it is sent: nothing is passed on before *Send*, and nothing is told before it is true."""

import pytest

from bot.messengers.contract import Act, DeliveryError, Event, Trouble
from handlers.model.messages import Kind
from tests.conversations.conftest import OpenHouse
from tests.sample import PHONE
from tests.talk import DESK, FakeMessenger, Talk, code_in


async def test_sos_is_answered_with_what_is_passed_on_and_to_whom(talk: Talk) -> None:
    [answer] = await talk.says("SOS")
    assert "Nothing is sent before you choose Send" in answer
    assert "The team doesn't get: your account, name or number" in answer
    assert ("Telegram itself can read" in answer) is (talk.messenger.name == "telegram")
    assert PHONE in answer
    assert "Nobody has checked this number since" in answer
    assert talk.desk() == []


@pytest.mark.parametrize(
    "call",
    ["sos", "Sos!", "/sos", "ＳＯＳ", "救命", "求救！", "imdat", "ช่วยด้วย", "  SOS  ", "help me", "emergency", "救命啊"],
)
async def test_a_call_for_help_is_understood_in_many_words(talk: Talk, call: str) -> None:
    [answer] = await talk.says(call)
    assert "Send" in answer or "傳送" in answer or "发送" in answer, answer
    assert talk.desk() == []


async def test_a_call_inside_a_sentence_becomes_a_draft_and_is_not_passed_on(talk: Talk) -> None:
    [preview] = await talk.says("They are outside my door in Bangkok, sos, please")
    assert "When you choose Send, the team gets this" in preview
    assert "They are outside my door" in preview
    assert talk.desk() == []


async def test_sos_with_text_shows_exactly_what_would_be_passed_on(talk: Talk) -> None:
    [preview] = await talk.says("SOS two men wait <at> the gate & watch")
    assert preview.endswith("two men wait <at> the gate & watch")
    assert talk.desk() == []


async def test_everything_that_is_written_joins_the_draft(talk: Talk) -> None:
    await talk.says("SOS")
    await talk.says("They took my brother.")
    await talk.says("What is the level for Thailand?")
    [preview] = await talk.says("", kind=Kind.PHOTO, photos=("file-1",))
    assert "They took my brother.\n\nWhat is the level for Thailand?" in preview
    assert "1 photo, without its hidden data" in preview
    [preview] = await talk.says("", kind=Kind.POINT, latitude=13.756331, longitude=100.501762)
    assert "Your location, to about 1 kilometre" in preview
    assert talk.desk() == []


async def test_an_edited_message_takes_the_place_of_its_older_self(talk: Talk) -> None:
    await talk.says("SOS")
    await talk.says("at the norht gate", message="m7")
    [preview] = await talk.says("at the north gate", message="m7", event=Event.EDIT)
    assert "norht" not in preview
    assert "at the north gate" in preview


async def test_a_message_that_is_edited_twice_stands_there_once(talk: Talk) -> None:
    """Signal may name a changed message by the time of its first text or of its newest."""
    await talk.says("SOS")
    await talk.says("one", message="m7")
    await talk.says("two", message="m7", revision="m8", event=Event.EDIT)
    [preview] = await talk.says("three", message="m8", revision="m9", event=Event.EDIT)
    assert preview.endswith("\n\nthree")
    [preview] = await talk.says("four", message="m7", revision="m10", event=Event.EDIT)
    assert preview.endswith("\n\nfour")


async def test_a_changed_caption_keeps_its_photo_once(talk: Talk) -> None:
    await talk.says("SOS look", kind=Kind.PHOTO, photos=("file-1",), message="m7")
    [preview] = await talk.says("look there", kind=Kind.PHOTO, photos=("file-1",), message="m7", event=Event.EDIT)
    assert "1 photo," in preview
    [preview] = await talk.says("look here", message="m7", event=Event.EDIT)
    assert "1 photo," in preview
    assert preview.endswith("\n\nlook here")


async def test_send_saves_then_posts_then_says_that_the_team_has_it(talk: Talk) -> None:
    await talk.says("SOS two men at the gate")
    receipt, posted = await talk.chooses("Send")
    assert receipt.startswith("Saved 14:05 UTC. The number of your note is <code>")
    code = code_in([receipt])
    assert posted.startswith(f"The team has your note <code>{code}</code>")
    [post] = talk.desk()
    assert post.startswith(f"<b>SOS {code}</b>")
    assert post.endswith("two men at the gate")


async def test_photos_are_fetched_and_sent_anew_and_the_place_is_rounded(talk: Talk) -> None:
    talk.messenger.photos["file-1"] = b"clean jpeg"
    await talk.says("SOS here", kind=Kind.PHOTO, photos=("file-1",))
    await talk.says("", kind=Kind.POINT, latitude=13.756331, longitude=100.501762)
    await talk.chooses("Send")
    posts = [shown.parcel for shown in talk.messenger.shown if shown.chat == DESK]
    assert [post.photo for post in posts if post.photo] == [b"clean jpeg"]
    assert all(not post.photo_ref for post in posts)
    [place] = [post for post in posts if post.latitude is not None]
    assert (place.latitude, place.longitude) == (13.76, 100.5)


async def test_the_exact_place_is_passed_on_only_when_it_is_chosen(talk: Talk) -> None:
    await talk.says("SOS here")
    await talk.says("", kind=Kind.POINT, latitude=13.756331, longitude=100.501762)
    [preview] = await talk.chooses("Exact location")
    assert "Your exact location" in preview
    await talk.chooses("Send")
    [place] = [shown.parcel for shown in talk.messenger.shown if shown.chat == DESK and shown.parcel.latitude]
    assert (place.latitude, place.longitude) == (13.756331, 100.501762)


async def test_a_place_that_comes_after_an_exact_one_is_rounded_again(talk: Talk) -> None:
    await talk.says("SOS here")
    await talk.says("", kind=Kind.POINT, latitude=13.756331, longitude=100.501762)
    await talk.chooses("Exact location")
    [preview] = await talk.says("", kind=Kind.POINT, latitude=14.123456, longitude=101.123456)
    assert "Your location, to about 1 kilometre" in preview
    await talk.chooses("Send")
    [place] = [shown.parcel for shown in talk.messenger.shown if shown.chat == DESK and shown.parcel.latitude]
    assert (place.latitude, place.longitude) == (14.12, 101.12)


async def test_a_photo_that_cannot_be_had_does_not_hold_up_the_words(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.REFUSED) if parcel.act is Act.FETCH else None
    await talk.says("SOS look", kind=Kind.PHOTO, photos=("file-1",))
    await talk.chooses("Send")
    assert talk.desk()[0].endswith("look")
    assert "(The photo could not be passed on.)" in talk.desk()[1]


@pytest.mark.only_on("telegram", "of a numbered list, only the newest counts")
async def test_a_stale_send_button_shows_the_draft_as_it_is_now(talk: Talk) -> None:
    await talk.says("SOS first")
    shown, button = talk.button("Send", "501")
    await talk.says("second")
    replies = await talk.hear(talk.pressed(button.token, message=shown.reference))
    assert "you changed your note after that button" in replies[0].text
    assert "second" in replies[0].text
    assert talk.desk() == []


@pytest.mark.only_on("signal", "a typed number is a message")
async def test_send_typed_twice_gives_one_case_and_loses_nothing(talk: Talk) -> None:
    await talk.says("SOS once")
    await talk.chooses("Send")
    [again] = await talk.says("1")
    assert "Added to your note" in again
    assert len(await talk.open_cases()) == 1


@pytest.mark.only_on("telegram", "a button stays where it is")
async def test_send_twice_gives_one_case_and_the_same_receipt(talk: Talk) -> None:
    await talk.says("SOS once")
    receipt, _ = await talk.chooses("Send")
    [again] = await talk.chooses("Send")
    assert code_in([again]) == code_in([receipt])
    assert len(talk.desk()) == 1


async def test_an_sos_that_comes_in_twice_gives_one_case(talk: Talk) -> None:
    await talk.says("SOS once")
    await talk.chooses("Send")
    [joined] = await talk.says("SOS once")
    assert "Added to your note" in joined
    assert len(talk.desk()) == 2
    assert "more from the person" in talk.desk()[1]


async def test_cancel_drops_the_draft(talk: Talk) -> None:
    await talk.says("SOS something")
    assert await talk.says("stop") == ["Cancelled. Nothing was sent."]
    [answer] = await talk.chooses("Send")
    assert "Nothing is waiting to be sent" in answer
    assert talk.desk() == []


async def test_cancel_with_nothing_to_cancel_is_answered_calmly(talk: Talk) -> None:
    assert "Nothing is waiting to be sent" in (await talk.says("cancel"))[-1]


async def test_add_more_changes_nothing(talk: Talk) -> None:
    await talk.says("SOS something")
    assert await talk.chooses("Add more") == ["Not sent yet. Go on: write, or send a photo or your location."]
    await talk.says("cancel")
    assert "Nothing is waiting" in (await talk.chooses("Add more"))[0]


async def test_exact_place_without_a_draft_says_so(talk: Talk) -> None:
    await talk.says("SOS", kind=Kind.POINT, latitude=1.0, longitude=2.0)
    await talk.says("cancel")
    assert "Nothing is waiting" in (await talk.chooses("Exact location"))[0]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (Kind.VOICE, "a voice tells who you are"),
        (Kind.LIVE_LOCATION, "it would follow you"),
        (Kind.CONTACT, "nothing of this one was kept"),
        (Kind.VIDEO, "may hold hidden data"),
        (Kind.DOCUMENT, "may hold hidden data"),
        (Kind.STICKER, "can't be passed on"),
    ],
)
async def test_what_is_never_passed_on_is_refused_with_its_reason(talk: Talk, kind: Kind, reason: str) -> None:
    await talk.says("SOS")
    [answer] = await talk.says("", kind=kind, latitude=1.0, longitude=1.0)
    assert reason in answer
    assert "Write what is happening" in answer
    [preview] = await talk.says("look at this", kind=kind)
    assert reason in preview
    assert preview.endswith("look at this")


async def test_a_person_who_is_ready_sends_with_the_first_message(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")
    receipt, _posted = await talk.says("SOS they are here")
    assert "Saved" in receipt
    assert talk.desk()[0].endswith("they are here")


async def test_a_rehearsal_passes_nothing_on_unless_it_is_real(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")
    assert "Rehearsal: write SOS" in (await talk.chooses("Rehearse"))[0]
    [answer] = await talk.says("SOS this is a test")
    assert "Nothing was sent" in answer
    assert answer.endswith("this is a test")
    assert talk.desk() == []
    await talk.chooses("It is real: send it now")
    assert talk.desk()[0].endswith("this is a test")


async def test_after_the_rehearsal_it_is_real(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")
    await talk.chooses("Rehearse")
    await talk.says("SOS test")
    await talk.chooses("It was a rehearsal")
    await talk.says("SOS now")
    assert talk.desk()[0].endswith("now")


async def test_readiness_can_be_ended(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")
    assert "You are ready" in (await talk.says("/ready"))[0]
    assert "always see a preview" in (await talk.chooses("Ask me before sending"))[0]
    assert "Not sent yet" in (await talk.says("SOS now"))[0]
    assert talk.desk() == []


async def test_a_message_with_sos_inside_is_previewed_even_for_a_person_who_is_ready(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")
    assert "Not sent yet" in (await talk.says("they say sos is what I should write"))[0]
    assert talk.desk() == []


async def test_a_draft_is_forgotten_after_a_day(talk: Talk) -> None:
    await talk.says("SOS something")
    talk.clock.forward(hours=25)
    [answer] = await talk.chooses("Send")
    assert "Nothing is waiting" in answer
    assert talk.desk() == []


@pytest.fixture
def deskless(house: OpenHouse) -> Talk:
    return house(has_desk=False)


@pytest.mark.parametrize("call", ["SOS", "SOS they are here", "They are here, sos", "help me they are here"])
async def test_without_a_desk_nobody_is_led_to_believe_in_one(deskless: Talk, call: str) -> None:
    answer = (await deskless.says(call))[-1]
    assert "No team is connected to this bot" in answer
    assert PHONE in answer


async def test_nothing_is_said_about_the_team_while_the_desk_does_not_answer(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.chat == DESK else None
    await talk.says("SOS they are here")
    assert len(await talk.chooses("Send")) == 1
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(seconds=120)
    await talk.settle()
    assert "The team has your note" in talk.told()[-1]
    assert talk.desk()[0].startswith("<b>SOS")


async def test_a_desk_post_whose_end_is_unknown_is_repeated_and_marked(talk: Talk) -> None:
    lost = _AnswersAreLost(talk.messenger)
    talk.messenger.trouble = lost.trouble
    await talk.says("SOS they are here")
    await talk.chooses("Send")
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(seconds=120)
    await talk.settle()
    [post] = talk.desk()
    assert post.startswith("(You may have received this already.)")
    assert "they are here" in post


class _AnswersAreLost:
    """Posts to the desk go out, but nobody hears of it."""

    def __init__(self, messenger: FakeMessenger) -> None:
        self.messenger = messenger

    def trouble(self, parcel: object) -> DeliveryError | None:
        chat = getattr(parcel, "chat", "")
        return DeliveryError(Trouble.UNKNOWN) if chat == DESK else None


async def test_the_desk_reads_what_is_still_to_come_in_posts_of_its_own(talk: Talk) -> None:
    await talk.says("SOS two men at the door", message="m1")
    await talk.says("", kind=Kind.PHOTO, photos=("f",), message="m2")
    await talk.says("", kind=Kind.POINT, latitude=13.756301, longitude=100.501762, message="m3")
    await talk.chooses("Send")
    assert "With it: 1 photo and a location (about 1 km)\n" in talk.desk()[0]


@pytest.mark.only_on("telegram", "only its buttons can be pressed twice")
async def test_a_second_send_tells_how_far_the_note_is(talk: Talk) -> None:
    await talk.says("SOS two men at the door")
    shown, button = talk.button("Send", "501")
    [receipt, _] = await talk.chooses("Send")
    assert "It is on its way to the team." in receipt
    [case] = await talk.open_cases()
    await talk.staff_says(f"/ack {case.code}")
    await talk.hear(talk.pressed(button.token, message=shown.reference))
    again = talk.told()[-1]
    assert "Somebody from the team has taken your note" in again
    assert "on its way" not in again
