"""The name of what is in force: the same for the same words, another for any other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.verify import edition_on_disk
from bot.content import ContentError
from bot.content.edition import Edition
from bot.settings.environment import load
from tests.sample import CONTENT, LOCALES, change, copy_content

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def edition(monkeypatch: pytest.MonkeyPatch, content: Path = CONTENT, locales: Path = LOCALES) -> Edition:
    monkeypatch.setenv("BOT_CONTENT", str(content))
    monkeypatch.setenv("BOT_LOCALES", str(locales))
    return edition_on_disk(load())


def test_comments_and_copies_keep_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = edition(monkeypatch)
    folder = copy_content(tmp_path / "copy")
    path = folder / "places" / "TH.yaml"
    path.write_text("# seen by two of us\n" + path.read_text("utf-8"), "utf-8")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", ours.code)
    assert edition(monkeypatch, folder) == ours


def test_another_word_gives_another_name_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = edition(monkeypatch)
    folder = copy_content(tmp_path / "copy")
    change(folder, "levels.yaml", "Stay away", "Keep away")
    other = edition(monkeypatch, folder)
    assert other.code != ours.code
    assert {name for name in ours.parts if ours.parts[name] != other.parts[name]} == {"levels.yaml"}


def test_a_lie_in_one_translation_gives_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(LOCALES.glob("*/LC_MESSAGES/messages.po"))
    for path in paths:
        copy = tmp_path / path.relative_to(LOCALES)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())
    ours = edition(monkeypatch, locales=tmp_path)
    changed = tmp_path / paths[0].relative_to(LOCALES)
    said = '\nmsgid "one more sentence"\nmsgstr "una frase"\n'
    changed.write_text(changed.read_text("utf-8") + said, "utf-8")
    other = edition(monkeypatch, locales=tmp_path)
    assert {name for name in other.parts if ours.parts.get(name) != other.parts[name]} == {paths[0].parts[-3]}
    assert other.code != ours.code


def test_a_code_is_compared_however_it_was_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = edition(monkeypatch).code
    for same in (code, code.lower(), code[:9], code.replace("-", " ").replace("0", "o").replace("1", "l")):
        assert main(["verify", same]) == 0
    other = ("1" if code[0] == "0" else "0") + code[1:]
    for wrong in (other, code[:8], code + "0", "-"):
        assert main(["verify", wrong]) == 1
    capsys.readouterr()
    assert main(["verify"]) == 0
    assert capsys.readouterr().out == f"edition {code}\n"


def test_content_that_cannot_be_used_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_content(tmp_path / "copy")
    (folder / "routing.yaml").write_text("emergency: nobody\n", "utf-8")
    with pytest.raises(ContentError):
        edition(monkeypatch, folder)
