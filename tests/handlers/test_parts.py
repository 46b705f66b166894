"""Parts of a territory: their own level beside that of the whole, and nothing that reads calmer than what is known."""

from __future__ import annotations

import pytest

from handlers.lookups.asking import argument
from handlers.model.knowledge import Alert, Incident, Service, whole_of
from handlers.model.memory import Memory
from handlers.model.messages import Point, Wish
from handlers.model.places import Finding, Outcome
from tests.handlers.conftest import House, labels, wishes
from tests.handlers.samples import AMBER, BLACK, FACTS, KITCHEN, MAE_SOT, THAILAND

HERE = Point(16.7, 98.6)
PART = "🇹🇭-mae-sot"
LOOKUPS = ("level", "incidents", "contacts", "facts")


def levels(house: House, *, whole: str = "", part: str = "") -> None:
    """Puts just these alerts in force."""
    house.book.known_alerts = [
        alert.model_copy(update={"level": level}) for alert, level in ((THAILAND, whole), (MAE_SOT, part)) if level
    ]


def test_a_part_belongs_to_its_territory() -> None:
    assert [whole_of(place) for place in ("TH-mae-sot", "CN-XZ", "TH", "")] == ["TH", "CN", "", ""]


@pytest.mark.parametrize(("place", "named"), [("TH", "🇹🇭"), ("TH-mae-sot", PART), ("CN-XZ", "🇨🇳-XZ")])
def test_a_choice_names_a_part_in_a_way_that_no_word_is_read(place: str, named: str) -> None:
    assert argument(place) == named


def test_a_part_has_its_own_level_and_names_that_of_the_whole(house: House) -> None:
    levels(house, whole="amber", part="black")
    (reply,) = house.ask("level", PART)
    blocks = reply.text.split("\n\n")
    assert blocks[0].startswith("🇹🇭 Mae Sot &lt;town&gt;: ⚫ <b>Black (highest of 2)</b>: grave")
    assert blocks[1] == (
        "<b>The level around it</b>\n🟠 🇹🇭 Thailand: <b>Amber (lowest of 2)</b> (last reviewed: 20 November 2026)"
    )
    assert "🇹🇭 Thailand" in labels(reply)
    assert Wish("contacts", PART) in wishes(reply)
    assert reply.choices[-1].wish == Wish("another_place")


def test_the_graver_level_of_the_whole_stands_before_that_of_the_part_with_its_advice(house: House) -> None:
    levels(house, whole="black", part="amber")
    blocks = house.tell("level", PART).split("\n\n")
    assert blocks[0] == (
        "🇹🇭 Thailand: ⚫ <b>Black (highest of 2)</b>: grave &lt;danger&gt;\n• Leave.\n• Hide.\n• Do not overstay."
    )
    assert blocks[1] == (
        "<b>The level of 🇹🇭 Mae Sot &lt;town&gt; is lower, but the danger in 🇹🇭 Thailand can reach you there too.</b>"
    )
    assert blocks[2].startswith("🇹🇭 Mae Sot &lt;town&gt;: 🟠 <b>Amber (lowest of 2)</b>")


def test_the_same_level_of_both_is_told_of_both(house: House) -> None:
    levels(house, whole="black", part="black")
    blocks = house.tell("level", PART).split("\n\n")
    assert "Mae Sot" in blocks[0]
    assert "🇹🇭 Thailand: <b>Black (highest of 2)</b>" in blocks[1]


def test_a_whole_without_an_alert_is_not_called_safe_beside_its_part(house: House) -> None:
    levels(house, part="black")
    text = house.tell("level", PART)
    assert "For all of 🇹🇭 Thailand nothing is on record. That does not mean it is safe." in text


def test_an_overdue_review_of_either_is_the_first_thing_that_is_said(house: House) -> None:
    levels(house, whole="black", part="black")
    for number, place in enumerate(("Thailand", "Mae Sot")):
        alerts = [alert.model_copy(update={"reviewed": "2026-11-20"}) for alert in house.book.known_alerts]
        alerts[number] = alerts[number].model_copy(update={"reviewed": "2015-12-31"})
        house.book.known_alerts = alerts
        assert house.tell("level", PART).startswith("<b>⚠️ Old information, last reviewed: 31 December 2015."), place


def test_a_part_without_a_level_of_its_own_is_told_that_of_the_whole_as_that_of_the_whole(house: House) -> None:
    levels(house, whole="black")
    lines = house.tell("level", PART).split("\n")
    assert lines[0].startswith("🇹🇭 Thailand: ⚫ <b>Black (highest of 2)</b>")
    advice = [number for number, line in enumerate(lines) if line.startswith("• ")]
    assert lines[advice[-1] + 1] == "I have nothing about <b>🇹🇭 Mae Sot &lt;town&gt;</b> alone."
    assert house.tell("level", "Thailand").count("alone") == 0


def test_a_part_that_nobody_has_named_is_answered_like_its_whole(house: House) -> None:
    levels(house, whole="black")
    assert house.tell("level", "🇹🇭-14") == house.tell("level", "🇹🇭")


def test_a_part_of_a_territory_without_any_alert_is_not_called_safe(house: House) -> None:
    levels(house)
    text = house.tell("level", PART)
    assert "Mae Sot" in text
    assert "🇹🇭 Thailand: <b>nothing is on record. That does not mean it is safe.</b>" in text


def test_the_whole_lists_its_parts_the_most_severe_first(house: House) -> None:
    levels(house, whole="amber", part="black")
    house.book.known_alerts.append(MAE_SOT.model_copy(update={"place": "TH-14"}))
    (reply,) = house.ask("level", "Thailand")
    assert reply.text.split("\n\n")[1] == (
        "<b>Parts with a level of their own</b>\n"
        "⚫ 🇹🇭 Mae Sot &lt;town&gt;: <b>Black (highest of 2)</b> (last reviewed: 10 November 2026)\n"
        "🟠 🇹🇭 Thailand: <b>Amber (lowest of 2)</b> (last reviewed: 10 November 2026)"
    )
    assert [Wish("level", PART), Wish("level", "🇹🇭-14")] == [wish for wish in wishes(reply) if wish.name == "level"]


def test_a_whole_without_an_alert_does_not_keep_quiet_about_its_parts(house: House) -> None:
    levels(house, part="black")
    text = house.tell("level", "Thailand")
    assert text.startswith("<b>🇹🇭 Thailand</b>: there are alerts for parts of it.")
    assert "That does not mean that the rest is safe." in text
    assert "⚫ 🇹🇭 Mae Sot &lt;town&gt;: <b>Black (highest of 2)</b>" in text
    assert "nothing is on record" not in text


@pytest.mark.parametrize("whole", ["", "amber", "black"])
@pytest.mark.parametrize("part", ["", "amber", "black"])
@pytest.mark.parametrize("asked", ["🇹🇭", PART])
def test_no_answer_leaves_out_the_gravest_level_that_is_known(house: House, whole: str, part: str, asked: str) -> None:
    levels(house, whole=whole, part=part)
    text = house.tell("level", asked)
    known = [level for level in (BLACK, AMBER) if level.key in (whole, part)]
    if asked == "🇹🇭" or part:
        assert all(level.symbol in text for level in known)
    elif whole:
        assert next(level for level in known if level.key == whole).symbol in text
    if not known:
        assert "That does not mean it is safe" in text


def test_all_alerts_name_the_parts(house: House) -> None:
    levels(house, whole="amber", part="black")
    (reply,) = house.ask("alerts")
    assert reply.text.split("\n")[1].startswith("⚫ 🇹🇭 Mae Sot &lt;town&gt;: <b>Black (highest of 2)</b>")
    assert wishes(reply) == [
        Wish("level", PART),
        Wish("level", "🇹🇭"),
        Wish("sos"),
        Wish("about"),
        Wish("another_place"),
    ]


def test_incidents_of_a_part_are_its_own_and_also_those_of_the_whole(house: House) -> None:
    checked = Incident(when="2026-10", text="Checks at the bridge.", source="A report")
    house.book.known_incidents["TH-mae-sot"] = [checked]
    (reply,) = house.ask("incidents", PART)
    assert reply.text.startswith("<b>Incidents: 🇹🇭 Mae Sot &lt;town&gt;</b>\n\n<b>October 2026</b>")
    assert "July 2015" not in reply.text
    assert wishes(reply)[0] == Wish("incidents", "🇹🇭")
    assert "October 2026" in house.tell("incidents", "Thailand")


def test_incidents_of_the_whole_stand_in_for_a_part_and_say_so_on_every_page(house: House) -> None:
    for number in (1, 2):
        (reply,) = house.ask("incidents", f"{PART} {number}")
        assert reply.text.startswith("I have nothing about <b>🇹🇭 Mae Sot &lt;town&gt;</b> alone.")
        assert "<b>Incidents: 🇹🇭 Thailand</b>" in reply.text
        assert Wish("incidents", f"{PART} {number + 1}") in wishes(reply)


def test_no_incident_anywhere_names_the_part(house: House) -> None:
    house.book.known_incidents = {}
    text = house.tell("incidents", PART)
    assert text.startswith("<b>🇹🇭 Mae Sot &lt;town&gt;</b>: I know of no incident.")


def test_who_helps_in_the_whole_helps_in_the_part_and_the_other_way_round_with_where(house: House) -> None:
    local = KITCHEN.model_copy(update={"name": "Clinic", "places": ("TH-mae-sot",), "services": (Service.HEALTH,)})
    house.book.known_contacts.append(local)
    text = house.tell("contacts", PART)
    assert text.startswith("<b>Who can help: 🇹🇭 Mae Sot &lt;town&gt;</b>")
    assert "• Clinic: Health\n• Kitchen: Food\nWhere: 🇹🇭 Thailand\n<i>" in text
    text = house.tell("contacts", "Thailand")
    assert "• Kitchen: Food\n• Clinic: Health\nWhere: 🇹🇭 Mae Sot &lt;town&gt;\n<i>" in text


def test_facts_of_the_whole_stand_in_for_a_part_and_say_so(house: House) -> None:
    assert house.tell("facts", PART).startswith(
        "I have nothing about <b>🇹🇭 Mae Sot &lt;town&gt;</b> alone. "
        "This is about all of 🇹🇭 Thailand.\n\n<b>What to know there: 🇹🇭 Thailand</b>"
    )
    house.book.known_facts["TH-mae-sot"] = FACTS.model_copy(update={"sentences": ("The bridge is shut.",)})
    (reply,) = house.ask("facts", PART)
    assert reply.text.startswith("<b>What to know there: 🇹🇭 Mae Sot &lt;town&gt;</b>")
    assert wishes(reply)[0] == Wish("facts", "🇹🇭")
    house.book.known_facts = {}
    assert house.tell("facts", PART).startswith("<b>🇹🇭 Mae Sot &lt;town&gt;</b>: I have nothing yet")


@pytest.mark.parametrize("wish", LOOKUPS)
def test_a_part_is_remembered_like_any_place_and_offered_like_one(house: House, wish: str) -> None:
    house.places.taught["Mae"] = Finding(Outcome.ASK, ("TH-mae-sot", "TH"))
    (reply,) = house.ask(wish, "Mae")
    assert wishes(reply) == [Wish(wish, PART), Wish(wish, "🇹🇭"), Wish("sos"), Wish("another_place")]
    house.ask(wish, PART)
    assert house.memory.place == "TH-mae-sot"
    assert "Mae Sot" in house.tell(wish)


def test_a_part_of_nowhere_is_an_unknown_place(house: House) -> None:
    assert "I don't know this place." in house.tell("level", "🇽🇽-mae-sot")


def test_a_point_is_answered_with_the_level_of_its_place_and_not_kept(house: House) -> None:
    house.places.lie[HERE] = Finding(Outcome.ANSWER, ("TH",))
    reply = house.tell_at(HERE)
    assert reply.text == house.tell("level", "Thailand") + "\n\nI did not keep your location."
    assert reply.choices == house.ask("level", "Thailand")[0].choices
    assert "16.7" not in repr(house.people.memories) + repr(reply)


def test_a_point_that_may_lie_in_two_places_is_asked_about(house: House) -> None:
    house.remember(Memory(place="HK"))
    house.places.lie[HERE] = Finding(Outcome.ASK, ("TH", "FR"))
    reply = house.tell_at(HERE)
    assert reply.text == (
        "You may be in any of these: your location is near a border or in a disputed area. Look at each of them.\n\n"
        "I did not keep your location."
    )
    assert wishes(reply) == [Wish("level", "🇹🇭"), Wish("level", "🇫🇷"), Wish("sos"), Wish("another_place")]
    assert house.memory.place == ""


def test_a_point_at_sea_says_nothing_calm(house: House) -> None:
    reply = house.tell_at(HERE)
    assert "This location is at sea, in no country's waters. I can't tell how safe it is." in reply.text
    assert "I did not keep your location." in reply.text
    assert wishes(reply) == [Wish("sos"), Wish("another_place")]


def test_an_alert_of_a_part_takes_its_code_only(house: House) -> None:
    for place in ("TH-mae-sot", "CN-XZ", "UA-43"):
        assert Alert.model_validate(MAE_SOT.model_dump() | {"place": place}).place == place
    for place in ("TH-", "TH-Mae", "th-mae-sot", "TH-mae sot", "THA"):
        with pytest.raises(ValueError, match="place"):
            Alert.model_validate(MAE_SOT.model_dump() | {"place": place})
