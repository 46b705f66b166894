"""What several processes on PostgreSQL promise: nobody's work is lost, done twice, or done in the wrong order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.__main__ import main
from bot.delivery.inbox import INBOX
from bot.delivery.inbox_worker import InboxWorker
from bot.jobs.retention import forget_once
from bot.repositories.cases.repository import CaseRepository
from bot.storage import migrations
from bot.storage.engines import StoreError, open_engine
from bot.storage.postgres import DatabaseClock, Postgres
from bot.storage.store import Store
from bot.storage.tables import SeenRow
from handlers.cases import lifecycle
from handlers.model.messages import Person
from tests.conversations.test_case import open_case
from tests.delivery.test_delivery import rows
from tests.patience import PATIENCE
from tests.postgres import Server, database
from tests.talk import FakeClock, Talk

pytestmark = pytest.mark.only_with("postgresql", "several processes")


@pytest.fixture
async def houses(url: str) -> AsyncIterator[list[Talk]]:
    """Three processes' worth of one bot, on one database and one clock."""
    made = [Talk(url) for _ in range(3)]
    for talk in made:
        talk.clock = made[0].clock
        talk._updates = made[0]._updates
    yield made
    for talk in made:
        await talk.close()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(open_engine(url))
    yield store
    store.close()


async def work(talk: Talk, handled: list[tuple[str, str]]) -> None:
    """Handles until nothing is left, as a worker of its own; slowly, so that the others come in between."""

    def handle(session: Session, received: object) -> None:
        session.execute(text("SELECT pg_sleep(0.002)"))
        handled.append((received.chat, received.text))  # type: ignore[attr-defined]

    app, idle = talk.app, 0
    worker = InboxWorker(app.store, app.sealing, app.inbox, handle, lambda *_: None, lambda *_: None)
    while idle < 3:
        worked = await worker.work_once()
        idle = 0 if worked else idle + 1


async def test_workers_share_the_messages_and_keep_the_order_in_each_chat(houses: list[Talk]) -> None:
    chats = [str(number) for number in range(500, 540)]
    messages = [houses[0].received(chat, chat, str(number)) for number in range(6) for chat in chats]
    await houses[0].app.inbox.keep(messages)
    order: list[tuple[str, str]] = []

    class Both(list[tuple[str, str]]):
        def append(self, item: tuple[str, str]) -> None:
            order.append(item)
            super().append(item)

    shares = [Both(), Both(), Both()]
    await asyncio.gather(*(work(talk, share) for talk, share in zip(houses, shares, strict=True)))
    assert len(order) == len(set(order)) == 240
    assert all(shares)
    for chat in chats:
        assert [text for name, text in order if name == chat] == [str(number) for number in range(6)]


async def test_a_message_that_two_receivers_get_is_handled_once(houses: list[Talk]) -> None:
    message = houses[0].received("501", "501", "Thailand")
    await asyncio.gather(*(talk.app.inbox.keep([message]) for talk in houses))
    assert await rows(houses[0], "inbox") == 1


async def test_of_two_who_acknowledge_at_once_one_has_it(houses: list[Talk]) -> None:
    code = await open_case(houses[0])
    barrier = Barrier(2, timeout=PATIENCE)
    owners: list[str] = []

    def acknowledge(session: Session, talk: Talk, label: str) -> None:
        barrier.wait()
        desk = CaseRepository(session, talk.app.sealing, talk.app.dependencies.desk)
        case = desk.find(code)
        assert case is not None
        if not case.owner:
            desk.keep(lifecycle.acknowledged(case, label, talk.clock.now()))
            owners.append(label)

    await asyncio.gather(
        *(
            talk.app.store.run(lambda session, talk=talk, label=label: acknowledge(session, talk, label))  # type: ignore[misc]
            for talk, label in zip(houses[:2], ("AAA", "BBB"), strict=True)
        )
    )
    assert len(owners) == 1


async def test_workers_that_hold_each_other_up_lose_nothing(houses: list[Talk]) -> None:
    first, second = [await open_case(houses[0], who=who) for who in ("501", "502")]
    barrier = Barrier(2, timeout=PATIENCE)

    def both(session: Session, codes: tuple[str, str], talk: Talk) -> None:
        desk = CaseRepository(session, talk.app.sealing, None)
        desk.find(codes[0])
        with suppress(Exception):
            barrier.wait()
        desk.find(codes[1])

    results = await asyncio.gather(
        houses[0].app.store.run(lambda session: both(session, (first, second), houses[0])),
        houses[1].app.store.run(lambda session: both(session, (second, first), houses[1])),
        return_exceptions=True,
    )
    assert [type(result) for result in results if result is not None] == [
        StoreError
    ]  # one is undone, and may try again
    assert {case.code for case in await houses[0].open_cases()} == {first, second}


async def test_what_one_process_stores_wakes_the_others(houses: list[Talk], url: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    shared = Postgres(houses[0].app.store.engine, FakeClock())
    listening = asyncio.create_task(shared.listen(heard.put_nowait))
    async with asyncio.timeout(PATIENCE):
        assert await heard.get() == ""  # it may have missed some before
        await houses[1].app.inbox.keep([houses[1].received("501", "501", "Thailand")])
        assert await heard.get() == INBOX
        await houses[2].settle()
        assert await heard.get() == "telegram"
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening


async def test_one_process_works_for_an_account_and_another_takes_over(houses: list[Talk]) -> None:
    at_work: list[str] = []
    stopped: list[str] = []
    changed = asyncio.Event()

    async def send(name: str) -> None:
        at_work.append(name)
        changed.set()
        try:
            await asyncio.Event().wait()
        finally:
            at_work.remove(name)
            stopped.append(name)
            changed.set()

    async def until(is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                changed.clear()
                await changed.wait()

    shared = Postgres(houses[0].app.store.engine, FakeClock())
    first = asyncio.create_task(shared.alone("telegram", lambda: send("a")))
    await until(lambda: at_work == ["a"])
    second = asyncio.create_task(shared.alone("telegram", lambda: send("b")))
    other = asyncio.create_task(shared.alone("signal", lambda: send("c")))
    await until(lambda: at_work == ["a", "c"])  # another account is another matter
    kill = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    await houses[0].app.store.run(lambda session: session.execute(kill))
    await until(lambda: stopped == ["a", "c"] or stopped == ["c", "a"])  # whoever lost its connection stops
    await until(lambda: len(at_work) == 2 and "c" in at_work)
    for task in (first, second, other):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert at_work == []


async def test_all_processes_have_the_clock_of_the_database(store: Store) -> None:
    clock = DatabaseClock()
    clock.set(datetime.now(UTC) + timedelta(hours=2))
    assert clock.now() - datetime.now(UTC) > timedelta(minutes=119)
    Postgres(store.engine, clock)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=10)


async def test_commits_are_durable(store: Store) -> None:
    shown = await store.run(lambda session: session.execute(text("SHOW synchronous_commit")).scalar())
    assert shown == "on"


async def test_a_database_that_dies_is_an_error_and_then_all_goes_on() -> None:
    server = Server(is_durable=True)
    engine = open_engine(server.create("bot"))
    migrations.migrate(engine)
    store = Store(engine)
    await store.run(lambda session: session.add(SeenRow(tag="before", at=1.0)))
    server.stop_at_once()
    with pytest.raises(StoreError):
        await store.run(lambda session: session.add(SeenRow(tag="during", at=1.0)))
    server.start()
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await store.run(lambda session: session.add(SeenRow(tag="after", at=1.0)))
                break
            except StoreError:
                await asyncio.sleep(0.1)
    tags = await store.run(lambda session: session.execute(text("SELECT tag FROM seen ORDER BY tag")).scalars().all())
    assert tags == ["after", "before"]
    store.close()
    server.end()


async def test_a_person_who_is_forgotten_by_one_worker_is_forgotten_for_all(houses: list[Talk]) -> None:
    await houses[0].says("Thailand")
    await houses[1].says("/wipe")
    known = await houses[2].app.store.run(
        lambda session: CaseRepository(session, houses[2].app.sealing, None).address_of(Person("x"))
    )
    assert known == ""
    assert await rows(houses[2], "trace") <= 1  # the answer to the wipe itself


async def test_a_purged_case_has_no_key_left(houses: list[Talk]) -> None:
    code = await open_case(houses[0])
    await houses[0].staff_says(f"/close {code} done")
    houses[0].clock.forward(days=8)
    assert await forget_once(houses[0].app.store, houses[0].app.sealing)
    assert await rows(houses[0], "case_key") == 0
    assert await rows(houses[0], "entry") == 0


async def test_migrate_from_takes_everything_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    old = Talk(f"sqlite:///{tmp_path}/old.db")
    code = await open_case(old)
    await old.close()
    with database(is_empty=True) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        assert main(["migrate", "--from", f"sqlite:///{tmp_path}/old.db"]) == 0
        assert "rows" in capsys.readouterr().out
        new = Talk(url)
        new._updates = old._updates
        assert [case.code for case in await new.open_cases()] == [code]
        assert new.messenger.shown == []
        assert any("two men" in told or code in told for told in await new.staff_says(f"/show {code}"))
        assert "Black" in (await new.says("Thailand", who="777"))[-1]  # ids go on behind those that came along
        await new.close()
        assert main(["migrate", "--from", f"sqlite:///{tmp_path}/old.db"]) == 1  # not empty: nothing is mixed
        assert "already holds something" in capsys.readouterr().err
