"""The short version of `python -m tests.load.histories`, and the doubles that it stands on beside the real desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.repositories.bans import BanRepository
from bot.repositories.cases.repository import CaseRepository
from bot.repositories.schedule import ScheduleRepository
from bot.storage.engines import open_engine
from bot.storage.migrations import create
from bot.storage.sealing import make_sealing
from handlers.cases import lifecycle
from handlers.model.cases import Author, Ban, Deed, Digest, Entry, Stage
from handlers.model.messages import Person
from handlers.ports import Bans, Desk
from tests.handlers.fake_desk import FakeBans, FakeDesk
from tests.handlers.fakes import FakeSchedule
from tests.load.histories import Figures, History, play
from tests.talk import KEY, WITH_BACKUP, FakeClock

ANN, BOB = Person("ann"), Person("bob")


def test_in_no_history_an_open_case_goes_quiet() -> None:
    figures = play(300, seed=20261124)
    assert not figures.broken
    assert figures.cases > 300
    assert figures.closed > 50
    assert figures.due > 3000


def test_a_promise_that_is_broken_is_found() -> None:
    history = History(1, figures := Figures())
    history.person_calls()
    history.schedule.due.clear()
    history._check()
    assert figures.broken == {"an open case without an event": 1}


class TestDesk:
    """One class for both."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture(params=["fake", "real"])
    def desk(self, request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Desk]:
        if request.param == "fake":
            yield FakeDesk(clock, FakeSchedule())
            return
        engine = open_engine("sqlite://")
        create(engine)
        with Session(engine, autoflush=False) as session:
            yield CaseRepository(session, make_sealing(session, [KEY], clock), WITH_BACKUP, "telegram:501")
        engine.dispose()

    def test_a_case_is_kept_as_it_was_left(self, desk: Desk, clock: FakeClock) -> None:
        case = desk.open(ANN, "telegram", "en")
        assert (case.stage, case.since, case.is_waiting) == (Stage.SAVED, clock.now(), True)
        assert desk.find(case.code) == desk.case_of(ANN) == case
        clock.forward(minutes=1)
        taken = lifecycle.snoozed(lifecycle.acknowledged(case, "79D", clock.now()), clock.now())
        taken = replace(taken, is_at_backup=True, digest=Digest.LISTED, calls=3, step=2, is_offered=True)
        assert desk.keep(taken) == desk.find(case.code.lower()) == taken
        assert desk.find("nothing") is None
        assert desk.case_of(BOB) is None

    def test_the_unacknowledged_come_first_and_the_closed_not_at_all(self, desk: Desk, clock: FakeClock) -> None:
        first, second, third = (desk.open(Person(tag), "telegram", "en") for tag in "abc")
        clock.forward(minutes=2)
        fourth = desk.open(BOB, "signal", "en")
        desk.keep(lifecycle.acknowledged(first, "79D", clock.now()))
        closed = desk.close(second, clock.now())
        assert (closed.stage, closed.closed_at) == (Stage.CLOSED, clock.now())
        assert [case.code for case in desk.open_cases()] == [third.code, fourth.code, first.code]
        assert desk.opened_since(third.opened_at) == 1

    def test_what_was_said_and_done_is_kept_in_order_until_it_is_forgotten(self, desk: Desk, clock: FakeClock) -> None:
        case = desk.open(ANN, "telegram", "en")
        entries = [Entry(Author.PERSON, clock.now(), words="one"), Entry(Author.STAFF, clock.now(), words="two")]
        for entry in entries:
            desk.add(case, entry)
        desk.note(case, Deed("79D", "ack", clock.now()))
        assert list(desk.record(case)) == entries
        assert list(desk.deeds(case)) == [Deed("79D", "ack", clock.now())]
        assert desk.can_be_reached(case)
        desk.forget(ANN)
        desk.add(case, entries[0])
        assert list(desk.record(case)) == []
        assert not desk.can_be_reached(case)
        left = desk.find(case.code)
        assert left
        assert (left.is_withdrawn, left.person.tag, left.platform) == (True, "", "")
        assert [found.code for found in desk.open_cases()] == [case.code]


def test_a_ban_ends_and_can_be_lifted() -> None:
    engine, clock = open_engine("sqlite://"), FakeClock()
    create(engine)
    with Session(engine) as session:
        made: tuple[Bans, ...] = (FakeBans(clock), BanRepository(session, make_sealing(session, [KEY], clock)))
        held = Ban(clock.now() + timedelta(days=1))
        for bans in made:
            for ban in (held, replace(held, is_appealed=True)):
                bans.keep(ANN, ban)
                assert bans.of(ANN) == ban
            assert bans.of(BOB) is None
            bans.keep(BOB, held)
            bans.keep(BOB, None)
        clock.forward(days=1)
        for bans in made:
            assert bans.of(ANN) is bans.of(BOB) is None
    engine.dispose()


def test_schedule_are_one_of_a_name_and_only_brought_forward(tmp_path: object) -> None:
    from handlers.model.messages import Wish

    engine = open_engine("sqlite://")
    create(engine)
    clock = FakeClock()
    with Session(engine) as session:
        for schedule in (FakeSchedule(), ScheduleRepository(session)):
            now = clock.now()
            schedule.set("a", Wish("case.alarm", "a"), now)
            schedule.set("a", Wish("case.alarm", "a"), clock.moment.replace(hour=20))
            schedule.bring_forward("a", Wish("case.alarm", "a"), clock.moment.replace(hour=21))
            schedule.bring_forward("b", Wish("board.refresh"), now)
            schedule.bring_forward("a", Wish("case.alarm", "a"), clock.moment.replace(hour=19))
            schedule.set("c", Wish("board.refresh"), now)
            schedule.drop("c")
            if isinstance(schedule, FakeSchedule):
                due = {name: at.timestamp() for name, (_, at) in schedule.due.items()}
            else:
                due = dict(session.connection().exec_driver_sql("SELECT name, due_at FROM alarm").all())
            assert due == {"a": clock.moment.replace(hour=19).timestamp(), "b": now.timestamp()}
    engine.dispose()
