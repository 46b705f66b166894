"""A database that was filled on 1 December 2026 is read by the code of today, whatever is sealed in it.

`house_1.gz` is the SQLite file of `tests/storage/full_house.py` as it was made that day. It is never made anew: what it
holds lies in somebody's database. A form that changes since then is read in both ways.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.storage.aside import count_aside
from bot.storage.keys import survey
from bot.storage.sealed_columns import sealed_by_the_house
from bot.storage.vault import Vault
from tests.storage.full_house import CALLS, DRAFTS, IS_CHECKED, IS_READY, UNSENT, WAITS
from tests.talk import KEY, WITH_BACKUP, FakeClock, Talk

FILE = Path(__file__).with_name("house_1.gz")
CODE = "D56T-1W"
ASIDE = 6
"""Rows that were set aside in it already."""


@pytest.fixture
async def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Talk]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bot.db").write_bytes(gzip.decompress(FILE.read_bytes()))
    clock = FakeClock(datetime(2026, 11, 30, 15, 5, tzinfo=UTC))
    talk = Talk(f"sqlite:///{tmp_path}/bot.db", desk=WITH_BACKUP, clock=clock)
    talk.clock = clock
    yield talk
    await talk.close()


def sealed_in(session: Session) -> dict[str, bool]:
    """Of each sealed column that has a row, whether all of it opens."""
    found: dict[str, bool] = {}
    for column in sealed_by_the_house():
        for row in session.execute(column.table.select()).mappings():
            name = f"{column.table.name}.{column.body.name}"
            body, key = row[column.body.name], row[column.row.name]
            is_open = body == b"" or column.opened(Vault([KEY]), body, key) is not None
            found[name] = found.get(name, True) and is_open
    return found


async def test_all_that_was_sealed_then_opens_today(talk: Talk) -> None:
    found = await talk.app.store.run(sealed_in)
    assert set(found) >= {"inbox.body", "outbox.body", "person.body", "sealed.body"}
    assert all(found.values()), found
    state = await talk.app.store.run(lambda session: survey(session, Vault([KEY])))
    assert (state.older, state.missing, state.damaged) == ([], [], [])


async def test_everybody_goes_on_where_they_stood(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        await talk.later(minutes=2)
    assert [record.getMessage() for record in caplog.records] == []
    assert "Vietnam" in "".join(talk.told(UNSENT)), "what waited to be sent is sent"
    assert talk.told(WAITS), "what waited to be handled is handled"
    assert await talk.app.store.run(count_aside) == ASIDE, "no row is damaged"


async def test_what_was_begun_is_remembered(talk: Talk) -> None:
    assert "two men at the gate" in (await talk.says("and a car", who=DRAFTS))[0]
    assert "The number of your note is" in (await talk.says("SOS they follow me", who=IS_READY))[0]
    await talk.later(minutes=90)
    assert "Check-in: are you all right?" in talk.told(IS_CHECKED)[0]
    await talk.later(minutes=15)
    assert "I went to the station" in "".join(talk.desk())


async def test_an_open_case_is_whole_and_calls(talk: Talk) -> None:
    await talk.later(minutes=2)  # what is for its desk waits for a try that failed
    shown = "".join(await talk.staff_says(f"/show {CODE}"))
    assert "they are here" in shown
    assert "Stay inside." in shown
    await talk.staff_says(f"/r {CODE} We are coming.")
    assert "We are coming." in talk.told(CALLS)[-1]
    before = len(talk.desk())
    await talk.later(hours=5)
    assert any(f"<b>{CODE}</b>: still open" in post for post in talk.desk()[before:])
