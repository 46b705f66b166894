"""Of a message with several contents nothing is dropped without a word, to either side."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.model.messages import Kind
from tests.conversations.test_flows import draft, open_case, said
from tests.talk import Talk


async def test_each_thing_that_is_not_passed_on_is_named(talk: Talk) -> None:
    await open_case(talk)
    others = (Kind.DOCUMENT, Kind.CONTACT)
    told = said(await talk.says("these are they", kind=Kind.VOICE, others=others, photos=("a", "b")))
    for sentence in ("Voice messages are not passed on", "Videos and files are not", "Contact cards are not"):
        assert sentence in told
    assert "Added to your note" in told
    assert "something that can't be passed on" in said(talk.desk())
    assert said(talk.desk()).count(": a photo") == 2


async def test_what_stands_beside_a_place_is_passed_on_or_named(talk: Talk) -> None:
    await draft(talk)
    told = said(await talk.sends(Kind.POINT, latitude=13.7, longitude=100.5, photos=("a",), others=(Kind.VIDEO,)))
    assert "Videos and files are not passed on" in told
    assert "1 photo" in told
    assert "Your location" in told


@pytest.mark.parametrize("state", ["fresh", "draft", "case"])
async def test_an_unknown_kind_is_answered(talk: Talk, state: str) -> None:
    await (draft(talk) if state == "draft" else open_case(talk) if state == "case" else talk.says("Thailand"))
    posts = len(talk.desk())
    assert await talk.sends(Kind.OTHER)
    assert (len(talk.desk()) > posts) == (state == "case")


async def test_the_picture_of_a_map_is_named_to_the_person_alone(talk: Talk) -> None:
    await open_case(talk)
    place: dict[str, Any] = {"latitude": 13.7, "longitude": 100.5, "others": (Kind.MAP_PICTURE,)}
    assert "The picture of the map is not passed on" in said(await talk.sends(Kind.POINT, **place))
    assert "can't be passed on" not in said(talk.desk())


async def test_the_end_of_a_long_text_is_asked_for_again(talk: Talk) -> None:
    await open_case(talk)
    told = said(await talk.says("the beginning", kind=Kind.LONG_TEXT))
    assert "I could not read the end of your last message" in told
    assert "The end of this message could not be read" in talk.desk()[-1]
    assert talk.desk()[-1].endswith("the beginning")


@pytest.mark.parametrize("caption", ["look at them", "Thailand", "updates"])
async def test_a_photo_outside_of_a_note_keeps_its_caption_and_is_offered_to_be_sent(talk: Talk, caption: str) -> None:
    told = await talk.says(caption, kind=Kind.PHOTO, photos=("a",))
    assert "1 photo" in said(told)
    assert caption in said(told)
    await talk.chooses("Send")
    assert caption in said(talk.desk())
    assert talk.desk()[-1].endswith(": a photo")


async def test_a_message_that_comes_again_was_not_lost(talk: Talk) -> None:
    await open_case(talk)
    posts = len(talk.desk())
    assert await talk.sends(Kind.UNREADABLE, message="77", wait=20) == []
    await talk.says("second floor", message="77")
    await talk.later(minutes=1)
    assert "could not be read" not in said(talk.told())
    assert len(talk.desk()) == posts + 1


async def test_a_message_that_never_comes_again_is_asked_for(talk: Talk) -> None:
    await open_case(talk)
    await talk.sends(Kind.UNREADABLE, message="77", wait=20)
    await talk.says("another one", message="78")
    await talk.later(minutes=1)
    assert "I could not read your last message" in said(talk.told())
    assert "could not be read" in talk.desk()[-1]


async def test_what_staff_could_not_be_read_is_not_asked_for(talk: Talk) -> None:
    assert await talk.sends(Kind.UNREADABLE, who="71") == []
