"""The level of a place, and all alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers.model.knowledge import Basis
from handlers.model.messages import Wish
from tests.handlers.conftest import House, labels, wishes
from tests.handlers.samples import HONG_KONG, THAILAND

THE_LEVEL = """\
🇹🇭 Thailand: ⚫ <b>Black</b>
Grave &lt;danger&gt;.
• Leave.
• Hide.

In force since November 2015 at the latest.
Last reviewed: 20 November 2026.
What changed: Five people were sent back.

Do not overstay.

The risk is high.

<b>Newest incidents</b>
July 2015: Arrest 7 &amp; more.
June 2015: Arrest 6 &amp; more."""


def test_the_level_comes_with_meaning_advice_dates_background_and_the_two_newest_incidents(house: House) -> None:
    assert house.tell("level", "Thailand") == THE_LEVEL


def test_a_level_that_is_stated_has_no_doubt_added(house: House) -> None:
    assert "not confirmed" not in house.tell("level", "Thailand")


def test_a_level_read_between_the_lines_says_that_nobody_has_confirmed_it(house: House) -> None:
    assert "a maintainer has not confirmed it yet" in house.tell("level", "Hong Kong")
    house.book.known_alerts = [HONG_KONG.model_copy(update={"basis": Basis.CONFIRMED})]
    assert "not confirmed" not in house.tell("level", "Hong Kong")


def test_an_exact_date_is_not_called_the_latest(house: House) -> None:
    text = house.tell("level", "Hong Kong")
    assert "In force since 30 November 2015." in text
    assert "at the latest" not in text


def test_an_overdue_review_is_the_first_thing_that_is_said(house: House) -> None:
    house.book.known_alerts = [THAILAND.model_copy(update={"reviewed": date(2015, 12, 31)})]
    first, blank, second, *_ = house.tell("level", "Thailand").split("\n")
    assert first == "<b>Old information: last reviewed on 31 December 2015. It may be worse now.</b>"
    assert (blank, second) == ("", "🇹🇭 Thailand: ⚫ <b>Black</b>")


def test_a_review_becomes_overdue_while_time_goes_by(house: House) -> None:
    assert "Old information" not in house.tell("level", "Thailand")
    house.clock.forward(days=90)
    assert house.tell("level", "Thailand").startswith("<b>Old information")


def test_a_place_without_an_alert_is_never_called_safe(house: House) -> None:
    (reply,) = house.ask("level", "France")
    assert reply.text == (
        "<b>🇫🇷 France</b>: nothing is on record for this place. That is not a statement that it is safe.\n"
        "The newest entry of my list was reviewed on 20 November 2026."
    )
    assert labels(reply) == ["Who can help", "I need help now (SOS)", "Another place"]


def test_where_nothing_is_on_record_the_alert_that_content_names_stands_beside_it(house: House) -> None:
    house.book.known_beside = {"FR": "TH"}
    (reply,) = house.ask("level", "France")
    beside = "\n\n<b>On record beside it</b>\n⚫ 🇹🇭 Thailand: <b>Black</b> (last reviewed on 20 November 2026)"
    assert reply.text.endswith(beside)
    assert wishes(reply)[0] == Wish("level", "🇹🇭")


def test_what_can_be_asked_next_is_about_the_same_place(house: House) -> None:
    (reply,) = house.ask("level", "Thailand")
    assert labels(reply) == ["Incidents", "Who can help", "Good to know", "I need help now (SOS)", "Another place"]
    assert wishes(reply) == [
        Wish("incidents", "🇹🇭"),
        Wish("contacts", "🇹🇭"),
        Wish("facts", "🇹🇭"),
        Wish("sos"),
        Wish("another_place"),
    ]


def test_a_chosen_place_is_answered_like_a_written_one(house: House) -> None:
    assert house.tell("place", "🇹🇭") == THE_LEVEL


def test_all_alerts_are_listed_the_most_severe_first_and_old_ones_marked(house: House) -> None:
    (reply,) = house.ask("alerts")
    assert reply.text.split("\n") == [
        "<b>Alerts in force</b>",
        "⚫ 🇹🇭 Thailand: <b>Black</b> (last reviewed on 20 November 2026)",
        "🟠 🇭🇰 Hong Kong: <b>Amber</b> (old: last reviewed on 2 January 2026)",
        "A place that is not listed is not therefore safe.",
    ]
    assert wishes(reply) == [Wish("level", "🇹🇭"), Wish("level", "🇭🇰"), Wish("sos"), Wish("another_place")]


def test_no_alert_at_all_is_no_statement_that_any_place_is_safe(house: House) -> None:
    house.book.known_alerts = []
    (reply,) = house.ask("alerts")
    assert reply.text == "No alert is in force. That is not a statement that any place is safe."
    assert wishes(reply) == [Wish("sos")]


def test_a_sentence_that_changed_after_its_translation_is_shown_as_it_is_now(house: House) -> None:
    house.book.known_alerts = [THAILAND.model_copy(update={"change": "It is <worse> now."})]
    house.language = replace(house.language, code="zh_Hant")
    assert "What changed: It is &lt;worse&gt; now." in house.tell("level", "Thailand")
