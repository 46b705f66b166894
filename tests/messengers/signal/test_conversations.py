"""The whole way as far as only Signal is like that; what both messengers do stands in test_whole_way."""

from __future__ import annotations

from handlers.model.direction import MARKS
from tests.messengers.doors import WEEK, SignalDoor
from tests.messengers.test_whole_way import open_case


async def test_messages_disappear_after_a_week_and_are_read_only_once_they_are_stored(signal: SignalDoor) -> None:
    message = signal.says("Thailand")
    await signal.hears("Black")
    assert signal.state.timers[signal.person] == WEEK
    assert {shown.expires for shown in signal.state.messages(signal.person)} == {WEEK}
    await signal.server.wait_until(lambda: bool(signal.state.receipts))
    assert [receipt["timestamp"] for receipt in signal.state.receipts] == [message]
    assert (signal.person, True) in signal.state.typing


async def test_a_shorter_timer_that_the_person_chose_is_kept(signal: SignalDoor) -> None:
    signal.state.sets_timer(signal.person, 3600)
    signal.says("Thailand")
    await signal.hears("Black")
    assert signal.state.timers[signal.person] == 3600


async def test_the_post_names_the_command_and_a_reaction_acknowledges(signal: SignalDoor) -> None:
    code = await open_case(signal)
    [post] = signal.state.messages(signal.desk)
    assert post.text.translate(MARKS).endswith(f"Acknowledge: /ack {code}")
    signal.state.reacts(signal.staff[0], post.timestamp, "👍", group=signal.group)
    await signal.hears("has taken your note")


async def test_a_place_is_a_link_to_a_map(signal: SignalDoor) -> None:
    signal.says("SOS here")
    await signal.hears("Not sent yet")
    signal.sends_place(13.756331, 100.501762)
    await signal.hears("to about 1 kilometre")
    signal.chooses("Send")
    await signal.desk_hears("https://www.openstreetmap.org/?mlat=13.76000&mlon=100.50000")


async def test_a_deleted_message_leaves_the_draft_and_is_told_to_the_desk_afterwards(signal: SignalDoor) -> None:
    signal.says("SOS first words")
    second = signal.says("second words")
    await signal.hears("second words")
    signal.state.deletes(signal.person, second)
    await signal.hears("Removed from your note. Nothing is sent yet.")
    signal.chooses("Send")
    await signal.hears("The team has your note")
    third = signal.says("third words")
    await signal.desk_hears("third words")
    signal.state.deletes(signal.person, third)
    await signal.desk_hears("deleted a message")
    assert "second words" not in "\n".join(signal.posts())


async def test_a_message_that_is_edited_twice_stands_in_the_draft_once(signal: SignalDoor) -> None:
    first = signal.says("SOS one")
    await signal.hears("one")
    second = signal.state.edits(signal.person, first, "SOS two")
    await signal.hears("two")
    signal.state.edits(signal.person, second, "SOS three")
    preview = await signal.hears("three")
    assert "two" not in preview
    assert "one" not in preview.replace("Send", "")


async def test_a_call_is_answered_in_words(signal: SignalDoor) -> None:
    signal.state.calls(signal.person)
    await signal.hears("I can't take phone calls.")


async def test_a_person_with_a_new_phone_is_heard_and_the_desk_is_told(signal: SignalDoor) -> None:
    code = await open_case(signal)
    signal.state.changes_key(signal.person)
    signal.says("from my new phone")
    await signal.desk_hears("from my new phone")
    assert code in await signal.desk_hears("New key since the last contact")


async def test_a_staff_member_with_a_new_key_acts_only_after_a_colleague_confirms(signal: SignalDoor) -> None:
    code = await open_case(signal)
    signal.state.changes_key(signal.staff[0])
    signal.staff_says("it is me")
    told = await signal.desk_hears("has a new key and can't act any more")
    label = told.split(" ", 1)[0]
    assert f"Confirm: /confirm {label}" in told
    signal.state.says(signal.staff[1], f"/confirm {label}", group=signal.group)
    await signal.desk_hears("can act again")
    signal.staff_says(f"/r {code} stay inside")
    await signal.hears("stay inside")


async def test_pages_are_new_messages(signal: SignalDoor) -> None:
    signal.says("/updates")
    await signal.hears("Page 1 of ")
    signal.chooses("Older")
    await signal.hears("Page 2 of ")
    assert any("Page 1 of " in text for text in signal.told())
