"""What holds for every lookup, whatever it is about."""

from __future__ import annotations

import re

import pytest

from bot.places import PlaceFinder
from handlers.lookups.asking import flag
from handlers.model.knowledge import Basis
from handlers.model.messages import Lane
from handlers.model.places import Finding, Outcome
from tests.handlers.conftest import House
from tests.handlers.fakes import FakeLanguages, Marked
from tests.handlers.samples import HONG_KONG, MAE_SOT

LONGEST_LABEL = 28
LOOKUPS = (
    *[
        (wish, place)
        for wish in ("level", "incidents", "contacts", "facts")
        for place in ("Thailand", "France", "", "?")
    ],
    *[(wish, "🇹🇭-mae-sot") for wish in ("level", "incidents", "contacts", "facts")],
    *[("level", "🇳🇴-town"), ("level", "🇳🇴"), ("level", "🇨🇬-town"), ("incidents", "🇹🇭-mae-sot 2")],
    *[("level", "Hong Kong"), ("level", "many"), ("level", "Kongo"), ("incidents", "🇹🇭 2"), ("alerts", "")],
    *[("updates", ""), ("updates", "food 2"), ("updates", "law"), ("updates", "topics"), ("updates", "?")],
    *[("start", ""), ("help", ""), ("unknown", "?"), ("privacy", ""), ("verify", ""), ("language", "")],
    *[("language", "en"), ("another_place", ""), ("guide", "taken")],
)


@pytest.fixture
def full_house(house: House) -> House:
    """One in which every sentence has its occasion."""
    house.places.taught |= {
        "many": Finding(Outcome.ANSWER, ("TH", "HK", "FR", "NO")),
        "Kongo": Finding(Outcome.SUGGEST, ("CG", "CD")),
    }
    house.book.known_alerts += [
        MAE_SOT,
        MAE_SOT.model_copy(update={"place": "NO-town"}),
        MAE_SOT.model_copy(update={"place": "CG-town"}),
        MAE_SOT.model_copy(update={"place": "CG"}),
    ]
    house.book.known_alerts[0] = HONG_KONG.model_copy(update={"reviewed": "2015-12-31"})
    house.book.known_facts["TH"] = house.book.known_facts["TH"].model_copy(update={"basis": Basis.INFERRED})
    return house


@pytest.mark.parametrize(("wish", "argument"), LOOKUPS)
def test_every_word_is_said_in_the_language_of_the_person(full_house: House, wish: str, argument: str) -> None:
    full_house.language = Marked()
    full_house.languages = FakeLanguages((Marked(),))
    for reply in full_house.ask(wish, argument):
        for text in (reply.text, *(choice.label for choice in reply.choices)):
            assert not re.findall(r"[A-Za-z]{2,}", _untranslated(text)), text


@pytest.mark.parametrize(("wish", "argument"), LOOKUPS)
def test_every_button_fits_a_small_phone(full_house: House, wish: str, argument: str) -> None:
    for reply in full_house.ask(wish, argument):
        assert all(0 < len(choice.label) <= LONGEST_LABEL for choice in reply.choices)


@pytest.mark.parametrize(("wish", "argument"), LOOKUPS)
def test_under_every_answer_help_can_be_chosen(full_house: House, wish: str, argument: str) -> None:
    for reply in full_house.ask(wish, argument):
        assert [choice.label for choice in reply.choices if choice.wish.name == "sos"] == ["I need help now (SOS)"]


@pytest.mark.parametrize(("wish", "argument"), LOOKUPS)
def test_no_lookup_is_sent_before_a_call_for_help(full_house: House, wish: str, argument: str) -> None:
    assert {reply.lane for reply in full_house.ask(wish, argument)} == {Lane.LOOKUP}


def test_the_flag_on_a_button_leads_to_the_place_even_where_the_code_is_a_common_word() -> None:
    finder = PlaceFinder({})
    for code in ("TH", "NO", "IT", "LA", "MM", "US", "IN", "TW"):
        assert finder.find(flag(code)) == Finding(Outcome.ANSWER, (code,))


def _untranslated(text: str) -> str:
    """What stands outside of «», of tags, and is no address or name of a messenger."""
    text = re.sub(r"<code>.*?</code>|</?[bi]>|Telegram|&[a-z]+;", "", text)
    return re.sub(r"«[^«»]*»", "", text)
