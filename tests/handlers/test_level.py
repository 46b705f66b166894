"""The level of a place, and all alerts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.model.knowledge import Alert, Basis, Bound
from handlers.model.messages import Wish
from tests.handlers.conftest import House, labels, wishes
from tests.handlers.samples import AMBER, BLACK, HONG_KONG, THAILAND

THE_LEVEL = """\
🇹🇭 Thailand: ⚫ <b>Black (highest of 2)</b>: grave &lt;danger&gt;
• Leave.
• Hide.
• Do not overstay.

Why: The risk is high.
<i>Source: A report</i>
<i>Last reviewed: 20 November 2026.</i>"""
OLD = THAILAND.model_copy(update={"reviewed": "2015-12-31"})
UNKNOWN = THAILAND.model_copy(update={"reviewed": "unknown", "as_of": "2015-11"})


def test_the_level_comes_with_its_rank_what_to_do_why_and_who_says_so(house: House) -> None:
    assert house.tell("level", "Thailand") == THE_LEVEL


def test_a_level_in_between_says_which_end_is_the_worst(house: House) -> None:
    red = BLACK.model_copy(update={"key": "red", "name": "Red", "severity": 2})
    house.book.known_levels = [AMBER, red, BLACK]
    house.book.known_alerts = [THAILAND.model_copy(update={"level": "red"})]
    assert "<b>Red (2 of 3; 3 is the worst)</b>" in house.tell("level", "Thailand")


def test_a_level_that_is_stated_has_no_doubt_added(house: House) -> None:
    assert "Not confirmed" not in house.tell("level", "Thailand")


def test_a_level_that_was_worked_out_says_so(house: House) -> None:
    assert "Level: our own reading. Not confirmed." in house.tell("level", "Hong Kong")
    house.book.known_alerts = [HONG_KONG.model_copy(update={"basis": Basis.CONFIRMED})]
    assert "Not confirmed" not in house.tell("level", "Hong Kong")


@pytest.mark.parametrize(
    ("alert", "first_line"),
    [
        (OLD, "<b>⚠️ Old information, last reviewed: 31 December 2015. It may be worse now.</b>"),
        (UNKNOWN, "<b>⚠️ Old information: nothing newer than November 2015. It may be worse now.</b>"),
    ],
)
def test_what_is_old_says_so_first_and_a_day_that_nobody_wrote_is_not_shown(
    house: House, alert: Alert, first_line: str
) -> None:
    house.book.known_alerts = [alert]
    first, blank, second, *rest = house.tell("level", "Thailand").split("\n")
    assert first == first_line
    assert (blank, second) == ("", THE_LEVEL.split("\n")[0])
    assert "reviewed" not in "".join(rest)


def test_a_review_becomes_overdue_while_time_goes_by(house: House) -> None:
    assert "Old information" not in house.tell("level", "Thailand")
    house.clock.forward(days=90)
    assert house.tell("level", "Thailand").startswith("<b>⚠️ Old information")


def test_an_old_level_below_the_highest_is_not_told_as_that_of_today(house: House) -> None:
    assert house.tell("level", "Hong Kong").split("\n") == [
        "<b>⚠️ We don't know today's level of 🇭🇰 Hong Kong. It may be much worse now.</b>",
        "Last known (2 January 2026): 🟠 <b>Amber (lowest of 2)</b>: signs",
        "• Watch.",
        "• What happened after 2 January 2026 is not in it.",
        "",
        "Our source gives no reason.",
        "<i>Source: A report</i>",
        "<i>Level: our own reading. Not confirmed.</i>",
    ]


def test_a_place_without_an_alert_is_never_called_safe(house: House) -> None:
    (reply,) = house.ask("level", "France")
    assert reply.text == (
        "🇫🇷 France: <b>nothing is on record. That does not mean it is safe.</b>\n"
        "Perhaps nobody has checked this place: the list has only a few places.\n"
        "The newest entry of my list is of 20 November 2026."
    )
    assert labels(reply) == ["I need help now (SOS)", "Who can help", "About these alerts", "Another place"]


def test_where_nothing_is_on_record_the_alert_that_content_names_stands_beside_it(house: House) -> None:
    house.book.known_beside = {"FR": "TH"}
    (reply,) = house.ask("level", "France")
    beside = "<b>On record beside it</b>\n⚫ 🇹🇭 Thailand: <b>Black (highest of 2)</b> (last reviewed: 20 November 2026)"
    assert reply.text.endswith(f"\n\n{beside}")
    assert Wish("level", "🇹🇭") in wishes(reply)


def test_what_can_be_asked_next_is_about_the_same_place(house: House) -> None:
    (reply,) = house.ask("level", "Thailand")
    assert wishes(reply) == [
        Wish("sos"),
        Wish("contacts", "🇹🇭"),
        Wish("incidents", "🇹🇭"),
        Wish("facts", "🇹🇭"),
        Wish("about", "🇹🇭"),
        Wish("another_place"),
    ]


def test_a_chosen_place_is_answered_like_a_written_one(house: House) -> None:
    assert house.tell("place", "🇹🇭") == THE_LEVEL


def test_all_alerts_are_listed_the_most_severe_first_and_old_ones_marked(house: House) -> None:
    (reply,) = house.ask("alerts")
    assert reply.text.split("\n") == [
        "<b>Last known alerts</b>",
        "⚫ 🇹🇭 Thailand: <b>Black (highest of 2)</b> (last reviewed: 20 November 2026)",
        "🇭🇰 Hong Kong: today's level is not known. Last known (2 January 2026): 🟠 <b>Amber (lowest of 2)</b>",
        "A place that is not on this list can still be dangerous.",
    ]
    assert wishes(reply) == [
        Wish("level", "🇹🇭"),
        Wish("level", "🇭🇰"),
        Wish("sos"),
        Wish("about"),
        Wish("another_place"),
    ]


@pytest.mark.parametrize(
    ("alert", "age"),
    [(OLD, "(old, last reviewed: 31 December 2015)"), (UNKNOWN, "(old: nothing newer than November 2015)")],
)
def test_in_a_list_the_age_of_the_gravest_stands_beside_it(house: House, alert: Alert, age: str) -> None:
    house.book.known_alerts = [alert]
    assert f"⚫ 🇹🇭 Thailand: <b>Black (highest of 2)</b> {age}" in house.tell("alerts")


def test_no_alert_at_all_is_no_statement_that_any_place_is_safe(house: House) -> None:
    house.book.known_alerts = []
    (reply,) = house.ask("alerts")
    assert reply.text == "There is no alert at the moment. That does not mean that any place is safe."
    assert wishes(reply) == [Wish("sos"), Wish("about")]


def test_a_sentence_that_changed_after_its_translation_is_shown_as_it_is_now(house: House) -> None:
    house.book.known_alerts = [THAILAND.model_copy(update={"summary": ("It is <worse> now.",)})]
    house.language = replace(house.language, code="zh_Hant")
    assert "Why: It is &lt;worse&gt; now." in house.tell("level", "Thailand")


@pytest.mark.parametrize(
    ("since_is", "said"),
    [
        (Bound.EXACT, "Since November 2015."),
        (Bound.AT_LATEST, "Known since November 2015. It may have begun earlier."),
        (Bound.AT_EARLIEST, "Since November 2015 at the earliest."),
    ],
)
def test_about_an_alert_it_is_told_since_when_and_what_changed(house: House, since_is: Bound, said: str) -> None:
    house.book.known_alerts = [THAILAND.model_copy(update={"since_is": since_is})]
    house.book.known_about = ("A house <of> friends issues them.",)
    (reply,) = house.ask("about", "Thailand")
    assert reply.text.split("\n\n") == [
        f"<b>The alert for 🇹🇭 Thailand</b>\n{said}\nWhat changed: Five people were sent back.\n"
        "Last reviewed: 20 November 2026.",
        "<b>About these alerts</b>",
        "A house &lt;of&gt; friends issues them.",
        "⚫ <b>Black (highest of 2)</b>: grave &lt;danger&gt;\n🟠 <b>Amber (lowest of 2)</b>: signs",
    ]
    assert wishes(reply)[0] == Wish("print", "🇹🇭")


def test_about_an_alert_that_nobody_has_reviewed_no_day_is_made_up(house: House) -> None:
    house.book.known_alerts = [UNKNOWN]
    assert "Not checked since November 2015." in house.tell("about", "Thailand")


def test_about_all_alerts_no_place_is_asked_for(house: House) -> None:
    assert house.tell("about").startswith("<b>About these alerts</b>")
    assert house.tell("about", "France").startswith("<b>About these alerts</b>")


def test_what_is_printed_is_the_whole_alert_with_its_dates_and_incidents_and_nothing_to_choose(house: House) -> None:
    (reply,) = house.ask("print", "Thailand")
    how, text = reply.text.split("\n\n", 1)
    assert how.startswith("<i>Copy this text to print it, to save it as a PDF or to send it by e-mail.")
    assert text.startswith(THE_LEVEL)
    assert "What changed: Five people were sent back." in text
    assert text.endswith("January 2015: Arrest 1 &amp; more.")
    assert not reply.choices
    assert "nothing is on record" in house.tell("print", "France")


def test_an_alert_of_an_older_file_is_read() -> None:
    old = THAILAND.model_dump() | {"is_since_exact": True}
    del old["since_is"]
    assert Alert.model_validate(old).since_is is Bound.EXACT
    assert Alert.model_validate(old | {"is_since_exact": False}).since_is is Bound.AT_LATEST


def test_an_alert_without_any_date_is_refused() -> None:
    with pytest.raises(ValueError, match="add `as_of`"):
        Alert.model_validate(THAILAND.model_dump() | {"reviewed": "unknown"})
