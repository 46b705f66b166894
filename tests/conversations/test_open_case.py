"""With an open case, all but commands and choices goes to the team; a lookup is answered as well."""

from __future__ import annotations

import pytest

from bot.routing.flood_limit import MOST_LOOKUPS
from handlers.model.messages import Kind
from handlers.table import TABLE
from tests.conversations.test_flows import Flow, check_in_begun, check_in_timed, open_case, place_asked, said
from tests.talk import Talk

KEYWORDS = [word for row in TABLE if row.words and not row.is_call_for_help for word in row.words.split("|")]


@pytest.mark.parametrize("messenger", ["telegram"])
@pytest.mark.parametrize(
    "text", [*KEYWORDS, "help!", "Hello?", "你好", "幫助", "level for Thailand", "Thailand", "hi…"]
)
async def test_a_keyword_reaches_the_team(talk: Talk, text: str) -> None:
    await open_case(talk)
    await talk.says(text)
    assert talk.desk()[-1].endswith(f"\n\n{text}")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(("help!", "/privacy: what is stored"), ("alerts", "Thailand"), ("level for Thailand", "Thailand")),
        *(("what is the level for Thailand?", "Thailand"), ("who can help me in Thailand, please?", "Night Desk")),
    ],
)
async def test_a_lookup_is_answered_as_well(talk: Talk, text: str, answer: str) -> None:
    await open_case(talk)
    told = await talk.says(text)
    assert told[0].startswith("Added to your note"), told
    assert answer in told[1]


@pytest.mark.parametrize("text", ["we are in Thailand now", "police in Pattaya", "the level of the water rises"])
async def test_a_place_alone_or_a_word_alone_asks_for_nothing(talk: Talk, text: str) -> None:
    await open_case(talk)
    assert len(await talk.says(text)) == 1


async def test_a_place_that_was_asked_for_is_answered_and_passed_on(talk: Talk) -> None:
    await open_case(talk)
    await place_asked(talk)
    told = await talk.says("Thailand")
    assert told[0].startswith("Added to your note")
    assert "Thailand" in told[1]
    assert talk.desk()[-1].endswith("\n\nThailand")


@pytest.mark.parametrize("begin", [check_in_begun, check_in_timed])
async def test_a_check_in_that_is_being_set_swallows_nothing(talk: Talk, begin: Flow) -> None:
    await open_case(talk)
    await begin(talk)
    told = await talk.says("they are at the door now")
    assert talk.desk()[-1].endswith("they are at the door now")
    assert len(told) == 2, "the step is answered, too"


async def test_what_is_no_text_reaches_the_team_in_any_step(talk: Talk) -> None:
    await open_case(talk)
    await check_in_begun(talk)
    await talk.sends(Kind.PHOTO, photos=("a",))
    assert talk.desk()[-1].endswith(": a photo")


async def test_a_command_is_for_the_bot_alone(talk: Talk) -> None:
    await open_case(talk)
    posts = talk.desk()
    await talk.says("/help")
    assert talk.desk() == posts


async def test_whoever_asks_without_end_is_heard_without_end(talk: Talk) -> None:
    """Only the answers to lookups have a limit."""
    await open_case(talk)
    for _ in range(MOST_LOOKUPS):
        await talk.says("/alerts")
    told = await talk.says("updates")
    assert [text for text in told if not text.startswith("Added to your note")] == []
    assert "updates" in said(talk.desk())
