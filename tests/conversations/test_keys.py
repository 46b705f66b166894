"""New keys, deleted messages, reactions, calls: what Signal tells beyond words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import Session

from bot.delivery.outbox_message import OutboxMessage
from bot.messengers.contract import Act, Event
from bot.storage.sealing import read_sealed
from handlers.model.messages import Kind, Lane
from tests.conversations.test_case import open_case
from tests.talk import DESK, OTHER_STAFF, STAFF, Talk, code_in


async def meets_new_key(talk: Talk, account: str) -> list[str]:
    """What the desk is told when an account has a new key."""
    shown = await talk.hear(talk.received(account, account, event=Event.KEY_CHANGED))
    return [message.text for message in shown if message.chat == DESK]


def trusted(talk: Talk) -> list[str]:
    return [parcel.chat for parcel in talk.messenger.acts if parcel.act is Act.TRUST]


async def test_a_person_with_a_new_key_is_trusted_and_staff_are_told_about_the_open_case(talk: Talk) -> None:
    code = await open_case(talk)
    [told] = await meets_new_key(talk, "501")
    assert told.startswith(f"<b>{code}</b>: New key since the last contact")
    assert trusted(talk) == ["501"]
    assert await talk.says("still me") == [f"Added to your note <code>{code}</code>."]


async def test_a_new_key_before_the_sos_is_told_with_it_and_only_once(talk: Talk) -> None:
    await talk.says("Thailand")
    assert await meets_new_key(talk, "501") == []
    await open_case(talk)
    assert sum("New key since the last contact" in text for text in talk.desk()) == 1
    code = code_in(talk.told())
    await talk.staff_says(f"/close {code} done")
    await open_case(talk, "again")
    assert sum("New key since the last contact" in text for text in talk.desk()) == 1


async def test_a_staff_member_with_a_new_key_can_do_nothing_until_a_colleague_confirms(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.staff_says(f"/ack {code}")
    label = talk.desk()[-1].split(": ")[1].split(" ")[0]
    [told] = await meets_new_key(talk, STAFF)
    assert told.startswith(f"<b>{label} has a new key and can't act any more.</b>")
    assert await talk.staff_says(f"/r {code} Come out, it is safe.") == []
    assert await talk.staff_says(f"/confirm {label}") == []
    assert trusted(talk) == []
    assert await meets_new_key(talk, STAFF) == [], "told once"
    [done] = await talk.staff_says(f"/confirm {label.lower()}", sender=OTHER_STAFF)
    assert done.startswith(f"<b>{label}</b> can act again: confirmed by ")
    assert trusted(talk) == [STAFF]
    assert await talk.staff_says(f"/r {code} Stay inside.") == [f"<b>{code}</b>: delivered."]


async def test_what_was_on_its_way_when_a_colleague_confirmed_does_not_suspend_again(talk: Talk) -> None:
    await meets_new_key(talk, STAFF)
    await talk.staff_presses("Confirm", sender=OTHER_STAFF)
    talk.clock.forward(seconds=59)
    assert await meets_new_key(talk, STAFF) == []
    talk.clock.forward(seconds=2)
    assert "has a new key" in (await meets_new_key(talk, STAFF))[0]


async def test_the_button_confirms_too_and_a_name_that_does_not_wait_is_said(talk: Talk) -> None:
    await meets_new_key(talk, STAFF)
    assert "can act again" in (await talk.staff_presses("Confirm", sender=OTHER_STAFF))[0]
    assert await talk.staff_says("/confirm 000") == ["Nobody with that name is waiting to be confirmed."]


async def test_a_reaction_acknowledges_where_it_can_only_mean_that(talk: Talk) -> None:
    code = await open_case(talk)
    [post] = [shown for shown in talk.messenger.shown if shown.chat == DESK]

    async def reacts(emoji: str, to: str = post.reference, sender: str = STAFF) -> list[str]:
        return await talk.staff_says(emoji, event=Event.REACTED, quoted=to, sender=sender)

    assert await reacts("😢") == []
    assert await reacts("👍", to="1") == []
    assert await reacts("👍", sender="66") == []
    assert "has acknowledged" in (await reacts("👍"))[0]
    assert await reacts("👍", sender=OTHER_STAFF) == [], "it may be mere applause now"
    await talk.staff_says(f"/close {code} done")
    assert await reacts("👍") == []
    assert await talk.says("👍", event=Event.REACTED, quoted="1") == [], "a person's reaction asks for nothing"


@contextmanager
def lanes(talk: Talk) -> Iterator[list[Lane]]:
    """In which ones the next messages are put."""
    used: list[Lane] = []
    put = talk.app.router._poster._put

    def see(session: Session, message: OutboxMessage) -> None:
        used.append(message.lane)
        put(session, message)

    talk.app.router._poster._put = see
    yield used
    talk.app.router._poster._put = put


async def test_a_message_that_the_person_deletes_leaves_the_draft(talk: Talk) -> None:
    await talk.says("SOS first", message="m1")
    await talk.says("second", message="m2")
    [preview] = await talk.says("", event=Event.RETRACTED, message="m2")
    assert preview.startswith("Removed from your note. Nothing is sent yet.")
    assert preview.endswith("\n\nfirst")
    with lanes(talk) as used:
        assert await talk.says("", event=Event.RETRACTED, message="m1") == [
            "Removed from your note. There is nothing left to send."
        ]
    assert used == [Lane.CONSENT], "a lookup would be dropped, and the note be thought of as whole"
    assert talk.desk() == []
    if talk.messenger.has_buttons:
        assert await talk.chooses("Send") == ["Nothing is waiting to be sent. You can write at any time."]
    assert talk.labels() == (["Help"] if talk.messenger.has_buttons else ["Cancel"])
    assert talk.desk() == []


async def test_a_photo_or_place_that_the_person_deletes_leaves_the_draft(talk: Talk) -> None:
    await talk.says("SOS", message="m1")
    await talk.says("look", kind=Kind.PHOTO, photos=("file",), message="m2")
    [preview] = await talk.says("", kind=Kind.POINT, latitude=1.5, longitude=2.5, message="m3")
    assert "1 photo" in preview
    assert "Your location" in preview
    [preview] = await talk.says("", event=Event.RETRACTED, message="m3")
    assert "Your location" not in preview
    assert await talk.says("", event=Event.RETRACTED, message="m2") == [
        "Removed from your note. There is nothing left to send."
    ]


async def test_a_deleted_message_that_was_no_part_of_a_draft_is_not_talked_about(talk: Talk) -> None:
    await talk.says("Thailand", message="m1")
    assert await talk.says("", event=Event.RETRACTED, message="m1") == []
    await talk.says("SOS first", message="m2")
    assert await talk.says("", event=Event.RETRACTED, message="m1") == []


async def test_what_is_deleted_after_it_was_passed_on_is_told_to_both_sides(talk: Talk) -> None:
    code = await open_case(talk)
    told = await talk.says("", event=Event.RETRACTED, message="m1")
    assert told == ["Deleted in this chat. The team still has what it was sent."]
    assert talk.desk()[-1] == f"<b>{code}</b>: the person deleted a message on their side."


@pytest.mark.parametrize(
    ("kind", "answer", "note"),
    [
        (Kind.CALL, "I can't take phone calls.", "The person tried to phone. The bot can't take phone calls"),
        (Kind.UNREADABLE, "I could not read your last message.", "A message from the person could not be read."),
    ],
)
async def test_calls_and_unreadable_messages_are_answered_and_staff_hear_of_them(
    talk: Talk, kind: Kind, answer: str, note: str
) -> None:
    await talk.says("Thailand")
    assert (await talk.sends(kind))[0].startswith(answer)
    await open_case(talk)
    assert (await talk.sends(kind))[0].startswith(answer)
    assert note in talk.desk()[-1]


async def test_a_captcha_is_asked_of_the_operator_and_the_desk_knows_why_answers_are_late(talk: Talk) -> None:
    received = talk.received("+1", "+1", "invented challenge", platform="signal", event=Event.CHALLENGED)
    shown = await talk.hear(received)
    [told] = [message.text for message in shown if message.chat == DESK]
    assert told.startswith("<b>Signal asks the operator")
    app = talk.app
    kept = await app.store.run(lambda session: read_sealed(session, app.sealing, "signal challenge"))
    assert kept == "invented challenge"  # the name is in databases of today


async def test_the_timer_is_set_before_the_first_answer(talk: Talk) -> None:
    await talk.says("Thailand", timer=604_800)
    acts = [parcel.act for parcel in talk.messenger.acts]
    assert acts[0] is Act.TIMER
    assert talk.messenger.acts[0].seconds == 604_800


async def test_messages_that_cannot_be_deleted_are_not_remembered_for_that(talk: Talk) -> None:
    await talk.says("Thailand", can_be_deleted=False, message="theirs")
    await talk.says("/wipe", can_be_deleted=False, message="theirs too")
    [deleted] = [parcel for parcel in talk.messenger.acts if parcel.act is Act.DELETE]
    assert not {"theirs", "theirs too"} & set(deleted.messages)
    assert deleted.messages
