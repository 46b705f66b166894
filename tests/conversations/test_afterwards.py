"""After the end of a case: the team still sees what its person writes, and can open it again."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.jobs.retention import forget_once
from bot.storage.tables import CaseRow
from handlers.model.cases import Stage
from handlers.model.messages import Kind
from tests.conversations.test_flows import closed_case, open_case, said
from tests.talk import OTHER_STAFF, Talk, code_in


@pytest.mark.parametrize("text", ["wait, they are back", "hello?", "help!", "他们又来了", "they take me to Thailand"])
async def test_what_follows_the_end_is_shown_to_the_team(talk: Talk, text: str) -> None:
    await closed_case(talk)
    told = await talk.says(text)
    assert talk.desk()[-1].endswith(f"\n\n{text}")
    assert "closed, and the person writes again. Notified: <at>" in talk.desk()[-1]
    assert "did not understand" not in said(told)
    assert "<code>" in told[0]
    if text.isascii():
        assert "What you wrote just now is shown to the team, too" in told[0]


async def test_a_photo_and_a_voice_message_after_the_end_are_shown_or_named(talk: Talk) -> None:
    await closed_case(talk)
    await talk.sends(Kind.PHOTO, photos=("a",))
    assert talk.desk()[-1].endswith(": a photo")
    assert "Voice messages are not passed on" in said(await talk.sends(Kind.VOICE))
    assert "can't be passed on" in talk.desk()[-1]


@pytest.mark.parametrize("text", ["/level Thailand", "updates", "/help"])
async def test_a_lookup_after_the_end_is_nobodys_business(talk: Talk, text: str) -> None:
    await closed_case(talk)
    posts = talk.desk()
    await talk.says(text)
    assert talk.desk() == posts


async def test_a_new_call_is_a_new_case(talk: Talk) -> None:
    await closed_case(talk)
    await talk.says("SOS they are back")
    await talk.chooses("Send")
    [case] = await talk.open_cases()
    assert case.code not in talk.desk()[0]


async def test_from_there_it_is_one_choice_to_call(talk: Talk) -> None:
    await closed_case(talk)
    await talk.says("wait, they are back")
    assert "Write here what is happening" in said(await talk.chooses("I need help now (SOS)"))


@pytest.mark.parametrize("by_button", [True, False])
async def test_a_case_is_opened_again_and_has_its_alarm_and_no_end(talk: Talk, by_button: bool) -> None:
    await closed_case(talk)
    code = code_in(talk.told())
    await talk.says("wait, they are back")
    done = await (talk.staff_presses("Reopen") if by_button else talk.staff_says(f"/reopen {code}"))
    assert "opened again by" in done[0]
    assert "again, and somebody is on it" in talk.told()[-1]
    [case] = await talk.open_cases()
    assert (case.code, case.stage, case.closed_at, case.purge_at) == (code, Stage.ACKNOWLEDGED, None, None)
    assert "Added to your note" in said(await talk.says("I hear them"))
    assert talk.desk()[-1].endswith("I hear them")
    posts = len(talk.desk())
    await talk.later(minutes=20)
    assert any("nobody" in text or "expired" in text or "Notified" in text for text in talk.desk()[posts:]), "it calls"
    talk.clock.forward(days=40)
    await forget_once(talk.app.store, talk.app.sealing)
    ends = await talk.app.store.run(lambda session: session.execute(select(CaseRow.purge_at)).scalars().all())
    assert list(ends) == [None]
    assert "I hear them" in said(await talk.staff_says(f"/show {code}"))


async def test_an_end_can_be_taken_back_at_once_from_its_confirmation(talk: Talk) -> None:
    await closed_case(talk)
    await talk.staff_presses("Reopen", sender=OTHER_STAFF)
    assert [case.stage for case in await talk.open_cases()] == [Stage.ACKNOWLEDGED]
    assert "is open. Nothing was changed" in said(await talk.staff_presses("Reopen"))


async def test_nothing_is_opened_beside_a_newer_case_nor_after_the_record_is_gone(talk: Talk) -> None:
    await closed_case(talk)
    code = code_in(talk.told())
    await talk.says("SOS again")
    await talk.chooses("Send")
    assert "has a newer note" in said(await talk.staff_says(f"/reopen {code}"))
    await talk.says("/wipe")
    assert "is closed. Nothing was changed." in said(await talk.staff_says(f"/reopen {code}"))


async def test_whoever_has_wiped_has_no_closed_case(talk: Talk) -> None:
    await closed_case(talk)
    await talk.says("/wipe")
    posts = talk.desk()
    assert "did not understand" in said(await talk.says("wait, they are back"))
    assert talk.desk() == posts


async def test_it_can_be_closed_again(talk: Talk) -> None:
    await open_case(talk)
    code = code_in(talk.told())
    for _ in range(2):
        await talk.staff_says(f"/close {code} done")
        await talk.staff_says(f"/reopen {code}")
    await talk.staff_says(f"/close {code} done")
    assert list(await talk.open_cases()) == []
    ends = await talk.app.store.run(lambda session: session.execute(select(CaseRow.purge_at)).scalars().all())
    assert all(ends)
