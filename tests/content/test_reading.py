"""The shipped content: it is sound, it carries every fact of its sources, and it claims no more than they do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content import Content, load, sentences
from bot.content.check import check
from bot.content.files import SCHEMAS, ContentFile
from bot.content.schemas import schema_text, write_schemas
from bot.content.source import Fault
from handlers.model.knowledge import Alert, Basis, Facts
from handlers.ports import AlertBook

FOLDER = Path(__file__).parents[2] / "content"
BOOK: AlertBook = load(FOLDER)
CONTENT = load(FOLDER)
TODAY = date(2026, 11, 24)


def alert(place: str) -> Alert:
    found = BOOK.alert(place)
    assert found is not None
    return found


def facts(place: str) -> str:
    found = BOOK.facts(place)
    assert isinstance(found, Facts)
    return " ".join(found.sentences)


def warnings() -> list[Fault]:
    return check(FOLDER, TODAY, lambda _sentence: [])


def test_the_shipped_content_has_no_errors() -> None:
    assert [fault for fault in warnings() if not fault.is_warning] == []


def test_what_waits_for_a_maintainer_is_listed() -> None:
    found = {(fault.file, fault.message.split(":")[0].split(",")[0]) for fault in warnings()}
    assert found >= {
        ("contacts/cathay-glory.yaml", "printed incompletely"),
        ("contacts/cathay-glory.yaml", "not verified since 2015"),
        ("contacts/hong-kong.yaml", "not verified since 2021-03-13"),
        ("levels.yaml", "inferred"),
        ("places/CN.yaml", "inferred"),
        ("places/HK.yaml", "inferred"),
    }
    overdue = {fault.file for fault in warnings() if "review is overdue" in fault.message}
    assert overdue == {"places/CN.yaml", "places/HK.yaml", "places/TH.yaml"}


def test_three_levels_from_the_worst_down() -> None:
    assert [(level.key, level.symbol, level.basis) for level in BOOK.levels()] == [
        ("black", "⚫", Basis.STATED),
        ("red", "🔴", Basis.INFERRED),
        ("amber", "🟠", Basis.INFERRED),
    ]
    assert BOOK.level("red").severity > BOOK.level("amber").severity


@pytest.mark.parametrize(
    ("place", "level", "basis"),
    [("TH", "black", Basis.STATED), ("CN", "black", Basis.INFERRED), ("HK", "amber", Basis.INFERRED)],
)
def test_an_alert_says_how_it_is_known(place: str, level: str, basis: Basis) -> None:
    assert (alert(place).level, alert(place).basis) == (level, basis)
    assert not alert(place).is_since_exact
    assert BOOK.is_stale(alert(place).reviewed, TODAY)


def test_exactly_three_alerts_are_in_force_the_worst_first() -> None:
    assert [one.place for one in BOOK.alerts()] == ["CN", "TH", "HK"]
    assert BOOK.alert("FR") is None
    assert not BOOK.incidents("FR")
    assert BOOK.facts("FR") is None


def test_the_incidents_in_thailand_newest_first() -> None:
    found = BOOK.incidents("TH")
    assert [incident.when for incident in found] == ["2015-11", "2015-10", "2015-06"]
    for incident, words in zip(found, ("Five", "two Chinese dissidents", "More than 100 Uyghurs"), strict=True):
        assert words in incident.text
    assert alert("TH").since == "2015-11"


def test_the_danger_in_china_is_not_softened() -> None:
    text = " ".join(alert("CN").summary)
    for words in ("extremely high", "arrest", "disappearance", "ban on leaving", "life in prison or death"):
        assert words in text
    assert "very little" in facts("CN")


def test_what_to_know_in_thailand() -> None:
    for words in ("UNHCR", "Bangkok", "not signed the Refugee Convention", "Since 2015"):
        assert words in facts("TH")
    assert "do not overstay" in " ".join(alert("TH").summary)


FIGURES = """
March 2014; 37 of more than 18,000; 1992 to 2015; 11,000; HK$1,500; HK$1,200; USM; since 1992; Clothes and shoes;
not allowed to work; School fees; Kindergarten; not bound by the Refugee Convention
"""


@pytest.mark.parametrize("figure", [figure.strip() for figure in FIGURES.split(";")])
def test_the_figures_of_hong_kong(figure: str) -> None:
    assert figure in facts("HK")


def test_the_number_to_call() -> None:
    phones = [channel.phone for channel in BOOK.emergency().channels if channel.phone]
    assert phones == ["+852 3957 1999"]
    assert BOOK.emergency().verified_on is None


def test_a_fragment_of_an_address_is_never_an_address() -> None:
    channels = [
        channel for place in ("TH", "CN", "HK", "FR") for one in BOOK.contacts(place) for channel in one.channels
    ]
    assert not any(channel.email for channel in channels)
    assert {channel.incomplete for channel in channels if channel.incomplete} == {"sos@cathayglory"}


def test_who_helps_in_hong_kong_by_name() -> None:
    found = " / ".join(contact.name for contact in BOOK.contacts("HK"))
    for name in (
        *("Refugee Union", "Amber Foundation", "Hands On Hong Kong", "Grassroots Future", "Bliss & Bless"),
        *("Zubin Foundation", "Crafty Charity Shop", "Sunshine Action", "Feeding Hong Kong", "Soap Cycling"),
        *("Hong Kong Bar Association", "Law Society"),
    ):
        assert name in found


def test_a_places_own_contacts_stand_before_those_for_everywhere() -> None:
    assert [contact.key for contact in BOOK.contacts("TH")] == ["unhcr-bangkok", "cathay-glory-security"]
    assert [contact.key for contact in BOOK.contacts("FR")] == ["cathay-glory-security"]


BOARD = {
    "2021-03-13": "food health ru-opinion ru-updates programs events",
    "2019-01-22": "advocacy immigration ru-opinion welfare",
    "2017-02-28": "advocacy government housing ru-opinion welfare",
    "2017-02-22": "advocacy housing community ru-opinion welfare",
    "2016-08-11": "advocacy food government housing community ru-opinion welfare",
    "2016-06-20": "immigration opinion rejection ru-opinion",
    "2016-02-01": "advocacy immigration rejection ru-opinion",
    "2016-01-25": "advocacy opinion community rejection ru-opinion welfare",
    "2016-01-19": "advocacy government legal community ru-opinion welfare",
    "2015-12-28": "advocacy government ru-opinion report welfare",
}


def test_the_board_has_ten_posts_with_their_topics_newest_first() -> None:
    assert {update.when.isoformat(): " ".join(update.topics) for update in BOOK.updates()} == BOARD
    assert [update.when.isoformat() for update in BOOK.updates()] == list(BOARD)


def test_a_topic_shows_its_posts_only() -> None:
    assert [update.when.isoformat() for update in BOOK.updates("legal")] == ["2016-01-19"]
    assert {key for topics in BOARD.values() for key in topics.split()} == {topic.key for topic in BOOK.topics()}


@pytest.mark.parametrize("words", ["25 hours", "Almost 300", "13 February 2017", "8 August 2016", "17 November 2015"])
def test_figures_and_dates_of_the_board(words: str) -> None:
    assert words in " ".join(update.text for update in BOOK.updates())


def test_no_official_account_is_made_up() -> None:
    assert list(BOOK.handles()) == []


def test_places_are_called_as_their_people_call_them() -> None:
    assert CONTENT.names() == {
        "CN": "Mainland China",
        "CN-NM": "Southern (Inner) Mongolia",
        "CN-XJ": "Uyghur Region (Xinjiang)",
        "CN-XZ": "Tibet",
        "HK": "Hong Kong",
        "MO": "Macau",
        "TW": "Taiwan",
    }


SPELLINGS = {
    "TH": "曼谷; กรุงเทพ; 清迈; 清邁; 芭提雅; Mae Sot; 美索; Songkhla; 暹罗; 赴泰",
    "CN": "PRC; China; 大陆; 大陸; 內地; 内地; 北京; Shanghai; Guangzhou; Shenzhen",
    "HK": "HK; 九龍; 九龙; Kowloon; 上海街",
    "CN-XZ": "Tibet; 西藏; བོད; 圖博; Xizang; 拉薩",
    "CN-XJ": "East Turkistan; 东突厥斯坦; ئۇيغۇر ئېلى; شىنجاڭ; 新疆; Doğu Türkistan; Urumqi",
    "CN-NM": "Southern Mongolia; 南蒙古; Inner Mongolia; 内蒙古",
    "MO": "澳門",
    "TW": "臺灣; Taipei",
}


@pytest.mark.parametrize(
    ("spelling", "place"), [(name, place) for place, names in SPELLINGS.items() for name in names.split("; ")]
)
def test_places_are_known_by_the_names_that_people_use(spelling: str, place: str) -> None:
    assert CONTENT.aliases()[spelling] == place


def test_a_review_is_old_after_ninety_days_and_when_it_lies_in_the_future() -> None:
    reviewed = date(2026, 1, 10)
    assert not BOOK.is_stale(reviewed, date(2026, 4, 10))
    assert BOOK.is_stale(reviewed, date(2026, 4, 11))
    assert not BOOK.is_stale(reviewed, date(2026, 1, 9))
    assert BOOK.is_stale(reviewed, date(2026, 1, 8))


def test_content_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        CONTENT._contacts = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        CONTENT._levels["black"] = BOOK.level("amber")  # type: ignore[index]


def test_every_sentence_is_extracted_with_its_file_and_line() -> None:
    found = {text: (file, line) for file, line, text, _comment in sentences(FOLDER)}
    file, line = found["Refugees are not allowed to work."]
    assert file == "places/HK.yaml"
    assert "Refugees are not allowed to work." in (FOLDER / file).read_text("utf-8").splitlines()[line - 1]
    for shown in _shown(CONTENT):
        assert shown in found


def _shown(book: Content) -> list[str]:
    levels = [text for level in book.levels() for text in (level.name, level.meaning, *level.advice)]
    alerts = [text for one in book.alerts() for text in (one.change, one.source, *one.summary)]
    incidents = [text for one in book.incidents("TH") for text in (one.text, one.source)]
    contacts = [text for one in book.contacts("TH") for text in (one.name, one.note) if text]
    board = [text for one in book.updates() for text in (one.title, one.text, one.source)]
    return [*levels, *alerts, *incidents, *contacts, *board, *(topic.name for topic in book.topics()), "Hong Kong"]


def test_facts_are_not_given_to_translators() -> None:
    texts = {text for _file, _line, text, _comment in sentences(FOLDER)}
    for datum in ("+852 3957 1999", "sos@cathayglory", "TH", "black", "⚫", "2015-11", "曼谷"):
        assert datum not in texts


def test_a_translator_is_told_what_a_sentence_is() -> None:
    comments = {text: comment for _file, _line, text, comment in sentences(FOLDER)}
    assert comments["Black"] == "content: levels.name"
    assert comments["Refugees are not allowed to work."] == "content: facts.sentences"


@pytest.mark.parametrize("model", SCHEMAS, ids=lambda model: SCHEMAS[model])
def test_the_schemas_for_editors_are_up_to_date(model: type[ContentFile]) -> None:
    path = FOLDER / "schema" / f"{SCHEMAS[model]}.json"
    assert path.read_text("utf-8") == schema_text(model), "run `python -m bot schemas`"


def test_schemas_are_written_for_every_kind_of_file(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schema")
    written = {path.name for path in (tmp_path / "schema").iterdir()}
    assert written == {path.name for path in (FOLDER / "schema").iterdir()}
