"""How urgent a message is before anybody has read it: whoever is in danger overtakes whoever is not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from handlers.model.messages import Lane
from tests.conversations.test_case import open_case
from tests.talk import DESK, STAFF, Talk

CALM = "what is the level for Thailand"


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    talk = Talk()
    yield talk
    await talk.close()


async def lane_of(talk: Talk, words: str = CALM, chat: str = "501", sender: str = "501") -> Lane | None:
    received, lane_of = talk.received(chat, sender, words), talk.app.inbox._lane_of
    return await talk.app.store.run(lambda session: lane_of(session, received))


async def test_a_question_waits_behind_all_else(talk: Talk) -> None:
    assert await lane_of(talk) is Lane.LOOKUP
    await talk.says("hello")
    assert await lane_of(talk) is Lane.LOOKUP


async def test_a_call_for_help_comes_first_whoever_it_is_from(talk: Talk) -> None:
    assert await lane_of(talk, "SOS two men") is Lane.RECEIPT
    assert await lane_of(talk, "救命") is Lane.RECEIPT


async def test_whoever_is_about_to_send_comes_before_those_who_ask(talk: Talk) -> None:
    await talk.says("SOS two men")
    assert await lane_of(talk) is Lane.CONSENT


async def test_whoever_has_an_open_case_comes_first_and_nobody_else_does(talk: Talk) -> None:
    await open_case(talk)
    assert await lane_of(talk) is Lane.RECEIPT
    assert await lane_of(talk, chat="502", sender="502") is Lane.LOOKUP


async def test_the_answer_to_a_check_in_comes_first_as_soon_as_it_was_asked(talk: Talk) -> None:
    await talk.says("/checkin 30 min I went to the station")
    await talk.chooses("Start check-in")
    assert await lane_of(talk, "yes") is Lane.LOOKUP
    await talk.later(minutes=30)
    assert await lane_of(talk, "yes") is Lane.RECEIPT


async def test_of_groups_only_a_desk_is_heard(talk: Talk) -> None:
    assert await lane_of(talk, chat=DESK, sender=STAFF) is Lane.ANSWER
    assert await lane_of(talk, "SOS", chat="-1", sender=STAFF) is None


async def test_what_may_be_urgent_is_urgent(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> Lane:
        raise ZeroDivisionError

    monkeypatch.setattr(talk.app.inbox, "_lane_of", fails)
    await talk.app.inbox.keep([talk.received("501", "501", CALM)])
    waiting = text("SELECT lane, is_aside FROM inbox")
    rows = await talk.app.store.run(lambda session: session.execute(waiting).all())
    assert [tuple(row) for row in rows] == [(Lane.RECEIPT, False)]
