"""A message that makes the bot fail again and again: both sides hear of it, and a wipe takes it along."""

from __future__ import annotations

from typing import NoReturn

import pytest
from sqlmodel import select

from bot.delivery import inbox_worker
from bot.delivery.inbox_worker import MOST_TRIES
from bot.storage.tables import InboxRow
from tests.conversations.test_flows import open_case, said
from tests.talk import Talk, answer_with


def fail(*_: object) -> NoReturn:
    raise RuntimeError


async def fails(talk: Talk, monkeypatch: pytest.MonkeyPatch, wish: str, text: str) -> None:
    with monkeypatch.context() as broken:
        answer_with(broken, wish, fail)
        await talk.says(text)
        for _ in range(2 * MOST_TRIES):
            talk.clock.forward(seconds=20)
            await talk.settle()


async def kept(talk: Talk) -> int:
    rows = await talk.app.store.run(lambda session: session.execute(select(InboxRow.id)).all())
    return len(rows)


async def test_with_an_open_case_the_desk_hears_of_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_case(talk)
    await fails(talk, monkeypatch, "case.join", "they are on the stairs")
    assert "I could not handle your last message." in said(talk.told())
    assert "the bot could not handle a message from the person" in said(talk.desk())
    assert "stairs" not in said(talk.desk())
    assert "Added to your note" in said(await talk.says("hello?"))


async def test_without_one_the_person_alone_hears_of_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await fails(talk, monkeypatch, "level", "Thailand")
    assert talk.told()[-1].startswith("I could not handle your last message.")
    assert talk.desk() == []


@pytest.mark.parametrize("is_wiped", [True, False])
async def test_after_a_wipe_its_words_never_come_back(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, is_wiped: bool
) -> None:
    await open_case(talk)
    await fails(talk, monkeypatch, "case.join", "they are on the stairs")
    assert await kept(talk) == 1
    if is_wiped:
        await talk.says("/wipe")
    assert await kept(talk) == (0 if is_wiped else 1)
    await talk.app.store.run(inbox_worker._try_again)
    await talk.settle()
    assert ("stairs" in said(talk.desk() + talk.told())) != is_wiped


async def test_a_wipe_takes_along_what_is_still_being_tried(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_case(talk)
    with monkeypatch.context() as broken:
        answer_with(broken, "case.join", fail)
        await talk.says("they are on the stairs")
    await talk.says("/wipe")
    await talk.later(minutes=1)
    assert await kept(talk) == 0
    assert "stairs" not in said(talk.desk() + talk.told())


async def test_a_wipe_leaves_the_messages_of_others_alone(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_case(talk)
    await fails(talk, monkeypatch, "case.join", "they are on the stairs")
    await talk.says("hello", who="502")
    await talk.says("/wipe", who="502")
    assert await kept(talk) == 1
