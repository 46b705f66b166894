"""A photo that its messenger withholds: asked for again for a while, then told to both sides."""

from __future__ import annotations

import re

import pytest

from bot.delivery import photo_tries
from tests.fakes import signal_state, telegram_state
from tests.messengers.doors import Door, SignalDoor, TelegramDoor
from tests.messengers.test_photos import picture

PHOTO = picture("JPEG")
LOST = "could not be shown to the team"
IN_ITS_PLACE = "(The photo could not be passed on.)"


async def opened(door: Door) -> None:
    door.says("SOS they are at the door")
    await door.hears("Send")
    door.chooses("Send")
    await door.hears("Saved")
    await door.desk_hears("they are at the door")


def withholds(door: Door, times: int, by: str = "call") -> None:
    """The next calls for a file are refused, in one of the ways that pass."""
    if isinstance(door, TelegramDoor):
        text = "Bad Request: wrong file_id or the file is temporarily unavailable"
        if by == "link":
            door.server.lost_files.add("photo-1")
        else:
            for _ in range(times):
                door.server.next("getFile", telegram_state.Fault("refuse", 400, text))
    else:
        status = 400 if by == "call" else 404
        door.server.next("attachment", signal_state.Fault("refuse", status, "No attachment with that name"), times)


@pytest.mark.parametrize("by", ["call", "link"])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_photo_that_is_withheld_for_a_moment_arrives(door: Door, by: str, times: int) -> None:
    await opened(door)
    withholds(door, times, by)
    door.sends_photo(PHOTO)
    await door.hears("Added to your note")
    if isinstance(door, TelegramDoor) and by == "link":
        await door.server.wait_until(lambda: door.methods().count("getFile") == times)
        door.server.lost_files.clear()
    await door.server.wait_until(lambda: len(door.photos()) == 1)
    assert not [text for text in [*door.told(), *door.posts()] if "could not be" in text]


def asked(door: Door) -> int:
    """How often the bot asked for a file."""
    if isinstance(door, TelegramDoor):
        return door.methods().count("getFile")
    assert isinstance(door, SignalDoor)
    return sum(action == "attachment" for action, _ in door.server.calls)


async def test_one_that_stays_withheld_is_told_to_both_sides_and_no_longer_asked_for(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_tries, "WITHHELD_SECONDS", 0.5)
    await opened(door)
    withholds(door, 20)
    door.sends_photo(PHOTO, "their number plate")
    await door.desk_hears(IN_ITS_PLACE)
    await door.hears(LOST)
    assert door.photos() == []
    assert asked(door) == photo_tries.LEAST_FETCHES
    door.says("it was a white car")
    await door.desk_hears("a white car")
    assert sum(LOST in text for text in door.told()) == 1
    assert asked(door) == photo_tries.LEAST_FETCHES


async def test_a_photo_is_no_longer_asked_for_once_its_case_is_closed(door: Door) -> None:
    await opened(door)
    withholds(door, 20)
    door.sends_photo(PHOTO)
    await door.server.wait_until(lambda: asked(door) >= 1)
    [code] = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{2}", await door.hears("Added to your note"))
    door.staff_says(f"/close {code} it was nothing")
    await door.hears("has closed your note")
    await door.desk_hears(IN_ITS_PLACE)
    so_often = asked(door)
    await door.is_heard()
    door.says("Thailand")
    await door.hears("Black")
    assert asked(door) == so_often
    assert not any(LOST in text for text in door.told())
