"""The towns of `tables/towns.yaml`, as each language writes and inflects them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.places.build.lists import is_common
from bot.places.build.near_english import english
from bot.places.build.sources import Name
from bot.places.build.writing import LATIN, SHORT_VIETNAMESE, Spellings, exactly, language_of, read_table, spellings_of
from bot.places.entries import MARKED
from bot.places.index import Kind, Meaning
from bot.places.names import listed
from bot.places.words import joined, key

_TOWNS_INFLECTED = ("ug", "ru", "uk")
"""Languages in which towns have forms, too."""


def towns(found: Spellings) -> Spellings:
    """Towns and countries as their speakers write them, where no country is called so."""
    towns: Spellings = {}
    for name in _town_names():
        for spelling in _spellings_of_a_town(name):
            known = found.get(spelling)
            if _may_be_a_town(known, name.place):
                towns[spelling] = _town(name.place, spelling, known)
    return towns


def _spellings_of_a_town(name: Name) -> Iterator[str]:
    """Vietnamese only with its marks: without them its short words are words of many languages."""
    exact = exactly(name.text)
    if name.language != "vi":
        yield from spellings_of(name)
    elif exact != joined(key(name.text)):
        yield MARKED + exact
    elif exact.isalpha() and len(exact) > SHORT_VIETNAMESE:
        yield exact


def _may_be_a_town(known: Meaning | None, place: str) -> bool:
    """Not where the sources know a country, or the same town."""
    if known is None:
        return True
    is_same = known.kind is Kind.CITY and known.places == (place,)
    return known.kind in (Kind.CITY, Kind.WEAK, Kind.CAPITALS) and not is_same


def _town(place: str, spelling: str, known: Meaning | None) -> Meaning:
    is_town = known is not None and known.kind is not Kind.CAPITALS
    namesakes = known.places if known and is_town and (known.kind is Kind.CITY or known.places[0] != place) else ()
    places = tuple(dict.fromkeys((place, *namesakes)))
    bare = spelling.removeprefix(MARKED)
    if is_common(bare) or bare in _doubtful_towns() or spelling in english() or len(places) > 1:
        return Meaning(Kind.WORD_TOO, places)
    return Meaning(Kind.CAPITALS if LATIN.match(bare) else Kind.CITY, places)


@cache
def _doubtful_towns() -> frozenset[str]:
    words = read_table("towns")["doubtful"]
    return frozenset(form for text in words for form in (joined(key(text)), exactly(text)))


def all_spellings(text: str) -> Iterator[str]:
    """With its marks as well, which a source may have taken for a sure name."""
    yield from spellings_of(Name(text, "", language_of(text)))
    if exactly(text) != joined(key(text)):
        yield MARKED + exactly(text)


def inflected_towns() -> Iterator[Name]:
    """Countries, and towns where few other words look like their forms."""
    for name in _town_names():
        if name.text not in read_table("towns")["doubtful"] and (name.is_country or name.language in _TOWNS_INFLECTED):
            yield name


def _town_names() -> Iterator[Name]:
    for language, places in read_table("towns").items():
        if language != "doubtful":
            for place, names in places.items():
                spoken, _, kind = language.partition("_")
                yield from (Name(text, place, spoken, is_country=bool(kind)) for text in listed(names))


def homographs() -> Iterator[tuple[str, str]]:
    for names, place in read_table("spellings")["homographs"].items():
        yield from ((joined(key(text)), place) for text in listed(names))
