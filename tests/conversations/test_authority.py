"""Only the team can act: whoever else tries changes nothing and is shown nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messengers.contract import Event
from tests.talk import DESK, STAFF, Talk, code_in

OUTSIDER = "666"
COMMANDS = ("/ack {code}", "/r {code} come outside", "/handoff {code}", "/close {code} solved", "/board", "/help")


async def open_case(talk: Talk) -> str:
    await talk.says("SOS they are here")
    return code_in(await talk.chooses("Send"))


async def state_of(talk: Talk) -> list[object]:
    """Everything that an act could change."""
    return [*await talk.open_cases(), *(shown.text for shown in talk.messenger.shown)]


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_outsider_in_the_desk_changes_nothing_and_sees_nothing(talk: Talk, command: str) -> None:
    text = command.format(code=await open_case(talk))
    before = await state_of(talk)
    assert await talk.hear(talk.received(DESK, OUTSIDER, text)) == []
    assert await state_of(talk) == before


@pytest.mark.parametrize("command", COMMANDS)
async def test_staff_in_another_group_change_nothing_and_see_nothing(talk: Talk, command: str) -> None:
    text = command.format(code=await open_case(talk))
    before = await state_of(talk)
    assert await talk.hear(talk.received("-100999", STAFF, text)) == []
    assert await state_of(talk) == before


@pytest.mark.only_on("telegram", "nobody is anonymous in a Signal group")
@pytest.mark.parametrize("command", COMMANDS)
async def test_an_anonymous_admin_changes_nothing_and_sees_nothing(talk: Talk, command: str) -> None:
    text = command.format(code=await open_case(talk))
    cases = await talk.open_cases()
    for sender in (STAFF, "1087968824"):
        told = await talk.hear(talk.received(DESK, sender, text, is_anonymous=True))
        assert all(shown.text.startswith("Nothing was done") and not shown.parcel.buttons for shown in told)
    assert await talk.open_cases() == cases


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_edited_command_does_not_act(talk: Talk, command: str) -> None:
    text = command.format(code=await open_case(talk))
    cases = await talk.open_cases()
    told = await talk.hear(talk.received(DESK, STAFF, text, event=Event.EDIT))
    assert [shown.text for shown in told] == ["A message that is changed does nothing. Write the command again."]
    assert await talk.open_cases() == cases


@pytest.mark.parametrize("command", COMMANDS[:-1])
async def test_staff_commands_in_a_private_chat_are_answered_like_anybody(talk: Talk, command: str) -> None:
    text = command.format(code=await open_case(talk))
    cases = await talk.open_cases()
    of_staff = await talk.says(text, who=STAFF)
    of_outsider = await talk.says(text, who=OUTSIDER)
    assert of_staff == of_outsider
    assert await talk.open_cases() == cases
    assert "SOS " not in "\n".join(of_staff).replace("write SOS", "")


@pytest.mark.only_on("telegram", "buttons")
async def test_a_button_of_the_desk_does_nothing_for_an_outsider(talk: Talk) -> None:
    await open_case(talk)
    before = await talk.open_cases()
    tries: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (DESK, OUTSIDER, {}),
        ("-100999", STAFF, {}),
        (OUTSIDER, OUTSIDER, {}),
        (DESK, STAFF, {"is_anonymous": True}),
    )
    for chat, sender, more in tries:
        token = talk.button("Acknowledge", DESK)[1].token
        shown = await talk.hear(talk.pressed(token, chat=chat, sender=sender, **more))
        assert all("acknowledged" not in message.text for message in shown)
    assert await talk.open_cases() == before


@pytest.mark.only_on("telegram", "buttons")
async def test_a_stale_or_forged_button_does_nothing_for_staff(talk: Talk) -> None:
    code = await open_case(talk)
    token = talk.button("Acknowledge", DESK)[1].token
    await talk.staff_says(f"/ack {code}")
    await talk.staff_says(f"/close {code} done")
    cases = await talk.open_cases()
    [answer] = await talk.hear(talk.pressed(token, chat=DESK, sender=STAFF))
    assert "is closed. Nothing was changed." in answer.text
    for forged in ("forged.0", "", "."):
        assert await talk.hear(talk.pressed(forged, chat=DESK, sender=STAFF)) == []
    assert await talk.open_cases() == cases


@pytest.mark.only_on("telegram", "buttons")
async def test_a_person_cannot_use_a_button_of_the_desk(talk: Talk) -> None:
    await open_case(talk)
    token = talk.button("Acknowledge", DESK)[1].token
    before = await talk.open_cases()
    await talk.hear(talk.pressed(token))
    assert await talk.open_cases() == before


async def test_a_desk_that_is_not_in_the_roster_of_another_messenger(talk: Talk) -> None:
    code = await open_case(talk)
    before = await talk.open_cases()
    other = "signal" if talk.messenger.name == "telegram" else "telegram"
    received = talk.received(DESK, STAFF, f"/ack {code}", platform=other)
    assert await talk.hear(received) == []
    assert await talk.open_cases() == before


async def test_a_group_that_is_no_desk_gets_no_answer_at_all(talk: Talk) -> None:
    for text in ("Thailand", "/start", "SOS", "/wipe", "hello"):
        assert await talk.hear(talk.received("-100999", OUTSIDER, text)) == []
    assert await talk.hear(talk.received("-100999", OUTSIDER, event=Event.LEFT)) == []


async def test_the_bot_being_removed_from_the_desk_is_an_alert(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    await talk.hear(talk.received(DESK, STAFF, event=Event.LEFT))
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    caplog.clear()
    await talk.hear(talk.received("501", "501", event=Event.LEFT))
    assert caplog.records == []


async def test_the_desk_sees_no_account_name_or_number(talk: Talk) -> None:
    await open_case(talk)
    await talk.says("more", who="501")
    shown = "\n".join(str(shown.parcel.model_dump()) for shown in talk.messenger.shown if shown.chat == DESK)
    assert "501" not in shown.replace(DESK, "")
