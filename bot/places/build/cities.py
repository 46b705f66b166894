"""Cities of GeoNames: their spellings, and which of those name one city alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple

from bot.places.build import chinese, sources
from bot.places.build.lists import everyday, is_common, persons
from bot.places.build.sources import City
from bot.places.build.writing import CASED, HAN_RUN, HANGUL, HIRAGANA, UNSPACED, Spellings, read_table
from bot.places.index import Kind, Meaning
from bot.places.names import territories
from bot.places.words import joined, key

_TERRITORIES_TOO = ("FI-01", "NO-21", "NO-22", "NL-BQ1", "NL-BQ2", "NL-BQ3")
"""Subdivisions with a code of ISO 3166-1 of their own, beside those that are named by it."""
_BIG = 500_000
_HUGE = 1_000_000
FAR_BIGGER = 20
"""A city that is so many times bigger than its namesakes is meant."""
_MOST_PLACES = 6
_CITY_IN_KOREAN = " 시"
"""What some sources add to the name of a Korean city."""


def cities() -> Spellings:
    candidates: dict[str, dict[str, tuple[int, Kind]]] = defaultdict(dict)

    def add(spelling: str, place: str, people: int, kind: Kind | None) -> None:
        if kind:
            known_people, known_kind = candidates[spelling].get(place, (0, Kind.WEAK))
            best = Kind.CITY if Kind.CITY in (kind, known_kind) else kind
            candidates[spelling][place] = max(known_people, people), best

    for city in sources.cities():
        others = (*city.others, *(text.removesuffix(_CITY_IN_KOREAN) for text in city.others))
        for text in dict.fromkeys((city.name, *others)):
            spelling = joined(key(text))
            add(spelling, place_of(city), city.population, _kind_of_city(spelling, city, is_main=text == city.name))
    parts = read_table("parts")["from_sources"].split()
    for name in sorted(set(sources.subdivision_names()), key=astuple):
        spelling = joined(key(name.text))
        place = name.place if name.place in parts else name.place[:2]
        if name.place[3:] in territories() or name.place in _TERRITORIES_TOO:
            continue
        is_chinese = HAN_RUN.fullmatch(spelling) and len(spelling) >= 2 and name.place.startswith("CN")
        if len(spelling) >= 5 and CASED.match(spelling) and not is_common(spelling):
            add(spelling, place, _BIG, Kind.WEAK)
        elif is_chinese and chinese.is_place_name(spelling):
            add(spelling, place, _BIG, Kind.CITY)
    return {spelling: meaning for spelling, places in candidates.items() if (meaning := _of_cities(spelling, places))}


def _of_cities(spelling: str, places: dict[str, tuple[int, Kind]]) -> Meaning | None:
    ranked = sorted(places, key=lambda place: (-places[place][0], place))[:_MOST_PLACES]
    most = places[ranked[0]][0]
    likely = tuple(place for place in ranked if places[place][0] * FAR_BIGGER >= most)
    kind = Kind.CITY if any(places[place][1] is Kind.CITY for place in likely) else Kind.WEAK
    if spelling in everyday() or spelling in persons():
        return Meaning(Kind.WORD_TOO, likely) if kind is Kind.CITY else None
    return Meaning(kind, likely)


def _kind_of_city(spelling: str, city: City, *, is_main: bool) -> Kind | None:
    letters, people = len(spelling.replace(" ", "")), city.population
    if not spelling or letters < 2 or any(letter.isdigit() for letter in spelling):
        return None
    if CASED.match(spelling):
        is_sure = is_big(city) and letters >= 4 and (is_main or not spelling.isascii())
        if " " in spelling:
            is_known = (is_main and people >= 100_000) or is_big(city)
            is_sure = (letters >= 8 and is_known) or (is_main and _is_capital(city))
        return Kind.CITY if is_sure else Kind.WEAK if letters >= 4 else None
    if HIRAGANA.fullmatch(spelling):
        return None  # as often the endings of verbs
    if HAN_RUN.match(spelling):
        is_far = city.country not in ("CN", "TW")
        is_capital = _is_capital(city)
        if is_far and (letters > 2 or is_capital) and chinese.may_be_foreign(spelling, is_capital=is_capital):
            return Kind.CITY if is_capital or people >= 300_000 else Kind.WEAK
        is_word = not chinese.is_place_name(spelling) or (letters == 2 and spelling not in chinese.dictionary())
        is_small = is_far and people < (300_000 if letters == 2 else 100_000) and not is_capital
        if (is_word or is_small) and not (letters > 3 and is_big(city)):
            return None
        return Kind.CITY if is_capital or people >= (_HUGE if letters == 2 else 300_000) else Kind.WEAK
    if UNSPACED.match(spelling):
        is_sure, is_weak = letters >= 5 and is_big(city), letters >= 6 and people >= 100_000
    elif HANGUL.match(spelling):
        is_sure, is_weak = _is_capital(city) or (people >= _HUGE and letters >= 3), letters >= 3 and people >= 100_000
    else:
        is_sure = letters >= 4 and (_is_capital(city) or people >= _HUGE)
        is_weak = letters >= 5 and people >= 100_000
    return Kind.CITY if is_sure else Kind.WEAK if is_weak else None


def is_big(city: City) -> bool:
    return city.population >= _BIG or _is_capital(city)


def _is_capital(city: City) -> bool:
    return city.name == sources.capitals().get(city.country)


def place_of(city: City) -> str:
    return str(read_table("parts")["regions"].get(f"{city.country}:{city.region}", city.country))
