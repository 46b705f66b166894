"""A note is as long as it must be: nothing of it is dropped, and what can't be held is named."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlmodel import select

from bot.messengers.contract import Act, DeliveryError, Event, Parcel, Trouble
from bot.storage.tables import OutboxRow
from handlers.sos import bounds
from tests.conversations.test_flows import said
from tests.talk import DESK, Talk, code_in


def numbered(count: int, letter: str = "w") -> str:
    """Words whose every one can be missed."""
    return " ".join(f"{letter}{number:05}" for number in range(count))


def words_in(texts: list[str], letter: str = "w") -> list[str]:
    return re.findall(rf"{letter}\d{{5}}", said(texts))


@pytest.mark.parametrize("count", [1_800, 6_000])
async def test_a_long_first_note_arrives_whole_and_in_order(talk: Talk, count: int) -> None:
    shown = await talk.says(f"SOS {numbered(count)}")
    assert words_in(shown) == numbered(count).split(), "the preview is what is sent"
    await talk.chooses("Send")
    assert words_in(talk.desk()) == numbered(count).split()


async def test_many_photos_and_words_in_one_first_message(talk: Talk) -> None:
    shown = await talk.says(f"SOS room 5 {numbered(2_000)}", photos=tuple(f"p{number}" for number in range(12)))
    assert "12 photos" in said(shown)
    await talk.chooses("Send")
    assert "room 5" in said(talk.desk())
    assert words_in(talk.desk())[-1] == "w01999"
    assert sum(text.endswith(": a photo") for text in talk.desk()) == 12


async def test_an_album_that_comes_as_a_message_for_each_photo(talk: Talk) -> None:
    await talk.says("SOS look at them", photos=("p",))
    for number in range(13):
        await talk.says("", photos=(f"p{number}",))
    await talk.chooses("Send")
    assert sum(text.endswith(": a photo") for text in talk.desk()) == 14


async def test_whoever_is_ready_is_heard_at_any_length(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")
    await talk.says(f"SOS {numbered(2_100)}", photos=tuple(f"p{number}" for number in range(12)))
    assert words_in(talk.desk()) == numbered(2_100).split()
    assert sum(text.endswith(": a photo") for text in talk.desk()) == 12


@pytest.mark.parametrize("is_ready", [False, True])
async def test_what_is_too_much_is_named_and_all_before_it_stays(
    talk: Talk, is_ready: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_WORDS", 60)
    monkeypatch.setattr(bounds, "MOST_PHOTOS", 3)
    if is_ready:
        await talk.says("/ready")
        await talk.chooses("I agree")
    told = await talk.says(f"SOS {numbered(12)}", photos=("a", "b", "c", "d", "e"))
    assert "The last 23 characters of your last message were left out" in said(told)
    assert "2 photos were left out" in said(told)
    if not is_ready:
        assert "one more thing" not in said(await talk.says("one more thing")), "it is full"
        await talk.chooses("Send")
    assert words_in(talk.desk()) == numbered(8).split()
    assert sum(text.endswith(": a photo") for text in talk.desk()) == 3


async def test_an_edit_of_a_full_draft_has_the_room_of_what_it_replaces(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_WORDS", 21)
    await talk.says("SOS men at the front dor", message="77")
    [shown] = await talk.says("SOS men at the back doors", message="77", event=Event.EDIT)
    assert "left out" not in shown
    assert "men at the back doors" in shown


async def test_each_part_is_a_message_of_its_own_with_its_heading(talk: Talk) -> None:
    await talk.says(f"SOS {numbered(1_200)}")
    code = code_in(await talk.chooses("Send"))
    parts = [shown for shown in talk.messenger.shown if shown.chat == DESK]
    headings = [shown.text.partition("\n")[0] for shown in parts]
    assert headings == [f"<b>SOS {code}</b> ({number} of {len(parts)})" for number in range(1, len(parts) + 1)]
    assert [bool(shown.parcel.buttons) for shown in parts] == [False] * (len(parts) - 1) + [True]
    assert "The team has your note" in talk.told()[-1]


def refuses(word: str, trouble: Trouble, times: int = 1_000) -> Callable[[Parcel], DeliveryError | None]:
    """A desk that does not take what holds this word."""
    left = [times]

    def answer(parcel: Parcel) -> DeliveryError | None:
        if parcel.chat != DESK or word not in parcel.words or not left[0]:
            return None
        left[0] -= 1
        return DeliveryError(trouble)

    return answer


FAILURES = [Trouble.UNKNOWN, Trouble.UNREACHABLE, Trouble.SLOW_DOWN, Trouble.REFUSED, Trouble.GONE]


@pytest.mark.parametrize("trouble", FAILURES)
async def test_a_part_that_fails_is_tried_again_and_no_part_before_it(talk: Talk, trouble: Trouble) -> None:
    await talk.says(f"SOS {numbered(1_200)}")
    talk.messenger.trouble = refuses("w01100", trouble, times=3)
    await talk.chooses("Send")
    assert "The team has your note" not in talk.told()[-1], "it has not all of it"
    for _ in range(10):
        await talk.later(minutes=1)
    assert sum("w00000" in text for text in talk.desk()) == 1
    assert words_in(talk.desk()) == numbered(1_200).split()


@pytest.mark.parametrize("trouble", [Trouble.UNKNOWN, Trouble.REFUSED, Trouble.TOPIC_GONE])
@pytest.mark.parametrize("messenger", ["telegram"])
async def test_a_part_that_is_never_taken_ends_when_the_case_is_closed(talk: Talk, trouble: Trouble) -> None:
    talk.messenger.is_forum = True
    await talk.says(f"SOS {numbered(1_200)}")
    talk.messenger.trouble = refuses("w01100", trouble)
    code = code_in(await talk.chooses("Send"))
    for _ in range(30):
        await talk.later(minutes=1)
    assert sum("w00000" in text for text in talk.desk()) <= 4, "a part that was taken is not posted without end"
    topics = sum(parcel.act is Act.OPEN_TOPIC for parcel in talk.messenger.acts)
    assert topics <= 5
    await talk.staff_says(f"/close {code} done")
    for _ in range(3):
        await talk.later(minutes=2)
    left = await talk.app.store.run(lambda session: session.execute(select(OutboxRow.code)).all())
    assert len(left) == 0


async def test_a_newer_preview_takes_the_place_of_all_parts_of_the_older(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.words else None
    await talk.says("SOS men at the door")
    await talk.says(numbered(1_200))
    talk.messenger.trouble = lambda _parcel: None
    await talk.says("that is all")
    await talk.later(minutes=2)
    assert words_in(talk.told()) == numbered(1_200).split()
