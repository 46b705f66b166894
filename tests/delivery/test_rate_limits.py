"""The messengers' limits are kept at whatever moment within a send they count it; urgent lanes find their places."""

from __future__ import annotations

import random

import pytest

from bot.delivery.fairness import TURNS_SECONDS, FairnessRanks
from bot.delivery.rate_limits import RateLimiter
from bot.messengers import MESSENGERS
from bot.messengers.limits import Limit, Limits
from handlers.model.messages import Lane

DESK = "desk"
LIMITS = {traits.name: traits.limits for traits in MESSENGERS}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Sender:
    """Begins what may begin, and ends it some time later."""

    def __init__(self, limits: Limits) -> None:
        self.clock = Clock()
        self.budget = RateLimiter(limits, {DESK}, self.clock)

    def begins(self, chat: str, lane: Lane, times: int = 1) -> int:
        """How many of so many may begin now."""
        openings = self.budget.openings()
        return sum(openings.take(chat, lane) for _ in range(times))

    def sends(self, chat: str, lane: Lane, times: int = 1) -> int:
        """The same, and they end at once."""
        begun = self.begins(chat, lane, times)
        for _ in range(begun):
            self.budget.end(chat, lane, 1)
        return begun


@pytest.fixture
def telegram() -> Sender:
    return Sender(LIMITS["telegram"])


def test_without_limits_everything_may_go_at_once() -> None:
    sender = Sender(Limits())
    assert sender.sends("ann", Lane.NOTICE, 1000) == 1000
    assert sender.budget.openings().least == Lane.NOTICE
    assert sender.budget.wait() == float("inf")


def test_a_chat_takes_a_short_burst_and_then_one_a_second(telegram: Sender) -> None:
    assert telegram.sends("ann", Lane.RECEIPT, 5) == 3
    assert telegram.sends("bob", Lane.RECEIPT) == 1
    telegram.clock.now += telegram.budget.wait() - 0.001
    assert telegram.sends("ann", Lane.RECEIPT) == 0
    telegram.clock.now += 0.002
    assert telegram.sends("ann", Lane.RECEIPT, 5) == 3


def test_signal_takes_many_and_then_one_a_second_on_the_average() -> None:
    sender, sent = Sender(LIMITS["signal"]), 0
    for _ in range(600):
        sent += sender.sends("ann", Lane.RECEIPT, 10)
        sender.clock.now += 1
    assert 540 <= sent <= 660


def test_a_place_stays_taken_while_nobody_knows_how_the_send_ends(telegram: Sender) -> None:
    assert telegram.begins("ann", Lane.RECEIPT, 3) == 3
    telegram.clock.now += 100
    assert telegram.begins("ann", Lane.RECEIPT) == 0
    telegram.budget.end("ann", Lane.RECEIPT, 1)
    telegram.clock.now += 2.9
    assert telegram.begins("ann", Lane.RECEIPT) == 0
    telegram.clock.now += 0.2
    assert telegram.begins("ann", Lane.RECEIPT) == 1


def test_what_became_several_messages_takes_as_many_places(telegram: Sender) -> None:
    telegram.begins("ann", Lane.RECEIPT)
    telegram.budget.end("ann", Lane.RECEIPT, 3)
    assert telegram.sends("ann", Lane.RECEIPT) == 0


def test_what_failed_counts_all_the_same(telegram: Sender) -> None:
    for _ in range(3):
        telegram.begins("ann", Lane.RECEIPT)
        telegram.budget.end("ann", Lane.RECEIPT, 0)
    assert telegram.sends("ann", Lane.RECEIPT) == 0


def test_a_crowd_that_looks_things_up_leaves_places_for_a_receipt(telegram: Sender) -> None:
    sent = sum(telegram.sends(f"asker{number}", Lane.LOOKUP) for number in range(100))
    assert sent == 20
    assert telegram.budget.openings().least == Lane.CONSENT
    assert telegram.sends("ann", Lane.RECEIPT, 3) == 3


def test_ones_own_lookups_leave_a_place_for_the_receipt(telegram: Sender) -> None:
    telegram.sends("ann", Lane.LOOKUP, 10)
    assert telegram.sends("ann", Lane.RECEIPT) == 1


def test_in_the_desk_a_list_always_finds_its_place(telegram: Sender) -> None:
    for lane in (Lane.NOTICE, Lane.ANSWER, Lane.DESK):
        telegram.sends(DESK, lane, 100)
    for _ in range(6):
        assert telegram.sends(DESK, Lane.RECEIPT) == 1
        telegram.clock.now += 10


@pytest.mark.parametrize(
    ("flooding", "waiting", "at_least"), [(Lane.ANSWER, Lane.DESK, 2), (Lane.DESK, Lane.ANSWER, 2)]
)
def test_in_the_desk_neither_posts_nor_answers_keep_the_other_out(
    telegram: Sender, flooding: Lane, waiting: Lane, at_least: int
) -> None:
    telegram.sends(DESK, Lane.NOTICE, 100)
    telegram.sends(DESK, flooding, 100)
    assert telegram.sends(DESK, waiting, 100) >= at_least


def test_a_full_desk_is_named_as_closed_and_holds_up_no_person(telegram: Sender) -> None:
    telegram.sends(DESK, Lane.RECEIPT, 100)
    openings = telegram.budget.openings()
    assert {(DESK, int(lane)) for lane in Lane} == set(openings.closed)
    assert not openings.take(DESK, Lane.DESK)
    assert openings.take("ann", Lane.NOTICE)


def test_nothing_at_all_may_go_when_the_account_is_full() -> None:
    sender = Sender(Limits(account=Limit(2, 1.0)))
    sender.sends("ann", Lane.RECEIPT, 2)
    assert sender.budget.openings().least == -1
    assert sender.budget.wait() == pytest.approx(1.0)


def test_what_was_taken_and_did_not_begin_takes_no_place(telegram: Sender) -> None:
    openings = telegram.budget.openings()
    assert sum(openings.take(f"person{number}", Lane.RECEIPT) for number in range(40)) == 28
    openings.give_back()
    assert telegram.sends("ann", Lane.RECEIPT, 3) == 3


def test_a_clock_that_is_set_back_holds_nobody_up(telegram: Sender) -> None:
    telegram.sends("ann", Lane.RECEIPT, 3)
    telegram.clock.now -= 500
    assert telegram.sends("ann", Lane.RECEIPT, 5) == 3


def test_chats_that_are_quiet_are_forgotten(telegram: Sender) -> None:
    for number in range(1000):
        telegram.sends(f"person{number}", Lane.RECEIPT)
        telegram.clock.now += 1
    telegram.budget.openings()
    assert len(telegram.budget._chats) < 10


def test_who_was_sent_least_lately_is_next() -> None:
    clock = Clock()
    turns = FairnessRanks(clock)
    assert [turns.next("loud") for _ in range(3)] == [0, 1, 2]
    assert turns.next("quiet") == 0
    clock.now += TURNS_SECONDS
    assert turns.next("loud") == 0
    clock.now -= 1000
    assert turns.next("loud") == 0


@pytest.mark.parametrize("messenger", sorted(LIMITS))
def test_a_messenger_that_counts_at_any_moment_of_a_send_never_finds_too_many(messenger: str) -> None:
    """Sends of random length, counted at a random moment of each, against the limits as the messenger states them."""
    chance, limits = random.Random(7), LIMITS[messenger]
    sender = Sender(limits)
    under_way: list[tuple[float, str, Lane]] = []
    counted: dict[str, list[float]] = {}
    chats = [*(f"person{number}" for number in range(20)), DESK]
    for _ in range(10_000):
        sender.clock.now += chance.expovariate(200)
        for due, chat, lane in [one for one in under_way if one[0] <= sender.clock.now]:
            under_way.remove((due, chat, lane))
            sender.budget.end(chat, lane, 1)
        chat, lane = chance.choice(chats), chance.choice(list(Lane))
        if len(under_way) < 8 and sender.begins(chat, lane):
            length = chance.expovariate(5)
            under_way.append((sender.clock.now + length, chat, lane))
            for key in (chat, "everybody"):
                counted.setdefault(key, []).append(sender.clock.now + chance.random() * length)
    told = {"everybody": limits.account, DESK: limits.group}
    assert set(counted) == {*chats, "everybody"}
    for chat, times in counted.items():
        if limit := told.get(chat, limits.person):
            assert most_within(limit.seconds, times) <= limit.most, chat


def most_within(seconds: float, times: list[float]) -> int:
    times, first, most = sorted(times), 0, 0
    for number, moment in enumerate(times):
        while times[first] <= moment - seconds:
            first += 1
        most = max(most, number - first + 1)
    return most
