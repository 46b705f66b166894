"""The index of places is built from its text, at most once, and never used half built or of another version."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.places import index, trie
from bot.places.entries import ALMOST_PART, KNOWN, MARKED, PART, PERSON, SLIP, WORD, Entries, rows
from bot.places.index import Index
from bot.places.trie import CHECKSUM, IndexFileError, build, digest, open_trie
from tests.talk import ROOT

ENTRIES = Entries(
    names={"freeland": "nXA", "freelend": "qXA XB", MARKED + "fré": "nXA", "freelance": "x"},
    guessed={"freeland", "freelend"},
    longer=[("XA", "south", "XA XB", True), ("XA", "new", "XB", False)],
    chinese={"我们": 120},
    known={"freedom"},
    persons={"freya"},
)

OPEN_AND_COUNT = """
import sys
from pathlib import Path
from bot.places import trie
folder, build = Path(sys.argv[1]), trie.build

def counted(text):
    print("built")
    return build(text)

trie.build = counted
print(trie.open_trie(folder / "index", folder / "text", folder / "sum")["freeland"])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Text and checksum of a small index that nobody has opened yet."""
    ENTRIES.write(tmp_path / "text")
    (tmp_path / "sum").write_text(digest(build(tmp_path / "text").tobytes()) + "\n")
    return tmp_path


def meaning(folder: Path, spelling: str = "freeland") -> bytes:
    found: bytes = open_trie(folder / "index", folder / "text", folder / "sum")[spelling][0]
    return found


def test_the_text_that_is_committed_is_the_one_of_the_checksum() -> None:
    assert digest(build().tobytes()) == CHECKSUM.read_text().strip()


def test_the_text_has_a_line_for_each_entry_sorted(folder: Path) -> None:
    text = {file.relative_to(folder / "text").as_posix(): file.read_text() for file in folder.rglob("*.txt")}
    assert text == {
        "names/XA.txt": "=fré\tnXA\nfreeland\tnXA\t~\nfreelend\tqXA XB\t~\n",
        "names/none.txt": "freelance\tx\n",
        "longer.txt": "XA\tnew\tXB\nXA\tsouth\tXA XB\t~\n",
        "chinese.txt": "我们\t120\n",
        "known.txt": "freedom\n",
        "persons.txt": "freya\n",
    }


def test_what_is_not_in_the_text_is_made_from_it(folder: Path) -> None:
    found = dict(rows(folder / "text"))
    assert {key: value for key, value in found.items() if key[0] not in SLIP + ALMOST_PART} == {
        "freeland": b"nXA",
        "freelend": b"qXA XB",
        MARKED + "fré": b"nXA",
        "freelance": b"x",
        PART + "XAsouth": b"XA XB",
        PART + "XAnew": b"XB",
        WORD + "我们": bytes([120]),
        KNOWN + "freedom": b"",
        PERSON + "freya": b"",
    }
    assert found[SLIP + "reeland"] == b"XA"
    assert found[SLIP + "freelnd"] == b"XA XB"
    assert SLIP + "freelanc" not in found
    assert found[ALMOST_PART + "XAsoth"] == b"XA XB"
    assert ALMOST_PART + "XAne" not in found


def test_what_is_written_anew_has_no_line_of_before(folder: Path) -> None:
    replace(ENTRIES, names={"elsewhere": "nXC"}, guessed=()).write(folder / "text")
    assert [file.name for file in (folder / "text" / "names").iterdir()] == ["XC.txt"]


def test_it_is_built_at_first_use_and_then_left_as_it_is(folder: Path) -> None:
    assert meaning(folder) == b"nXA"
    before = (folder / "index").stat()
    (folder / "text" / "known.txt").unlink()
    assert meaning(folder) == b"nXA"
    assert (folder / "index").stat() == before


@pytest.mark.parametrize("harm", ["cut", "turned", "empty", "another"])
def test_one_that_is_half_written_or_of_another_version_is_built_anew(folder: Path, harm: str) -> None:
    meaning(folder)
    file, data = folder / "index", (folder / "index").read_bytes()
    harmed = {
        "cut": data[: len(data) // 2],
        "turned": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        "empty": b"",
        "another": b"We love Marisa.\0something else",
    }
    file.write_bytes(harmed[harm])
    assert meaning(folder) == b"nXA"
    assert file.read_bytes() == data


def test_a_changed_text_with_its_checksum_is_taken_into_use(folder: Path) -> None:
    meaning(folder)
    replace(ENTRIES, names={**ENTRIES.names, "freeland": "nXC"}).write(folder / "text")
    (folder / "sum").write_text(digest(build(folder / "text").tobytes()))
    assert meaning(folder) == b"nXC"


@pytest.mark.parametrize(
    "line", ["freeland\tnXB\n", "<<<<<<< ours\n", "freeland\tnXA\tä\tä", "", "freeland\tnÄ\n", None]
)
def test_a_text_of_another_checksum_is_refused_and_leaves_nothing(folder: Path, line: str | None) -> None:
    file = folder / "text" / "names" / "XA.txt"
    file.unlink() if line is None else file.write_text(line)
    before = sorted(folder.rglob("*"))
    with pytest.raises(IndexFileError):
        meaning(folder)
    assert sorted(folder.rglob("*")) == before


def test_a_text_that_is_not_there_is_refused(folder: Path) -> None:
    (folder / "text" / "longer.txt").unlink()
    with pytest.raises(IndexFileError):
        meaning(folder)


def test_of_several_processes_that_start_at_once_one_builds(folder: Path) -> None:
    command = [sys.executable, "-c", OPEN_AND_COUNT, str(folder)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(3)]
    told = [process.communicate(timeout=60)[0].split() for process in started]
    assert sorted(told, key=len) == [["[b'nXA']"], ["[b'nXA']"], ["built", "[b'nXA']"]]
    assert sorted(file.name for file in folder.iterdir()) == ["index", "sum", "text"]


def test_where_nothing_can_be_written_it_is_built_in_memory(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = open_trie(folder / "sum" / "index", folder / "text", folder / "sum")
    assert found["freelance"] == [b"x"]
    assert "can't be kept (Not a directory)" in caplog.text


def test_all_finders_of_a_process_share_what_was_verified_once() -> None:
    assert Index()._trie is Index()._trie


def test_set_up_builds_it() -> None:
    subprocess.run([sys.executable, "-m", "bot.places"], cwd=ROOT, check=True, timeout=60)
    assert digest(trie.BUILT.read_bytes()) == CHECKSUM.read_text().strip()


def test_the_command_line_says_what_to_do_without_an_index(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise IndexFileError

    monkeypatch.setattr(index, "_shared", fail)
    assert main(["place", "Thailand"]) == 1
    assert capsys.readouterr().err == f"{IndexFileError.__doc__}\n"
