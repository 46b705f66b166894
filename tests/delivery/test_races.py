"""Two workers on PostgreSQL that do something at the same moment: whatever the order, it is as if one came first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import Session

from bot.delivery.claims import LEASE_SECONDS, Claims
from bot.delivery.pauses import Pauses
from bot.delivery.sender import SendQueue
from bot.messengers.contract import DeliveryError, Trouble
from bot.repositories.cases.repository import CaseRepository
from bot.repositories.desk_chats import DeskChats
from bot.repositories.people import PeopleRepository
from bot.repositories.schedule import ScheduleRepository
from bot.storage.engines import StoreError
from bot.storage.erasure_log import ErasureLog, tags_in
from bot.storage.store import Job
from bot.storage.tables import CaseRow, OutboxRow, ScheduleRow
from handlers.cases import lifecycle
from handlers.model.cases import Digest, Stage
from handlers.model.messages import Person, Wish
from tests.conversations.test_case import open_case
from tests.patience import PATIENCE
from tests.talk import FakeClock, Talk

on_postgres = pytest.mark.only_with("postgresql", "several writers at a time")

WAITING_FOR_A_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
async def houses(url: str) -> AsyncIterator[list[Talk]]:
    """Three processes of one bot; the third only looks."""
    clock = FakeClock()
    made = [Talk(url, clock=clock) for _ in range(3)]
    for talk in made:
        talk.clock, talk._updates = clock, made[0]._updates
    yield made
    for talk in made:
        await talk.close()


class Race:
    """The first job is done and not yet committed when the second begins."""

    def __init__(self, houses: list[Talk]) -> None:
        self.first, self.second, self.watcher = (talk.app.store for talk in houses)
        self.reached, self.go_on = Event(), Event()

    async def run(self, first: Job[Any], second: Job[Any], at_last: Job[Any] = lambda _session: None) -> bool:
        """Whether the second had to wait for the first, which ends with `at_last`. Raises what either raises."""
        one = self.first.submit(partial(self._hold_open, first, at_last))
        assert await asyncio.to_thread(self.reached.wait, PATIENCE)
        two = self.second.submit(second)
        has_waited = await self._is_waiting(two)
        self.go_on.set()
        await asyncio.gather(asyncio.wrap_future(one), asyncio.wrap_future(two))
        return has_waited

    def _hold_open(self, job: Job[Any], at_last: Job[Any], session: Session) -> None:
        job(session)
        self.reached.set()
        assert self.go_on.wait(PATIENCE)
        at_last(session)

    async def _is_waiting(self, job: Future[Any]) -> bool:
        async with asyncio.timeout(PATIENCE):
            while not job.done():
                if await self.watcher.run(lambda session: session.execute(WAITING_FOR_A_LOCK).scalar()):
                    return True
        return False


async def event(talk: Talk, name: str) -> ScheduleRow | None:
    return await talk.app.store.run(lambda session: session.get(ScheduleRow, name))


def ring(talk: Talk, name: str) -> Job[None]:
    """As a worker does whose turn it is."""

    def job(session: Session) -> None:
        [due] = [due for due in talk.app.scheduler.claim(session) if due.name == name]
        talk.app.scheduler.ring(session, due)

    return job


def decide(talk: Talk, find: Callable[[CaseRepository], Any], label: str, taken: list[str]) -> Job[None]:
    """A staff member takes a case that nobody has."""

    def job(session: Session) -> None:
        desk = CaseRepository(session, talk.app.sealing, talk.app.dependencies.desk)
        case = find(desk)
        if not case.owner:
            desk.keep(lifecycle.acknowledged(case, label, talk.clock.now()))
            taken.append(label)

    return job


@on_postgres
@pytest.mark.parametrize("how", ["by code", "in its topic"])
async def test_of_two_who_take_a_case_one_has_it(houses: list[Talk], how: str) -> None:
    code = await open_case(houses[0])
    await houses[0].app.store.run(lambda s: s.execute(update(CaseRow).values(topic="7")))
    find: Callable[[CaseRepository], Any] = lambda desk: desk.find(code) if how == "by code" else desk.in_topic("7")  # noqa: E731
    taken: list[str] = []
    assert await Race(houses).run(decide(houses[0], find, "AAA", taken), decide(houses[1], find, "BBB", taken))
    assert taken == ["AAA"]


@on_postgres
@pytest.mark.parametrize("name", ["digest", "board"])
async def test_what_is_put_down_for_an_event_that_is_just_happening_is_not_forgotten(
    houses: list[Talk], name: str
) -> None:
    now, wish = houses[0].clock.now(), Wish("duty.changed")
    await houses[0].app.store.run(lambda session: ScheduleRepository(session).set(name, wish, now))
    put_down: Job[None] = lambda session: ScheduleRepository(session).bring_forward(name, wish, now)  # noqa: E731
    assert await Race(houses).run(ring(houses[0], name), put_down)
    assert await event(houses[2], name)


@on_postgres
async def test_workers_do_not_wait_for_each_other_over_an_event_that_both_leave_as_it_is(houses: list[Talk]) -> None:
    first, second = [await open_case(houses[0], who=who) for who in ("501", "502")]
    await houses[0].settle()
    taken: list[str] = []
    assert await event(houses[2], "board")
    assert not await Race(houses).run(
        decide(houses[0], lambda desk: desk.find(first), "AAA", taken),
        decide(houses[1], lambda desk: desk.find(second), "BBB", taken),
    )
    assert taken == ["AAA", "BBB"]


@on_postgres
async def test_a_list_takes_back_no_acknowledgement(houses: list[Talk]) -> None:
    code = await open_case(houses[0])

    def wait_for_a_list(session: Session) -> None:
        desk = CaseRepository(session, houses[0].app.sealing, None)
        case = desk.find(code)
        assert case
        desk.keep(replace(case, digest=Digest.WAITING))

    await houses[0].app.store.run(wait_for_a_list)
    taken: list[str] = []
    acknowledge = decide(houses[0], lambda desk: desk.find(code), "AAA", taken)
    assert await Race(houses).run(
        acknowledge, lambda session: houses[1].app.router.happen(session, Wish("digest.post"), "")
    )
    [case] = await houses[2].open_cases()
    assert (case.owner, case.stage, case.digest) == ("AAA", Stage.ACKNOWLEDGED, Digest.LISTED)


@on_postgres
async def test_a_case_calls_while_a_message_of_its_person_is_being_handled(houses: list[Talk]) -> None:
    """Else each of them would soon wait for what the other has."""
    code = await open_case(houses[0])
    person = (await houses[0].open_cases())[0].person
    houses[0].clock.forward(minutes=4)
    assert not await Race(houses).run(
        lambda session: PeopleRepository(session, houses[0].app.sealing).hold(person),
        lambda session: houses[1].app.router.happen(session, Wish("case.alarm", code), ""),
    )
    [case] = await houses[2].open_cases()
    assert case.calls == 1


@on_postgres
async def test_the_event_of_a_person_waits_until_their_message_is_handled(houses: list[Talk]) -> None:
    """*I am all right* in the same second as the check-in's end: no SOS is raised, and nobody waits in a circle."""
    person = Person("a person")
    wish, now = Wish("checkin.raise"), houses[0].clock.now()

    def expect(session: Session) -> None:
        people = PeopleRepository(session, houses[0].app.sealing)
        people.keep(person, people.recall(person), "telegram:501")
        people.save()
        ScheduleRepository(session).set("checkin", wish, now, person)

    await houses[0].app.store.run(expect)
    due = (await houses[1].app.store.run(houses[1].app.scheduler.claim))[0]

    assert await Race(houses).run(
        lambda session: PeopleRepository(session, houses[0].app.sealing).hold(person),
        partial(houses[1].app.scheduler.ring, event=due),
        at_last=lambda session: ScheduleRepository(session).drop("checkin"),
    )
    assert await event(houses[2], "checkin") is None
    assert await houses[2].open_cases() == []


@on_postgres
async def test_an_event_whose_transaction_broke_happens_at_once(houses: list[Talk]) -> None:
    wish, now = Wish("duty.changed"), houses[0].clock.now()
    names = ("first", "second")
    for name in names:
        await houses[0].app.store.run(partial(_set, name=name, wish=wish, at=now))
    rung: list[str] = []

    def breaks_once(session: Session, wish: Wish, _person: str) -> None:
        rung.append(wish.name)
        if len(rung) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    houses[0].app.scheduler._happen = breaks_once
    with pytest.raises(StoreError):
        await houses[0].app.scheduler.work_once()
    assert await houses[0].app.scheduler.work_once() == 2
    assert len(rung) == 3
    assert [await event(houses[2], name) for name in names] == [None, None]


def _set(session: Session, name: str, wish: Wish, at: Any) -> None:
    ScheduleRepository(session).set(name, wish, at)


async def test_who_has_lost_an_account_changes_nothing_about_what_its_successor_sends(url: str) -> None:
    before, after = (Talk(url) for _ in range(2))
    await before.app.inbox.keep([before.received("501", "501", "Thailand")])
    await before.app.worker.work_once()
    line = SendQueue("telegram")
    [row], _ = await before.app.sender.turn(line)
    now = after.clock.now().timestamp()
    claims = Claims(after.app.sealing, DeskChats(after.app.sealing, after.app.dependencies.desk), Pauses())
    await after.app.store.run(lambda session: claims.reclaim(session, "telegram"))
    [again], _ = await after.app.sender.turn(SendQueue("telegram"))
    assert again.id == row.id
    line.ended.append((row, DeliveryError(Trouble.UNREACHABLE)))
    await before.app.sender.conclude(line)
    stored = await after.app.store.run(lambda session: session.get(OutboxRow, row.id))
    assert stored
    assert stored.is_unsure  # what the successor has begun may go out, whatever became of the first try
    assert stored.not_before == now + LEASE_SECONDS
    for talk in (before, after):
        await talk.close()


def test_no_erasure_is_lost_when_several_processes_begin(tmp_path: Path) -> None:
    path = tmp_path / "graveyard"
    tags = [f"{number:032x}" for number in range(300)]

    def add() -> None:
        for tag in tags:
            ErasureLog(path).add(tag)

    adding = Thread(target=add)
    adding.start()
    while adding.is_alive():
        ErasureLog(path).tidy()
    assert tags_in([path]) == set(tags)
