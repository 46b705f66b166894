"""The lists of words that decide what a spelling means alone: common words, names of persons, slips."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.places.build import sources
from bot.places.build.sources import Name
from bot.places.build.writing import CASED, HAN_RUN, HANGUL, language_of, read_table, spellings_of
from bot.places.index import Kind
from bot.places.names import listed
from bot.places.words import ETHIOPIC, TABLES, joined, key

_SHORTEST_COMMON = 5
"""Letters of a word that may be the name of a place in some language."""
MAJOR = frozenset(
    ["en", "es", "fr", "de", "pt", "it", "nl", "ru", "uk", "pl", "tr", "id", "vi", "sv", "fi", "hu", "cs", "ro", "el"]
)


def is_read_as_a_name(word: str, languages: set[str]) -> bool:
    """Whether a territory is meant when it is all that is written: no person's name, and hardly a word elsewhere.

    In the language that calls the territory so, too, it is the territory (Chypre, and not the scent).
    """
    elsewhere = everyday().get(word, frozenset()) - languages
    is_rare = 2 * len(elsewhere) <= len(languages) and MAJOR.isdisjoint(elsewhere)
    return len(word) >= _SHORTEST_COMMON and is_rare and word not in persons()


def kind_of_a_common_word(spelling: str) -> Kind | None:
    """Of a name in few languages that is a word, or a person's name, as well."""
    if not CASED.match(spelling):
        return Kind.WEAK if spelling in everyday() else Kind.WORD_TOO
    return Kind.WEAK if len(spelling) >= (_SHORTEST_COMMON if spelling.isascii() else 3) else None


def own_names() -> Iterator[Name]:
    parts = read_table("parts")
    for table in (read_table("spellings")["also"], parts["parts"], parts["cities"]):
        for place, names in table.items():
            yield from (Name(text, place, language_of(text)) for text in listed(names))


def is_dense(spelling: str) -> bool:
    """Whether a character of it says as much as a syllable: Chinese, Korean, Amharic."""
    return any(script.match(spelling) for script in (HAN_RUN, HANGUL, ETHIOPIC))


def is_common(spelling: str) -> bool:
    return spelling in everyday() or spelling in persons()


@cache
def guessable() -> frozenset[str]:
    """The names of territories whose misspelt forms are guessed."""
    known = {*sources.territory_names(), *own_names()}
    return frozenset(spelling for name in known for spelling in spellings_of(name))


@cache
def near() -> frozenset[str]:
    """Words and names of persons that are one slip away from the name of a place."""
    return _lines("near.txt") - {joined(key(text)) for text in listed(read_table("spellings")["misspelt"])}


@cache
def everyday() -> dict[str, frozenset[str]]:
    """Names that are words too, and of which languages."""
    rows = (line.split(" ") for line in _lines("everyday.txt"))
    return {word: frozenset(languages) for word, *languages in rows}


@cache
def persons() -> frozenset[str]:
    """Names that persons have too."""
    return _lines("persons.txt")


def _lines(file: str) -> frozenset[str]:
    lines = (TABLES / file).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
