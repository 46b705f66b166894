"""`make places`: builds the index of places from its sources."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

import marisa_trie

from bot.places.build import chinese, further, misspelt, sources, spellings
from bot.places.index import ALMOST_PART, CHECKSUM, FILE, KNOWN, PART, PERSON, SLIP, WORD, Kind, digest
from bot.places.typos import SHORTEST_PART, shortened, slips_of
from bot.places.words import is_unspaced, key

_MOST_GUESSES = 3
_GUESSED = (Kind.SURE, Kind.ONE_OF, Kind.WORD_TOO, Kind.ALONE)


def main() -> int:
    names = spellings.everything()
    names |= further.names(names)
    names |= spellings.bare_congo(names)
    names |= misspelt.names(names, spellings.guessable())
    rows = [(spelling, meaning.pack()) for spelling, meaning in names.items()]
    rows += [(WORD + word, bytes([count])) for word, count in _words(names).items()]
    rows += [(SLIP + slip, " ".join(places).encode()) for slip, places in _slips(names)]
    rows += [(KNOWN + word, b"") for word in spellings.near()]
    rows += [(PERSON + name, b"") for name in _persons()]
    parts = list(spellings.parts_of_longer_names())
    rows += [(PART + place + word, " ".join(sorted(others)).encode()) for place, word, others in parts]
    rows += _almost_parts(parts)
    new = FILE.with_suffix(".new")
    marisa_trie.BytesTrie(sorted(rows)).save(str(new))
    data = new.read_bytes()
    new.replace(FILE)  # a running bot keeps the file that it has mapped
    CHECKSUM.write_text(digest(data) + "\n", encoding="ascii")
    print(f"{len(names)} spellings, {len(rows)} entries, {len(data) / 1e6:.1f} MB")
    return 0


def _words(names: spellings.Spellings) -> dict[str, int]:
    """Chinese words, without those that begin with a name: 泰国菜 is about Thailand."""
    places = {name for name, meaning in names.items() if meaning.kind in (Kind.SURE, Kind.ONE_OF)}
    known = chinese.words()
    return {
        word: count
        for word, count in known.items()
        if not any(word[:end] in places and word[end:] in known for end in range(2, len(word)))
    }


def _slips(names: spellings.Spellings) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = defaultdict(list)
    guessable = spellings.guessable()
    for spelling, meaning in sorted(names.items()):
        if meaning.kind in _GUESSED and spelling in guessable:
            for slip in slips_of(spelling):
                found[slip] += [place for place in meaning.places if place not in found[slip]]
    yield from ((slip, places[:_MOST_GUESSES]) for slip, places in found.items())


def _persons() -> set[str]:
    """The words of names of persons, and titles, in scripts with spaces."""
    called = {word for name in (*sources.persons(), *sources.titles()) for word in key(name)}
    return {word for word in called if not is_unspaced(word) and len(word) > 1}


def _almost_parts(parts: Iterable[tuple[str, str, set[str]]]) -> Iterator[tuple[str, bytes]]:
    found: dict[str, set[str]] = defaultdict(set)
    english = {word for spelling in spellings.english().known for word in spelling.split()}
    for place, word, others in parts:
        if len(word) >= SHORTEST_PART and word in english:
            for slip in shortened(word):
                found[ALMOST_PART + place + slip] |= others
    yield from ((entry, " ".join(sorted(others)).encode()) for entry, others in found.items())


if __name__ == "__main__":
    sys.exit(main())
