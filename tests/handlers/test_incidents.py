"""What happened in a place, a page at a time."""

from __future__ import annotations

import pytest

from handlers.lookups.pagination import Page, page_of, split_number
from handlers.model.knowledge import Basis
from handlers.model.messages import Wish
from tests.handlers.conftest import House, labels, wishes
from tests.handlers.samples import INCIDENTS


def test_the_newest_three_come_first_with_date_and_source(house: House) -> None:
    (reply,) = house.ask("incidents", "Thailand")
    assert reply.text == (
        "<b>Incidents: 🇹🇭 Thailand</b>\n\n"
        "<b>July 2015</b>\nArrest 7 &amp; more.\n<i>Source: Paper &lt;7&gt;</i>\n\n"
        "<b>June 2015</b>\nArrest 6 &amp; more.\n<i>Source: Paper &lt;6&gt;</i>\n\n"
        "<b>May 2015</b>\nArrest 5 &amp; more.\n<i>Source: Paper &lt;5&gt;</i>\n\n"
        "Page 1 of 3"
    )
    assert labels(reply) == ["Older", "Level", "I need help now (SOS)", "Another place"]


def test_the_pages_between_can_be_turned_both_ways_in_the_same_message(house: House) -> None:
    (reply,) = house.ask("incidents", "🇹🇭 2")
    assert "April 2015" in reply.text
    assert "Page 2 of 3" in reply.text
    assert wishes(reply)[:2] == [Wish("incidents", "🇹🇭 1"), Wish("incidents", "🇹🇭 3")]
    assert reply.replaces


def test_the_last_page_has_only_newer_ones(house: House) -> None:
    (reply,) = house.ask("incidents", "🇹🇭 3")
    assert "January 2015" in reply.text
    assert labels(reply) == ["Newer", "Level", "I need help now (SOS)", "Another place"]


def test_a_first_page_never_takes_the_place_of_a_level(house: House) -> None:
    assert not house.ask("incidents", "🇹🇭")[0].replaces
    assert house.ask("incidents", "🇹🇭 1")[0].replaces


def test_few_incidents_need_no_page_number(house: House) -> None:
    house.book.known_incidents["TH"] = INCIDENTS[:1]
    (reply,) = house.ask("incidents", "Thailand")
    assert "Page" not in reply.text
    assert labels(reply) == ["Level", "I need help now (SOS)", "Another place"]


def test_an_incident_read_between_the_lines_says_so(house: House) -> None:
    house.book.known_incidents["TH"] = [INCIDENTS[0].model_copy(update={"basis": Basis.INFERRED})]
    assert house.tell("incidents", "Thailand").endswith("Worked out from the source's text. Not confirmed.")


def test_no_recorded_incident_does_not_mean_that_nothing_happened(house: House) -> None:
    (reply,) = house.ask("incidents", "France")
    assert "I know of no incident. That does not mean that nothing happened." in reply.text
    assert labels(reply) == ["Level", "I need help now (SOS)", "Another place"]


@pytest.mark.parametrize(
    ("argument", "read"),
    [
        ("Thailand", ("Thailand", 0)),
        ("Thailand 2", ("Thailand", 2)),
        ("Hong Kong 12", ("Hong Kong", 12)),
        ("Thailand 2015", ("Thailand 2015", 0)),
        ("Thailand ²", ("Thailand ²", 0)),
        ("7", ("7", 0)),
        ("", ("", 0)),
    ],
)
def test_a_page_number_is_told_from_a_year(argument: str, read: tuple[str, int]) -> None:
    assert split_number(argument) == read


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (1, 1), (2, 2), (3, 3), (999, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int, shown: int) -> None:
    page = page_of(range(7), asked)
    assert (page.number, page.last) == (shown, 3)
    assert page.items


def test_an_empty_list_has_one_empty_page() -> None:
    page: Page[str] = page_of([], 4)
    assert (list(page.items), page.number, page.last) == ([], 1, 1)
