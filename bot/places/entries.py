"""What the index of places is built from, as text: a line for each entry, so that a small change stays a small one.

In the folder: `names/TH.txt` has the spellings whose first place is Thailand or a part of it (`names/none.txt`: traps),
`longer.txt` the words that make a name another name, `chinese.txt` the words that a Chinese text is cut by, `known.txt`
words that look misspelt, `persons.txt` names of persons.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.places.slips import shortened, slips_of

FOLDER = Path(__file__).with_name("entries")

MARKED = "\x01"
"""Begins the spellings that count only with the marks they are written with: Mỹ, not my."""
WORD = "\x02"
"""Begins the Chinese words that a text is cut by."""
SLIP = "\x03"
"""Begins the names with a letter left out, by which misspelt ones are found."""
KNOWN = "\x04"
"""Begins the words that are not misspelt, although they look like it."""
PART = "\x05"
"""Begins a place and a word that makes its name the name of another place: France and southern."""
ALMOST_PART = "\x06"
"""Begins the same with a letter of the word left out."""
PERSON = "\x07"
"""Begins the names that persons are called by."""

_EXACTLY = "="
"""MARKED, in the text; no spelling has this character."""
_GUESSED = "~"
"""In the last column: it is also found when it is misspelt."""
_MOST_GUESSES = 3


@dataclass(frozen=True, slots=True)
class Entries:
    """All that `make places` found in the sources."""

    names: Mapping[str, str]
    """Each spelling with its packed meaning."""
    guessed: Collection[str]
    """Those of them that are found when they are misspelt, too."""
    longer: Iterable[tuple[str, str, str, bool]]
    """A place, a word, the places that are meant when it stands beside, and whether it may be misspelt."""
    chinese: Mapping[str, int]
    """Each word with 8 × log2 of how often it is met, at most 255."""
    known: Iterable[str]
    persons: Iterable[str]

    def write(self, folder: Path = FOLDER) -> None:
        """Writes the text in place of all that is in the folder."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "names").mkdir(parents=True)
        for file, lines in self._files().items():
            (folder / file).write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8", newline="\n")

    def _files(self) -> Mapping[str, list[str]]:
        files: dict[str, list[str]] = defaultdict(list)
        for spelling, packed in self.names.items():
            line = f"{spelling.replace(MARKED, _EXACTLY)}\t{packed}"
            files[f"names/{packed[1:3] or 'none'}.txt"].append(_marked(line, is_guessed=spelling in self.guessed))
        for place, word, others, is_guessed in self.longer:
            files["longer.txt"].append(_marked(f"{place}\t{word}\t{others}", is_guessed=is_guessed))
        files["chinese.txt"] = [f"{word}\t{count}" for word, count in self.chinese.items()]
        files["known.txt"] = list(self.known)
        files["persons.txt"] = list(self.persons)
        return files


def _marked(line: str, *, is_guessed: bool) -> str:
    return f"{line}\t{_GUESSED}" if is_guessed else line


def rows(folder: Path = FOLDER) -> Iterator[tuple[str, bytes]]:
    """Every entry of the index with its value, in no order; the misspelt forms are made here.

    Raises ValueError for a line that isn't one, OSError for a file that isn't there.
    """
    yield from _names(folder / "names")
    yield from _longer(folder / "longer.txt")
    yield from ((WORD + word, bytes([int(count)])) for word, count in _lines(folder / "chinese.txt"))
    yield from ((KNOWN + word, b"") for (word,) in _lines(folder / "known.txt"))
    yield from ((PERSON + word, b"") for (word,) in _lines(folder / "persons.txt"))


def _names(folder: Path) -> Iterator[tuple[str, bytes]]:
    guessed = []
    for file in folder.iterdir():
        for written, packed, *mark in _lines(file):
            spelling = written.replace(_EXACTLY, MARKED)
            yield spelling, packed.encode("ascii")
            if mark == [_GUESSED]:
                guessed.append((spelling, packed[1:].split(" ")))
    found: dict[str, tuple[str, ...]] = {}
    for spelling, places in sorted(guessed):
        for slip in slips_of(spelling):
            known = found.get(slip, ())
            found[slip] = (*known, *(place for place in places if place not in known))
    yield from ((SLIP + slip, " ".join(places[:_MOST_GUESSES]).encode("ascii")) for slip, places in found.items())


def _longer(file: Path) -> Iterator[tuple[str, bytes]]:
    almost: dict[str, set[str]] = defaultdict(set)
    for place, word, others, *mark in _lines(file):
        yield PART + place + word, others.encode("ascii")
        for slip in shortened(word) if mark == [_GUESSED] else ():
            almost[place + slip].update(others.split(" "))
    yield from ((ALMOST_PART + entry, " ".join(sorted(others)).encode("ascii")) for entry, others in almost.items())


def _lines(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")
