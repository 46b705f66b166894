"""The store: durable commits, one thread, and a job that fails takes nobody with it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session, SQLModel, col, select

from bot.storage import migrations
from bot.storage.engines import StoreError, open_engine
from bot.storage.sealing import keep_sealed, make_sealing, new_name, read_sealed
from bot.storage.store import Store
from bot.storage.tables import SeenRow
from bot.storage.vault import Vault, VaultError, new_key
from tests.talk import KEY, FakeClock


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    engine = open_engine(url)
    migrations.migrate(engine)
    store = Store(engine)
    yield store
    store.close()


def seen(session: Session) -> list[str]:
    return list(session.execute(select(col(SeenRow.tag))).scalars())


@pytest.mark.only_with("sqlite", "reads the file")
async def test_what_is_committed_is_on_the_disk_for_everybody(store: Store, tmp_path: Path) -> None:
    await store.run(lambda session: session.add(SeenRow(tag="a", at=1.0)))
    other = sqlite3.connect(tmp_path / "bot.db")
    assert other.execute("SELECT tag FROM seen").fetchall() == [("a",)]
    other.close()


@pytest.mark.only_with("sqlite", "its settings")
async def test_commits_are_durable(store: Store) -> None:
    def pragmas(session: Session) -> list[object]:
        connection = session.connection()
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")]

    assert await store.run(pragmas) == [2, "wal"]


async def test_what_is_asked_of_a_store_that_is_closed_is_refused_and_does_not_wait_for_ever(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError):
        await store.run(seen)
    with pytest.raises(StoreError):
        await store.truncate_wal()


async def test_a_job_that_fails_takes_nothing_of_the_others_with_it(store: Store) -> None:
    def fails(session: Session) -> None:
        session.add(SeenRow(tag="lost", at=1.0))
        session.flush()
        raise ValueError("no")

    def adds(session: Session, number: int) -> None:
        session.add(SeenRow(tag=str(number), at=1.0))

    jobs = [store.run(partial(adds, number=number)) for number in range(5)]
    results = await asyncio.gather(*jobs[:2], store.run(fails), *jobs[2:], return_exceptions=True)
    assert [type(result) for result in results] == [type(None)] * 2 + [ValueError] + [type(None)] * 3
    assert sorted(await store.run(seen)) == ["0", "1", "2", "3", "4"]


async def test_jobs_run_in_the_order_of_the_calls(store: Store) -> None:
    order: list[int] = []

    def notes(_session: Session, number: int) -> None:
        order.append(number)

    await asyncio.gather(*(store.run(partial(notes, number=number)) for number in range(200)))
    assert order == list(range(200))


@pytest.mark.only_with("sqlite", "its limit")
async def test_a_full_disk_is_an_error_and_nothing_is_half_stored(store: Store) -> None:
    def shrink(session: Session) -> None:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await store.run(shrink)
    many = [SeenRow(tag=f"{number}" * 100, at=1.0) for number in range(2000)]
    with pytest.raises(Exception, match=r".") as caught:
        await store.run(lambda session: session.add_all(many))
    assert "2000" not in str(caught.value)
    await store.run(lambda session: session.connection().exec_driver_sql("PRAGMA max_page_count = 100000"))
    assert await store.run(seen) == []


@pytest.mark.only_with("sqlite", "its way to break")
async def test_a_commit_that_breaks_is_told_to_everybody_in_it(store: Store) -> None:
    def break_it(session: Session) -> None:
        session.connection().exec_driver_sql("ROLLBACK")

    results = await asyncio.gather(
        store.run(lambda session: session.add(SeenRow(tag="a", at=1.0))), store.run(break_it), return_exceptions=True
    )
    assert any(isinstance(result, StoreError) for result in results)
    await store.run(lambda session: session.add(SeenRow(tag="b", at=1.0)))
    assert await store.run(seen) == ["b"]


@pytest.mark.only_with("sqlite", "its log")
async def test_an_open_reader_keeps_the_log_busy_and_it_is_said(store: Store, tmp_path: Path) -> None:
    await store.run(lambda session: session.add(SeenRow(tag="a", at=1.0)))
    reader = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM seen").fetchall()
    await store.run(lambda session: session.add(SeenRow(tag="b", at=1.0)))
    store.submit(lambda session: session.connection().exec_driver_sql("PRAGMA busy_timeout=10")).result()
    assert not await store.truncate_wal()
    reader.close()
    assert await store.truncate_wal()
    assert (tmp_path / "bot.db-wal").stat().st_size == 0


async def test_whoever_stops_waiting_for_the_log_does_not_stop_the_store(store: Store) -> None:
    blocked = asyncio.Event()
    waiting = asyncio.ensure_future(store.truncate_wal())
    waiting.cancel()
    blocked.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await store.run(seen) == []


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(StoreError, match="sqlite"):
        open_engine("mysql://localhost/x")


def test_the_migrations_make_just_these_tables(empty_url: str) -> None:
    engine = open_engine(empty_url)
    migrations.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert migrations.is_current(engine)
    engine.dispose()
    folder = Path(migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_current_head() == migrations.HEAD


async def test_a_rotated_key_opens_what_the_old_one_sealed_and_then_the_old_one_may_go(store: Store) -> None:
    old, new = KEY, new_key()
    first = await store.run(lambda session: make_sealing(session, [old], FakeClock()))
    await store.run(lambda session: keep_sealed(session, first, "x", "value"))
    second = await store.run(lambda session: make_sealing(session, [new, old], FakeClock()))
    assert first.tags.of("person", "1") == second.tags.of("person", "1")
    assert await store.run(lambda session: read_sealed(session, second, "x")) == "value"
    third = await store.run(lambda session: make_sealing(session, [new], FakeClock()))
    assert third.tags.of("person", "1") == first.tags.of("person", "1")
    with pytest.raises(VaultError):
        await store.run(lambda session: make_sealing(session, [old], FakeClock()))


def test_what_is_sealed_opens_only_in_its_place_and_whole() -> None:
    vault = Vault([KEY])
    sealed = vault.seal(b"words", "entry", "row")
    assert vault.open(sealed, "entry", "row") == b"words"
    assert b"words" not in sealed
    for table, row, body in (
        ("entry", "other", sealed),
        ("inbox", "row", sealed),
        ("entry", "row", sealed[:-1]),
        ("entry", "row", b""),
        ("entry", "row", sealed[:4]),
    ):
        with pytest.raises(VaultError):
            vault.open(body, table, row)
    with pytest.raises(VaultError):
        Vault([bytes(32)]).open(sealed, "entry", "row")


@pytest.mark.parametrize("keys", [[], [b"short"]])
def test_a_vault_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(keys)


def test_names_of_rows_do_not_repeat() -> None:
    assert len({new_name() for _ in range(1000)}) == 1000
