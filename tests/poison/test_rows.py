"""A damaged value, in whatever column of whatever table, silences nobody."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary
from sqlmodel import Session

from bot.jobs.scheduler import MEND_SECONDS
from bot.storage.engines import open_engine
from tests.poison.damage import Damage, every_damage
from tests.postgres import template
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

    copy: Callable[[Path], AbstractContextManager[str]]
    """Makes a database of its own that is the same, and tells its URL."""
    moment: datetime
    code: str
    """Of the case that is open."""

    def open(self, url: str) -> Talk:
        """The same house at work again, with nothing on the screens."""
        before = Talk()
        before.clock.moment = self.moment
        before._updates = itertools.count(10_000)  # after all that was seen
        return full_house.open_house(url, [KEY], before)

    def spoil(self, url: str, damage: Damage) -> int:
        """The number of rows that are damaged now: none if the database refuses such a value."""
        engine = open_engine(url)
        with Session(engine) as session, session.begin():
            spoilt = damage.do(session, self.code)
        engine.dispose()
        return spoilt


def _filled(url: str, copy: Callable[[Path], AbstractContextManager[str]]) -> Filled:
    async def fill() -> Filled:
        house = await full_house.fill(url, [KEY])
        await house.talk.close()
        return Filled(copy, house.talk.clock.moment, house.code)

    return asyncio.run(fill())


@pytest.fixture(scope="module")
def in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    file = tmp_path_factory.mktemp("filled") / "bot.db"
    file.write_bytes(empty_database())

    @contextmanager
    def copied(folder: Path) -> Iterator[str]:
        (folder / "bot.db").write_bytes(file.read_bytes())
        yield f"sqlite:///{folder}/bot.db"

    return _filled(f"sqlite:///{file}", copied)


@pytest.fixture(scope="module")
def at_a_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with pytest.MonkeyPatch.context() as patch, template() as (url, copied):
        patch.chdir(tmp_path_factory.mktemp("beside"))
        yield _filled(url, lambda _folder: copied())


def _tried(every: int, *, is_of_kind: bool) -> list[tuple[Damage, bool]]:
    """One way for every so many columns, a different one for the next, before a start or while the bot is at work; all
    of them, both, with POISON=all (`make poison`). `is_of_kind`: only what any database can hold."""
    columns = [[damage for damage in ways if damage.is_of_kind or not is_of_kind] for ways in every_damage()]
    if os.environ.get("POISON") == "all":
        return [(damage, at_work) for ways in columns for damage in ways for at_work in (False, True)]
    return [(ways[number % len(ways)], number // every % 2 == 0) for number, ways in enumerate(columns[::every])]


def _called(tried: tuple[Damage, bool]) -> str:
    return f"{tried[0]} {'at work' if tried[1] else 'before'}"


@pytest.mark.parametrize("tried", _tried(3, is_of_kind=False), ids=_called)
async def test_nobody_is_silenced(tried: tuple[Damage, bool], in_a_file: Filled, evidence: Evidence) -> None:
    await _is_borne(*tried, in_a_file, evidence)


@pytest.mark.parametrize("tried", _tried(20, is_of_kind=True), ids=_called)
async def test_nobody_is_silenced_on_postgresql(
    tried: tuple[Damage, bool], at_a_server: Filled, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(evidence.folder)
    await _is_borne(*tried, at_a_server, evidence)


@dataclass
class Evidence:
    """What a try leaves behind."""

    folder: Path
    logged: pytest.LogCaptureFixture
    note: Callable[[str, object], None]
    """Keeps a figure, by name (`tests/poison/conftest.py` shows the slowest)."""


@pytest.fixture
def evidence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, record_property: Callable[[str, object], None]
) -> Evidence:
    return Evidence(tmp_path, caplog, record_property)


async def _is_borne(damage: Damage, is_at_work: bool, filled: Filled, evidence: Evidence) -> None:
    with filled.copy(evidence.folder) as url:
        spoilt = 0 if is_at_work else filled.spoil(url, damage)
        talk = filled.open(url)
        try:
            spoilt += await talk.app.store.run(partial(damage.do, code=filled.code)) if is_at_work else 0
            called = await _all_are_heard(talk, evidence.note)
            assert filled.code in called or str(damage.column) in MAY_NAME_ANOTHER_CASE
        finally:
            await talk.close()
    records = [record.getMessage() for record in evidence.logged.records if record.levelno == logging.CRITICAL]
    told = Counter(line for line in records if not line.startswith(TOLD_ANYHOW))
    assert {line: times for line, times in told.items() if times > spoilt} == {}


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


async def _all_are_heard(talk: Talk, note: Callable[[str, object], None] = lambda *_: None) -> str:
    """All that the desks are shown in the end."""
    code = await _a_stranger_is_heard(talk, note)
    already = Counter(shown.chat for shown in talk.messenger.shown)
    await talk.app.inbox.keep([talk.received(person, person, "Thailand") for person in PERSONS])
    await talk.settle()
    await _pass(talk, seconds=60)
    now = Counter(shown.chat for shown in talk.messenger.shown)
    assert [person for person in PERSONS if now[person] == already[person]] == []
    shown = await _shown(talk, minutes=45)
    assert code in shown
    return shown


async def _a_stranger_is_heard(talk: Talk, note: Callable[[str, object], None]) -> str:
    """The code of their case, of which they have a receipt, and which the desk sees."""
    began = time.monotonic()
    await talk.says("SOS a stranger calls", who=STRANGER)
    code = code_in(await talk.chooses("Send", who=STRANGER))
    note("receipt", time.monotonic() - began)
    if code not in "".join(talk.desk()):
        await _pass(talk, seconds=10)
    note("desk", time.monotonic() - began)
    assert code in "".join(talk.desk())
    return code


async def _shown(talk: Talk, minutes: int) -> str:
    """All that the desks are shown while this time goes by."""
    before = len(talk.messenger.shown)
    for _ in range(minutes // 15):
        await _pass(talk, seconds=15 * 60)
    return "".join(shown.text for shown in talk.messenger.shown[before:] if shown.chat.startswith("-"))


async def _pass(talk: Talk, seconds: int) -> None:
    """Also where an event fails and stays due, over which `later` would not come."""
    talk.clock.forward(seconds=seconds)
    if seconds >= MEND_SECONDS:
        await talk.app.store.run(talk.app.scheduler.mend)
    await talk.settle()
