"""The house's clock over one that is set ahead and back, that stands still, and over a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs import timekeeping
from bot.jobs.timekeeping import take_up
from bot.storage.clock import DOUBT_SECONDS, HouseClock, SystemClock, cautious, steadied
from bot.storage.postgres import DatabaseClock
from bot.storage.sealing import keep_sealed
from bot.storage.tables import SealedRow
from tests.load.histories import SetClock
from tests.talk import DESK, FakeClock, Talk, code_in

TWO_DAYS = timedelta(hours=48)


def passes(machine: SetClock, seconds: float) -> None:
    machine.moment += timedelta(seconds=seconds)


@given(
    st.lists(
        st.tuples(st.floats(0, 90_000), st.sampled_from([0, 0, -172_800, 172_800, -3600, 61, -1, 0.5])), max_size=30
    )
)
def test_whatever_is_set_it_never_goes_back_and_never_slower_than_time_passes(steps: list[tuple[float, float]]) -> None:
    machine = SetClock()
    clock = HouseClock(machine)
    began = before = clock.now()
    total = 0.0
    for seconds, change in steps:
        passes(machine, seconds)
        machine.shift += timedelta(seconds=change)
        total += seconds
        now = clock.now()
        assert now >= before
        assert (now - began).total_seconds() >= total - 2.01 * (len(steps) + 1)
        assert now >= machine.now() - timedelta(milliseconds=1)
        before = now


def test_a_clock_that_stands_still_is_counted_on() -> None:
    machine = SetClock()
    clock = HouseClock(machine)
    began = clock.now()
    for _ in range(600):
        passes(machine, 1)
        machine.shift -= timedelta(seconds=1)
        clock.now()
    assert clock.now() - began >= timedelta(seconds=598)
    assert clock.off() == pytest.approx(-600, abs=2)


def test_what_deletes_doubts_a_jump_ahead_for_a_day() -> None:
    machine = SetClock()
    clock = steadied(machine)
    careful = cautious(clock)
    began = clock.now()
    machine.shift += TWO_DAYS
    assert clock.now() == began + TWO_DAYS
    assert careful.now() == began
    passes(machine, 3600)
    assert careful.now() == began + timedelta(hours=1)
    passes(machine, DOUBT_SECONDS)
    assert careful.now() == clock.now()


def test_time_that_was_slept_is_no_jump() -> None:
    machine = SetClock()
    clock = HouseClock(machine)
    passes(machine, 100_000)
    assert clock.doubted() == 0
    assert clock.off() == 0


def test_a_clock_that_nobody_can_set_is_taken_as_it_is() -> None:
    fake = FakeClock()
    assert steadied(fake) is fake
    assert cautious(fake) is fake
    assert isinstance(steadied(SystemClock()), HouseClock)


@pytest.mark.parametrize("hours", [-48, 48])
async def test_a_call_comes_in_time_though_the_clock_is_set_also_over_a_restart(url: str, hours: float) -> None:
    machine = SetClock()
    talk = Talk(url, clock=machine)
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.app.store.run(lambda session: take_up(session, talk.app.sealing))
    passes(machine, 60)
    machine.shift += timedelta(hours=hours)
    passes(machine, 125)
    await talk.settle()
    assert any(f"{code}</b>: nobody is on it" in text for text in talk.desk())
    await talk.app.store.run(lambda session: take_up(session, talk.app.sealing))
    talk.app.store.close()
    machine.shift -= timedelta(hours=2 * hours)
    again = Talk(url, clock=machine)
    passes(machine, 3600)
    await again.settle()
    assert any(code in text for text in again.desk(DESK))
    again.app.store.close()


def test_the_clock_of_a_database_that_is_set_back_is_counted_on() -> None:
    machine = DatabaseClock()
    clock = HouseClock(machine)
    before = clock.now()
    machine.set(datetime.now(UTC) - TWO_DAYS)
    assert before <= clock.now() <= before + timedelta(seconds=10)
    machine.set(datetime.now(UTC) + TWO_DAYS)
    assert clock.now() >= before + TWO_DAYS


async def test_a_mark_that_can_not_be_read_is_told_and_replaced(caplog: pytest.LogCaptureFixture) -> None:
    talk = Talk(clock=SetClock())
    sealing = talk.app.sealing

    def damage(session) -> None:  # type: ignore[no-untyped-def]
        keep_sealed(session, sealing, "clock", "no number")

    await talk.app.store.run(damage)
    await talk.app.store.run(lambda session: take_up(session, sealing))
    assert [record.levelname for record in caplog.records if record.name == timekeeping.__name__] == ["CRITICAL"]
    body = await talk.app.store.run(lambda session: session.get(SealedRow, "clock"))
    assert body
    await talk.app.store.run(lambda session: take_up(session, sealing))
    assert len([record for record in caplog.records if record.name == timekeeping.__name__]) == 1


def test_the_operator_is_told_hourly_of_a_wrong_clock_and_once_of_a_jump(
    caplog: pytest.LogCaptureFixture,
) -> None:
    machine = SetClock()
    clock = HouseClock(machine)
    machine.shift -= timedelta(seconds=61)
    told = 0.0
    for _ in range(121):
        passes(machine, 30)
        told = timekeeping._told_of_a_wrong_one(clock, clock.now().timestamp(), told)
    assert len(caplog.records) == 2
    machine.shift += timedelta(hours=2)
    assert timekeeping._told_of_a_wrong_one(clock, clock.now().timestamp(), told) == 0
    assert timekeeping._told_of_a_jump(clock, timekeeping._told_of_a_jump(clock, 0.0)) > 7000
    assert len(caplog.records) == 3
