"""The last good content stays in use, whatever happens to the files."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from shutil import rmtree

import pytest

from bot.content import ContentError, Shelf
from tests.sample import change, copy_content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_content(tmp_path)


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    return tmp_path / "data" / "last-good"


def level(shelf: Shelf) -> str:
    alert = shelf.book.alert("HK")
    assert alert is not None
    return alert.level


def break_it(folder: Path) -> None:
    change(folder, "places/HK.yaml", "level: amber", "level: purple")


def raise_it(folder: Path) -> None:
    change(folder, "places/HK.yaml", "level: amber", "level: red")


def test_a_change_is_taken_into_use_once_the_files_are_at_rest(folder: Path) -> None:
    shelf = Shelf(folder, None)
    assert shelf.reload_if_changed() == ()
    raise_it(folder)
    assert shelf.reload_if_changed() == ()
    assert level(shelf) == "amber"
    assert shelf.reload_if_changed() == ()
    assert level(shelf) == "red"


def test_files_that_change_between_two_looks_are_left_alone(folder: Path) -> None:
    shelf = Shelf(folder, None)
    (folder / "places/TH.yaml").rename(folder / "places/TH.part")
    shelf.reload_if_changed()
    (folder / "places/TH.part").rename(folder / "places/TH.yaml")
    raise_it(folder)
    shelf.reload_if_changed()
    assert shelf.book.alert("TH") is not None
    assert level(shelf) == "amber"
    shelf.reload_if_changed()
    assert level(shelf) == "red"


def test_a_file_that_changes_while_it_is_read_is_read_again_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(folder, None)
    raise_it(folder)
    shelf.reload_if_changed()
    stamps = iter([shelf._stamp(), frozenset({("still", 1, 1)})])
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "_stamp", lambda: next(stamps))
        assert shelf.reload_if_changed() == ()
    assert level(shelf) == "amber"
    shelf.reload_if_changed()
    assert level(shelf) == "red"


def test_a_broken_file_does_not_displace_what_is_in_use(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(folder, None)
    before = shelf.book
    break_it(folder)
    shelf.reload_if_changed()
    (fault,) = shelf.reload_if_changed()
    assert (fault.file, fault.line) == ("places/HK.yaml", _line(folder, "level: purple"))
    assert shelf.book is before
    assert str(fault) in caplog.text
    assert shelf.reload_if_changed() == ()


def test_a_mended_file_is_taken_into_use(folder: Path) -> None:
    shelf = Shelf(folder, None)
    break_it(folder)
    shelf.reload_if_changed()
    assert shelf.reload_if_changed()
    change(folder, "places/HK.yaml", "level: purple", "level: red")
    shelf.reload_if_changed()
    assert shelf.reload_if_changed() == ()
    assert level(shelf) == "red"


def test_the_bot_starts_with_the_last_good_content(folder: Path, keep: Path, caplog: pytest.LogCaptureFixture) -> None:
    good = Shelf(folder, keep).book
    break_it(folder)
    assert Shelf(folder, keep).book == good
    assert f"places/HK.yaml:{_line(folder, 'level: purple')}: unknown level" in caplog.text
    assert any(record.levelno == logging.CRITICAL for record in caplog.records)


def test_the_bot_starts_with_the_last_good_content_when_the_folder_is_gone(folder: Path, keep: Path) -> None:
    good = Shelf(folder, keep).book
    rmtree(folder)
    assert Shelf(folder, keep).book == good


def test_a_change_while_running_is_kept_for_the_next_start(folder: Path, keep: Path) -> None:
    shelf = Shelf(folder, keep)
    raise_it(folder)
    shelf.reload_if_changed()
    shelf.reload_if_changed()
    change(folder, "levels.yaml", "levels:", "rungs:")
    assert level(Shelf(folder, keep)) == "red"
    assert [path.name for path in keep.parent.iterdir()] == [keep.name]


def test_without_any_good_content_the_bot_does_not_start(folder: Path, keep: Path) -> None:
    break_it(folder)
    for place in (None, keep):
        with pytest.raises(ContentError, match="unknown level"):
            Shelf(folder, place)


def test_a_kept_copy_that_is_broken_too_is_not_used(folder: Path, keep: Path) -> None:
    Shelf(folder, keep)
    break_it(folder)
    break_it(keep)
    with pytest.raises(ContentError, match="places/HK"):
        Shelf(folder, keep)


def test_a_crash_while_the_copy_is_swapped_loses_neither(folder: Path, keep: Path) -> None:
    good = Shelf(folder, keep).book
    keep.rename(keep.with_name(f"{keep.name}.old"))
    (keep.with_name(f"{keep.name}.new")).mkdir()
    break_it(folder)
    assert Shelf(folder, keep).book == good
    change(folder, "places/HK.yaml", "level: purple", "level: red")
    assert level(Shelf(folder, keep)) == "red"
    assert level(Shelf(keep, None)) == "red"


def test_a_disk_that_takes_no_copy_does_not_stop_the_answers(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "full").write_text("no folder")
    assert level(Shelf(folder, tmp_path / "full" / "last-good")) == "amber"
    assert "no copy of the good content could be kept" in caplog.text


def test_a_link_that_leads_nowhere_is_a_fault_and_no_crash(folder: Path) -> None:
    shelf = Shelf(folder, None)
    os.symlink("nowhere", folder / "places" / "FR.yaml")
    raise_it(folder)
    shelf.reload_if_changed()
    (fault,) = shelf.reload_if_changed()
    assert (fault.file, fault.message) == ("places/FR.yaml", "the file can't be read: check its permissions")


def _line(folder: Path, words: str) -> int:
    lines = (folder / "places/HK.yaml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)
