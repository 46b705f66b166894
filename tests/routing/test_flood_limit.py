"""How many lookups one person gets answers to, and how many persons are counted."""

from __future__ import annotations

from bot.routing.flood_limit import MOST_KNOWN, MOST_LOOKUPS, FloodLimit
from handlers.model.messages import Person
from tests.talk import FakeClock


def test_no_more_persons_are_counted_than_fit_and_that_errs_towards_answering() -> None:
    floods = FloodLimit(FakeClock())
    ann = Person("ann")
    excesses = [floods.excess(ann) for _ in range(MOST_LOOKUPS + 2)]
    assert excesses[-3:] == [0, 1, 2]
    for number in range(MOST_KNOWN):
        floods.excess(Person(str(number)))
    assert floods.excess(ann) == 0
