"""What a person replies or reacts to: the desk is shown which answer of the team it was."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from bot.jobs.retention import forget_once
from bot.messengers.contract import Event
from tests.conversations.test_case import apart, open_case
from tests.talk import Talk

__all__ = ["apart"]

FIRST_LINE = "In reply to an answer from the team. The first line below is how that answer begins."
EARLIER = "In reply to an earlier answer or message."


async def answers(talk: Talk, code: str, words: str, who: str = "501") -> str:
    """Sends an answer; returns what the person's messenger calls the message that brought it."""
    await talk.staff_says(f"/r {code} {words}")
    return [shown.reference for shown in talk.messenger.shown if shown.chat == who][-1]


async def rows(talk: Talk) -> Sequence[str]:
    return await talk.app.store.run(lambda session: session.execute(text("SELECT code FROM answer")).scalars().all())


async def test_the_desk_sees_which_answer_a_person_replied_to(talk: Talk) -> None:
    code = await open_case(talk)
    hurt = await answers(talk, code, "are you\nhurt?")
    walk = await answers(talk, code, "can you walk to the station?")
    await talk.says("yes", quoted=hurt)
    assert FIRST_LINE in talk.desk()[-1]
    assert talk.desk()[-1].endswith("\n\n“are you hurt?”\nyes")
    await talk.says("no", quoted=walk)
    assert talk.desk()[-1].endswith("\n\n“can you walk to the station?”\nno")
    await talk.says("to nothing")
    assert "In reply" not in talk.desk()[-1]
    assert talk.desk()[-1].endswith("\n\nto nothing")


async def test_of_a_long_answer_the_beginning_is_enough(talk: Talk) -> None:
    code = await open_case(talk)
    whole = await answers(talk, code, "wait " * 40)
    await talk.says("how long?", quoted=whole)
    assert talk.desk()[-1].endswith(f"“{('wait ' * 20).strip()}…”\nhow long?")


async def test_each_part_of_a_long_answer_leads_to_it(talk: Talk) -> None:
    code = await open_case(talk)
    before = len(talk.messenger.shown)
    await talk.staff_says(f"/r {code} first things first, {'then go on. ' * 800}")
    parts = [shown.reference for shown in talk.messenger.shown[before:] if shown.chat == "501"]
    assert len(parts) > 1
    for part in parts:
        await talk.says("understood", quoted=part)
        assert "“first things first, then" in talk.desk()[-1]


async def test_what_is_no_answer_is_an_earlier_message(talk: Talk) -> None:
    code = await open_case(talk)
    await answers(talk, code, "are you hurt?")
    await talk.says("yes", quoted="1")
    assert EARLIER in talk.desk()[-1]
    assert "are you hurt?" not in talk.desk()[-1]
    assert talk.desk()[-1].endswith("\n\nyes")


async def test_the_same_number_in_another_chat_is_another_message(talk: Talk) -> None:
    code = await open_case(talk)
    asked = await answers(talk, code, "are you hurt?")
    await open_case(talk, "a fire", who="502")
    await talk.says("yes", quoted=asked, who="502")
    assert EARLIER in talk.desk()[-1]
    assert "are you hurt?" not in talk.desk()[-1]


@pytest.mark.parametrize("sign", ["👍", "❤️", "👎"])
async def test_a_reaction_to_an_answer_is_shown_and_waited_for(talk: Talk, sign: str) -> None:
    code = await open_case(talk)
    asked = await answers(talk, code, "are you safe?")
    assert not (await talk.open_cases())[0].is_waiting
    assert await talk.says(sign, event=Event.REACTED, message="", quoted=asked) == []
    assert FIRST_LINE in talk.desk()[-1]
    assert "The person has reacted with this:" in talk.desk()[-1]
    assert talk.desk()[-1].endswith(f"\n\n“are you safe?”\n{sign}")
    assert (await talk.open_cases())[0].is_waiting
    assert "are you safe?”\n" + sign in "\n".join(await talk.staff_says(f"/show {code}"))


async def test_a_reaction_that_is_no_text_or_is_taken_back_is_told_too(talk: Talk) -> None:
    code = await open_case(talk)
    asked = await answers(talk, code, "are you safe?")
    await talk.says("", event=Event.REACTED, message="", quoted=asked)
    assert "a sign that can't be shown" in talk.desk()[-1]
    await talk.says("", event=Event.REACTION_BACK, message="", quoted=asked)
    assert "The person has taken back their reaction." in talk.desk()[-1]
    assert talk.desk()[-1].endswith("“are you safe?”")
    assert any("has taken back" in line for line in await talk.staff_says(f"/show {code}"))


async def test_after_the_end_a_reaction_is_shown_too(talk: Talk) -> None:
    code = await open_case(talk)
    asked = await answers(talk, code, "are you safe?")
    await talk.staff_says(f"/close {code} done")
    assert await talk.says("👎", event=Event.REACTED, message="", quoted=asked) == []
    assert f"<b>{code}</b>: closed, and the person writes again." in talk.desk()[-1]
    assert talk.desk()[-1].endswith("“are you safe?”\n👎")


async def test_a_reaction_without_a_case_is_nobodys_and_leaves_nothing(talk: Talk) -> None:
    for event in (Event.REACTED, Event.REACTION_BACK):
        assert await talk.hear(talk.received("509", "509", "👍", event=event, quoted="7")) == []
    people = await talk.app.store.run(lambda session: session.execute(text("SELECT * FROM person")).all())
    assert people == []


async def test_a_call_for_help_is_heard_in_a_reaction(talk: Talk) -> None:
    await talk.says("Thailand")
    assert await talk.says("🆘", event=Event.REACTED, message="", quoted="7")


@pytest.mark.only_on("signal", "nobody but Signal keeps words from its own servers")
async def test_where_the_words_may_not_be_shown_the_answer_is_not_either(apart: Talk) -> None:
    code = await open_case(apart)
    asked = await answers(apart, code, "are you hurt?")
    await apart.says("yes", quoted=asked)
    assert EARLIER in apart.desk()[-1]
    assert "hurt" not in apart.desk()[-1]
    await apart.says("👎", event=Event.REACTED, quoted=asked)
    assert "👎" not in apart.desk()[-1]
    assert "hurt" not in apart.desk()[-1]


async def test_which_message_is_which_answer_goes_with_the_record(talk: Talk) -> None:
    code = await open_case(talk)
    await answers(talk, code, "are you hurt?")
    other = await open_case(talk, "a fire", who="502")
    await answers(talk, other, "leave the house", who="502")
    assert set(await rows(talk)) == {code, other}
    await talk.says("/wipe")
    assert set(await rows(talk)) == {other}
    await talk.staff_says(f"/close {other} done")
    talk.clock.forward(days=8)
    await forget_once(talk.app.store, talk.app.sealing)
    assert await rows(talk) == []
