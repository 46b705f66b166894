"""The doubles behave like what they stand for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.languages.catalogues import Catalogues
from bot.places import PlaceFinder
from handlers.lookups.asking import flag
from handlers.model.language import Language
from handlers.model.memory import Memory
from handlers.model.messages import Person
from handlers.model.places import Finding, Outcome
from handlers.ports import AlertBook, Places
from tests.handlers.fakes import CLOSED_DESK, NAMES, English, FakeBook, FakeLanguages, FakePeople, FakePlaces

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["fake", "real"])
def language(request: pytest.FixtureRequest, tmp_path: Path) -> Language:
    return English() if request.param == "fake" else Catalogues(tmp_path, {}).of("en")


class TestLanguage:
    def test_sentences_are_said_as_they_were_written(self, language: Language) -> None:
        assert language.code == "en"
        assert language.gettext("One {place}.") == "One {place}."
        assert language.pgettext("button", "Send") == "Send"
        assert [language.ngettext("one", "many", number) for number in (0, 1, 2)] == ["many", "one", "many"]

    @pytest.mark.parametrize(
        ("when", "said"), [("2015", "2015"), ("2015-11", "November 2015"), ("2015-11-30", "30 November 2015")]
    )
    def test_a_date_is_as_precise_as_it_is_known(self, language: Language, when: str, said: str) -> None:
        assert language.partial_date(when) == said

    def test_dates_times_and_numbers(self, language: Language) -> None:
        moment = datetime(2026, 11, 4, 9, 5, tzinfo=UTC)
        assert language.date(date(2015, 11, 3)) == "3 November 2015"
        assert language.time(moment) == "09:05 UTC"
        assert language.moment(moment) == "4 November 2026, 09:05 UTC"
        assert language.number(11000) == "11,000"

    def test_lists_places_and_its_own_name(self, language: Language) -> None:
        assert [language.list(items) for items in (["a"], ["a", "b"], ["a", "b", "c"])] == [
            "a",
            "a and b",
            "a, b and c",
        ]
        assert language.place("TH") == "Thailand"
        assert language.place("??") == "??"
        assert language.place("TH-nobody-named-it") == "Thailand"
        assert language.name_of("en") == "English"


class TestBook:
    @pytest.fixture
    def real(self) -> AlertBook:
        return load(ROOT / "content")

    @pytest.fixture
    def fake(self, real: AlertBook) -> FakeBook:
        """Given the real nouns in no order at all."""
        contacts = {contact.key: contact for place in NAMES for contact in real.contacts(place)}
        emergency = real.emergency().model_copy(update={"is_emergency": True})
        return FakeBook(
            known_levels=list(reversed(real.levels())),
            known_alerts=sorted(real.alerts(), key=lambda alert: alert.place),
            known_incidents={place: list(reversed(real.incidents(place))) for place in NAMES},
            known_contacts=list((contacts | {emergency.key: emergency}).values()),
            known_facts={place: facts for place in NAMES if (facts := real.facts(place))},
            known_topics=list(real.topics()),
            known_updates=sorted(real.updates(), key=lambda update: update.when),
            known_handles=list(real.handles()),
        )

    def test_it_answers_in_the_same_order(self, real: AlertBook, fake: FakeBook) -> None:
        assert fake.levels() == real.levels()
        assert [alert.place for alert in fake.alerts()] == [alert.place for alert in real.alerts()]
        assert [update.when for update in fake.updates("food")] == [update.when for update in real.updates("food")]
        assert fake.topics() == list(real.topics())
        assert fake.handles() == list(real.handles())

    @pytest.mark.parametrize("place", ["TH", "HK", "FR"])
    def test_it_knows_the_same_of_a_place(self, real: AlertBook, fake: FakeBook, place: str) -> None:
        assert fake.alert(place) == real.alert(place)
        assert fake.incidents(place) == real.incidents(place)
        assert fake.facts(place) == real.facts(place)
        assert [one.key for one in fake.contacts(place)] == [one.key for one in real.contacts(place)]

    def test_it_knows_whom_to_call_and_what_is_old(self, real: AlertBook, fake: FakeBook) -> None:
        assert fake.emergency().key == real.emergency().key
        assert fake.level("black") == real.level("black")
        for today in (date(2026, 4, 1), date(2026, 4, 2)):
            assert fake.is_stale(date(2026, 1, 1), today) == real.is_stale(date(2026, 1, 1), today)


class TestPlaces:
    @pytest.fixture(params=["fake", "real"])
    def places(self, request: pytest.FixtureRequest) -> Places:
        return FakePlaces() if request.param == "fake" else PlaceFinder({})

    def test_flags_and_names_are_known_and_nothing_is_made_up(self, places: Places) -> None:
        for code in ("TH", "FR", "NO"):
            assert places.find(flag(code)) == places.find(NAMES[code]) == Finding(Outcome.ANSWER, (code,))
        assert places.find("xyzzy").outcome is Outcome.NONE


def test_people_are_remembered_until_they_are_forgotten() -> None:
    people, person = FakePeople(), Person("a")
    assert people.recall(person) == Memory()
    people.remember(person, Memory(place="TH"))
    assert people.recall(person).place == "TH"
    assert people.recall(Person("b")) == Memory()
    people.forget(person)
    assert people.recall(person) == Memory()


def test_a_language_that_is_not_shipped_is_english() -> None:
    assert FakeLanguages().of("tlh").code == "en"
    assert FakeLanguages().of("zh_Hant").code == "zh_Hant"


def test_a_lookup_that_touches_the_desk_is_found_out() -> None:
    with pytest.raises(AssertionError, match="no business"):
        CLOSED_DESK.open_cases()
