"""An edit that changes nothing does nothing, however often it comes; one that changes something is heard once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.messengers.contract import Event
from bot.routing import contents
from handlers.model.messages import Kind
from tests.conversations.test_flows import closed_case, open_case, ready, said
from tests.talk import Talk

Content = dict[str, Any]
CONTENTS = [
    {"text": "SOS they follow me"},
    {"text": "SOS look", "photos": ("p",)},
    {"text": "SOS", "kind": Kind.POINT, "latitude": 13.7, "longitude": 100.5},
]


Writes = Callable[[Talk, Content], Awaitable[list[str]]]


async def writes(talk: Talk, content: Content, **more: Any) -> list[str]:
    values = {"message": "900", **content, **more}
    return await talk.says(str(values.pop("text")), **values)


async def edits(talk: Talk, content: Content, revision: str = "901") -> list[str]:
    return await writes(talk, content, event=Event.EDIT, revision=revision)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("is_ready", [False, True])
async def test_after_the_end_an_edit_that_changes_nothing_opens_nothing(
    talk: Talk, content: Content, is_ready: bool
) -> None:
    if is_ready:
        await ready(talk)
    await writes(talk, content)
    if not is_ready:
        await talk.chooses("Send")
    [case] = await talk.open_cases()
    await talk.staff_says(f"/close {case.code} done")
    posts, told = talk.desk(), talk.told()
    for revision in ("901", "902"):
        await edits(talk, content, revision)
    assert (talk.desk(), talk.told()) == (posts, told)
    assert list(await talk.open_cases()) == []


@pytest.mark.parametrize("content", CONTENTS)
async def test_in_an_open_case_a_change_is_told_once(talk: Talk, content: Content) -> None:
    await open_case(talk)
    await writes(talk, content)
    changed = {**content, "text": "SOS the back door"}
    posts = len(talk.desk())
    await edits(talk, content)
    assert len(talk.desk()) == posts
    await edits(talk, changed)
    assert "back door" in said(talk.desk()[posts:])
    posts = len(talk.desk())
    await edits(talk, changed, "902")
    assert await writes(talk, changed, message="901", event=Event.EDIT, revision="903") == []
    assert len(talk.desk()) == posts


async def test_an_edit_back_to_the_first_words_is_a_change(talk: Talk) -> None:
    await open_case(talk)
    for text in ("front door", "back door", "front door"):
        await (writes if not talk.desk()[-1].endswith("door") else edits)(talk, {"text": text})
        assert talk.desk()[-1].endswith(text)


async def test_whoever_is_ready_calls_by_no_edit_of_what_is_not_known_any_more(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(talk)
    await closed_case(talk)
    monkeypatch.setattr(contents, "MOST_CONTENTS", 1)
    await talk.says("Thailand")
    posts = talk.desk()
    await edits(talk, {"text": "SOS the case"})
    assert list(await talk.open_cases()) == []
    assert talk.desk() == posts
    assert "Send" in talk.labels()


@pytest.mark.only_on("telegram", "on Signal an old list can't be chosen from any more")
@pytest.mark.parametrize("again", [writes, edits])
async def test_the_same_words_again_leave_send_as_it_is(talk: Talk, again: Writes) -> None:
    await writes(talk, {"text": "SOS men at the door"})
    shown, button = talk.button("Send", "501")
    await again(talk, {"text": "SOS men at the door"})
    await talk.hear(talk.pressed(button.token, message=shown.reference))
    assert talk.desk()[-1].endswith("\n\nmen at the door")


@pytest.mark.only_on("telegram", "on Signal an old list can't be chosen from any more")
async def test_other_words_make_send_old(talk: Talk) -> None:
    await writes(talk, {"text": "SOS men at the door"})
    shown, button = talk.button("Send", "501")
    await writes(talk, {"text": "they have knives"})
    await talk.hear(talk.pressed(button.token, message=shown.reference))
    assert "you changed your note after that button" in talk.told()[-1]
    assert talk.desk() == []


async def test_one_of_two_same_messages_can_be_deleted(talk: Talk) -> None:
    await writes(talk, {"text": "SOS men at the door"})
    await writes(talk, {"text": "SOS men at the door"}, message="905")
    await talk.says("", message="905", event=Event.RETRACTED)
    await talk.chooses("Send")
    assert talk.desk()[-1].endswith("\n\nmen at the door")
