"""Who sees what, with person and desk at any messenger: both real adapters in one process."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.messengers.conftest import Running
from tests.messengers.doors import DOORS, Door
from tests.messengers.test_whole_way import jpeg_with_a_place
from tests.talk import MESSENGERS

# A backup desk is a column more. "words": all that the person passed on, with photos and places; "notice": only that
# they wrote; the person is told which of the two it will be.
TABLE = """
person    desk      downgrade  sees
telegram  telegram  no         words
telegram  telegram  allowed    words
telegram  signal    no         words
telegram  signal    allowed    words
signal    signal    no         words
signal    signal    allowed    words
signal    telegram  no         notice
signal    telegram  allowed    words
"""
CASES = [dict(zip(TABLE.split()[:4], line.split(), strict=True)) for line in TABLE.strip().splitlines()[1:]]
STAYS = "your words, photos and location are not shown there"
SECRETS = ("two men", "at the back", "the north gate", "their car", "13.75", "13.76", "I am safe")


@dataclass
class Played:
    """A bot at work between the two doors, and what a row of the table promises."""

    person: Door
    desk: Door
    sees: str

    @property
    def is_hidden(self) -> bool:
        return self.sees == "notice"

    async def opens_case(self) -> str:
        """A note with words, a photo and a place; returns its code."""
        self.person.says("SOS two men")
        preview = "the team sees that you wrote, but not what" if self.is_hidden else "Not sent yet"
        await self.person.hears(preview)
        self.person.sends_photo(jpeg_with_a_place(), "their car")
        await self.person.hears("their car")
        self.person.sends_place(13.756331, 100.501762)
        await self.person.server.wait_until(lambda: "Exact location" in self.person.newest_choices())
        self.person.chooses("Send")
        receipt = await self.person.hears("The number of your note is")
        await self.person.hears("The team knows that you wrote" if self.is_hidden else "The team has your note")
        found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{2}", receipt)
        assert found
        await self.desk.desk_hears(f"SOS {found[0]}")
        return found[0]


@pytest.fixture(params=CASES, ids=[" ".join(case.values()) for case in CASES])
async def played(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Played]:
    row = request.param
    doors = {name: await DOORS[name].open() for name in MESSENGERS}
    allows = row["downgrade"] == "allowed"
    running = Running(f"sqlite:///{tmp_path}/bot.db", *doors.values(), desk=doors[row["desk"]], allows_downgrade=allows)
    running.begin()
    await running.is_heard()
    yield Played(doors[row["person"]], doors[row["desk"]], row["sees"])
    await running.end()
    for door in doors.values():
        await door.close()


async def test_each_sees_what_the_table_says(played: Played) -> None:
    person, desk = played.person, played.desk
    code = await played.opens_case()
    message = person.says("at the bakc")
    await person.hears("Added to your note")
    person.edits(message, "at the back, the north gate")
    await desk.desk_hears("The person changed an earlier message.")
    desk.staff_says("/r Stay inside.", quotes=f"SOS {code}")
    await person.hears("Stay inside.")
    await desk.desk_hears("delivered")
    person.says("I am safe")
    await desk.desk_hears("the person says they are safe")
    desk.staff_says(f"/close {code} reason of the team")
    await person.hears("has closed your note")
    if not played.is_hidden:
        await desk.server.wait_until(lambda: len(desk.photos()) == 1)

    told, posts = "\n".join(person.told()), "\n".join(desk.posts())
    assert "reason of the team" not in told
    assert (STAYS in told) is played.is_hidden
    assert ("The words were written on Signal and are not shown on Telegram." in posts) is played.is_hidden
    assert len(desk.photos()) == (0 if played.is_hidden else 1)
    for shown in ("two men", "their car", "the north gate", "13.76, 100.50"):
        assert (shown in posts) is not played.is_hidden, shown
    if played.is_hidden:
        assert not [secret for secret in SECRETS if secret in posts]
    assert not [secret for secret in person.secrets if secret in posts]
    assert "13.7563" not in posts


async def test_wipe_takes_the_note_back_from_wherever_the_desk_is(played: Played) -> None:
    code = await played.opens_case()
    played.person.says("/wipe")
    await played.desk.desk_hears("the person withdrew")
    played.desk.staff_says(f"/r {code} hello")
    await played.desk.desk_hears("there is no address any more")
    await played.person.server.wait_until(lambda: len(played.person.told()) == 1)
