"""Names of territories that only sources have which are trusted less: they add, and contradict nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from bot.places.build import lists, near_english, sources, writing
from bot.places.entries import MARKED
from bot.places.index import Kind, Meaning

_SHORTEST = 6
"""Letters of a word that is answered when nothing else is written; a shorter one is asked about."""
_SHORTEST_ELSEWHERE = 4
"""The same in scripts without capital letters."""


def names(found: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """What isn't found yet, and names one place."""
    places: dict[str, set[str]] = defaultdict(set)
    written: dict[str, str] = {}
    named: set[str] = set()
    for name in sources.further_names():
        for spelling in writing.spellings_of(name):
            places[spelling].add(name.place)
            written.setdefault(spelling, name.text)
            if name.language:
                named.add(spelling)
    return {
        spelling: Meaning(kind, (place,))
        for spelling, (place, *others) in places.items()
        if not others and spelling not in found and not _begins_with_another(spelling, place, found)
        if (kind := _kind(spelling, written[spelling], is_translation=spelling in named))
    }


def _begins_with_another(spelling: str, place: str, found: Mapping[str, Meaning]) -> bool:
    """Whether a shorter name of the same place says it already: Hong Kong, in what is longer."""
    words = spelling.split()
    return any(found.get(" ".join(words[:end])) == Meaning(Kind.SURE, (place,)) for end in range(1, len(words)))


def _kind(spelling: str, written: str, *, is_translation: bool) -> Kind | None:
    bare = spelling.removeprefix(MARKED)
    letters = len(bare.replace(" ", ""))
    if written.isascii() and written.isupper() and letters < _SHORTEST:
        return None  # a code
    if lists.is_common(bare):
        return lists.kind_of_a_common_word(bare)
    if spelling in near_english.english():
        return Kind.NEAR if is_translation else None  # countrynames lists slips too
    if writing.CASED.match(bare):
        return _kind_with_capitals(bare, letters)
    shortest = 3 if lists.is_dense(bare) else _SHORTEST_ELSEWHERE
    return None if letters < 2 else Kind.WEAK if letters < shortest else Kind.SURE


def _kind_with_capitals(bare: str, letters: int) -> Kind | None:
    if letters < _SHORTEST:
        return Kind.WEAK if letters > 3 else None
    return Kind.SURE if " " in bare else Kind.CAPITALS
