"""Which place is meant."""

from __future__ import annotations

import pytest

from handlers.lookups.asking import flag, named
from handlers.model.memory import Memory
from handlers.model.messages import Wish
from handlers.model.places import Finding, Outcome
from tests.handlers.conftest import HANDLERS, House, labels, wishes
from tests.handlers.fakes import English

LOOKUPS = ("level", "incidents", "contacts", "facts")


def test_a_flag_is_made_from_the_code_of_a_place() -> None:
    assert flag("TH") == "🇹🇭"
    assert flag("HK") == "\U0001f1ed\U0001f1f0"


def test_a_name_is_made_safe_to_stand_in_a_text() -> None:
    class Odd(English):
        def place(self, code: str) -> str:
            return "<A & B>"

    assert named(Odd(), "TH") == "🇹🇭 &lt;A &amp; B&gt;"


@pytest.mark.parametrize("wish", LOOKUPS)
def test_each_lookup_names_the_place_with_its_flag_and_offers_another(house: House, wish: str) -> None:
    for place in ("Thailand", "France"):
        (reply,) = house.ask(wish, place)
        assert f"{named(house.language, {'Thailand': 'TH', 'France': 'FR'}[place])}" in reply.text
        assert reply.choices[-1].wish == Wish("another_place")


@pytest.mark.parametrize("wish", LOOKUPS)
def test_without_a_place_it_asks_and_takes_the_next_text_for_one(house: House, wish: str) -> None:
    assert house.tell(wish) == "Which place? Write its name, for example: Thailand."
    assert house.memory.step == f"place:{wish}"
    house.ask(wish, "Thailand")
    assert house.memory.step == ""


def test_a_question_without_a_wish_asks_for_the_place_too(house: House) -> None:
    for wish in LOOKUPS:
        (reply,) = HANDLERS[wish](house.inbound(None), house.ports)
        assert reply.text.startswith("Which place?")


def test_another_place_asks_even_when_one_is_remembered(house: House) -> None:
    house.ask("level", "Thailand")
    assert house.tell("another_place").startswith("Which place?")
    assert (house.memory.place, house.memory.step) == ("", "place:level")


def test_after_two_places_nobody_guesses_which_one_the_next_question_is_about(house: House) -> None:
    house.places.taught["both"] = Finding(Outcome.ANSWER, ("TH", "HK"))
    thailand, hong_kong = house.ask("level", "both")
    assert "🇹🇭 Thailand" in thailand.text
    assert "🇭🇰 Hong Kong" in hong_kong.text
    assert house.tell("contacts").startswith("Which place?")


def test_of_many_places_the_first_are_answered_and_none_is_passed_over(house: House) -> None:
    house.places.taught["many"] = Finding(Outcome.ANSWER, ("TH", "HK", "FR", "NO", "CG"))
    *answers, rest = house.ask("contacts", "many")
    for code, answer in zip(("TH", "HK", "FR"), answers, strict=True):
        assert named(house.language, code) in answer.text
    assert rest.text == "You asked about more places. Which one next?"
    assert labels(rest) == ["🇳🇴 Norway", "🇨🇬 Congo - Brazzaville", "I need help now (SOS)", "Another place"]
    assert wishes(rest)[0] == Wish("contacts", "🇳🇴")


def test_of_many_places_the_gravest_are_answered_first(house: House) -> None:
    house.places.taught["many"] = Finding(Outcome.ANSWER, ("FR", "NO", "CG", "HK", "TH"))
    *answers, rest = house.ask("level", "many")
    for code, answer in zip(("TH", "HK", "FR"), answers, strict=True):
        assert named(house.language, code) in answer.text
    assert labels(rest) == ["🇳🇴 Norway", "🇨🇬 Congo - Brazzaville", "I need help now (SOS)", "Another place"]


@pytest.mark.parametrize(
    ("outcome", "question"),
    [(Outcome.ASK, "Which one do you mean?"), (Outcome.SUGGEST, "Did you mean one of these?")],
)
def test_an_unsure_place_is_asked_about_and_never_answered(house: House, outcome: Outcome, question: str) -> None:
    house.places.taught["Kongo"] = Finding(outcome, ("CG", "CD"))
    (reply,) = house.ask("incidents", "Kongo")
    assert reply.text == question
    assert labels(reply) == ["🇨🇬 Congo - Brazzaville", "🇨🇩 Congo - Kinshasa", "I need help now (SOS)", "Another place"]
    assert wishes(reply)[0] == Wish("incidents", "🇨🇬")
    assert house.memory.place == ""


def test_an_unknown_place_says_nothing_calm_and_offers_help(house: House) -> None:
    (reply,) = house.ask("level", "Atlantis")
    assert "I don't know this place. That does not mean it is safe." in reply.text
    assert wishes(reply) == [Wish("alerts"), Wish("sos")]


def test_a_failed_search_forgets_the_last_place_so_that_no_answer_is_about_the_wrong_one(house: House) -> None:
    house.ask("level", "Thailand")
    house.ask("level", "Atlantis")
    assert house.tell("contacts").startswith("Which place?")


def test_nothing_else_that_is_remembered_gets_lost(house: House) -> None:
    house.remember(Memory(chosen_language="zh_Hant"))
    for argument in ("", "Thailand", "Atlantis"):
        house.ask("level", argument)
    assert house.memory.chosen_language == "zh_Hant"


@pytest.mark.parametrize("words", ["there?", "There", "in there", "that country ?"])
def test_there_is_the_place_of_the_last_answer_as_often_as_it_is_asked_about(house: House, words: str) -> None:
    house.ask("level", "Thailand")
    assert "Who can help: 🇹🇭 Thailand" in house.tell("contacts", words)
    assert "What to know there: 🇹🇭 Thailand" in house.tell("facts")
    assert "Incidents: 🇹🇭 Thailand" in house.tell("incidents", words)


def test_without_an_answer_before_it_there_is_asked_about(house: House) -> None:
    assert house.tell("contacts", "there?") == "Which place? Write its name, for example: Thailand."
