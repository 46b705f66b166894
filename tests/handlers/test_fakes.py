"""The doubles of what is known and said go through the same script as the real ones, refusals with it."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.languages.catalogues import Catalogues
from bot.places import PlaceFinder
from handlers.lookups.asking import flag
from handlers.model.direction import MARKS
from handlers.model.language import Language, Languages
from handlers.model.messages import Point
from handlers.model.places import Finding, Outcome
from handlers.ports import AlertBook, Places
from tests.handlers.fakes import CLOSED_DESK, NAMES, FakeBook, FakeLanguages, FakePlaces
from tests.sample import CONTENT

HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'


@pytest.fixture(params=["fake", "real"])
def languages(request: pytest.FixtureRequest, tmp_path: Path) -> Languages:
    """English, and a second one without a single translation."""
    if request.param == "fake":
        return FakeLanguages()
    catalogue = tmp_path / "zh_Hant/LC_MESSAGES/messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(HEADER, "utf-8")
    return Catalogues(tmp_path, {})


@pytest.fixture
def language(languages: Languages) -> Language:
    return languages.of("en")


def _read(text: str) -> str:
    """Without the marks of direction, which nobody sees."""
    return text.translate(MARKS)


class TestLanguage:
    def test_sentences_are_said_as_they_were_written(self, language: Language) -> None:
        assert language.code == "en"
        assert _read(language.gettext("One {place}.")) == "One {place}."
        assert language.gettext("") == ""
        assert language.pgettext("button", "Send") == "Send"
        assert [language.ngettext("one", "many", number) for number in (0, 1, 2)] == ["many", "one", "many"]

    @pytest.mark.parametrize(
        ("when", "said"), [("2015", "2015"), ("2015-11", "November 2015"), ("2015-11-30", "30 November 2015")]
    )
    def test_a_date_is_as_precise_as_it_is_known(self, language: Language, when: str, said: str) -> None:
        assert language.partial_date(when) == said

    @pytest.mark.parametrize("when", ["", "15", "2015-13", "2015-02-30", "last autumn"])
    def test_what_is_no_date_is_refused(self, language: Language, when: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            language.partial_date(when)

    def test_dates_times_and_numbers(self, language: Language) -> None:
        moment = datetime(2026, 11, 4, 9, 5, tzinfo=UTC)
        assert language.date(date(2015, 11, 3)) == "3 November 2015"
        assert language.time(moment) == "09:05 UTC"
        assert _read(language.moment(moment)) == "4 November 2026, 09:05 UTC"
        numbers = (11000, 7, 0, -1, 0.5, 2.0, 1234.5678)
        assert [language.number(number) for number in numbers] == ["11,000", "7", "0", "-1", "0.5", "2", "1,234.568"]

    @pytest.mark.parametrize(
        ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
    )
    def test_a_list(self, language: Language, items: list[str], said: str) -> None:
        assert _read(language.list(items)) == said

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            *(("TH", "Thailand"), ("CG", "Congo - Brazzaville"), ("CD", "Congo - Kinshasa")),
            *(("TH-nobody-named-it", "Thailand"), ("??", "??"), ("", "")),
        ],
    )
    def test_a_place_has_a_name_or_goes_by_its_code(self, language: Language, code: str, said: str) -> None:
        assert language.place(code) == said

    def test_each_language_has_its_own_name_and_what_is_none_has_a_question_mark(self, language: Language) -> None:
        assert [language.name_of(code) for code in ("en", "zh_Hant")] == ["English", "繁體中文"]
        assert [language.name_of(code) for code in ("", "xx", "en-GB", "<b>&", "no such ", "x" * 5000)] == ["?"] * 6


def test_a_language_that_is_not_shipped_is_english(languages: Languages) -> None:
    assert sorted(languages.codes()) == ["en", "zh_Hant"]
    assert languages.of("zh_Hant").code == "zh_Hant"
    assert [languages.of(code).code for code in ("", "tlh", "fr")] == ["en"] * 3


class TestBook:
    @pytest.fixture
    def real(self) -> AlertBook:
        return load(CONTENT)

    @pytest.fixture
    def fake(self, real: AlertBook) -> FakeBook:
        """Given the real nouns in no order at all."""
        places = [*{alert.place for alert in real.alerts()}, "CN-XZ"]
        contacts = {contact.key: contact for place in places for contact in real.contacts(place)}
        return FakeBook(
            known_levels=list(reversed(real.levels())),
            known_alerts=sorted(real.alerts(), key=lambda alert: alert.place),
            known_incidents={place: [*reversed(real.incidents(place))] for place in ("TH", "HK-kite-bay")},
            known_contacts=sorted(contacts.values(), key=lambda contact: contact.key == "kitchen"),
            known_facts={place: facts for place in places if (facts := real.facts(place))},
            known_topics=list(real.topics()),
            known_updates=sorted(real.updates(), key=lambda update: update.when),
            known_handles=list(real.handles()),
            known_routing=real.routing(),
            emergency_key="night-desk",
        )

    @pytest.mark.parametrize("whole", ["", "TH", "HK", "CN", "FR"])
    def test_alerts_are_in_the_same_order(self, real: AlertBook, fake: FakeBook, whole: str) -> None:
        assert [alert.place for alert in fake.alerts(whole)] == [alert.place for alert in real.alerts(whole)]

    @pytest.mark.parametrize("topic", ["", "news", "school", "no topic"])
    def test_posts_are_in_the_same_order(self, real: AlertBook, fake: FakeBook, topic: str) -> None:
        assert list(fake.updates(topic)) == list(real.updates(topic))

    @pytest.mark.parametrize("place", ["TH", "TH-lantern-hill", "HK", "HK-kite-bay", "CN", "CN-XZ", "FR", "XX", "?"])
    def test_it_knows_the_same_of_a_place(self, real: AlertBook, fake: FakeBook, place: str) -> None:
        assert fake.alert(place) == real.alert(place)
        assert list(fake.incidents(place)) == list(real.incidents(place))
        assert fake.facts(place) == real.facts(place)
        assert [one.key for one in fake.contacts(place)] == [one.key for one in real.contacts(place)]

    def test_it_knows_levels_topics_handles_and_whom_to_call(self, real: AlertBook, fake: FakeBook) -> None:
        assert list(fake.levels()) == list(real.levels())
        assert list(fake.topics()) == list(real.topics())
        assert list(fake.handles()) == list(real.handles())
        assert fake.emergency() == real.emergency()
        assert fake.routing() == real.routing()
        assert fake.level("black") == real.level("black")

    @pytest.mark.parametrize("key", ["purple", "", "Black"])
    def test_a_level_that_there_is_not_is_refused(self, real: AlertBook, fake: FakeBook, key: str) -> None:
        for book in (fake, real):
            with pytest.raises(KeyError):
                book.level(key)

    def test_it_knows_what_is_old(self, real: AlertBook, fake: FakeBook) -> None:
        reviewed = "2026-01-10"
        for today in (date(2026, 1, day) for day in (1, 8, 9, 10, 11)):
            assert fake.is_stale(reviewed, today) == real.is_stale(reviewed, today)
        for reviewed, today in itertools.product(
            ("2026-01-10", "2026-01", "2026", "unknown"), (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 11))
        ):
            assert fake.is_stale(reviewed, today) == real.is_stale(reviewed, today)


class TestPlaces:
    @pytest.fixture(params=["fake", "real"])
    def places(self, request: pytest.FixtureRequest) -> Places:
        return FakePlaces() if request.param == "fake" else PlaceFinder({"Mae Sot <town>": "TH-mae-sot"})

    @pytest.mark.parametrize("code", NAMES)
    def test_the_names_that_the_double_knows_are_known(self, places: Places, code: str) -> None:
        assert places.find(NAMES[code]) == Finding(Outcome.ANSWER, (code,))

    @pytest.mark.parametrize("code", ["TH", "FR", "NO"])
    def test_a_flag_is_known(self, places: Places, code: str) -> None:
        assert places.find(flag(code)) == Finding(Outcome.ANSWER, (code,))

    @pytest.mark.parametrize("text", ["", " ", "xyzzy", "🇽🇽"])
    def test_nothing_is_made_up(self, places: Places, text: str) -> None:
        assert places.find(text) == Finding(Outcome.NONE)

    def test_a_point_is_at_sea_or_refused(self, places: Places) -> None:
        assert places.at(Point(0.0, -30.0)) == Finding(Outcome.NONE)
        for latitude, longitude in ((math.nan, 0.0), (math.inf, 0.0)):
            with pytest.raises(ValueError, match=r".+"):
                places.at(Point(latitude, longitude))


def test_a_lookup_that_touches_the_desk_is_found_out() -> None:
    with pytest.raises(AssertionError, match="no business"):
        CLOSED_DESK.open_cases()
