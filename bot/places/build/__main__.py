"""`make places`: builds the index of places from its sources."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bot.places.build import chinese, further, lists, misspelt, near_english, sources, spellings, writing
from bot.places.entries import Entries
from bot.places.index import Kind
from bot.places.slips import SHORTEST_PART
from bot.places.trie import CHECKSUM, build, digest, open_trie
from bot.places.words import is_unspaced, key

_GUESSED = (Kind.SURE, Kind.ONE_OF, Kind.WORD_TOO, Kind.ALONE)


def main() -> int:
    names = spellings.everything()
    names |= further.names(names)
    names |= spellings.bare_congo(names)
    names |= misspelt.names(names, lists.guessable())
    found = Entries(
        names={spelling: meaning.pack().decode("ascii") for spelling, meaning in names.items()},
        guessed=_guessed(names),
        longer=_longer_names(),
        chinese=_words(names),
        known=lists.near(),
        persons=_persons(),
    )
    found.write()
    data = build().tobytes()
    CHECKSUM.write_text(digest(data) + "\n", encoding="ascii")
    open_trie()
    print(f"{len(names)} spellings, {len(data) / 1e6:.1f} MB")
    return 0


def _words(names: writing.Spellings) -> dict[str, int]:
    """Chinese words, without those that begin with a name: 泰国菜 is about Thailand."""
    places = {name for name, meaning in names.items() if meaning.kind in (Kind.SURE, Kind.ONE_OF)}
    known = chinese.words()
    return {
        word: count
        for word, count in known.items()
        if not any(word[:end] in places and word[end:] in known for end in range(2, len(word)))
    }


def _guessed(names: writing.Spellings) -> frozenset[str]:
    """The spellings that are found when they are misspelt."""
    return frozenset(name for name in lists.guessable() if name in names and names[name].kind in _GUESSED)


def _longer_names() -> Iterator[tuple[str, str, str, bool]]:
    english = {word for spelling in near_english.english().known for word in spelling.split()}
    for place, word, others in spellings.parts_of_longer_names():
        yield place, word, " ".join(sorted(others)), len(word) >= SHORTEST_PART and word in english


def _persons() -> set[str]:
    """The words of names of persons, and titles, in scripts with spaces."""
    called = {word for name in (*sources.persons(), *sources.titles()) for word in key(name)}
    return {word for word in called if not is_unspaced(word) and len(word) > 1}


if __name__ == "__main__":
    sys.exit(main())
