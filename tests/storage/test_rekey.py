"""A new key: everything is sealed anew under it, whatever happens meanwhile, and then the old one may go."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from sqlalchemy import event, select, text
from sqlmodel import Session, SQLModel, col

import bot.storage.sealed_columns as columns
from bot.messengers.contract import Act, challenge_name
from bot.repositories.drills import read_drill
from bot.storage import migrations, rekey
from bot.storage.engines import open_engine
from bot.storage.keys import survey
from bot.storage.rekey import keep_resealing, reseal
from bot.storage.sealed_columns import UndeclaredError, sealed_by_the_house
from bot.storage.sealing import read_sealed
from bot.storage.store import Job, Store
from bot.storage.tables import SealedBy, TraceRow
from bot.storage.vault import Vault, VaultError, new_key
from tests.storage import full_house
from tests.storage.full_house import FullHouse
from tests.talk import BACKUP, DESK, OTHER_STAFF, Talk

T = TypeVar("T")
OLD, NEW, NEWEST = (new_key() for _ in range(3))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "PAUSE_SECONDS", 0.0)


@pytest.fixture
async def house(url: str) -> AsyncIterator[FullHouse]:
    house = await full_house.fill(url, [OLD])
    yield house
    await house.talk.close()


async def unreadable(store: Store, *keys: bytes) -> list[str]:
    """The tables of all rows that don't open with these keys, found without what the tables say of themselves."""
    return await store.run(lambda session: list(_unreadable(session, Vault(keys))))


def _unreadable(session: Session, vault: Vault) -> Iterator[str]:
    case_keys = {row["code"]: row["body"] for row in _rows(session, "case_key")}
    for name in SQLModel.metadata.tables:
        for row in _rows(session, name):
            code = str(row.get("code", ""))
            sealed_key = case_keys.get(code)
            own = _opened(vault, sealed_key, "case_key", [code]) if sealed_key else None
            vaults = [vault, Vault([own])] if own else [vault]
            bodies = [value for value in row.values() if isinstance(value, bytes) and value]
            names = [value for value in row.values() if isinstance(value, str)]
            if any(all(_opened(one, body, name, names) is None for one in vaults) for body in bodies):
                yield name


def _rows(session: Session, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(SQLModel.metadata.tables[name])).mappings()]


def _opened(vault: Vault, body: bytes, table: str, names: list[str]) -> bytes | None:
    for name in names:
        try:
            return vault.open(body, table, name)
        except VaultError:
            continue
    return None


async def every_kind_is_there(house: FullHouse) -> None:
    """A table or a name of a sealed value that is new here is to be made in `full_house`."""
    counts = await house.talk.app.store.run(
        lambda session: {name: len(_rows(session, name)) for name in SQLModel.metadata.tables}
    )
    assert {name for name, number in counts.items() if not number} == set()
    names = await full_house.names_of_sealed(house.talk)
    assert names == {"tag", "key", "warned", "shifts", "drill", "slot", "desk", "signal", "suspended", "confirmed"}
    assert await unreadable(house.talk.app.store, OLD) == []
    assert await unreadable(house.talk.app.store, NEW) != []


async def test_three_keys_in_turn_leave_nothing_unreadable_and_everything_goes_on(house: FullHouse) -> None:
    await every_kind_is_there(house)
    for old, new in itertools.pairwise((OLD, NEW, NEWEST)):
        await house.restart([new, old])
        sealing = house.talk.app.sealing
        assert await unreadable(house.talk.app.store, new, old) == []
        done = await reseal(house.talk.app.store, sealing.vault)
        assert done.rows > 50
        assert (done.held, done.unopened) == (0, 0)
        assert (await reseal(house.talk.app.store, sealing.vault)).rows == 0, "there is nothing left to do"
        await house.restart([new])
        assert await unreadable(house.talk.app.store, new) == []
    await everything_goes_on(house)


async def everything_goes_on(house: FullHouse) -> None:
    await what_waited_goes_out(house.talk)
    await the_open_case_is_whole(house.talk, house.code)
    await staff_are_who_they_were(house.talk, house.code)
    await persons_are_known(house.talk)


async def what_waited_goes_out(talk: Talk) -> None:
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=1)
    await talk.settle()
    assert "Vietnam" in talk.told(full_house.UNSENT)[-1]
    assert "Laos" in talk.told(full_house.WAITS)[-1]
    assert len([shown for shown in talk.messenger.shown if shown.chat == DESK and shown.parcel.photo]) == 2


async def the_open_case_is_whole(talk: Talk, code: str) -> None:
    await talk.says("still here", who=full_house.CALLS)
    assert talk.desk()[-1].endswith("still here")
    assert "delivered" in (await talk.staff_says(f"/r {code} We come."))[-1]
    record = "".join(await talk.staff_says(f"/show {code}"))
    assert all(words in record for words in ("they are here", "Stay inside.", "still here", "We come."))
    assert "<code>/r</code>" in (await talk.staff_says(f"/log {code}"))[0]


async def staff_are_who_they_were(talk: Talk, code: str) -> None:
    assert "to 1 December 2026" in (await talk.staff_says("/duty"))[0]
    assert await talk.staff_says(f"/ack {code}", sender=OTHER_STAFF) == [], "whoever was suspended still is"
    assert "can act again" in (await talk.staff_presses("Confirm"))[0]
    sealing = talk.app.sealing
    drill = await talk.app.store.run(lambda session: read_drill(session, sealing))
    assert drill
    token = await talk.app.store.run(lambda session: read_sealed(session, sealing, challenge_name("signal")))
    assert token == full_house.CHALLENGE_TOKEN
    [board] = {shown.reference for shown in talk.messenger.shown if "Open cases" in shown.text}
    await talk.later(seconds=20)
    edits = [shown.reference for shown in talk.messenger.shown if shown.parcel.act is Act.EDIT]
    assert edits[-1] == board, "it is changed in its place"


async def persons_are_known(talk: Talk) -> None:
    assert "<b>" in (await talk.chooses("Incidents", who=full_house.LOOKS))[0], "what was offered can be chosen"
    await talk.chooses("Send", who=full_house.DRAFTS)
    assert "two men at the gate" in "".join(talk.desk())
    await talk.says("SOS me too", who=full_house.IS_READY)
    assert talk.desk()[-1].endswith("me too")
    await talk.later(minutes=120)
    assert any(told.endswith("I went to the station") for told in talk.desk())
    assert talk.desk(full_house.MOVED_BACKUP), "the backup is called where it has moved to"
    assert talk.desk(BACKUP) == []


async def test_it_may_be_cut_off_anywhere_and_begun_anew(house: FullHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """As kill -9 does: what a transaction did is there or not."""
    monkeypatch.setattr(columns, "PAGE_ROWS", 3)
    await house.restart([NEW, OLD])
    store, vault = house.talk.app.store, house.talk.app.sealing.vault
    for number in itertools.count(0, 4):
        with suppress(_CutOffError):
            await reseal(_CutOff(store, after=number), vault)
            break
        assert await unreadable(store, NEW, OLD) == []
    assert number > 20
    assert await unreadable(store, NEW) == []


class _CutOffError(Exception):
    """The process is gone."""


class _CutOff(Store):
    """A store whose process ends after so many transactions."""

    def __init__(self, store: Store, after: int) -> None:
        self._its, self.left = store, after

    async def run(self, job: Job[T]) -> T:
        if not self.left:
            raise _CutOffError
        self.left -= 1
        return await self._its.run(job)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A database of this version that nobody uses."""
    engine = open_engine(url)
    migrations.migrate(engine)
    store = Store(engine)
    yield store
    store.close()


def trace(number: int, size: int = 10) -> TraceRow:
    name = f"row {number}"
    return TraceRow(name=name, owner="somebody", body=Vault([OLD]).seal(bytes(size), "trace", name), at=1.0)


async def test_many_rows_and_large_ones_are_taken_a_few_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "PAGE_BYTES", 50_000)
    rows = [trace(number, 60_000 if number % 40 == 0 else 10) for number in range(250)]
    await store.run(lambda session: session.add_all(rows))
    counting = _CutOff(store, after=1000)
    assert (await reseal(counting, Vault([NEW, OLD]))).rows == 250
    others = 1 + len(sealed_by_the_house())  # one look at what is set aside, and a last one at each column
    assert 1000 - counting.left == others + 8, "a page ends with a hundred rows, or with a large one"
    assert await unreadable(store, NEW) == []


async def content(store: Store, number: int) -> bytes:
    its = select(col(TraceRow.body)).where(col(TraceRow.name) == f"row {number}")
    body = await store.run(lambda session: session.execute(its).scalar_one())
    return Vault([NEW]).open(body, "trace", f"row {number}")


async def test_what_changes_meanwhile_is_not_overwritten(store: Store) -> None:
    await store.run(lambda session: session.add(trace(1)))
    is_changed = False

    def changes(_connection: Any, cursor: Any, statement: str, _parameters: Any, *_more: Any) -> None:
        """Just when the row was read and sealed anew."""
        nonlocal is_changed
        if statement.startswith("UPDATE trace") and not is_changed:
            is_changed = True
            cursor.execute(*_raw_change(store, Vault([OLD]).seal(b"newer", "trace", "row 1")))

    event.listen(store.engine, "before_cursor_execute", changes)
    assert (await reseal(store, Vault([NEW, OLD]))).rows == 1
    assert is_changed
    assert await content(store, 1) == b"newer"


def _raw_change(store: Store, body: bytes) -> tuple[str, tuple[bytes]]:
    mark = "%s" if store.engine.dialect.name == "postgresql" else "?"
    return f"UPDATE trace SET body = {mark}", (body,)


@pytest.mark.only_with("postgresql", "elsewhere one process writes at a time")
async def test_a_row_that_another_process_holds_is_left_for_later(store: Store, url: str) -> None:
    await store.run(lambda session: session.add_all([trace(1), trace(2)]))
    vault, other = Vault([NEW, OLD]), open_engine(url)
    with Session(other) as session:
        session.execute(text("UPDATE trace SET owner = 'another' WHERE name = 'row 1'"))
        resealing = asyncio.create_task(reseal(store, vault))
        await asyncio.sleep(0.5)
        assert [need.rows for need in (await store.run(lambda session: survey(session, vault))).older] == [1]
        session.commit()
    assert (await resealing).rows == 2
    other.dispose()
    assert await unreadable(store, NEW) == []


async def test_a_bot_at_work_reseals_by_itself(store: Store) -> None:
    await store.run(lambda session: session.add_all([trace(1), trace(2)]))
    vault = Vault([NEW, OLD])
    at_work = asyncio.create_task(keep_resealing(store, vault))
    async with asyncio.timeout(30):
        while (await store.run(lambda session: survey(session, vault))).older:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.05)
    at_work.cancel()
    assert await unreadable(store, NEW) == []


async def test_what_its_own_key_does_not_open_stays_and_is_one_alarm(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "EVERY_SECONDS", 0.0)
    broken = trace(1)
    broken.body = broken.body[:-1] + bytes([broken.body[-1] ^ 1])
    await store.run(lambda session: session.add_all([broken, trace(2)]))
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await keep_resealing(store, Vault([NEW, OLD]))
    alarms = [record.getMessage() for record in caplog.records if record.levelname == "CRITICAL"]
    assert alarms == ["rekey: 1 rows are damaged: their own key does not open them"]
    assert await content(store, 2) == bytes(10)


@pytest.mark.only_with("sqlite", "what is declared is the same")
async def test_a_sealed_column_that_is_not_declared_or_declared_wrongly_is_found(house: FullHouse) -> None:
    """Whoever adds one and forgets it would lose its rows with the first old key."""
    store, older = house.talk.app.store, OLD
    for column in sealed_by_the_house():
        newer = new_key()
        vault, declared = Vault([newer, older]), column.body.info.pop("sealed")
        try:
            with pytest.raises(UndeclaredError, match=column.table.name):
                await reseal(store, vault)
            column.body.info["sealed"] = SealedBy(declared.row, is_by_case=True)
            await reseal(store, vault)
            assert column.table.name in await unreadable(store, newer)
        finally:
            column.body.info["sealed"] = declared
        await reseal(store, vault)
        assert await unreadable(store, newer) == []
        older = newer
