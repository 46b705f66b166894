"""A damaged value, in whatever column of whatever table, silences nobody."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary
from sqlmodel import Session

from bot.storage.engines import open_engine
from tests.poison.damage import Damage, every_damage
from tests.prepared import empty_database
from tests.storage import full_house
from tests.talk import KEY, Talk, code_in

PERSONS = [f"50{number}" for number in range(1, 10)]
"""Those of the full house, whatever stands open for them."""
STRANGER = "900"
TOLD_ANYHOW = ("pager: ", "keys: ")
"""Of a case that nobody acknowledges, and at every start."""
MAY_NAME_ANOTHER_CASE = ("sos_case.code", "alarm.name")


@dataclass
class Filled:
    """A full house as it was left."""

    file: bytes
    moment: datetime
    code: str
    """Of the case that is open."""

    def spoil(self, folder: Path, damage: Damage) -> int:
        """The number of rows that are damaged now: none if the database refuses such a value."""
        (folder / "bot.db").write_bytes(self.file)
        engine = open_engine(_url(folder))
        with Session(engine) as session, session.begin():
            spoilt = damage.do(session, self.code)
        engine.dispose()
        return spoilt

    def open(self, folder: Path) -> Talk:
        """The same house at work again, with nothing on the screens."""
        before = Talk()
        before.clock.moment = self.moment
        before._updates = itertools.count(10_000)  # after all that was seen
        return full_house.open_house(_url(folder), [KEY], before)


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/bot.db"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "bot.db").write_bytes(empty_database())

    async def fill() -> tuple[datetime, str]:
        house = await full_house.fill(_url(folder), [KEY])
        await house.talk.close()
        return house.talk.clock.moment, house.code

    moment, code = asyncio.run(fill())
    return Filled((folder / "bot.db").read_bytes(), moment, code)


def _tried() -> list[Damage]:
    """One way for each column, a different one for the next; all of them with POISON=all (`make poison`)."""
    if os.environ.get("POISON") == "all":
        return [damage for ways in every_damage() for damage in ways]
    return [ways[number % len(ways)] for number, ways in enumerate(every_damage())]


@pytest.mark.untraced
@pytest.mark.parametrize("damage", _tried(), ids=str)
async def test_nobody_is_silenced(
    damage: Damage, filled: Filled, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if (spoilt := filled.spoil(tmp_path, damage)) == 0:
        return
    talk = filled.open(tmp_path)
    try:
        called = await _all_are_heard(talk)
        assert filled.code in called or str(damage.column) in MAY_NAME_ANOTHER_CASE
    finally:
        await talk.close()
    told = Counter(record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL)
    assert {line: times for line, times in told.items() if times > spoilt and not line.startswith(TOLD_ANYHOW)} == {}


async def test_all_that_is_sealed_may_be_damaged_at_once(url: str) -> None:
    """A row of each table, on each database."""
    house = await full_house.fill(url, [KEY])
    sealed = [ways[0] for ways in every_damage() if isinstance(ways[0].column.type, LargeBinary)]
    for damage in sealed:
        assert await house.talk.app.store.run(partial(damage.do, code=house.code))
    await house.restart([KEY])
    house.talk.messenger.trouble = lambda _parcel: None
    try:
        assert house.code in await _all_are_heard(house.talk)
    finally:
        await house.talk.close()


async def _all_are_heard(talk: Talk) -> str:
    """All that the desks are shown in the end."""
    code = await _a_stranger_is_heard(talk)
    already = Counter(shown.chat for shown in talk.messenger.shown)
    await talk.app.inbox.keep([talk.received(person, person, "Thailand") for person in PERSONS])
    await talk.settle()
    now = Counter(shown.chat for shown in talk.messenger.shown)
    assert [person for person in PERSONS if now[person] == already[person]] == []
    called = await _called(talk, minutes=45)
    assert code in called
    return called


async def _a_stranger_is_heard(talk: Talk) -> str:
    """The code of their case, of which they have a receipt, and which the desk sees."""
    await talk.says("SOS a stranger calls", who=STRANGER)
    code = code_in(await talk.chooses("Send", who=STRANGER))
    await _pass(talk, seconds=10)
    assert code in "".join(talk.desk())
    return code


async def _called(talk: Talk, minutes: int) -> str:
    """All that the desks are shown while this time goes by."""
    before = len(talk.messenger.shown)
    for _ in range(minutes // 15):
        await _pass(talk, seconds=15 * 60)
    return "".join(shown.text for shown in talk.messenger.shown[before:] if shown.chat.startswith("-"))


async def _pass(talk: Talk, seconds: int) -> None:
    """Also where an event fails and stays due, over which `later` would not come."""
    talk.clock.forward(seconds=seconds)
    await talk.settle()
