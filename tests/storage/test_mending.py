"""A value that isn't of its column's kind stops nobody: it gives way to one that is, and the operator is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.storage.engines import open_engine
from bot.storage.mending import Patrol, mend_values
from bot.storage.store import Store
from tests.talk import FakeClock

NOW = FakeClock().now().timestamp()
on_sqlite = pytest.mark.only_with("sqlite", "only its columns take anything")
OUTBOX = (
    "INSERT INTO outbox (name, platform, queue, chat, lane, fairness_rank, slot, owner, code, body, created_at, "
    "not_before, tries, is_unsure) VALUES ('n', 'telegram', 'q', 'c', 1, 0, '', '', '', :body, 5.0, 5.0, 0, false)"
)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(open_engine(url), FakeClock())
    store.submit(lambda session: session.execute(text(OUTBOX), {"body": b"1"})).result()
    yield store
    store.close()


def row(session: Session) -> dict[str, Any]:
    return dict(session.execute(text("SELECT * FROM outbox")).mappings().one())


async def put(store: Store, column: str, value: str) -> None:
    await store.run(lambda session: session.execute(text(f"UPDATE outbox SET {column} = {value}")))


@on_sqlite
@pytest.mark.parametrize(
    ("column", "value", "instead"),
    [
        ("not_before", "'abc'", NOW),
        ("not_before", "1e300", NOW),
        ("not_before", "-1.0", NOW),
        ("tries", "'abc'", 0),
        ("tries", "1.5", 0),
        ("tries", "x'00'", 0),
        ("lane", "-7", 0),
        ("is_unsure", "9", 1),  # a repeat is marked
        ("platform", "x'74656c656772616d'", "telegram"),
        ("body", "'abc'", b"abc"),
    ],
)
async def test_what_is_no_value_of_its_column_becomes_one(
    store: Store, column: str, value: str, instead: object, caplog: pytest.LogCaptureFixture
) -> None:
    before = await store.run(row)
    await put(store, column, value)
    assert await store.run(lambda session: mend_values(session, NOW)) == 1
    assert await store.run(row) == before | {column: instead}
    [line] = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert line == f"storage: 1 damaged values of outbox.{column} were replaced"
    assert await store.run(lambda session: mend_values(session, NOW)) == 0


async def test_a_time_that_never_comes_becomes_now_on_each_database(store: Store) -> None:
    await put(store, "not_before", "1e300")
    await put(store, "lane", "-7")
    await put(store, "tries", "2147483647")  # to which PostgreSQL can't add 1
    assert await store.run(lambda session: mend_values(session, NOW, looks_at_text=True)) == 3
    found = await store.run(row)
    assert (found["not_before"], found["lane"], found["tries"]) == (NOW, 0, 0)


@on_sqlite
async def test_a_job_that_breaks_over_such_a_value_is_run_again(store: Store) -> None:
    await put(store, "queue", "CAST(x'ff61' AS TEXT)")
    await put(store, "tries", "'abc'")
    found = await store.run(lambda session: (row(session)["queue"], row(session)["tries"] + 1))
    assert found == ("\ufffda", 1)


@on_sqlite
async def test_a_key_that_can_not_be_read_goes_if_there_is_such_a_row(store: Store) -> None:
    await store.run(lambda session: session.execute(text("INSERT INTO seen VALUES ('a', 1.0), (x'61', 2.0)")))
    await store.run(lambda session: mend_values(session, NOW))
    assert await store.run(lambda session: session.execute(text("SELECT tag, at FROM seen")).all()) == [("a", 1.0)]


async def test_failing_over_something_else_stays_cheap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def look(*_: object, **__: object) -> int:
        nonlocal looks
        looks += 1
        return 0

    monkeypatch.setattr("bot.storage.mending.mend_values", look)
    monkeypatch.setattr("bot.storage.mending._PAUSE", 1e9)
    for _ in range(3):
        with pytest.raises(ValueError, match="of another kind"):
            await store.run(fail)
    assert looks == 1


def fail(_session: Session) -> None:
    raise ValueError("of another kind")


async def rounds(store: Store, number: int, patrol: Patrol) -> int:
    return sum([await store.run(lambda session: patrol.go_round(session, NOW)) for _ in range(number)])


async def test_a_round_looks_at_all_that_waits_and_at_every_time_by_its_index(store: Store) -> None:
    patrol = Patrol()
    assert await rounds(store, 2, patrol) == 0
    await put(store, "not_before", "1e300")
    await store.run(lambda session: session.execute(text("INSERT INTO seen (tag, at) VALUES ('one', 1e300)")))
    assert await rounds(store, 1, patrol) == 2
    assert (await store.run(row))["not_before"] == NOW
    assert await store.run(lambda session: session.execute(text("SELECT at FROM seen")).scalar_one()) == NOW


@on_sqlite
async def test_the_rest_is_looked_at_page_by_page_and_then_from_the_beginning(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.mending.ROWS_A_ROUND", 10)
    new = text("INSERT INTO answer (tag, code, entry) VALUES (:tag, :code, 'x')")

    async def add(tag: str, code: object) -> None:
        await store.run(lambda session: session.execute(new, {"tag": tag, "code": code}))

    patrol = Patrol()
    assert await rounds(store, 1, patrol) == 0
    for number in range(34):
        await add(f"t{number}", "AAAA-AA")
    await add("the last one", b"AAAA-AA")
    assert [await rounds(store, 1, patrol) for _ in range(4)] == [0, 0, 0, 1]
    await add("another", b"AAAA-AA")
    assert await rounds(store, 4, patrol) == 1
