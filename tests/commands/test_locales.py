"""`make locales`: a change of a sentence must never leave an old translation standing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import locales
from bot.languages.catalogues import Catalogues
from handlers.model.direction import MARKS
from tests.sample import write_catalogues
from tests.talk import ROOT

CODE = """
def ask(language):
    # Translators: at most 20 characters
    language.gettext("Write to {name}")
    language.pgettext("level", "Black")
    return language.ngettext("{n} case", "{n} cases", 2)
"""
CONTENT = "Security forces have arrested people at the border since 2015."


def _sentences(folder: Path) -> Iterator[tuple[str, int, str, str]]:
    """A stand-in for the reader of content: every line of a file is a sentence."""
    for file in sorted(folder.glob("*.yaml")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            yield file.name, number, line, "summary"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(locales, "sentences", _sentences)
    for folder in ("handlers", "bot", "content"):
        (tmp_path / folder).mkdir()
    (tmp_path / "handlers" / "ask.py").write_text(CODE, "utf-8")
    (tmp_path / "content" / "th.yaml").write_text(CONTENT + "\n", "utf-8")
    locales.new(tmp_path, "zh_Hant")
    locales.update(tmp_path)
    translate(tmp_path, "Write to {name}", "寫信給 {name}")
    translate(tmp_path, "Black", "黑色")
    translate(tmp_path, "{n} cases", "{n} 宗個案")
    translate(tmp_path, CONTENT, "自 2015 年起，保安部隊在邊境拘捕民眾。")
    return tmp_path


def catalogue(root: Path) -> Path:
    return root / "locales" / "zh_Hant" / "LC_MESSAGES" / "messages.po"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def translate(root: Path, original: str, translation: str) -> None:
    lines = catalogue(root).read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("msgid") and f'"{original}"' in line)
    lines[at + 1] = f'{lines[at + 1].split(" ")[0]} "{translation}"'
    lines[at - 1] = lines[at - 1].replace("fuzzy, ", "")
    catalogue(root).write_text("\n".join(lines) + "\n", "utf-8")


def test_complete_catalogues_have_no_faults(root: Path) -> None:
    assert locales.check(root) == []


def test_sentences_of_code_and_content_reach_the_template_with_comments_and_files(root: Path) -> None:
    template = (root / "locales" / "messages.pot").read_text("utf-8")
    assert '#. at most 20 characters\n#: handlers/ask.py\n#, python-brace-format\nmsgid "Write to {name}"' in template
    assert f'#. summary\n#: content/th.yaml\nmsgid "{CONTENT}"' in template
    assert 'msgctxt "level"\nmsgid "Black"' in template
    assert 'msgid_plural "{n} cases"' in template


@pytest.mark.parametrize("label", ['_("Stay")', 'language.gettext("Stay")', '_("Stay").format(flag=flag)'])
def test_whoever_translates_a_button_reads_how_wide_it_may_be(root: Path, label: str) -> None:
    code = f"""
def ask(_, flag):
    _("Not a button")
    return [Choice({label}, wish), Choice(flag, wish)]
"""
    (root / "handlers" / "more.py").write_text(code, "utf-8")
    locales.update(root)
    template = (root / "locales" / "messages.pot").read_text("utf-8")
    assert '#. button, at most 28 characters\n#: handlers/more.py\nmsgid "Stay"' in template
    assert '\n\n#: handlers/more.py\nmsgid "Not a button"' in template


def test_what_the_code_says_of_a_button_counts(root: Path) -> None:
    replace(root / "handlers" / "ask.py", 'language.gettext("Write to {name}")', 'Choice(_("Write"))')
    locales.update(root)
    template = (root / "locales" / "messages.pot").read_text("utf-8")
    assert '#. at most 20 characters\n#: handlers/ask.py\nmsgid "Write"' in template


def test_a_second_update_changes_nothing(root: Path) -> None:
    locales.update(root)
    files = sorted((root / "locales").rglob("*.po*"))
    before = [file.read_bytes() for file in files]
    report = locales.update(root)
    assert [file.read_bytes() for file in files] == before
    assert str(report) == "zh_Hant: 4 of 4 translated, 0 fuzzy, 0 missing"


def test_catalogues_hold_no_dates_and_no_line_numbers(root: Path) -> None:
    text = catalogue(root).read_text("utf-8")
    assert "Date" not in text
    assert ".py:" not in text
    assert "Translator" not in text


def test_a_moved_line_does_not_make_the_catalogues_outdated(root: Path) -> None:
    (root / "handlers" / "ask.py").write_text("\n\n\n" + CODE, "utf-8")
    assert locales.check(root) == []


@pytest.mark.parametrize("is_updated", [False, True])
def test_a_changed_sentence_of_content_is_read_in_the_new_original_and_not_in_the_old_translation(
    root: Path, is_updated: bool
) -> None:
    changed = CONTENT.replace("arrested", "shot")
    (root / "content" / "th.yaml").write_text(changed + "\n", "utf-8")
    assert locales.check(root)
    if is_updated:
        report = locales.update(root)
        assert str(report) == "zh_Hant: 3 of 4 translated, 1 fuzzy, 0 missing"
        assert any("fuzzy" in fault for fault in locales.check(root))
    language = Catalogues(root / "locales", {}).of("zh_Hant")
    assert language.gettext(changed) == changed
    assert language.gettext("Write to {name}").translate(MARKS) == "寫信給 {name}"


def test_a_changed_plural_turns_fuzzy_too(root: Path) -> None:
    replace(root / "handlers" / "ask.py", "{n} cases", "{n} open cases")
    locales.update(root)
    assert any("“{n} case” is marked fuzzy" in fault for fault in locales.check(root))


def test_a_sentence_that_is_gone_leaves_the_catalogue(root: Path) -> None:
    (root / "content" / "th.yaml").write_text("", "utf-8")
    locales.update(root)
    assert "保安部隊" not in catalogue(root).read_text("utf-8")


def test_a_new_sentence_makes_the_catalogues_outdated(root: Path) -> None:
    (root / "content" / "hk.yaml").write_text("Something else entirely\n", "utf-8")
    faults = locales.check(root)
    assert "locales/messages.pot: out of date: run `make locales`" in faults
    assert "locales/zh_Hant/LC_MESSAGES/messages.po: out of date: run `make locales`" in faults
    locales.update(root)
    assert [fault.partition("” ")[2] for fault in locales.check(root)] == ["is not translated"]


@pytest.mark.parametrize(
    ("original", "translation", "fault"),
    [
        ("Write to {name}", "", "is not translated"),
        ("Write to {name}", "寫信給 {nmae}", "has the placeholders {nmae} instead of {name}"),
        ("Write to {name}", "寫信", "has the placeholders none instead of {name}"),
        ("Write to {name}", "寫信給 {name", "has the placeholders {unpaired brace} instead of {name}"),
        ("Write to {name}", "寫信給 <b>{name}</b>", "has other <tags> than the original"),
        ("Write to {name}", "寫信給 {name} ", "begins or ends with other white space than the original"),
        ("{n} cases", "個案", "has the placeholders none instead of {n}"),
        (
            "Write to {name}",
            "寫信給以下這個人，好嗎 {name}",
            "is a button of 29 characters (Chinese ones count double), 20 at most: shorten it",
        ),
        (
            "Write to {name}",
            "寫信給 \u202e{name}",
            "has invisible signs that turn text: take them out, the bot isolates each value by itself",
        ),
    ],
)
def test_a_faulty_translation_is_told_with_its_line(root: Path, original: str, translation: str, fault: str) -> None:
    translate(root, original, translation)
    (line,) = locales.check(root)
    assert line.startswith("locales/zh_Hant/LC_MESSAGES/messages.po:")
    assert line.endswith(f"” {fault}")


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("<b>現在</b>寫信給 <i>{name}</i>", ""),
        ("<i>{name}</i><b>現在</b>", ""),
        ("<b>現在寫信給 <i>{name}</b></i>", "has <tags> that are not closed in order"),
        ("<b>現在</b>寫信給 {name}", "has other <tags> than the original"),
        ("</b>現在<b>寫信給 <i>{name}</i>", "has <tags> that are not closed in order"),
    ],
)
def test_markup_must_be_that_of_the_original(root: Path, translation: str, fault: str) -> None:
    replace(root / "handlers" / "ask.py", "Write to {name}", "<b>Now</b> write to <i>{name}</i>")
    locales.update(root)
    translate(root, "<b>Now</b> write to <i>{name}</i>", translation)
    assert [line.partition("” ")[2] for line in locales.check(root) if "button" not in line] == (
        [fault] if fault else []
    )


def test_wrong_plural_rules_are_told(root: Path) -> None:
    replace(catalogue(root), "nplurals=1; plural=0", "nplurals=2; plural=(n != 1)")
    faults = locales.check(root)
    assert "locales/zh_Hant/LC_MESSAGES/messages.po: write Plural-Forms: nplurals=1; plural=0;" in faults
    assert any("has 2 plural forms instead of 1" in fault for fault in faults)


def test_a_form_for_one_may_leave_out_the_number(root: Path) -> None:
    replace(root / "handlers" / "ask.py", "{n} case", "One case")
    locales.new(root, "fr")
    path = root / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    replace(path, 'msgstr[0] ""', 'msgstr[0] "un cas"')
    replace(path, 'msgstr[1] ""', 'msgstr[1] "{n} cas"')
    assert [line for line in locales.check(root) if "“One case”" in line and "/fr/" in line] == []
    replace(path, '"{n} cas"', '"des cas"')
    assert [line for line in locales.check(root) if "“One case”" in line and "/fr/" in line] != []


def test_an_unreadable_catalogue_is_a_fault_and_stops_an_update(root: Path) -> None:
    replace(catalogue(root), 'msgid "Black"', "<<<<<<< ours")
    assert any("can't be read" in fault for fault in locales.check(root))
    with pytest.raises(locales.CatalogueError, match=r"messages\.po:\d+: can't be read"):
        locales.update(root)


@pytest.mark.parametrize(("language", "reason"), [("zh_Hant", "already there"), ("klingon", "CLDR"), ("../x", "CLDR")])
def test_no_catalogue_is_made_twice_or_for_no_language(root: Path, language: str, reason: str) -> None:
    with pytest.raises(locales.CatalogueError, match=reason):
        locales.new(root, language)


def test_a_project_without_catalogues_says_so(root: Path) -> None:
    catalogue(root).unlink()
    assert "no catalogues" in str(locales.update(root))


def test_what_code_says_is_translated_into_every_shipped_language(tmp_path: Path) -> None:
    """The shipped content, which anybody may change, is a matter of `make lint`."""
    for name in locales.CODE:
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "content").mkdir()
    write_catalogues(tmp_path / "locales", None)
    faults = locales.check(tmp_path)
    assert [fault for fault in faults if not fault.startswith("locales/messages.pot:")] == []
