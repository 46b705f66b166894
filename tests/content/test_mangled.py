"""However a file is mangled, nothing but a ContentError comes of it, and the last good content stays in use."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import ContentError, Fault, Shelf, load, sentences
from bot.content.check import check
from tests.content.test_reading import TODAY
from tests.sample import CONTENT, copy_content

NAMES = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.yaml"))
SMALL = ["places/TH.yaml", "contacts/helpers.yaml", "levels.yaml", "routing.yaml", "handles.yaml"]

BOMB = "a: &a [x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
INSERTS = [
    *(
        b"\x00",
        b"\xff\xfe",
        b"\t",
        b"{",
        b"[" * 5000,
        b"]",
        b'"',
        b"'",
        b"&a ",
        b"*a",
        b"!!python/object:os.system ",
        b"! ",
    ),
    *(
        b"---\n",
        b"...\n",
        b"%YAML 9.9\n",
        b"%TAG ! !\n",
        b"? ",
        b"| ",
        b">-9\n",
        b"<<: ",
        b": ",
        b"- ",
        b"#",
        b"\r",
        b"\x85",
    ),
    *(
        "\u2028".encode(),
        "\ufeff".encode(),
        b"level: red\n",
        b"levels: []\n",
        b"name: ~\n",
        b'"\\ud800"',
        b'"\\0"',
        b"\xed\xa0\x80",
    ),
    BOMB.encode(),
]


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of the content and what became of it."""
    name = draw(st.sampled_from(SMALL))
    raw = (CONTENT / name).read_bytes()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 200)) | st.just(len(raw)))
        raw = raw[:start] + draw(st.sampled_from(INSERTS) | st.binary(max_size=20) | st.just(b"")) + raw[end:]
    return name, raw


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shelf]:
    root = tmp_path_factory.mktemp("mangled")
    folder = copy_content(root)
    return folder, Shelf(folder, root / "kept")


@given(mangled())
def test_a_mangled_file_never_displaces_the_last_good_content(
    shelf: tuple[Path, Shelf], case: tuple[str, bytes]
) -> None:
    (folder, in_use), (name, raw) = shelf, case
    good = (CONTENT / name).read_bytes()
    before = in_use.book
    write(folder / name, raw)
    try:
        faults = settle(in_use)
        assert all(fault.file and fault.line >= 1 and ":" in fault.message for fault in faults)
        if faults:
            assert in_use.book is before
            with pytest.raises(ContentError):
                load(folder)
        else:
            assert in_use.book == load(folder)
        check(folder, TODAY, lambda _sentence: [])
        list(sentences(folder))
    finally:
        write(folder / name, good)
        settle(in_use)
    assert in_use.book == load(CONTENT)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_breaks_off_anywhere_in_a_line_is_refused(name: str) -> None:
    raw = (CONTENT / name).read_bytes()
    with TemporaryDirectory() as place:
        folder = copy_content(Path(place))
        for end in range(0, len(raw), 97):
            if raw[:end].endswith(b"\n"):
                continue
            (folder / name).write_bytes(raw[:end])
            with pytest.raises(ContentError) as caught:
                load(folder)
            assert {fault.file for fault in caught.value.faults} == {name}


def test_a_file_that_would_grow_without_end_is_refused(tmp_path: Path) -> None:
    folder = copy_content(tmp_path)
    (folder / "places/CN.yaml").write_text(BOMB, "utf-8")
    with pytest.raises(ContentError, match="anchors and aliases"):
        load(folder)


def settle(shelf: Shelf) -> list[Fault]:
    """Two looks: files at rest are read at the second."""
    return [*shelf.reload_if_changed(), *shelf.reload_if_changed()]


_writes = iter(range(10**9))


def write(path: Path, raw: bytes) -> None:
    """With a time of its own: clocks of file systems are coarse, and these changes follow each other at once."""
    path.write_bytes(raw)
    os.utime(path, (1_700_000_000, 1_700_000_000 + next(_writes)))
