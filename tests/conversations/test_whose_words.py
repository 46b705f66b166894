"""Nobody acts by words that aren't theirs: forwarded ones, those of another bot, or such of nobody knows whom."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messengers.contract import Event
from handlers.table import DESK_TABLE
from tests.talk import DESK, STAFF, Talk, code_in

COMMANDS = [row.command for row in DESK_TABLE if row.command]  # each of them, whatever comes to the table


async def open_case(talk: Talk) -> str:
    await talk.says("SOS they are here")
    return code_in(await talk.chooses("Send"))


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_forwarded_command_of_staff_does_nothing_and_says_so(talk: Talk, command: str) -> None:
    code, cases = await open_case(talk), await talk.open_cases()
    told = len(talk.told())
    said = await talk.staff_says(f"/{command} {code} some words", is_relayed=True)
    assert said == ["Forwarded commands do nothing. Write it yourself."]
    assert (len(talk.told()), await talk.open_cases()) == (told, cases)


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_anonymous_command_does_nothing_and_shows_how_to_be_somebody(talk: Talk, command: str) -> None:
    code, cases = await open_case(talk), await talk.open_cases()
    told = len(talk.told())
    [said] = await talk.staff_says(f"/{command} {code} some words", is_anonymous=True, sender="1087968824")
    assert said.startswith("Nothing was done: this was written anonymously")
    assert code not in said
    assert (len(talk.told()), await talk.open_cases()) == (told, cases)


async def test_chatter_that_is_forwarded_or_anonymous_stays_chatter(talk: Talk) -> None:
    code = await open_case(talk)
    post = next(shown.reference for shown in talk.messenger.shown if shown.chat == DESK)
    whoses: tuple[dict[str, Any], ...] = ({"is_relayed": True}, {"is_anonymous": True})
    for whose in whoses:
        for text in (f"look at {code}", "hello", "/sos", "/unknown", ""):
            assert await talk.staff_says(text, **whose) == []
    assert await talk.staff_says("👍", event=Event.REACTED, quoted=post, is_anonymous=True) == []
    assert await talk.staff_says(f"/ack {code}", event=Event.EDIT, is_anonymous=True) == []
    assert await talk.hear(talk.received("-100999", STAFF, f"/ack {code}", is_anonymous=True)) == []


async def test_what_a_person_forwards_goes_to_the_team_and_does_nothing_else(talk: Talk) -> None:
    code = await open_case(talk)
    for text in ("/wipe", "cancel", "/language", "wipe", "1"):
        told = await talk.says(text, is_relayed=True)
        assert told == [f"Added to your note <code>{code}</code>."]
        assert talk.desk()[-1].endswith(f"\n\n{text}")
    [case] = await talk.open_cases()
    assert not case.is_withdrawn


async def test_what_a_person_forwards_may_call_for_help(talk: Talk) -> None:
    for text in ("SOS they took my sister", "/sos they took my sister"):
        assert "they took my sister" in (await talk.says(text, is_relayed=True))[0]
        await talk.says("cancel")


async def test_a_draft_outlives_a_forwarded_cancel(talk: Talk) -> None:
    await talk.says("SOS they are here")
    await talk.says("cancel", is_relayed=True)
    await talk.chooses("Send")
    assert talk.desk()[-1].endswith("they are here\n\ncancel")
