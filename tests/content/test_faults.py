"""Every fault of every file is told at once, with file, line and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content import ContentError, Fault, load, sentences
from bot.content.check import check
from bot.content.source import DEEPEST, LARGEST_FILE
from handlers.model.escalation_policy import Callee, Routing
from tests.sample import change, copy_content

TODAY = date(2026, 11, 24)

TH, HK, CN, XZ = "places/TH.yaml", "places/HK.yaml", "places/CN.yaml", "places/CN-XZ.yaml"
GUIDE = "guides/taken.yaml"
HELPERS, BOARD, LEVELS = "contacts/helpers.yaml", "updates/kite-union.yaml", "levels.yaml"
CRY, FILLER = "meanings/cry.yaml", "meanings/filler.yaml"
UNVERIFIED = '    unverified_since: "2024"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_content(tmp_path)


def found(folder: Path) -> list[Fault]:
    return check(folder, TODAY, lambda _sentence: [])


def errors(folder: Path) -> list[Fault]:
    return [fault for fault in found(folder) if not fault.is_warning]


def said(folder: Path, file: str, line: int) -> str:
    """All that is said of one line."""
    return "\n".join(fault.message for fault in found(folder) if (fault.file, fault.line) == (file, line))


UNUSABLE = [
    (CRY, "sort: cry", "sort: shout", "sort: write one of these"),
    (CRY, "[imdat]", "[imdat|yetiş]", "put what is one of several into brackets"),
    (CRY, "[imdat]", "[(imdat]", "brackets stand in pairs"),
    (CRY, "[imdat]", "[imdat … ]", "each part needs a letter"),
    (CRY, "[imdat]", f"[{'(a|b|c|d|e|f|g)' * 5}]", "it can be said in more than"),
    (CRY, "[救命恩人]", "[救命(恩人]", "brackets stand in pairs"),
    (CRY, "sort: cry", "sort: ask", "what is asked for stands in `wish` of an `ask`"),
    (CRY, "sort: cry", "sort: cry\nwish: level", "what is asked for stands in `wish` of an `ask`"),
    (TH, "  level: black", "  level: purple", "unknown level 'purple': write one of amber, black, red"),
    (TH, "  level: black", "  colour: black", "alert.colour: there is no such key: correct it"),
    (TH, "  basis: stated", "  basis: rumour", "write one of these: 'stated', 'inferred' or 'confirmed'"),
    (TH, "  since: 2026-05", "  since: 2015-13", "alert.since: write a date that exists, as 2015, 2015-11 or"),
    (TH, "  since: 2026-05", "  since: last autumn", "write a date that exists"),
    (TH, "  reviewed: 2026-06-30", "  reviewed: 2015-02-30", "alert.reviewed: write a day that exists, as 2015-11-30"),
    (TH, "  reviewed: 2026-06-30", "  reviewed: 1448841600", "write a day that exists"),
    (TH, "  since: 2026-05", "  since: 2026-05\n  since: 2016", "'since' stands here twice: keep one"),
    (TH, "  level: black", "  level: black\n  place: LA", "this is not the file's place: leave `place` out"),
    (TH, "  basis: stated", "  basis: stated\n  since_is: perhaps", "since_is: "),
    (TH, "  basis: stated", "  basis: &a stated", "anchors and aliases (& and *) are not allowed: write it out"),
    (TH, "  basis: stated", "  basis: *a", "anchors and aliases (& and *) are not allowed: write it out"),
    (TH, "  basis: stated", "  basis: !!python/name:os.system stated", "tags (!) are not allowed"),
    (TH, "  basis: stated", "  basis:", "there is nothing here: fill it in or remove it"),
    (TH, "  basis: stated", "  basis: ~", "there is nothing here: fill it in or remove it"),
    (TH, "  basis: stated", '  basis: ""', "write one of these"),
    (TH, "  basis: stated", "  basis: [stated]", "alert.basis: write one of these"),
    (TH, "  basis: stated", '  basis: "stated', "check indentation and quotes"),
    (TH, "  basis: stated", "  basis: {[a]: stated}", "a key must be plain text"),
    (HK, "aliases: [HK,", 'aliases: ["…", HK,', "'…' has no letters: nobody can write it; remove it"),
    (
        TH,
        "  - [Bangkok,",
        "  - [ｋｏｗＬＯＯＮ,",
        "'ｋｏｗＬＯＯＮ' is also in places/HK.yaml: remove it from one of them",
    ),
    (CN, "name: Mainland China", "name: [China]", "name: write a text here"),
    (HELPERS, "services: [security]", "services: security", "write a list here: a line with a dash for each"),
    (HELPERS, "services: [security]", "services: [magic]", "contacts.1.services.1: write one of these: 'security'"),
    (
        BOARD,
        "    topics: [workshops, news]",
        "    topics: [cooking, news]",
        "unknown topic 'cooking': correct it or add it to topics.yaml",
    ),
    (BOARD, "[workshops, news]", "[]", "updates.1.topics: it is empty: add at least one"),
    (XZ, "name: Tibet", "name: Tibet\nbeside: FR", "'FR' has no alert: write the code of a place that has one"),
    (BOARD, "updates:", "posts:", "posts: there is no such key"),
    (HELPERS, "    places: [TH]", "    places: [TH, XX]", "'XX' is no ISO 3166-1 code of a place: write two letters"),
    (HELPERS, "  - key: kite-office", "  - key: night-desk", "there is another contact with the key"),
    (HELPERS, "phone: +44 20 7946 0123", "phone: 20 7946 0123", "phone: write it with the country code"),
    (
        LEVELS,
        "    basis: inferred",
        "    basis: inferred\n  - {key: black, severity: 9, name: Night, symbol: x, meaning: Dark., advice: [Wait.]}",
        "there is another level with the key 'black': choose another key",
    ),
    (LEVELS, "    severity: 2", "    severity: two", "levels.2.severity: write a whole number"),
    (LEVELS, "    severity: 2", "    severity: 99", "levels.2.severity: Input should be less than or equal to 9"),
    (LEVELS, "    symbol: ⚫", "    symbol: [⚫]", "levels.1.symbol: write a text here"),
    (LEVELS, "    name: Black", '    name: "  "', "levels.1.name: it is empty: fill it in or remove it"),
    (
        "topics.yaml",
        "name: Workshops}",
        "name: Workshops}\n  - {key: news, name: More news}",
        "there is another topic with the key 'news'",
    ),
    ("routing.yaml", "night-desk", "kitchen", "or one without a phone: write the key of one to call"),
    ("routing.yaml", "night-desk", "nobody", "unknown contact 'nobody'"),
    ("routing.yaml", "    - after: 3", "    - after: 0", "steps.1.after: Input should be greater than or equal to 1"),
    ("routing.yaml", "      to: [desk]", "      to: [phone]", "write one of these: 'desk', 'backup' or 'alarm'"),
    ("routing.yaml", "  snooze: 30", "  snooze: 90", "escalation.snooze: Input should be less than or equal to 30"),
    ("routing.yaml", "  snooze: 30", "  sleep: 30", "escalation.sleep: there is no such key"),
    (
        GUIDE,
        "    steps:\n      - Ask for the house with the blue door.",
        "    steps: [A., B., C., D., E., F.]",
        "for_places.1.steps: there are too many: leave out what can wait",
    ),
    (GUIDE, "  - place: TH", "  - place: XX", "'XX' is no code of a place: write one as of files in places/"),
    (GUIDE, "[taken]", "[]", "situations: it is empty: add at least one"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), UNUSABLE, ids=lambda value: str(value)[:40])
def test_what_makes_content_unusable_is_told_with_its_line(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    line = change(folder, file, old, new)
    assert message in said(folder, file, line)
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert {fault.file for fault in caught.value.faults} == {file}
    assert not any(fault.is_warning for fault in caught.value.faults)


PART = "places/TH-paper-mill.yaml"
A_PART = """\
# yaml-language-server: $schema=../schema/place.json
name: Paper Mill
aliases: [Mill Street]
alert:
  level: black
  since: 2026-11
  reviewed: 2026-11-20
  basis: stated
  source: Invented for this test
  change: Invented for this test.
"""


def test_a_part_of_a_territory_is_content_like_any_other(folder: Path) -> None:
    (folder / PART).write_text(A_PART, "utf-8")
    change(folder, HELPERS, "    places: [TH]", "    places: [TH-paper-mill, CN-XJ]")
    assert errors(folder) == []
    book = load(folder)
    alert = book.alert("TH-paper-mill")
    assert alert is not None
    assert alert.place == "TH-paper-mill"
    assert [one.place for one in book.alerts("TH")] == ["TH-paper-mill", "TH-lantern-hill"]
    assert [one.place for one in book.alerts()][:3] == ["CN", "TH", "TH-paper-mill"]
    assert book.aliases()["Mill Street"] == book.aliases()["Paper Mill"] == "TH-paper-mill"
    assert book.names()["TH-paper-mill"] == "Paper Mill"
    assert book.contacts("TH")[0].key == "kite-office"
    assert book.contacts("TH-paper-mill")[0].key == "kite-office"


def test_what_happened_in_a_part_happened_in_the_whole(folder: Path) -> None:
    incident = "incidents:\n  - {when: 2026-11, text: Checks., source: Invented for this test}\n"
    (folder / PART).write_text(A_PART + incident, "utf-8")
    book = load(folder)
    assert [one.text for one in book.incidents("TH-paper-mill")] == ["Checks."]
    assert [one.when for one in book.incidents("TH")] == ["2026-11", "2026-05", "2026-04-18", "2025"]


def test_the_sentences_of_a_part_are_translated_like_any_other(folder: Path) -> None:
    (folder / PART).write_text(A_PART, "utf-8")
    found = {text: (file, line) for file, line, text, _comment in sentences(folder)}
    assert found["Invented for this test."] == (PART, 10)
    assert found["Paper Mill"] == (PART, 2)


FAULTS_OF_PARTS = [
    ("name: Paper Mill\n", "", PART, 2, "a part of a territory must have a name"),
    ("Mill Street", "曼谷", TH, 5, "'曼谷' is also in places/TH-paper-mill.yaml: remove it from one of"),
    ("Mill Street", "བོད", PART, 3, "'བོད' is also in places/CN-XZ.yaml: remove it from one of them"),
    ("level: black", "level: purple", PART, 5, "unknown level 'purple'"),
    ("level: black", "level: black\n  place: TH", PART, 6, "this is not the file's place: leave `place` out"),
    ("reviewed: 2026-11-20", "reviewed: 2027-11-20", PART, 7, "2027-11-20 is in the future"),
    ("reviewed: 2026-11-20", "reviewed: 2015-11-20", PART, 7, "the review is overdue"),
    ("name: Paper Mill", "name: Paper Mill\nwhole: TH", PART, 3, "whole: there is no such key"),
]


@pytest.mark.parametrize(("old", "new", "file", "line", "message"), FAULTS_OF_PARTS, ids=lambda value: str(value)[:30])
def test_what_is_wrong_with_a_part_is_told_with_its_line(
    folder: Path, old: str, new: str, file: str, line: int, message: str
) -> None:
    assert old in A_PART
    (folder / PART).write_text(A_PART.replace(old, new, 1), "utf-8")
    assert message in said(folder, file, line)


@pytest.mark.parametrize("name", ["CN-ZX", "XX-town", "TH-Mae-Sot", "TH-mae--sot", "TH-mae-", "TH-1town", "TH_mae"])
def test_a_part_with_an_unknown_code_is_told(folder: Path, name: str) -> None:
    (folder / XZ).rename(folder / "places" / f"{name}.yaml")
    (fault,) = errors(folder)
    assert (fault.file, fault.line) == (f"places/{name}.yaml", 3)
    assert "a part is one of CN-NM, CN-XJ, CN-XZ, or has a name of its own, e.g. TH-mae-sot.yaml" in fault.message


@pytest.mark.parametrize("place", ["TH-mae-sod", "TH-nowhere"])
def test_a_contact_for_an_unknown_part_is_told(folder: Path, place: str) -> None:
    line = change(folder, HELPERS, "    places: [TH]", f"    places: [{place}]")
    assert said(folder, HELPERS, line).startswith(f"unknown part {place!r}: correct it, or add places/{place}.yaml")


def test_a_broken_file_of_a_part_brings_no_fault_upon_its_contacts(folder: Path) -> None:
    (folder / PART).write_text("- [\n", "utf-8")
    change(folder, HELPERS, "    places: [TH]", "    places: [TH-paper-mill]")
    assert {fault.file for fault in errors(folder)} == {PART}


def test_the_last_step_of_the_escalation_must_reach_people(folder: Path) -> None:
    change(folder, "routing.yaml", "to: [desk, backup, alarm]", "to: [alarm]")
    with pytest.raises(ContentError, match="let it go to the desk, too"):
        load(folder)


def test_without_an_escalation_the_defaults_are_safe(folder: Path) -> None:
    (folder / "routing.yaml").write_text("emergency: night-desk\n", "utf-8")
    routing = load(folder).routing()
    assert routing == Routing()
    assert Callee.DESK in routing.steps[-1].to
    assert sum(step.after for step in routing.steps) <= 15


TO_MEND = [
    (TH, "  reviewed: 2026-06-30", "  reviewed: 2026-11-26", "2026-11-26 is in the future: correct the date"),
    (TH, "  since: 2026-05", "  since: 2026-12", "2026-12 is in the future: correct the date"),
    (TH, "  - when: 2026-05", '  - when: "2027"', "2027 is in the future: correct the date"),
    (HK, "  as_of: 2026-03-20", "  as_of: 2026-11-26", "2026-11-26 is in the future: correct the date"),
    (BOARD, "  - when: 2026-11-02", "  - when: 2031-03-13", "2031-03-13 is in the future: correct the date"),
    (HELPERS, UNVERIFIED, '    unverified_since: "2027"', "2027 is in the future: correct the date"),
    (HELPERS, UNVERIFIED, f"{UNVERIFIED}\n    verified_on: 2026-11-26", "is in the future"),
    (HELPERS, "phone: +44 20 7946 0123", "phone: +852 1", "phone: write it with the country code"),
    (HELPERS, "phone: +44 20 7946 0123", "phone: +44 207946012300", "no such phone number can exist: correct it"),
    (HELPERS, "phone: +44 20 7946 0123", "phone: +999 20 7946 0123", "no such phone number can exist: correct it"),
    (
        HELPERS,
        "- incomplete: desk",
        "- email: desk",
        "no such e-mail address can exist: correct it; what the source cuts off",
    ),
    (
        TH,
        "# yaml-language-server",
        "# yaml-server",
        "write as the first line # yaml-language-server: $schema=../schema/",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), TO_MEND, ids=lambda value: str(value)[:40])
def test_what_fails_the_check_is_told_with_its_line(folder: Path, file: str, old: str, new: str, message: str) -> None:
    line = change(folder, file, old, new)
    assert message in said(folder, file, line)
    assert [fault.line for fault in errors(folder)] == [line]


WARNINGS = [
    (TH, "  basis: stated", "  basis: inferred", "inferred, not stated by the source: confirm it"),
    (TH, "  - when: 2026-05", "  - when: 2026-05\n    basis: inferred", "inferred, not stated by the source"),
    (TH, "  reviewed: 2026-06-30", "  reviewed: 2026-08-25", "the review is overdue, the last was on 2026-08-25"),
    (HELPERS, UNVERIFIED, '    unverified_since: "2023"', "not verified since 2023: reach somebody"),
    (
        HELPERS,
        UNVERIFIED,
        f"{UNVERIFIED}\n    verified_on: 2026-05-27",
        "last verified on 2026-05-27: reach somebody there again",
    ),
    (HELPERS, "- incomplete: desk", "- incomplete: desk2", "printed incompletely: find the whole address"),
    (CN, "aliases: [China,", "aliases: [Georgien, Cathay, France,", "'France' is also a name of FR"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), WARNINGS, ids=lambda value: str(value)[:40])
def test_what_only_waits_for_a_maintainer_is_a_warning(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    line = change(folder, file, old, new)
    assert message in said(folder, file, line)
    assert errors(folder) == []
    load(folder)


def test_the_day_of_a_review_is_not_overdue_after_ninety_days(folder: Path) -> None:
    line = change(folder, TH, "  reviewed: 2026-06-30", "  reviewed: 2026-08-26")
    assert said(folder, TH, line) == ""


def test_where_it_is_already_tomorrow_a_review_is_not_in_the_future(folder: Path) -> None:
    line = change(folder, TH, "  reviewed: 2026-06-30", "  reviewed: 2026-11-25")
    assert said(folder, TH, line) == ""


def test_a_contact_verified_within_half_a_year_is_not_listed(folder: Path) -> None:
    line = change(folder, HELPERS, UNVERIFIED, f"{UNVERIFIED}\n    verified_on: 2026-05-28")
    assert said(folder, HELPERS, line) == ""
    assert said(folder, HELPERS, line - 1) == ""


def test_a_whole_address_is_no_fault(folder: Path) -> None:
    line = change(folder, HELPERS, "- incomplete: desk@kite-uni", "- email: desk@example.org")
    assert said(folder, HELPERS, line) == ""


def test_a_sentence_without_a_translation_is_a_warning(folder: Path) -> None:
    line = change(folder, TH, "  - when: 2026-05", "  - when: 2026-05") + 1
    faults = check(folder, TODAY, lambda sentence: ["zh_Hans", "zh_Hant"] if "Two of them" in sentence else [])
    message = "not translated into zh_Hans, zh_Hant: run `make locales`, then translate it"
    assert [fault for fault in faults if "not translated" in fault.message] == [Fault(TH, line, message, True)]


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    change(folder, TH, "  level: black", "  level: purple")
    change(folder, HK, "  basis: inferred", "  basis: rumour\n  colour: red")
    change(folder, HELPERS, "phone: +44 20 7946 0123", "phone: +44 207946012300")
    change(folder, BOARD, "    topics: [workshops,", "    topics: [cooking,")
    assert {fault.file for fault in errors(folder)} == {TH, HK, HELPERS, BOARD}
    assert len([fault for fault in errors(folder) if fault.file == HK]) == 2


def test_a_broken_file_brings_no_faults_upon_others(folder: Path) -> None:
    broken = {LEVELS, "topics.yaml", HELPERS}
    for name in broken:
        (folder / name).write_text("- [\n", "utf-8")
    assert {fault.file for fault in errors(folder)} == broken


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "handles.yaml").unlink()
    (fault,) = errors(folder)
    assert str(fault) == "handles.yaml:1: this file is missing: copy it from an older version"


@pytest.mark.parametrize("name", ["XX", "EU", "ZZ", "th", "THA", "Thailand"])
def test_a_place_that_does_not_exist_is_told(folder: Path, name: str) -> None:
    (folder / TH).rename(folder / "places" / f"{name}.yaml")
    assert any("TH.yaml" in fault.message for fault in errors(folder) if fault.file == f"places/{name}.yaml")
    with pytest.raises(ContentError):
        load(folder)


TOO_DEEP = b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)
BROKEN = [
    (b"name: \xff\n", 1, "this is not UTF-8 text: save the file as UTF-8"),
    (b"name: China\n#\n# \xe5\x8f\n", 3, "this is not UTF-8 text"),
    ("name: China\n".encode("utf-16"), 1, "this is not UTF-8 text"),
    (b"", 1, "the file is empty: fill it in or delete it"),
    (b"# only a comment\n", 1, "the file is empty"),
    (b"~\n", 1, "there is nothing here"),
    (b"name: China\naliases: [PRC]", 2, "the last line breaks off: complete it and end it with a line break"),
    (b"name: China\n---\nname: China\n", 2, "check indentation and quotes"),
    (b"name: China\naliases: [PRC\n\n\n", 2, "check indentation and quotes"),
    (b"name: Chi\x00na\n", 1, "check for stray characters"),
    (b"name: China\n\taliases: []\n", 2, "check indentation and quotes"),
    (b"China\n", 1, "the file: write keys and values here, as in the other files"),
    (b"- China\n", 1, "the file: write keys and values here"),
    (b"name: China\n" + b"# \n" * (LARGEST_FILE // 3), 1, "the file is larger than 1 MB: split it"),
    (b"name: China\naliases: " + TOO_DEEP + b"\n", 2, "nested deeper than 20 levels"),
    (b"<<: {name: China}\n", 1, "<<: there is no such key"),
]


@pytest.mark.parametrize(("raw", "line", "message"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_file_that_can_not_be_read_is_told(folder: Path, raw: bytes, line: int, message: str) -> None:
    (folder / CN).write_bytes(raw)
    fault = errors(folder)[-1]
    assert (fault.file, fault.line) == (CN, line)
    assert message in fault.message


def test_a_folder_that_is_named_like_a_file_is_told(folder: Path) -> None:
    (folder / "places" / "FR.yaml").mkdir()
    (fault,) = errors(folder)
    assert str(fault) == "places/FR.yaml:1: the file can't be read: check its permissions"


def test_what_looks_like_something_else_stays_text(folder: Path) -> None:
    first = "# yaml-language-server: $schema=../schema/place.json\n"
    (folder / "places/NO.yaml").write_text(f"{first}name: NO\naliases: [no, 2015-11, 1e3, 'null']\n", "utf-8")
    assert errors(folder) == []
    assert load(folder).names()["NO"] == "NO"
    found = [name for name, place in load(folder).aliases().items() if place == "NO"]
    assert found == ["NO", "no", "2015-11", "1e3", "null"]


def test_a_mark_at_the_beginning_of_the_file_does_no_harm(folder: Path) -> None:
    (folder / CN).write_bytes(b"\xef\xbb\xbf" + (folder / CN).read_bytes().replace(b"\n", b"\r\n"))
    assert errors(folder) == []


def test_a_block_of_text_is_shown_without_its_last_line_break(folder: Path) -> None:
    change(folder, TH, "  change: >-", "  change: |")
    alert = load(folder).alert("TH")
    assert alert is not None
    assert alert.change == alert.change.strip()


MISHEARD = [
    (CRY, "SOS我在门口", "we are lost", "'we are lost' is not understood: add a phrase for it"),
    (CRY, "who can help me there", "please help me", "'please help me' is taken for it: add what it is to `unless`"),
    (FILLER, "sort: filler", "sort: cancel", "'please' inside of a sentence may be meant otherwise"),
    (CRY, "sort: cry\nphrases:\n", "sort: wipe\nphrases:\n  es: {alone: [para]}\n", "'para' is a name or another word"),
    (CRY, "sort: cry\nphrases:\n", 'sort: "yes"\nphrases:\n  fil: {alone: [oo]}\n', "'oo' is no more than a letter"),
]


@pytest.mark.parametrize(("file", "old", "new", "remedy"), MISHEARD)
def test_what_is_heard_otherwise_than_a_file_says_is_told(
    folder: Path, file: str, old: str, new: str, remedy: str
) -> None:
    change(folder, file, old, new)
    assert any(remedy in fault.message for fault in errors(folder) if fault.file == file)


def test_a_guide_that_lawyers_have_not_read_is_counted(folder: Path) -> None:
    assert "reviewed by 0 of 2 lawyers: add their names" in said(folder, GUIDE, 2)
    line = change(folder, GUIDE, "[A. Lawyer, B. Lawyer]", "[A. Lawyer, A. Lawyer]")
    assert "reviewed by 1 of 2 lawyers" in said(folder, GUIDE, line)
    line = change(folder, GUIDE, "as_of: 2026-03", "as_of: 2027-03")
    assert "2027-03 is in the future" in said(folder, GUIDE, line)


def test_a_situation_has_one_guide(folder: Path) -> None:
    (folder / "guides/theft.yaml").write_text((folder / GUIDE).read_text("utf-8"), "utf-8")
    (fault,) = errors(folder)
    assert fault.file == "guides/theft.yaml"
    assert "'taken' is also in guides/taken.yaml: remove it from one of them" in fault.message


def test_a_guide_is_for_a_situation_that_can_be_told_of(folder: Path) -> None:
    line = change(folder, GUIDE, "[taken]", "[taken, cry]")
    (fault,) = errors(folder)
    assert (fault.file, fault.line) == (GUIDE, line)
    assert "no `situation` in meanings/ has the name 'cry'" in fault.message


def test_a_situation_without_first_steps_is_told(folder: Path) -> None:
    (folder / GUIDE).unlink()
    assert "no guide names 'taken'" in said(folder, "meanings/taken.yaml", 2)
