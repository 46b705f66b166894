"""Every act at the fake service, and what each of its answers means for the outbox."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.messengers.contract import Accepted, Act, Button, DeliveryError, Event, Parcel, Trouble
from bot.messengers.signal import discoveries
from bot.messengers.signal.adapter import SignalMessenger
from bot.messengers.signal.limits import LONGEST_TEXT
from handlers.model.direction import MARKS, isolated
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, Fault, Sent, too_many
from tests.messengers.signal.adapter import Kept, receiving
from tests.messengers.signal.house import ANN, DESK, GROUP, OTHER_STAFF, STAFF, WEEK, Running
from tests.talk import Talk, code_in

BUTTONS = (Button(label="Send", token="t1", command="/send"), Button(label="Cancel", token="t2"))


@pytest.fixture
def kept(signal_server: FakeSignal) -> Kept:
    signal_server.state.person(ANN)
    signal_server.state.group(GROUP, [STAFF, OTHER_STAFF])
    return Kept(signal_server)


@pytest.fixture
async def messenger(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SignalMessenger]:
    monkeypatch.setattr("bot.messengers.signal.seam.SEND_SECONDS", 0.5)
    async with receiving(kept) as messenger:
        yield messenger


def send(text: str = "hello", chat: str = ANN, **more: object) -> Parcel:
    return Parcel(chat=chat, text=text, **more)  # type: ignore[arg-type]


def shown(kept: Kept, accepted: Accepted, chat: str = ANN) -> list[Sent]:
    found = [kept.server.state.find(chat, int(message)) for message in accepted.messages]
    return [message for message in found if message]


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 99, 199)).save(out, "JPEG")
    return out.getvalue()


async def trouble(messenger: SignalMessenger, parcel: Parcel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await messenger.deliver(parcel)
    assert str(caught.value) == caught.value.trouble.value
    assert caught.value.__suppress_context__
    return caught.value


# what is shown


async def test_our_text_is_styled_and_the_words_of_a_person_are_never_read_as_style(
    kept: Kept, messenger: SignalMessenger
) -> None:
    [ours] = shown(kept, await messenger.deliver(send("<b>Level</b> is <i>high</i>")))
    assert (ours.text, ours.styles) == ("Level is high", [(0, 5, "BOLD"), (9, 4, "ITALIC")])
    words = "**run** `rm` ~x~ ||secret|| <b>b</b> \\*"
    [theirs] = shown(kept, await messenger.deliver(send("<b>Answer</b>", words=words)))
    assert theirs.text_mode == "normal"
    assert theirs.text == f"Answer\n\n› {words}"
    assert theirs.styles == []


async def test_signs_in_our_own_text_are_shown_as_they_are(kept: Kept, messenger: SignalMessenger) -> None:
    [message] = shown(kept, await messenger.deliver(send("<b>Call</b> *100# or `112` ~ || \\")))
    assert message.text == "Call *100# or `112` ~ || \\"


@pytest.mark.parametrize("words", ["word " * 1500, "水" * 5000, "🐘" * 1500, "x" * 4001])
async def test_a_long_text_is_split_below_what_signal_would_send_as_a_file(
    kept: Kept, messenger: SignalMessenger, words: str
) -> None:
    parts = shown(kept, await messenger.deliver(send("first", words=words, buttons=BUTTONS)))
    assert len(parts) > 2
    assert all(len(part.text.encode()) < LONGEST_TEXT + 1 for part in parts)
    whole = "".join(part.text for part in parts)
    assert [whole.count(sign) for sign in set(words) - {" "}] == [
        words.count(sign) + "first\n\n1. Send\n2. Cancel".count(sign) for sign in set(words) - {" "}
    ]
    assert parts[-1].text.translate(MARKS).endswith("1. Send\n2. Cancel")


async def test_choices_are_numbered_for_a_person_and_commands_in_a_group(
    kept: Kept, messenger: SignalMessenger
) -> None:
    [to_person] = shown(kept, await messenger.deliver(send(buttons=BUTTONS)))
    assert to_person.text == f"hello\n\n1. {isolated('Send')}\n2. {isolated('Cancel')}"
    [to_group] = shown(kept, await messenger.deliver(send(chat=DESK, buttons=BUTTONS)), DESK)
    assert to_group.text == f"hello\n\n{isolated('Send')}: {isolated('/send')}"


async def test_a_photo_goes_with_its_text_and_a_place_is_a_link(kept: Kept, messenger: SignalMessenger) -> None:
    parcel = send("look", photo=jpeg(), latitude=13.7563311, longitude=-100.5)
    [message] = shown(kept, await messenger.deliver(parcel))
    assert message.attachments == [jpeg()]
    assert "mlat=13.75633&mlon=-100.50000" in message.text


async def test_an_edit_changes_the_message_and_one_that_grew_too_long_is_new(
    kept: Kept, messenger: SignalMessenger
) -> None:
    first = await messenger.deliver(send("one"))
    await messenger.deliver(send("two", act=Act.EDIT, message=first.messages[0]))
    assert kept.server.state.texts(ANN) == ["two"]
    await messenger.deliver(send("long " * 900, act=Act.EDIT, message=first.messages[0]))
    assert len(kept.server.state.texts(ANN)) == 4


async def test_what_can_be_deleted_is_and_the_rest_does_not_matter(kept: Kept, messenger: SignalMessenger) -> None:
    first, second = await messenger.deliver(send("one")), await messenger.deliver(send("two"))
    kept.server.next("remote_delete", Fault("refuse", 400, "too old"))
    parcel = Parcel(act=Act.DELETE, chat=ANN, messages=(*first.messages, "no number", *second.messages))
    await messenger.deliver(parcel)
    assert kept.server.state.texts(ANN) == ["one"]


@pytest.mark.parametrize(
    ("fault", "expected"), [(too_many("token"), Trouble.SLOW_DOWN), (Fault("reset"), Trouble.UNKNOWN)]
)
async def test_a_deletion_that_may_still_be_done_is_tried_again(
    kept: Kept, messenger: SignalMessenger, fault: Fault, expected: Trouble
) -> None:
    kept.server.always("remote_delete", fault)
    error = await trouble(messenger, Parcel(act=Act.DELETE, chat=ANN, messages=("77",)))
    assert error.trouble is expected


async def test_a_timer_is_set_and_its_failure_does_not_matter(kept: Kept, messenger: SignalMessenger) -> None:
    kept.server.next("update_contact", Fault("refuse", 400, "no"))
    await messenger.deliver(Parcel(act=Act.TIMER, chat=ANN, seconds=WEEK))
    await messenger.deliver(Parcel(act=Act.TIMER, chat=ANN, seconds=WEEK))
    assert kept.server.state.timers[ANN] == WEEK


@pytest.mark.parametrize("act", [Act.PRESSED, Act.OPEN_TOPIC])
async def test_what_signal_does_not_have_is_no_trouble(kept: Kept, messenger: SignalMessenger, act: Act) -> None:
    before = len(kept.server.calls)
    assert await messenger.deliver(Parcel(act=act, chat=DESK)) == Accepted()
    assert len(kept.server.calls) == before


# what an answer means

NONSENSE = [b"", b"{", b"[]", b"{}", b"null", b"[{}]", b'[{"timestamp": "x"}]', b'{"timestamp": "5"}', b"<html>"]


@pytest.mark.parametrize(
    ("fault", "to_person", "to_group"),
    [
        (Fault("errors", error="UNREGISTERED_FAILURE"), Trouble.GONE, Trouble.UNREACHABLE),
        (Fault("errors", error="IDENTITY_FAILURE"), Trouble.UNREACHABLE, Trouble.UNREACHABLE),
        (Fault("errors", error="NETWORK_FAILURE"), Trouble.UNREACHABLE, Trouble.UNREACHABLE),
        (Fault("errors", error="RATE_LIMIT_FAILURE"), Trouble.SLOW_DOWN, Trouble.UNREACHABLE),
        (Fault("errors", error="PROOF_REQUIRED_FAILURE"), Trouble.SLOW_DOWN, Trouble.UNREACHABLE),
        (Fault("errors", error="INVENTED_LATER"), Trouble.UNREACHABLE, Trouble.UNREACHABLE),
        (Fault("refuse", 400, "Failed to send message"), Trouble.UNREACHABLE, Trouble.UNKNOWN),
        (Fault("refuse", 400, "Something that nobody knows"), Trouble.UNREACHABLE, Trouble.UNKNOWN),
        (Fault("refuse", 400, ""), Trouble.UNREACHABLE, Trouble.UNKNOWN),
        (Fault("refuse", 400, "Failed to send message: Unregistered user"), Trouble.GONE, Trouble.UNKNOWN),
        (Fault("refuse", 400, "Group not found: x"), Trouble.GONE, Trouble.GONE),
        (Fault("refuse", 400, "Failed: [429] Rate Limited"), Trouble.SLOW_DOWN, Trouble.UNKNOWN),
        (Fault("refuse", 400, "Failed due to untrusted identities"), Trouble.UNREACHABLE, Trouble.UNKNOWN),
        (Fault("raw", 400, body=b"<html>planted"), Trouble.UNREACHABLE, Trouble.UNKNOWN),
        (Fault("raw", 429, body=b'{"error": 5, "challenge_tokens": 7}'), Trouble.SLOW_DOWN, Trouble.UNKNOWN),
        (too_many("token"), Trouble.SLOW_DOWN, Trouble.UNKNOWN),
        (too_many(""), Trouble.SLOW_DOWN, Trouble.UNKNOWN),
        (too_many(), Trouble.SLOW_DOWN, Trouble.UNKNOWN),
        (Fault("refuse", 500, "Internal"), Trouble.UNKNOWN, Trouble.UNKNOWN),
        (Fault("raw", 502, body=b"Bad Gateway"), Trouble.UNKNOWN, Trouble.UNKNOWN),
        (Fault("hang"), Trouble.UNKNOWN, Trouble.UNKNOWN),
        (Fault("reset"), Trouble.UNKNOWN, Trouble.UNKNOWN),
        (Fault("lose"), Trouble.UNKNOWN, Trouble.UNKNOWN),
        *((Fault("raw", 201, body=body), Trouble.UNKNOWN, Trouble.UNKNOWN) for body in NONSENSE),
    ],
)
@pytest.mark.parametrize("chat", [ANN, DESK])
async def test_no_answer_but_a_clear_yes_is_taken_for_delivered(
    kept: Kept, messenger: SignalMessenger, chat: str, fault: Fault, to_person: Trouble, to_group: Trouble
) -> None:
    kept.server.next("send", fault)
    error = await trouble(messenger, send(chat=chat))
    assert error.trouble is (to_person if chat == ANN else to_group)
    assert error.retry_after > 0 or error.trouble is not Trouble.SLOW_DOWN
    assert (error.done, error.accepted) == (0, ())
    assert (await messenger.deliver(send(chat=chat))).messages


@pytest.mark.parametrize("chat", [ANN, DESK])
@pytest.mark.parametrize(
    "told",
    [
        f"User {BOT_NUMBER} is not registered.",
        f"Failed to send message: User {BOT_NUMBER} is not registered.",
        f"{BOT_NUMBER}: device was removed",
        "User is not registered",
        "Specified account does not exist",
        "Failed to send message: [401] Authorization failed!",
        "[403] Authorization failed",
    ],
)
async def test_a_refusal_of_our_own_account_is_an_outage_and_says_nothing_of_who_was_written_to(
    kept: Kept, messenger: SignalMessenger, caplog: pytest.LogCaptureFixture, told: str, chat: str
) -> None:
    kept.server.next("send", Fault("refuse", 400, told))
    assert (await trouble(messenger, send(chat=chat))).trouble is Trouble.UNREACHABLE
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert BOT_NUMBER not in caplog.text


async def test_a_refusal_that_names_who_was_written_to_is_about_them(kept: Kept, messenger: SignalMessenger) -> None:
    kept.server.next("send", Fault("refuse", 400, f"User {ANN} is not registered"))
    assert (await trouble(messenger, send())).trouble is Trouble.GONE


NOBODY = "00000000-0000-4000-8000-000000000000"
STAMP = "1780171156320"


@pytest.mark.parametrize(
    ("told", "reference"),
    [
        (f'Failed to send (some) messages:x: Unregistered user "{NOBODY}"{STAMP}', (STAMP,)),
        (f'Failed to send (some) messages:x: Unregistered user "{STAFF}"{STAMP}', (STAMP,)),
        (f"Failed to send (some) messages:\nUnregistered user: {NOBODY}, {STAFF}\n", ()),
        ('Failed to send message: Unregistered user "+4915100000000"', ()),
    ],
)
async def test_a_refusal_that_names_members_who_are_gone_is_a_yes_of_the_others(
    kept: Kept, messenger: SignalMessenger, told: str, reference: tuple[str, ...]
) -> None:
    kept.server.next("send", Fault("refuse", 400, told))
    assert (await messenger.deliver(send(chat=DESK))).messages == reference


async def test_a_group_of_which_everybody_is_named_has_nothing_for_sure(kept: Kept, messenger: SignalMessenger) -> None:
    kept.server.next(
        "send", Fault("refuse", 400, f"Unregistered user {STAFF}, Unregistered user {OTHER_STAFF} {STAMP}")
    )
    assert (await trouble(messenger, send(chat=DESK))).trouble is Trouble.UNKNOWN


async def test_parts_without_a_reference_are_counted_all_the_same(kept: Kept, messenger: SignalMessenger) -> None:
    parcel = send("first", DESK, words="word " * 900)
    refusal = Fault("refuse", 400, f"Unregistered user {NOBODY}")
    kept.server.faults["send"].extend([refusal, Fault("refuse", 500, "later")])
    error = await trouble(messenger, parcel)
    assert (error.trouble, error.done, error.accepted) == (Trouble.UNKNOWN, 1, ())


async def test_a_service_that_is_down_has_sent_nothing(kept: Kept, messenger: SignalMessenger) -> None:
    await kept.server.down()
    assert (await trouble(messenger, send())).trouble is Trouble.UNREACHABLE
    await kept.server.up()
    assert (await messenger.deliver(send())).messages


async def test_a_group_that_some_can_read_has_it(kept: Kept, messenger: SignalMessenger) -> None:
    kept.server.state.persons[STAFF].is_registered = False
    assert (await messenger.deliver(send(chat=DESK))).messages
    assert kept.server.state.texts(DESK) == ["hello"]


@pytest.mark.parametrize("fault", [Fault("refuse", 400, "no"), Fault("reset")])
async def test_a_group_that_perhaps_nobody_could_read_is_told_again(
    kept: Kept, messenger: SignalMessenger, fault: Fault
) -> None:
    kept.server.state.persons[STAFF].is_registered = False
    kept.server.always("group", fault)
    assert (await trouble(messenger, send(chat=DESK))).trouble is not Trouble.GONE


async def test_parts_that_arrived_before_the_trouble_are_told_and_not_repeated(
    kept: Kept, messenger: SignalMessenger
) -> None:
    parcel = send("first", words="word " * 900)
    kept.server.faults["send"].extend([Fault("hang", seconds=0.01), Fault("errors", error="NETWORK_FAILURE")])
    error = await trouble(messenger, parcel)
    assert (error.trouble, error.done, len(error.accepted)) == (Trouble.UNREACHABLE, 1, 1)
    rest = await messenger.deliver(parcel.model_copy(update={"done": error.done}))
    assert len(kept.server.state.texts(ANN)) == 1 + len(rest.messages)


# new keys and captchas


async def events(kept: Kept, event: Event) -> list[tuple[str, str]]:
    await kept.server.wait_until(lambda: any(received.event is event for received in kept.received))
    return [(received.sender, received.text) for received in kept.received if received.event is event]


@pytest.mark.parametrize("names_failures", [True, False])
async def test_a_person_with_a_new_key_is_told_to_the_house(
    kept: Kept, messenger: SignalMessenger, *, names_failures: bool
) -> None:
    kept.server.names_failures = names_failures
    kept.server.state.changes_key(ANN)
    assert (await trouble(messenger, send())).trouble is Trouble.UNREACHABLE
    assert await events(kept, Event.KEY_CHANGED) == [(ANN, "")]
    await messenger.deliver(Parcel(act=Act.TRUST, chat=ANN))
    assert (await messenger.deliver(send())).messages


async def test_whoever_in_a_group_has_a_new_key_is_told_while_the_others_have_the_message(
    kept: Kept, messenger: SignalMessenger
) -> None:
    kept.server.state.changes_key(STAFF)
    assert (await messenger.deliver(send(chat=DESK))).messages
    assert await events(kept, Event.KEY_CHANGED) == [(STAFF, "")]


@pytest.mark.parametrize("names_failures", [True, False])
async def test_when_all_in_a_group_have_new_keys_each_of_them_is_told_and_nothing_counts_as_delivered(
    kept: Kept, messenger: SignalMessenger, *, names_failures: bool
) -> None:
    kept.server.names_failures = names_failures
    kept.server.state.changes_key(STAFF)
    kept.server.state.changes_key(OTHER_STAFF)
    expected = Trouble.UNREACHABLE if names_failures else Trouble.UNKNOWN
    assert (await trouble(messenger, send(chat=DESK))).trouble is expected
    assert sorted(await events(kept, Event.KEY_CHANGED)) == [(STAFF, ""), (OTHER_STAFF, "")]


async def test_a_service_that_can_not_tell_whose_key_is_new_is_asked_at_the_next_try(
    kept: Kept, messenger: SignalMessenger
) -> None:
    for member in (STAFF, OTHER_STAFF):
        kept.server.state.changes_key(member)
    kept.server.next("identities", Fault("refuse", 400, "no"))
    await trouble(messenger, send(chat=DESK))
    assert kept.received == []
    await trouble(messenger, send(chat=DESK))
    assert len(await events(kept, Event.KEY_CHANGED)) == 2


async def test_a_captcha_is_asked_for_once_in_a_while_and_never_without_a_token(
    kept: Kept, messenger: SignalMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fault in (too_many(""), too_many(), too_many("", "first"), too_many("second")):
        kept.server.next("send", fault)
        assert (await trouble(messenger, send())).trouble is Trouble.SLOW_DOWN
    assert [text for _, text in await events(kept, Event.CHALLENGED)] == ["first"]
    monkeypatch.setattr(discoveries, "CHALLENGE_SECONDS", 0)
    kept.server.next("send", too_many("third"))
    await trouble(messenger, send())
    assert [text for _, text in await events(kept, Event.CHALLENGED)] == ["first", "third"]


async def test_who_only_sends_or_can_not_store_it_still_knows_what_an_answer_means(
    kept: Kept, messenger: SignalMessenger
) -> None:
    kept.is_broken = True
    kept.server.next("send", too_many("token"))
    assert (await trouble(messenger, send())).trouble is Trouble.SLOW_DOWN
    alone = SignalMessenger(kept.server.address, kept.server.number)
    kept.server.next("send", too_many("token"))
    assert (await trouble(alone, send())).trouble is Trouble.SLOW_DOWN
    await alone.close()
    assert kept.received == []


# through the whole house


@pytest.fixture
async def running(kept: Kept, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(kept.server, f"sqlite:///{tmp_path}/bot.db")
    await running.begin()
    yield running
    await running.end()


async def open_case(running: Running) -> str:
    state = running.server.state
    state.says(ANN, "SOS two men at the gate")
    await running.hears(ANN, "Not sent yet")
    state.says(ANN, "1")
    receipt = await running.hears(ANN, "The number of your note is")
    await running.hears(ANN, "The team has your note")
    return receipt.split("The number of your note is ")[1].split(".")[0]


async def test_a_person_with_a_new_key_is_trusted_and_answered_and_what_they_wrote_is_heard(running: Running) -> None:
    state = running.server.state
    code = await open_case(running)
    state.changes_key(ANN)
    state.says(STAFF, f"/r {code} Stay inside.", group=GROUP)
    assert "Stay inside." in await running.hears(ANN, "Answer from the team")
    await running.hears(DESK, "delivered")
    await running.hears(DESK, "New key since the last contact")
    state.changes_key(ANN)
    state.says(ANN, "still here")
    await running.hears(DESK, "still here")


async def test_an_answer_whose_end_is_not_known_comes_again_with_a_mark(running: Running) -> None:
    code = await open_case(running)
    running.server.next("send", Fault("lose"))
    running.server.state.says(STAFF, f"/r {code} Stay inside.", group=GROUP)
    await running.server.wait_until(lambda: len(_answers(running)) == 2)
    first, second = _answers(running)
    assert "already" not in first
    assert "You may have received this already" in second


def _answers(running: Running) -> list[str]:
    return [text for text in running.server.state.texts(ANN) if "Stay inside." in text]


async def test_an_answer_to_somebody_who_is_gone_is_never_called_delivered(running: Running) -> None:
    state = running.server.state
    code = await open_case(running)
    running.server.names_failures = True
    state.persons[ANN].is_registered = False
    state.says(STAFF, f"/r {code} Stay inside.", group=GROUP)
    await running.hears(DESK, "not delivered")
    assert not any(text.endswith(": delivered.") for text in state.texts(DESK))


async def test_a_staff_member_with_a_new_key_acts_only_after_a_colleague_has_confirmed(running: Running) -> None:
    state = running.server.state
    code = await open_case(running)
    state.changes_key(STAFF)
    state.says(STAFF, f"/r {code} Come out.", group=GROUP)
    told = await running.hears(DESK, "has a new key")
    label = told.split(" ")[0].strip("*")
    assert not state.persons[STAFF].is_trusted
    assert not any("Come out." in text for text in state.texts(ANN))
    state.says(OTHER_STAFF, f"/confirm {label}", group=GROUP)
    await running.hears(DESK, "can act again")
    await running.server.wait_until(lambda: state.persons[STAFF].is_trusted)
    state.says(STAFF, f"/r {code} It is really me.", group=GROUP)
    await running.hears(ANN, "It is really me.")
    assert await running.hears(ANN, "Come out."), "what waited under the key that is confirmed now"


async def test_wiping_deletes_what_the_bot_sent(running: Running) -> None:
    state = running.server.state
    state.says(ANN, "Thailand")
    await running.hears(ANN, "Black")
    state.says(ANN, "/wipe")
    await running.server.wait_until(lambda: bool(running.server.bodies("remote_delete")))
    await running.server.wait_until(lambda: not any("Black" in text for text in state.texts(ANN)))


async def test_a_shorter_timer_of_the_person_is_kept(running: Running) -> None:
    state = running.server.state
    state.sets_timer(ANN, 60)
    state.says(ANN, "Thailand")
    await running.hears(ANN, "Black")
    assert {message.expires for message in state.messages(ANN)} == {60}


async def test_a_captcha_holds_back_and_the_desk_is_told_why(running: Running) -> None:
    running.server.state.says(ANN, "hello")
    await running.hears(ANN, "")
    running.server.next("send", too_many("invented-token"))
    running.server.state.says(ANN, "Thailand")
    await running.hears(DESK, "Signal asks the operator for a captcha")


# what never ends


async def test_a_person_who_can_never_be_reached_is_given_up_after_a_day_and_staff_are_told() -> None:
    talk = Talk()
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.chat == "501" else None
    await talk.staff_says(f"/r {code} Stay inside.")
    talk.clock.forward(hours=23)
    await talk.settle()
    assert not any("not delivered" in text for text in talk.desk())
    talk.clock.forward(hours=2)
    await talk.settle()
    assert any("not delivered" in text for text in talk.desk())
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(hours=1)
    await talk.settle()
    assert not any("Stay inside" in text for text in talk.told())
    await talk.close()
