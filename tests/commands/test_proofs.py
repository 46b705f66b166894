"""What `check` says of every sentence, in each language: a figure for each kind, and each fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.check import check_everything
from bot.commands.proofs import Kind, is_split, proofs, summary, turns_round
from bot.settings.environment import load
from tests.sample import SHIPPED_LOCALES

SIGN = "a" + "\u0301" * 60
CATALOGUE = """
msgid ""
msgstr ""
"Language: zh_TW\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

#. button, at most 20 characters
msgid "Go on"
msgstr "{label}"

msgid "Write to {{name}}"
msgstr "{sentence}"

#, fuzzy
msgid "Old {{name}}"
msgstr "舊"
"""


def folder_with(folder: Path, label: str = "繼續", sentence: str = "寫信給 {name}") -> Path:
    path = folder / "zh_TW" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE.format(label=label, sentence=sentence), "utf-8")
    return folder


def test_nothing_is_wrong_with_a_sound_catalogue(tmp_path: Path) -> None:
    found = list(proofs(folder_with(tmp_path)))
    assert found == []
    assert summary(found) == "placeholders broken: 0, over-long buttons: 0, reversed values: 0, split clusters: 0"


@pytest.mark.parametrize(
    ("wrong", "kinds", "line"),
    [
        ({"sentence": "寫信"}, [Kind.PLACEHOLDERS], 11),
        ({"sentence": "{name"}, [Kind.PLACEHOLDERS], 11),
        ({"label": "現在就繼續寫下去，好嗎"}, [Kind.BUTTONS], 8),
        ({"label": "Go on now, and then wait"}, [Kind.BUTTONS], 8),
        ({"sentence": "\u2068寫信給 {name}\u2069"}, [Kind.PLACEHOLDERS, Kind.VALUES], 11),
        ({"sentence": "寫信給 \u2069{name}"}, [Kind.PLACEHOLDERS, Kind.VALUES], 11),
        ({"sentence": "寫信給 {name}\u2068"}, [Kind.PLACEHOLDERS, Kind.VALUES], 11),
        ({"sentence": f"寫信給 {{name}} {SIGN}"}, [Kind.CLUSTERS], 11),
    ],
)
def test_each_fault_is_told_with_file_and_line_and_what_to_do(
    tmp_path: Path, wrong: dict[str, str], kinds: list[Kind], line: int
) -> None:
    found = list(proofs(folder_with(tmp_path, **wrong)))
    assert [proof.kind for proof in found] == kinds
    assert all(proof.line.startswith(f"zh_TW/LC_MESSAGES/messages.po:{line}: ") for proof in found)
    assert all(f"{kind}: {kinds.count(kind)}" in summary(found) for kind in Kind)


def test_the_original_is_read_too(tmp_path: Path) -> None:
    text = '#. button, at most 20 characters\nmsgid "Go on, however long it takes"\nmsgstr ""\n'
    (tmp_path / "messages.pot").write_text(text, "utf-8")
    (proof,) = proofs(tmp_path)
    assert (proof.kind, proof.line.partition(" ")[0]) == (Kind.BUTTONS, "messages.pot:2:")


def test_a_catalogue_that_cant_be_read_is_told_by_who_reads_it(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, label="x" * 30)
    path = folder / "zh_TW" / "LC_MESSAGES" / "messages.po"
    path.write_text("<<<<<<< ours\n" + path.read_text("utf-8"), "utf-8")
    assert list(proofs(folder)) == []


@pytest.mark.parametrize("way", [False, True])
def test_a_value_that_is_not_isolated_would_turn_round(way: bool) -> None:
    assert not turns_round("Write to {name}: <code>/r {code}</code>\n{moment}", is_right_to_left=way)
    assert turns_round("Write \u2068to\n{name}\u2069", is_right_to_left=way)


def test_only_a_sign_longer_than_a_message_is_cut() -> None:
    assert not is_split("ที่นี่" * 60)
    assert not is_split("🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 9)
    assert is_split(SIGN)


def test_check_prints_one_summary_and_each_fault_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOT_LOCALES", str(folder_with(tmp_path, sentence="寫信")))
    assert check_everything(load(), faults=[], notes=[]) == 1
    out = capsys.readouterr().out
    assert "sentences: placeholders broken: 1, over-long buttons: 0, reversed values: 0, split clusters: 0\n" in out
    assert out.count("error: zh_TW/LC_MESSAGES/messages.po:11: has the placeholders") == 1


def test_the_shipped_sentences_are_sound() -> None:
    assert [proof.line for proof in proofs(SHIPPED_LOCALES)] == []
