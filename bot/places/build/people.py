"""Words for what comes from a place: `tables/demonyms.yaml` and `tables/people.yaml`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple
from functools import cache

from bot.places.build import inflections, sources
from bot.places.build.lists import is_common
from bot.places.build.writing import CASED, Spellings, read_table
from bot.places.index import Kind, Meaning
from bot.places.names import listed
from bot.places.words import joined, key

_SHORTEST_PEOPLE = 4
"""Letters of a word for what comes from a place."""
_FAMILY_NAMES = {
    "kor|cor|кор|كوري$|کره": "KP KR",
    "[ck]ong|конг|كونغ|کنگ": "CD CG",
    "g[uv]?in|гвин|гвін|غين|گینه": "GN GQ GW PG",
    "dom|дом|دوم": "DM DO",
}
"""Beginnings of words for what comes from one of several places of nearly the same name."""


def demonyms() -> Spellings:
    table = read_table("demonyms")
    found = _people()
    asked = set(table["asked"].split())
    for name in sorted(set(sources.language_names()), key=astuple):
        if place := table["languages"].get(name.place):
            is_asked = name.place in table["asked_languages"].split()
            for form in (name.text, *inflections.adjectives(name.text, name.language)):
                spelling = joined(key(form))
                is_doubtful = is_asked or form == name.text or spelling in _doubtful_people()
                kind = Kind.DEMONYM_TOO if is_doubtful else Kind.DEMONYM
                if len(spelling) >= 4 and " " not in spelling and not is_common(spelling) and CASED.match(spelling):
                    found[spelling] = Meaning(kind, (place,))
    for place, words in table["english"].items():
        for word in words.split():
            kind = Kind.DEMONYM_TOO if word in asked else Kind.DEMONYM
            for form in (word, word + "s"):
                found[joined(key(form))] = Meaning(kind, (place,))
    return found


def _people() -> Spellings:
    """What comes from a place, in languages other than English too; what is also a language is asked about."""
    words_too = _doubtful_people()
    spoken = {(name.language, joined(key(name.text))) for name in sources.language_names()}
    places: dict[str, set[str]] = defaultdict(set)
    doubtful: set[str] = set()
    for language, place, word in _people_listed():
        forms = {joined(key(form)) for form in (word, *inflections.adjectives(word, language))}
        for form in forms:
            places[form].update(_family_of(place, word))
        if joined(key(word)) in words_too:
            doubtful |= forms
        doubtful |= {form for form in forms if (language, form) in spoken}
    doubtful |= {form for form, named in places.items() if len(named) > 1 or is_common(form)}
    return {
        form: Meaning(Kind.DEMONYM_TOO if form in doubtful else Kind.DEMONYM, tuple(sorted(named)))
        for form, named in places.items()
        if len(form) >= _SHORTEST_PEOPLE
    }


@cache
def _doubtful_people() -> frozenset[str]:
    return frozenset(joined(key(word)) for word in listed(read_table("people")["doubtful"]))


def _people_listed() -> Iterator[tuple[str, str, str]]:
    """Language, place, word."""
    for language, places in read_table("people").items():
        if language != "doubtful":
            for place, words in places.items():
                yield from ((language, place, word) for word in listed(words))


def _family_of(place: str, word: str) -> list[str]:
    """The places that a word may mean which says of none of them that it is northern or an island."""
    for beginnings, family in _FAMILY_NAMES.items():
        if place in family.split() and re.match(beginnings, word.casefold()):
            return family.split()
    return [place]
