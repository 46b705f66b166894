"""The doubles of what is stored go through the same script as the real repositories, refusals with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from bot.messengers.contract import Received
from bot.repositories.bans import BanRepository
from bot.repositories.cases.repository import CaseRepository
from bot.repositories.drills import DrillRepository
from bot.repositories.people import PeopleRepository
from bot.repositories.rota import Roster, RotaRepository
from bot.repositories.schedule import ScheduleRepository
from bot.repositories.staff_trust import StaffTrustRepository
from bot.storage.engines import open_engine
from bot.storage.migrations import create
from bot.storage.sealing import Sealing, make_sealing
from handlers.cases import lifecycle
from handlers.model.cases import NEVER, Author, Ban, Case, Deed, Digest, Entry, SilentCases, Stage
from handlers.model.duty import Drill, Shift
from handlers.model.memory import Memory
from handlers.model.messages import DRILL, Person, Room, Staff, Wish
from handlers.ports import Bans, Desk, Drills, People, Rota, Schedule, StaffTrust
from tests.handlers.fake_desk import FakeBans, FakeDesk, FakeStaffTrust
from tests.handlers.fakes import FakeClock, FakeDrills, FakePeople, FakeRota, FakeSchedule
from tests.talk import KEY, WITH_BACKUP

ANN, BOB = Person("ann"), Person("bob")


@pytest.fixture(params=["fake", "real"])
def is_real(request: pytest.FixtureRequest) -> bool:
    return str(request.param) == "real"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def session() -> Iterator[Session]:
    engine = open_engine("sqlite://")
    create(engine)
    with Session(engine, autoflush=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def sealing(session: Session, clock: FakeClock) -> Sealing:
    return make_sealing(session, [KEY], clock)


@pytest.fixture
def schedule(is_real: bool, session: Session) -> Schedule:
    return ScheduleRepository(session) if is_real else FakeSchedule()


def due(schedule: Schedule, session: Session) -> dict[str, float]:
    """What is due, without the board's pause after each change, which the double leaves out."""
    if isinstance(schedule, FakeSchedule):
        return {name: at.timestamp() for name, (_, at) in schedule.due.items() if name != "board"}
    rows = session.connection().exec_driver_sql("SELECT name, due_at FROM alarm WHERE name <> 'board'").all()
    return {str(name): float(due_at) for name, due_at in rows}


class TestPeople:
    @pytest.fixture
    def people(self, is_real: bool, session: Session, sealing: Sealing) -> People:
        return PeopleRepository(session, sealing) if is_real else FakePeople()

    def test_nothing_is_known_of_a_stranger_and_each_has_a_memory_of_their_own(self, people: People) -> None:
        assert people.recall(ANN) == Memory()
        people.remember(ANN, Memory(place="TH"))
        assert people.recall(ANN).place == "TH"
        assert people.recall(BOB) == Memory()

    def test_whoever_was_forgotten_is_a_stranger_and_stays_one(self, people: People) -> None:
        people.recall(ANN)
        people.remember(ANN, Memory(place="TH"))
        people.forget(ANN)
        assert people.recall(ANN) == Memory()
        people.remember(ANN, Memory(place="HK"))
        assert people.recall(ANN) == Memory()
        people.forget(BOB)


def test_whoever_was_known_from_before_is_a_stranger_once_forgotten(session: Session, sealing: Sealing) -> None:
    before = PeopleRepository(session, sealing)
    before.remember(ANN, Memory(place="TH"))
    before.save()
    people = PeopleRepository(session, sealing)
    assert people.recall(ANN).place == "TH"
    people.forget(ANN)
    assert people.recall(ANN) == Memory()


class TestDesk:
    @pytest.fixture
    def desk(self, is_real: bool, clock: FakeClock, schedule: Schedule, session: Session, sealing: Sealing) -> Desk:
        if is_real:
            return CaseRepository(session, sealing, WITH_BACKUP, "telegram:501")
        return FakeDesk(clock, schedule)

    def test_a_case_is_kept_as_it_was_left(self, desk: Desk, clock: FakeClock) -> None:
        case = desk.open(ANN, "telegram", "en")
        assert (case.stage, case.since, case.is_waiting) == (Stage.SAVED, clock.now(), True)
        assert desk.find(case.code) == desk.case_of(ANN) == case
        clock.forward(minutes=1)
        taken = lifecycle.snoozed(lifecycle.acknowledged(case, "79D", clock.now()), clock.now())
        taken = replace(taken, is_at_backup=True, digest=Digest.LISTED, calls=3, step=2, is_offered=True)
        assert desk.keep(taken) == desk.find(case.code) == taken
        assert desk.case_of(BOB) is None

    def test_a_code_is_found_however_it_was_typed_and_no_other(self, desk: Desk) -> None:
        code = desk.open(ANN, "telegram", "en").code
        for typed in (code.lower(), code.replace("-", ""), f" {code} ", code.replace("0", "O"), code.replace("1", "l")):
            assert desk.find(typed) is not None, typed
        for typed in ("", "-", "nothing", code[:-1], f"{code}0", "ZZZZ-ZZ"):
            assert desk.find(typed) is None, typed
        assert desk.quoted("1", Room.DESK) is desk.in_topic("", Room.DESK) is desk.in_topic("7", Room.DESK) is None

    def test_the_unacknowledged_come_first_and_the_closed_not_at_all(self, desk: Desk, clock: FakeClock) -> None:
        first, second, third = (desk.open(Person(tag), "telegram", "en") for tag in "abc")
        clock.forward(minutes=2)
        fourth = desk.open(BOB, "signal", "en")
        desk.keep(lifecycle.acknowledged(first, "79D", clock.now()))
        closed = desk.close(second, clock.now())
        assert (closed.stage, closed.closed_at) == (Stage.CLOSED, clock.now())
        assert [case.code for case in desk.open_cases()] == [third.code, fourth.code, first.code]
        assert desk.opened_since(third.opened_at) == 1
        assert [case.code for case in desk.open_cases(most=2)] == [third.code, fourth.code]
        assert [case.code for case in desk.open_cases(most=1)] == [third.code]
        assert desk.number_open() == 3

    def test_what_stands_in_a_list_is_found_by_how(self, desk: Desk, clock: FakeClock) -> None:
        assert desk.silent_in_list() == SilentCases()
        plain, waiting, listed, taken, closed = (desk.open(Person(tag), "telegram", "en") for tag in "abcde")
        desk.keep(replace(waiting, digest=Digest.WAITING))
        desk.keep(replace(listed, digest=Digest.LISTED, step=2, is_at_backup=True))
        desk.keep(replace(lifecycle.acknowledged(taken, "79D", clock.now()), digest=Digest.LISTED, step=5))
        desk.close(desk.keep(replace(closed, digest=Digest.WAITING)), clock.now())
        assert [case.code for case in desk.in_list(Digest.WAITING, 9)] == [waiting.code]
        assert {case.code for case in desk.in_list(Digest.LISTED, 9)} == {listed.code, taken.code}
        assert len(desk.in_list(Digest.LISTED, 1)) == 1
        assert desk.in_list(Digest.NONE, 9) == []
        assert desk.silent_in_list() == SilentCases(2, 2, is_at_backup=True)
        assert plain.digest is Digest.NONE

    def test_a_closed_case_is_found_by_its_code_alone(self, desk: Desk, clock: FakeClock) -> None:
        case = desk.close(desk.open(ANN, "telegram", "en"), clock.now())
        found = desk.find(case.code)
        assert found is not None
        assert found.stage is Stage.CLOSED
        assert desk.case_of(ANN) is None

    def test_what_was_said_and_done_is_kept_in_order(self, desk: Desk, clock: FakeClock) -> None:
        case = desk.open(ANN, "telegram", "en")
        entries = [Entry(Author.PERSON, clock.now(), words="one"), Entry(Author.STAFF, clock.now(), words="two")]
        for entry in entries:
            desk.add(case, entry)
        desk.note(case, Deed("79D", "ack", clock.now()))
        assert list(desk.record(case)) == entries
        assert list(desk.deeds(case)) == [Deed("79D", "ack", clock.now())]
        assert desk.can_be_reached(case)

    def test_a_case_whose_person_was_forgotten_is_open_and_nobodys(
        self, desk: Desk, clock: FakeClock, schedule: Schedule, session: Session
    ) -> None:
        case = desk.open(ANN, "telegram", "en")
        desk.add(case, Entry(Author.PERSON, clock.now(), words="one"))
        desk.forget(ANN)
        desk.add(case, Entry(Author.PERSON, clock.now(), words="two"))
        assert list(desk.record(case)) == []
        assert not desk.can_be_reached(case)
        assert desk.case_of(ANN) is desk.case_of(Person("")) is None
        assert _whose(desk.find(case.code)) == ("", "", "")
        assert [(found.code, found.is_withdrawn) for found in desk.open_cases()] == [(case.code, True)]
        assert set(due(schedule, session)) == {case.code}

    def test_a_case_that_was_read_before_it_was_forgotten_does_not_bring_its_person_back(self, desk: Desk) -> None:
        case = desk.open(ANN, "telegram", "en")
        desk.forget(ANN)
        desk.keep(replace(case, calls=1))
        assert _whose(desk.find(case.code)) == ("", "", "")

    def test_an_exercise_is_in_no_list_and_nothing_of_it_stays(
        self, desk: Desk, clock: FakeClock, schedule: Schedule, session: Session
    ) -> None:
        case = desk.open(Person(""), DRILL, "en")
        desk.note(case, Deed("79D", "ack", clock.now()))
        assert case.is_drill
        assert desk.open_cases() == []
        assert desk.opened_since(clock.now() - timedelta(hours=1)) == 0
        desk.discard(case)
        assert desk.find(case.code) is None
        assert (list(desk.record(case)), list(desk.deeds(case))) == ([], [])
        assert due(schedule, session) == {}
        desk.keep(case)
        assert desk.find(case.code) is None


def _whose(case: Case | None) -> tuple[str, str, str]:
    assert case is not None
    return case.person.tag, case.platform, case.language


def test_a_ban_ends_and_can_be_lifted(is_real: bool, clock: FakeClock, session: Session, sealing: Sealing) -> None:
    bans: Bans = BanRepository(session, sealing) if is_real else FakeBans(clock)
    held = Ban(clock.now() + timedelta(days=1))
    for ban in (held, replace(held, is_appealed=True)):
        bans.keep(ANN, ban)
        assert bans.of(ANN) == ban
    assert bans.of(BOB) is None
    name = bans.name_of(ANN)
    assert (bans.named(name.lower()), bans.named("nobody"), bans.named("")) == (ANN, None, None)
    assert ANN.tag not in name
    bans.keep(BOB, held)
    bans.keep(BOB, None)
    bans.keep(BOB, None)
    clock.forward(days=1)
    assert bans.of(ANN) is bans.of(BOB) is None
    assert bans.named(name) is None


def test_nobody_is_confirmed_who_was_not_suspended(is_real: bool, session: Session, sealing: Sealing) -> None:
    trust: StaffTrust = StaffTrustRepository(session, sealing) if is_real else FakeStaffTrust()
    assert not trust.confirm("79D", Staff("1B2"))
    trust.restore("79D")
    assert not trust.confirm("79D", Staff("1B2"))


def test_there_is_one_event_of_a_name_and_it_is_only_brought_forward(
    schedule: Schedule, clock: FakeClock, session: Session
) -> None:
    def at(hour: int) -> datetime:
        return clock.now().replace(hour=hour)

    schedule.set("a", Wish("case.alarm", "a"), at(15))
    schedule.set("a", Wish("case.alarm", "a"), at(20))
    for hour in (21, 19):
        schedule.bring_forward("a", Wish("case.alarm", "a"), at(hour))
    schedule.bring_forward("b", Wish("board.refresh"), at(16))
    schedule.set("c", Wish("board.refresh"), at(16), ANN)
    for name in ("c", "never there"):
        schedule.drop(name)
    assert due(schedule, session) == {"a": at(19).timestamp(), "b": at(16).timestamp()}


class TestRota:
    @pytest.fixture
    def rota(self, is_real: bool, clock: FakeClock, session: Session, sealing: Sealing) -> Rota:
        roster = Roster(frozenset({("telegram", "71"), ("telegram", "72")}), sealing)
        return RotaRepository(session, sealing, roster) if is_real else FakeRota(clock)

    def test_everybody_has_a_label_in_order(self, rota: Rota) -> None:
        assert len(rota.everyone()) == 2
        assert list(rota.everyone()) == sorted(rota.everyone())

    def test_shifts_that_are_over_or_of_nobody_are_left_out(self, rota: Rota, clock: FakeClock) -> None:
        first, second = rota.everyone()
        now, hour = clock.now(), timedelta(hours=1)
        later, running = Shift(first, now + hour, now + 2 * hour), Shift(second, now - hour, now + hour)
        assert list(rota.shifts()) == []
        rota.plan([later, Shift(first, now - 2 * hour, now), Shift("???", now, now + hour), running])
        assert list(rota.shifts()) == [running, later]
        rota.plan([])
        assert list(rota.shifts()) == []


class TestDrills:
    @pytest.fixture
    def heard(self) -> list[str]:
        return []

    @pytest.fixture
    def drills(self, is_real: bool, session: Session, sealing: Sealing, heard: list[str]) -> Drills:
        def take_in(_session: Session, received: Received) -> None:
            heard.append(received.text)

        return DrillRepository(session, sealing, take_in) if is_real else FakeDrills(begun=heard)

    def test_before_the_first_one_there_is_one_that_is_over(self, drills: Drills) -> None:
        assert (drills.newest().began, drills.newest().is_over) == (NEVER, True)

    def test_one_that_begins_is_the_newest_and_calls_for_help(
        self, drills: Drills, clock: FakeClock, heard: list[str]
    ) -> None:
        drills.begin(Drill(clock.now()), "this is an exercise")
        assert drills.newest() == Drill(clock.now())
        assert heard == ["this is an exercise"]
        drills.keep(Drill(clock.now(), "4F7K-2Q", to_desk=1.5, is_over=True))
        assert drills.newest() == Drill(clock.now(), "4F7K-2Q", to_desk=1.5, is_over=True)
        assert heard == ["this is an exercise"]
