"""From the files of a folder to what is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content import Content, load, sentences
from bot.content.check import check
from bot.content.files import SCHEMAS, ContentFile
from bot.content.schemas import schema_text, write_schemas
from bot.languages.catalogues import Catalogues
from handlers.model.knowledge import Basis
from handlers.ports import AlertBook
from tests.sample import CONTENT, FOLDER, LOCALES, PHONE

KNOWN = load(CONTENT)
BOOK: AlertBook = KNOWN
TODAY = date(2026, 11, 24)


def test_our_own_content_is_sound_and_translated() -> None:
    ours = {path.stem for path in (FOLDER / "locales").iterdir()}
    catalogues = Catalogues(LOCALES, KNOWN.names())
    faults = check(CONTENT, TODAY, lambda sentence: sorted(ours.intersection(catalogues.missing(sentence))))
    assert [fault for fault in faults if not fault.is_warning or "not translated" in fault.message] == []


def test_what_waits_for_a_maintainer_is_listed() -> None:
    found = check(CONTENT, TODAY, lambda _sentence: [])
    overdue = {fault.file for fault in found if "review is overdue" in fault.message}
    inferred = {fault.file for fault in found if "inferred" in fault.message}
    assert overdue == {"places/HK-kite-bay.yaml", "places/TH.yaml"}
    assert inferred == {
        *("contacts/helpers.yaml", "guides/taken.yaml", "levels.yaml"),
        *("places/CN.yaml", "places/HK-kite-bay.yaml", "places/HK.yaml"),
    }
    assert sum("not verified since" in fault.message for fault in found) == 4
    assert sum("printed incompletely" in fault.message for fault in found) == 1


def test_the_levels_from_the_worst_down() -> None:
    assert [(level.key, level.symbol, level.basis) for level in BOOK.levels()] == [
        ("black", "⚫", Basis.STATED),
        ("red", "🔴", Basis.INFERRED),
        ("amber", "🟠", Basis.STATED),
    ]
    assert BOOK.level("red").severity > BOOK.level("amber").severity


@pytest.mark.parametrize(
    ("place", "level", "basis", "is_stale"),
    [
        ("TH", "black", Basis.STATED, True),
        ("HK", "amber", Basis.INFERRED, False),
        ("TH-lantern-hill", "red", Basis.CONFIRMED, False),
    ],
)
def test_an_alert_says_how_it_is_known_and_whether_it_is_old(
    place: str, level: str, basis: Basis, is_stale: bool
) -> None:
    alert = BOOK.alert(place)
    assert alert is not None
    assert (alert.level, alert.basis) == (level, basis)
    assert BOOK.is_stale(alert.reviewed, TODAY) is is_stale


def test_alerts_are_in_order_of_danger_and_those_of_a_whole_are_its_parts() -> None:
    assert [one.place for one in BOOK.alerts()] == ["CN", "TH", "HK-kite-bay", "TH-lantern-hill", "HK"]
    assert [one.place for one in BOOK.alerts("TH")] == ["TH-lantern-hill"]
    assert [one.place for one in BOOK.alerts("CN")] == []


def test_nothing_is_known_of_a_place_without_a_file() -> None:
    assert BOOK.alert("FR") is None
    assert not BOOK.incidents("FR")
    assert BOOK.facts("FR") is None


def test_incidents_are_newest_first_however_precisely_their_day_is_known() -> None:
    assert [incident.when for incident in BOOK.incidents("TH")] == ["2026-05", "2026-04-18", "2025"]
    assert [incident.when for incident in BOOK.incidents("HK")] == ["2025-12-30"]
    assert not BOOK.incidents("TH-lantern-hill")


def test_the_number_to_call() -> None:
    assert [channel.phone for channel in BOOK.emergency().channels if channel.phone] == [PHONE]


def test_a_fragment_of_an_address_is_never_an_address() -> None:
    channels = [channel for place in ("TH", "HK") for one in BOOK.contacts(place) for channel in one.channels]
    assert {channel.email for channel in channels if channel.email} == {"office@example.org"}
    assert {channel.incomplete for channel in channels if channel.incomplete} == {"desk@kite-uni"}


def test_a_places_own_contacts_stand_before_those_near_it_and_those_for_everywhere() -> None:
    assert [contact.key for contact in BOOK.contacts("FR")] == ["night-desk"]
    assert [contact.key for contact in BOOK.contacts("TH-lantern-hill")] == ["kite-office", "night-desk"]
    own, near, everywhere = ["lantern-lawyers", "kitchen"], ["boathouse"], ["night-desk"]
    assert [contact.key for contact in BOOK.contacts("HK")] == own + near + everywhere
    assert [contact.key for contact in BOOK.contacts("HK-kite-bay")] == near + own + everywhere


def test_the_board_is_newest_first_and_a_topic_shows_its_posts_only() -> None:
    days = ["2026-11-02", "2026-09-15", "2026-07-01", "2026-03-20", "2025-12-05"]
    assert [update.when.isoformat() for update in BOOK.updates()] == days
    assert [update.when.isoformat() for update in BOOK.updates("school")] == ["2026-09-15", "2026-03-20"]
    assert [topic.key for topic in BOOK.topics()] == ["news", "school", "workshops"]


def test_the_official_accounts() -> None:
    assert [(handle.platform, handle.name) for handle in BOOK.handles()] == [("Telegram", "@invented_kite_bot")]


def test_places_are_called_as_content_calls_them() -> None:
    assert KNOWN.names() == {
        "CN": "Mainland China",
        "CN-XZ": "Tibet",
        "HK": "Hong Kong",
        "HK-kite-bay": "Kite Bay",
        "TH-lantern-hill": "Lantern Hill",
    }


@pytest.mark.parametrize(
    ("spelling", "place"),
    [
        *(("暹罗", "TH"), ("曼谷", "TH"), ("Kowloon", "HK"), ("Mainland China", "CN"), ("བོད", "CN-XZ")),
        *(("拉薩", "CN-XZ"), ("Kite Bay", "HK-kite-bay"), ("燈籠山", "TH-lantern-hill")),
    ],
)
def test_a_place_is_known_by_its_name_its_aliases_and_its_cities(spelling: str, place: str) -> None:
    assert KNOWN.aliases()[spelling] == place


def test_a_review_is_old_after_ninety_days_and_when_it_lies_in_the_future() -> None:
    reviewed = "2026-01-10"
    assert not BOOK.is_stale(reviewed, date(2026, 4, 10))
    assert BOOK.is_stale(reviewed, date(2026, 4, 11))
    assert not BOOK.is_stale(reviewed, date(2026, 1, 9))
    assert BOOK.is_stale(reviewed, date(2026, 1, 8))


@pytest.mark.parametrize("reviewed", ["unknown", "2026-01", "2026"])
def test_a_review_without_a_day_counts_from_the_first_one_and_an_unknown_one_is_old(reviewed: str) -> None:
    assert BOOK.is_stale(reviewed, date(2026, 1, 2)) is (reviewed == "unknown")
    assert BOOK.is_stale(reviewed, date(2026, 4, 2))


def test_content_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        KNOWN._contacts = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        KNOWN._levels["black"] = BOOK.level("amber")  # type: ignore[index]


def test_every_sentence_is_extracted_with_its_file_and_line() -> None:
    found = {text: (file, line) for file, line, text, _comment in sentences(CONTENT)}
    file, line = found["Work is not allowed without papers."]
    assert file == "places/HK.yaml"
    assert "Work is not allowed without papers." in (CONTENT / file).read_text("utf-8").splitlines()[line - 1]
    for shown in _shown(KNOWN):
        assert shown in found


def _shown(book: Content) -> list[str]:
    levels = [text for level in book.levels() for text in (level.name, level.meaning, *level.advice)]
    alerts = [text for one in book.alerts() for text in (one.change, one.source, *one.summary, *one.advice)]
    incidents = [text for one in book.incidents("TH") for text in (one.text, one.source)]
    contacts = [text for one in book.contacts("TH") for text in (one.name, one.note) if text]
    board = [text for one in book.updates() for text in (one.title, one.text, one.source)]
    handles = [one.check for one in book.handles()]
    topics = [topic.name for topic in book.topics()]
    return [*levels, *alerts, *incidents, *contacts, *board, *handles, *topics, *book.names().values()]


def test_facts_are_not_given_to_translators() -> None:
    texts = {text for _file, _line, text, _comment in sentences(CONTENT)}
    for datum in (PHONE, "desk@kite-uni", "TH", "black", "⚫", "2026-05", "曼谷", "@invented_kite_bot"):
        assert datum not in texts


def test_a_translator_is_told_what_a_sentence_is() -> None:
    comments = {text: comment for _file, _line, text, comment in sentences(CONTENT)}
    assert comments["Black"] == "content: levels.name"
    assert comments["Work is not allowed without papers."] == "content: facts.sentences"


@pytest.mark.parametrize("model", SCHEMAS, ids=lambda model: SCHEMAS[model])
def test_the_schemas_for_editors_are_up_to_date(model: type[ContentFile]) -> None:
    path = CONTENT / "schema" / f"{SCHEMAS[model]}.json"
    assert path.read_text("utf-8") == schema_text(model), "run `python -m bot schemas`"


def test_schemas_are_written_for_every_kind_of_file(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schema")
    written = {path.name for path in (tmp_path / "schema").iterdir()}
    assert written == {path.name for path in (CONTENT / "schema").iterdir()}
