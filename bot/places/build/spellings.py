"""Which spelling stands for what: the sources and our tables, weighed against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace

from bot.places.build import inflections, sources
from bot.places.build.cities import FAR_BIGGER, cities, is_big, place_of
from bot.places.build.lists import MAJOR, is_common, is_dense, is_read_as_a_name, kind_of_a_common_word, own_names
from bot.places.build.near_english import english
from bot.places.build.people import demonyms
from bot.places.build.sources import Name
from bot.places.build.towns import all_spellings, homographs, inflected_towns, towns
from bot.places.build.writing import CASED, CYRILLIC, EXACTLY, Spellings, exactly, language_of, read_table, spellings_of
from bot.places.entries import MARKED
from bot.places.index import Kind, Meaning
from bot.places.names import countries, flag, listed
from bot.places.slips import shortened
from bot.places.words import TABLES, joined, key

_FAMILIES = ("CD CG", "KR KP", "GN GQ GW PG", "SD SS", "MF SX", "VG VI", "WS AS", "DM DO", "GE GS")
"""Territories whose names hold each other's, in most languages."""
_FEW_LANGUAGES = 5
_MANY_LANGUAGES = 20
_LONGEST_CONGO = 8
_LONGEST_ARTICLE = 2
"""Letters of a word in front of Congo that makes no other place of it."""
_SHORTEST_PART = 4
_CONTAINERS = (
    *("FR>TF PF GF MF", "GB>IO VG", "US>UM VI AS MX", "NL>BQ SX CW", "IN>IO", "AU>HM TF", "AQ>TF", "GY>GF", "AS>WS"),
    *("NO>SJ BV", "CG>CD", "KR>KP", "KP>KR", "GN>GQ GW PG", "SD>SS", "SX>MF", "MF>SX", "VG>VI", "VI>VG", "DO>DM"),
    *("DM>DO", "GE>GS", "CN>TW HK MO", "IE>GB", "FI>AX", "DK>FO GL", "RU>BY"),
)
"""Whose names are parts of whose, in some language."""


def everything() -> Spellings:
    """All spellings, folded and joined; what is added later outranks what was there."""
    found: Spellings = {}
    names = sorted(set(sources.territory_names()), key=astuple)
    own = _own()
    found |= cities()
    found |= demonyms()
    for spelling, meaning in _inflections([*names, *own_names()]).items():
        if meaning.kind is not Kind.CITY or spelling not in found:
            found[spelling] = meaning
    found |= _territories(names, found)
    found |= _families(names, found)
    found |= towns(found)
    found |= own
    found |= {flag(place): Meaning(Kind.SURE, (place,)) for place in countries()}
    return found


def bare_congo(found: Spellings) -> Spellings:
    """In some sources one of the two is called Congo and nothing else, or the Congo."""
    bare = {spelling for spelling, meaning in found.items() if meaning.places == ("CG",) and _is_bare(spelling)}
    asked = {spelling for spelling, meaning in found.items() if meaning.places == ("CD", "CG")} | bare
    with_article = {
        spelling
        for spelling, meaning in found.items()
        if meaning.places == ("CG",)
        and (words := spelling.split())[-1] in asked
        and all(len(word) <= _LONGEST_ARTICLE for word in words[:-1])
    }
    return dict.fromkeys(bare | with_article, Meaning(Kind.ONE_OF, ("CD", "CG")))


def _is_bare(spelling: str) -> bool:
    is_word = spelling.removeprefix(MARKED)[0].isalpha()
    return is_word and len(spelling) <= _LONGEST_CONGO and " " not in spelling and not is_dense(spelling)


def _territories(names: list[Name], cities: Spellings) -> Spellings:
    votes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    written: dict[str, str] = {}
    unmarked: set[str] = set()
    for name in names:
        exact = exactly(name.text)
        for spelling in spellings_of(name):
            votes[spelling][name.place].add(name.language)
            written.setdefault(spelling, name.text)
            if spelling == exact:
                unmarked.add(spelling)
    misspelt = {joined(key(text)) for text in listed(read_table("spellings")["misspelt"])}
    english_slips = english()
    found = {}
    for spelling, places in votes.items():
        ranked = sorted(places, key=lambda place: (-len(places[place]), place))
        most = len(places[ranked[0]])
        likely = tuple(place for place in ranked if len(places[place]) * FAR_BIGGER > most)
        is_major = not MAJOR.isdisjoint(places[ranked[0]])
        if spelling in misspelt:
            continue  # far more often it is English with a slip, and so suggested
        kind = _kind_of_territory(
            spelling,
            written[spelling],
            places[ranked[0]],
            is_one=len(likely) == 1,
        )
        if kind and spelling in english_slips:
            kind = _kind_near_english(kind, is_widely=spelling in unmarked and (is_major or most >= _MANY_LANGUAGES))
        if kind:
            found[spelling] = Meaning(kind, likely)
    return found


def _kind_near_english(kind: Kind, *, is_widely: bool) -> Kind:
    if kind is Kind.ONE_OF or (kind is Kind.ALONE and is_widely):
        return kind
    return Kind.FOREIGN if is_widely and kind is Kind.SURE else Kind.NEAR


def _kind_of_territory(spelling: str, written: str, languages: set[str], *, is_one: bool) -> Kind | None:
    bare = spelling.removeprefix(MARKED)
    letters = len(bare.replace(" ", ""))
    is_few = len(languages) < _FEW_LANGUAGES
    is_known = not is_few or not MAJOR.isdisjoint(languages)
    if is_common(spelling) and "en" not in languages:
        if is_one and is_read_as_a_name(spelling, languages):
            return Kind.ALONE
        return Kind.WORD_TOO if is_known else kind_of_a_common_word(bare)
    if not is_one:
        return Kind.ONE_OF
    if not CASED.match(bare):
        is_short = letters <= 3 and not is_dense(bare) and is_few
        return None if letters == 1 else Kind.WEAK if is_short else Kind.SURE
    if letters <= 3 and not spelling.startswith(MARKED):
        return Kind.CAPITALS if written.isupper() else None
    if letters <= 5 and " " in bare and not spelling.startswith(MARKED):
        return Kind.WEAK
    return Kind.SURE if is_known or " " in bare else Kind.CAPITALS


def _families(names: list[Name], weighed: Spellings) -> Spellings:
    """Congo, Korea, Guinea, … in every language: what the names of a family share."""
    doubted = {spelling for spelling, meaning in weighed.items() if meaning.kind in (Kind.WORD_TOO, Kind.ALONE)}
    by_language: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in names:
        by_language[name.language][name.place].append(joined(key(name.text)))
    found = {}
    for family in map(str.split, _FAMILIES):
        for known in by_language.values():
            for place in family:
                longer = [text for other in family if other != place for text in known[other]]
                for text in known[place]:
                    kind = Kind.WORD_TOO if is_common(text) else Kind.ONE_OF
                    if any(_holds(other, text) for other in longer) and (kind is Kind.ONE_OF or text in doubted):
                        asked = ["GE"] if family[0] == "GE" else family
                        found[text] = Meaning(kind, tuple(asked))
    return found


def _holds(longer: str, shorter: str) -> bool:
    return (longer != shorter and f" {shorter} " in f" {longer} ") or (
        is_dense(shorter) and longer.endswith(shorter) and longer != shorter
    )


def parts_of_longer_names() -> Iterator[tuple[str, str, set[str]]]:
    """(place, word, places): a word that makes the name of a place that of another, or longer: Southern, United."""
    words: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name in sources.territory_names():
        words[name.place, name.language].update(key(name.text))
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for place, others in (one.split(">") for one in _CONTAINERS):
        for other in others.split():
            for (named, language), known in words.items():
                if named == other:
                    for word in known - words.get((place, language), set()):
                        if len(word) >= _SHORTEST_PART or (len(word) == 3 and not word.isascii()):
                            found[place, word].add(other)
    for place, word in _own_parts():
        found[place, word].add(place)
    for family, own in read_table("spellings")["longer"].items():
        place, _, others = family.partition(">")
        for word in own.split():
            found[place, joined(key(word))].update(others.split())
    # Hong Kong's own words say nothing about China: Công of Hồng Công is in công an, the police.
    of_one = [entry for entry, others in found.items() if entry[0] == "CN" and others in ({"HK"}, {"MO"})]
    for entry in of_one:
        del found[entry]
    yield from ((place, word, others) for (place, word), others in sorted(found.items()))


def english_parts() -> set[tuple[str, str]]:
    """(place, word): the words of the English names that have several."""
    rows = [(name.place, key(name.text)) for name in sources.territory_names() if name.language == "en"]
    return {(place, word) for place, words in rows for word in words if len(words) > 1 and len(word) >= _SHORTEST_PART}


def _own_parts() -> Iterator[tuple[str, str]]:
    """Those, and how other languages write nearly the same: Republiek."""
    alike: dict[str, set[str]] = defaultdict(set)
    for word in {word for name in sources.territory_names() for word in key(name.text)}:
        for slip in shortened(word):
            alike[slip].add(word)
    for place, part in english_parts():
        yield from ((place, word) for slip in shortened(part) for word in alike[slip])


def _own() -> Spellings:
    """What our tables say: it outranks the sources."""
    found: Spellings = {}
    for name in own_names():
        for spelling in spellings_of(name):
            found[spelling] = Meaning(Kind.SURE, (name.place,))
    parts = read_table("parts")
    kept = parts["from_sources"].split()
    for name in sorted(set(sources.subdivision_names()), key=astuple):
        if name.place in kept and not CASED.match(name.text[0]):
            found.setdefault(joined(key(name.text)), Meaning(Kind.SURE, (name.place,)))
    for table in (parts, read_table("spellings")):
        for names, places in table["one_of"].items():
            for text in listed(names):
                found |= dict.fromkeys(all_spellings(text), Meaning(Kind.ONE_OF, tuple(places.split())))
    for names, place in read_table("spellings")["words_too"].items():
        for text in listed(names):
            found |= dict.fromkeys(all_spellings(text), Meaning(Kind.WORD_TOO, (place,)))
    for text in listed(read_table("spellings")["capitals"]):
        found[joined(key(text))] = replace(found[joined(key(text))], kind=Kind.CAPITALS)
    found |= {spelling: Meaning(Kind.HOMOGRAPH, (place,)) for spelling, place in homographs()}
    for place, text in read_table("spellings")["marked"].items():
        found |= {MARKED + exactly(name): Meaning(Kind.SURE, (place,)) for name in listed(text)}
    return found | dict.fromkeys(_traps(), Meaning(Kind.TRAP))


def _traps() -> Iterator[str]:
    for line in (TABLES / "traps.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for trap in listed(line) if ";" in line else line.split():
                yield from _spellings_of_a_trap(trap)


def _spellings_of_a_trap(trap: str) -> Iterator[str]:
    """One word with marks is a trap only with them, several words are one without them, too."""
    if trap.startswith(EXACTLY):
        yield MARKED + exactly(trap.removeprefix(EXACTLY))
        return
    folded, exact = joined(key(trap)), exactly(trap)
    has_marks = exact != folded and CASED.match(folded) is not None
    if not has_marks or " " in folded:
        yield folded
    if has_marks:
        yield MARKED + exact


def _inflections(names: list[Name]) -> Spellings:
    found = _inflected(inflected_towns(), Kind.CITY) | _inflected(names, Kind.SURE)
    for city in sources.cities():
        for text in city.others:
            if CYRILLIC.match(text) and is_big(city):
                for form in inflections.forms(text, language_of(text)):
                    spelling = joined(key(form))
                    if len(spelling) >= 6 and not is_common(spelling):
                        found.setdefault(spelling, Meaning(Kind.CITY, (place_of(city),)))
    return found


def _inflected(names: Iterable[Name], kind: Kind) -> Spellings:
    found = {}
    for name in names:
        for form in inflections.forms(name.text, name.language):
            spelling = joined(key(form))
            if len(spelling) >= 5 and not is_common(spelling):
                found[spelling] = Meaning(Kind.NEAR if spelling in english() else kind, (name.place,))
    return found
