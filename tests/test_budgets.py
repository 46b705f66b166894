"""Budgets: never above a messenger's limits, and never a lookup before a call for help."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.budgets import LIMITS, MOST_CHATS, Allowance, Bucket, Budget, Window
from handlers.conversation import Lane


def times_of(allowance: Allowance, pauses: list[float], kept_free: float) -> list[float]:
    """When messages went that each waited as long as they were told to."""
    now, went = 0.0, []
    for pause in pauses:
        now += pause
        while wait := allowance.wait(now, kept_free):
            now += wait
        allowance.take(now)
        went.append(now)
    return went


pauses = st.lists(st.floats(0, 5), max_size=120)
parts = st.sampled_from([0.0, 0.1, 0.5, 0.7])


@given(pauses, parts)
def test_no_window_ever_holds_more_than_it_may(pauses: list[float], kept_free: float) -> None:
    went = times_of(Window(20, 60.0), pauses, kept_free)
    most = int(20 * (1 - kept_free))
    assert all(later - earlier >= 60.0 - 1e-6 for earlier, later in zip(went, went[most:], strict=False))


@given(pauses, parts)
def test_a_bucket_gives_a_burst_and_then_one_a_second(pauses: list[float], kept_free: float) -> None:
    went = times_of(Bucket(60, 1.0), pauses, kept_free)
    for first, earlier in enumerate(went):
        assert all(
            number - first <= 60 + (later - earlier) + 1e-6 for number, later in enumerate(went) if number >= first
        )


@pytest.mark.parametrize("make", [lambda: Window(20, 60.0), lambda: Bucket(60, 1.0)])
def test_what_is_kept_free_is_there_for_a_receipt(make: Callable[[], Allowance]) -> None:
    allowance = make()
    while not allowance.wait(0.0, 0.5):
        allowance.take(0.0)
    assert allowance.wait(0.0, 0.0) == 0.0
    while not allowance.wait(0.0, 0.0):
        allowance.take(0.0)
    assert allowance.wait(0.0, 0.0) > 0.0
    assert not allowance.is_whole(0.0)
    assert allowance.is_whole(1000.0)


def test_a_clock_that_is_set_back_holds_nothing_up_for_long() -> None:
    window, bucket = Window(2, 60.0), Bucket(2, 1.0)
    for allowance in (window, bucket):
        allowance.take(10_000.0)
        allowance.take(10_000.0)
        assert allowance.wait(0.0, 0.0) <= 60.0
    assert window.wait(0.0, 0.0) == 0.0


def test_lookups_of_many_leave_room_for_a_receipt_and_the_desk() -> None:
    budget, sent = Budget(LIMITS["telegram"]), 0
    while not budget.wait_of_account(Lane.LOOKUP, 0.0):
        budget.take(f"person {sent}", 0.0, is_group=False)
        sent += 1
    assert sent == 14
    assert budget.wait_of_account(Lane.RECEIPT, 0.0) == 0.0
    assert budget.wait_of_chat("somebody", Lane.RECEIPT, 0.0, is_group=False) == 0.0
    assert budget.wait_of_chat("desk", Lane.DESK, 0.0, is_group=True) == 0.0


def test_a_board_leaves_room_in_the_desk() -> None:
    budget = Budget(LIMITS["telegram"])
    while not budget.wait_of_chat("desk", Lane.NOTICE, 0.0, is_group=True):
        budget.take("desk", 0.0, is_group=True)
    assert budget.wait_of_chat("desk", Lane.DESK, 0.0, is_group=True) == 0.0


def test_one_person_gets_three_at_once_and_then_one_a_second() -> None:
    budget = Budget(LIMITS["telegram"])
    for _ in range(3):
        assert budget.wait_of_chat("a", Lane.LOOKUP, 0.0, is_group=False) == 0.0
        budget.take("a", 0.0, is_group=False)
    assert 1.0 < budget.wait_of_chat("a", Lane.LOOKUP, 0.0, is_group=False) < 1.1
    assert budget.wait_of_chat("b", Lane.LOOKUP, 0.0, is_group=False) == 0.0


def test_what_no_longer_counts_is_forgotten() -> None:
    budget = Budget(LIMITS["signal"])
    for number in range(MOST_CHATS):
        budget.take(str(number), 0.0, is_group=False)
    budget.take("one more", 100.0, is_group=False)
    assert len(budget._chats) == 1
