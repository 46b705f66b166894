"""A conversation is forgotten after a day; an open case is not, and its person is still answered."""

from __future__ import annotations

import pytest

from bot.jobs.retention import forget_once
from tests.talk import Talk, code_in


@pytest.mark.parametrize("is_forgotten", [False, True])
@pytest.mark.parametrize("before", ["", "/language"])
async def test_an_answer_that_comes_after_a_day_reaches_the_person(
    talk: Talk, before: str, *, is_forgotten: bool
) -> None:
    if before:
        await talk.says(before)
        await talk.chooses("English")
    await talk.says("SOS words")
    code = code_in(await talk.chooses("Send"))
    await talk.staff_says(f"/ack {code}")
    talk.clock.forward(hours=25)
    if is_forgotten:
        await forget_once(talk.app.store, talk.app.sealing)
    await talk.staff_says(f"/r {code} we are coming")
    assert any("we are coming" in text for text in talk.told())
    assert f"<b>{code}</b>: delivered." in talk.desk()
