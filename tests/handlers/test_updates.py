"""The board of posts."""

from __future__ import annotations

import pytest

from handlers.model.messages import Wish
from tests.handlers.conftest import HANDLERS, House, labels, wishes


def test_the_newest_posts_come_first_dated_and_with_their_source(house: House) -> None:
    (reply,) = house.ask("updates")
    title, first, *_, footer = reply.text.split("\n\n")
    assert title == "<b>Posts</b>\n4 posts, the newest of 4 January 2017."
    assert first == "<b>Post 4</b>\n4 January 2017\nText 4 &lt; all.\n<i>Source: &lt;Union&gt;</i>"
    assert footer == "Page 1 of 2"
    assert wishes(reply) == [Wish("updates", "all 2"), Wish("updates", "topics"), Wish("sos")]
    assert not reply.replaces


def test_how_much_of_a_board_is_known_stands_above_it(house: House) -> None:
    house.book.known_notes = ("Only its first page <is> known.",)
    assert "4 January 2017.\nOnly its first page &lt;is&gt; known.\n\n" in house.tell("updates")


def test_a_turned_page_takes_the_place_of_the_other(house: House) -> None:
    (reply,) = house.ask("updates", "all 2")
    assert "Post 1" in reply.text
    assert labels(reply) == ["Newer", "Topics", "I need help now (SOS)"]
    assert reply.replaces


@pytest.mark.parametrize("typed", ["food", "Food", "meals", "MEALS", " food "])
def test_a_topic_is_known_by_its_key_and_by_its_name(house: House, typed: str) -> None:
    (reply,) = house.ask("updates", typed)
    assert reply.text.startswith("<b>Posts: Meals</b>")
    assert wishes(reply)[0] == Wish("updates", "food 2")


def test_the_topics_are_offered_by_name(house: House) -> None:
    (reply,) = house.ask("updates", "topics")
    assert reply.text == "Choose a topic."
    assert labels(reply) == ["All", "Meals", "Law", "I need help now (SOS)"]
    assert wishes(reply)[:2] == [Wish("updates", "all"), Wish("updates", "food")]


def test_an_unknown_topic_is_said_to_be_unknown(house: House) -> None:
    (reply,) = house.ask("updates", "cooking")
    assert reply.text == "There is no such topic.\nChoose a topic."


def test_a_topic_without_posts_says_so(house: House) -> None:
    (reply,) = house.ask("updates", "law")
    assert reply.text == "There are no posts yet."
    assert wishes(reply) == [Wish("sos"), Wish("help")]


def test_without_a_wish_all_posts_are_shown(house: House) -> None:
    (reply,) = HANDLERS["updates"](house.inbound(None), house.ports)
    assert reply.text.startswith("<b>Posts</b>")
