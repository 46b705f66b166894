"""Which spelling stands for what: the sources and our tables, weighed against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from functools import cache
from typing import Any

import yaml

from bot.places.build import chinese, inflections, sources
from bot.places.build.sources import City, Name
from bot.places.entries import MARKED
from bot.places.index import Kind, Meaning
from bot.places.names import countries, flag, listed, territories
from bot.places.slips import shortened
from bot.places.words import ETHIOPIC, HAN, KATAKANA, TABLES, is_unspaced, joined, key, tokens

CASED = re.compile("[A-Za-z\u00c0-\u052f\u10a0-\u10ff\u0531-\u058f\u1e00-\u1fff]")
"""Scripts with capital letters and spaces, and Georgian."""
_HAN = re.compile(f"[{HAN}\u3041-\u30ff]+")
_HIRAGANA = re.compile("[\u3041-\u309f]+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3]")
_FAMILIES = ("CD CG", "KR KP", "GN GQ GW PG", "SD SS", "MF SX", "VG VI", "WS AS", "DM DO", "GE GS")
"""Territories whose names hold each other's, in most languages."""
_FEW_LANGUAGES = 5
_MANY_LANGUAGES = 20
_LONGEST_CONGO = 8
_LONGEST_ARTICLE = 2
"""Letters of a word in front of Congo that makes no other place of it."""
_SHORT_VIETNAMESE = 5
"""Vietnamese names without their marks are words of other languages, unless they are longer."""
_TERRITORIES_TOO = ("FI-01", "NO-21", "NO-22", "NL-BQ1", "NL-BQ2", "NL-BQ3")
"""Subdivisions with a code of ISO 3166-1 of their own, beside those that are named by it."""
_BIG = 500_000
_HUGE = 1_000_000
_FAR_BIGGER = 20
"""A city that is so many times bigger than its namesakes is meant."""
_MOST_PLACES = 6
_TOWNS_INFLECTED = ("ug", "ru", "uk")
"""Languages in which towns have forms, too."""
_LATIN = re.compile("[a-z\u00e0-\u024f\u1e00-\u1eff]")
_EXACTLY = "="
"""In the list of traps: with these letters, and not with those that are taken for them."""
_SHORTEST_PART = 4
_SHORTEST_NEAR = 4
"""Letters of a name that is told from a misspelt English one."""
_NO_SLIP = "ija"
"""How Slavic and Baltic names end, and no finger's slip: Bolivija."""
_SHORTEST_COMMON = 5
"""Letters of a word that may be the name of a place in some language."""

_SHORTEST_PEOPLE = 4
"""Letters of a word for what comes from a place."""
_FAMILY_NAMES = {
    "kor|cor|кор|كوري$|کره": "KP KR",
    "[ck]ong|конг|كونغ|کنگ": "CD CG",
    "g[uv]?in|гвин|гвін|غين|گینه": "GN GQ GW PG",
    "dom|дом|دوم": "DM DO",
}
"""Beginnings of words for what comes from one of several places of nearly the same name."""
_CITY_IN_KOREAN = " 시"
"""What some sources add to the name of a Korean city."""

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_KAZAKH = re.compile("[ңғқүұһәө]", re.IGNORECASE)
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_UYGHUR = re.compile("[ېۈۆۇەڭ]")
_VIETNAMESE_NAME = re.compile(
    "[ơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]|^(?:Ý|Áo|Úc|Anh|Nga|Lào|Pháp|Thái|Trung)", re.IGNORECASE
)
_MAJOR = frozenset(
    ["en", "es", "fr", "de", "pt", "it", "nl", "ru", "uk", "pl", "tr", "id", "vi", "sv", "fi", "hu", "cs", "ro", "el"]
)
_CONTAINERS = (
    *("FR>TF PF GF MF", "GB>IO VG", "US>UM VI AS MX", "NL>BQ SX CW", "IN>IO", "AU>HM TF", "AQ>TF", "GY>GF", "AS>WS"),
    *("NO>SJ BV", "CG>CD", "KR>KP", "KP>KR", "GN>GQ GW PG", "SD>SS", "SX>MF", "MF>SX", "VG>VI", "VI>VG", "DO>DM"),
    *("DM>DO", "GE>GS", "CN>TW HK MO", "IE>GB", "FI>AX", "DK>FO GL", "RU>BY"),
)
"""Whose names are parts of whose, in some language."""

Spellings = dict[str, Meaning]


def everything() -> Spellings:
    """All spellings, folded and joined; what is added later outranks what was there."""
    found: Spellings = {}
    names = sorted(set(sources.territory_names()), key=astuple)
    own = _own()
    found |= _cities()
    found |= _demonyms()
    for spelling, meaning in _inflections([*names, *_own_names()]).items():
        if meaning.kind is not Kind.CITY or spelling not in found:
            found[spelling] = meaning
    found |= _territories(names, found)
    found |= _families(names, found)
    found |= _towns(found)
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
    misspelt = {joined(key(text)) for text in listed(_table("spellings")["misspelt"])}
    english_slips = english()
    found = {}
    for spelling, places in votes.items():
        ranked = sorted(places, key=lambda place: (-len(places[place]), place))
        most = len(places[ranked[0]])
        likely = tuple(place for place in ranked if len(places[place]) * _FAR_BIGGER > most)
        is_major = not _MAJOR.isdisjoint(places[ranked[0]])
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


class Slips:
    """Tells what is one slip away from known spellings, and not one of them."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._slips = frozenset(slip for spelling in self.known for slip in self._slips_of(spelling))

    def __contains__(self, spelling: object) -> bool:
        text = str(spelling)
        is_known = text in self.known or text.endswith(_NO_SLIP)
        return not is_known and any(slip in self._slips for slip in self._slips_of(text))

    @staticmethod
    def _slips_of(spelling: str) -> Iterator[str]:
        yield from shortened(spelling) if len(spelling) >= _SHORTEST_NEAR else ()


def _kind_of_territory(spelling: str, written: str, languages: set[str], *, is_one: bool) -> Kind | None:
    bare = spelling.removeprefix(MARKED)
    letters = len(bare.replace(" ", ""))
    is_few = len(languages) < _FEW_LANGUAGES
    is_known = not is_few or not _MAJOR.isdisjoint(languages)
    if is_common(spelling) and "en" not in languages:
        if is_one and _is_read_as_a_name(spelling, languages):
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


def _is_read_as_a_name(word: str, languages: set[str]) -> bool:
    """Whether a territory is meant when it is all that is written: no person's name, and hardly a word elsewhere.

    In the language that calls the territory so, too, it is the territory (Chypre, and not the scent).
    """
    elsewhere = everyday().get(word, frozenset()) - languages
    is_rare = 2 * len(elsewhere) <= len(languages) and _MAJOR.isdisjoint(elsewhere)
    return len(word) >= _SHORTEST_COMMON and is_rare and word not in persons()


def kind_of_a_common_word(spelling: str) -> Kind | None:
    """Of a name in few languages that is a word, or a person's name, as well."""
    if not CASED.match(spelling):
        return Kind.WEAK if spelling in everyday() else Kind.WORD_TOO
    return Kind.WEAK if len(spelling) >= (_SHORTEST_COMMON if spelling.isascii() else 3) else None


def spellings_of(name: Name) -> Iterator[str]:
    """The name as it is looked up, without what stands in brackets too; with its marks where they are needed."""
    for text in dict.fromkeys(
        (name.text, re.sub(r"\s*[(\[（].*?[)\]）]", "", name.text).strip(), name.text.replace("&", "and"))
    ):
        folded = joined(key(text))
        if not folded:
            continue
        exact = exactly(text)
        if name.language != "vi" or len(folded) > _SHORT_VIETNAMESE or exact == folded:
            yield folded
        if text.startswith("St. "):
            yield joined(key("Saint " + text[4:]))
        if exact != folded and _has_optional_marks(folded) and _needs_its_marks(name, folded):
            yield MARKED + exact


def _has_optional_marks(spelling: str) -> bool:
    """Not in scripts without spaces, where the other spelling is in traditional characters or has other letters."""
    return not is_unspaced(spelling) and not KATAKANA.match(spelling)


def exactly(text: str) -> str:
    """The name with its marks."""
    return joined([token.exact for token in tokens(text, len(text))])


def _needs_its_marks(name: Name, folded: str) -> bool:
    """Vietnã is no slip, and Vietna is one."""
    is_short = name.language == "vi" or len(folded) <= 4
    return is_short or re.search("[\u064b-\u0652]", name.text) is not None or folded in english()


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
    for family, own in _table("spellings")["longer"].items():
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
    for name in _own_names():
        for spelling in spellings_of(name):
            found[spelling] = Meaning(Kind.SURE, (name.place,))
    parts = _table("parts")
    kept = parts["from_sources"].split()
    for name in sorted(set(sources.subdivision_names()), key=astuple):
        if name.place in kept and not CASED.match(name.text[0]):
            found.setdefault(joined(key(name.text)), Meaning(Kind.SURE, (name.place,)))
    for table in (parts, _table("spellings")):
        for names, places in table["one_of"].items():
            for text in listed(names):
                found |= dict.fromkeys(_all_spellings(text), Meaning(Kind.ONE_OF, tuple(places.split())))
    for names, place in _table("spellings")["words_too"].items():
        for text in listed(names):
            found |= dict.fromkeys(_all_spellings(text), Meaning(Kind.WORD_TOO, (place,)))
    for text in listed(_table("spellings")["capitals"]):
        found[joined(key(text))] = replace(found[joined(key(text))], kind=Kind.CAPITALS)
    found |= {spelling: Meaning(Kind.HOMOGRAPH, (place,)) for spelling, place in _homographs()}
    for place, text in _table("spellings")["marked"].items():
        found |= {MARKED + exactly(name): Meaning(Kind.SURE, (place,)) for name in listed(text)}
    return found | dict.fromkeys(_traps(), Meaning(Kind.TRAP))


def _towns(found: Spellings) -> Spellings:
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
    elif exact.isalpha() and len(exact) > _SHORT_VIETNAMESE:
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
    return Meaning(Kind.CAPITALS if _LATIN.match(bare) else Kind.CITY, places)


@cache
def _doubtful_towns() -> frozenset[str]:
    words = _table("towns")["doubtful"]
    return frozenset(form for text in words for form in (joined(key(text)), exactly(text)))


def _all_spellings(text: str) -> Iterator[str]:
    """With its marks as well, which a source may have taken for a sure name."""
    yield from spellings_of(Name(text, "", _language(text)))
    if exactly(text) != joined(key(text)):
        yield MARKED + exactly(text)


def _inflected_towns() -> Iterator[Name]:
    """Countries, and towns where few other words look like their forms."""
    for name in _town_names():
        if name.text not in _table("towns")["doubtful"] and (name.is_country or name.language in _TOWNS_INFLECTED):
            yield name


def _town_names() -> Iterator[Name]:
    for language, places in _table("towns").items():
        if language != "doubtful":
            for place, names in places.items():
                spoken, _, kind = language.partition("_")
                yield from (Name(text, place, spoken, is_country=bool(kind)) for text in listed(names))


def _homographs() -> Iterator[tuple[str, str]]:
    for names, place in _table("spellings")["homographs"].items():
        yield from ((joined(key(text)), place) for text in listed(names))


def _own_names() -> Iterator[Name]:
    parts = _table("parts")
    for table in (_table("spellings")["also"], parts["parts"], parts["cities"]):
        for place, names in table.items():
            yield from (Name(text, place, _language(text)) for text in listed(names))


def _language(text: str) -> str:
    """Of our own names only those are inflected whose language their letters tell."""
    if _UYGHUR.search(text):
        return "ug"
    if _CYRILLIC.match(text):
        return "kk" if _KAZAKH.search(text) else "uk" if _UKRAINIAN.search(text) else "ru"
    return "vi" if _VIETNAMESE_NAME.search(text) else ""


def _traps() -> Iterator[str]:
    for line in (TABLES / "traps.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for trap in listed(line) if ";" in line else line.split():
                yield from _spellings_of_a_trap(trap)


def _spellings_of_a_trap(trap: str) -> Iterator[str]:
    """One word with marks is a trap only with them, several words are one without them, too."""
    if trap.startswith(_EXACTLY):
        yield MARKED + exactly(trap.removeprefix(_EXACTLY))
        return
    folded, exact = joined(key(trap)), exactly(trap)
    has_marks = exact != folded and CASED.match(folded) is not None
    if not has_marks or " " in folded:
        yield folded
    if has_marks:
        yield MARKED + exact


def _inflections(names: list[Name]) -> Spellings:
    found = _inflected(_inflected_towns(), Kind.CITY) | _inflected(names, Kind.SURE)
    for city in sources.cities():
        for text in city.others:
            if _CYRILLIC.match(text) and _is_big(city):
                for form in inflections.forms(text, _language(text)):
                    spelling = joined(key(form))
                    if len(spelling) >= 6 and not is_common(spelling):
                        found.setdefault(spelling, Meaning(Kind.CITY, (_place_of(city),)))
    return found


def _inflected(names: Iterable[Name], kind: Kind) -> Spellings:
    found = {}
    for name in names:
        for form in inflections.forms(name.text, name.language):
            spelling = joined(key(form))
            if len(spelling) >= 5 and not is_common(spelling):
                found[spelling] = Meaning(Kind.NEAR if spelling in english() else kind, (name.place,))
    return found


def _demonyms() -> Spellings:
    table = _table("demonyms")
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
    return frozenset(joined(key(word)) for word in listed(_table("people")["doubtful"]))


def _people_listed() -> Iterator[tuple[str, str, str]]:
    """Language, place, word."""
    for language, places in _table("people").items():
        if language != "doubtful":
            for place, words in places.items():
                yield from ((language, place, word) for word in listed(words))


def _family_of(place: str, word: str) -> list[str]:
    """The places that a word may mean which says of none of them that it is northern or an island."""
    for beginnings, family in _FAMILY_NAMES.items():
        if place in family.split() and re.match(beginnings, word.casefold()):
            return family.split()
    return [place]


def _cities() -> Spellings:
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
            add(spelling, _place_of(city), city.population, _kind_of_city(spelling, city, is_main=text == city.name))
    parts = _table("parts")["from_sources"].split()
    for name in sorted(set(sources.subdivision_names()), key=astuple):
        spelling = joined(key(name.text))
        place = name.place if name.place in parts else name.place[:2]
        if name.place[3:] in territories() or name.place in _TERRITORIES_TOO:
            continue
        is_chinese = _HAN.fullmatch(spelling) and len(spelling) >= 2 and name.place.startswith("CN")
        if len(spelling) >= 5 and CASED.match(spelling) and not is_common(spelling):
            add(spelling, place, _BIG, Kind.WEAK)
        elif is_chinese and chinese.is_place_name(spelling):
            add(spelling, place, _BIG, Kind.CITY)
    return {spelling: meaning for spelling, places in candidates.items() if (meaning := _of_cities(spelling, places))}


def _of_cities(spelling: str, places: dict[str, tuple[int, Kind]]) -> Meaning | None:
    ranked = sorted(places, key=lambda place: (-places[place][0], place))[:_MOST_PLACES]
    most = places[ranked[0]][0]
    likely = tuple(place for place in ranked if places[place][0] * _FAR_BIGGER >= most)
    kind = Kind.CITY if any(places[place][1] is Kind.CITY for place in likely) else Kind.WEAK
    if spelling in everyday() or spelling in persons():
        return Meaning(Kind.WORD_TOO, likely) if kind is Kind.CITY else None
    return Meaning(kind, likely)


def _kind_of_city(spelling: str, city: City, *, is_main: bool) -> Kind | None:
    letters, people = len(spelling.replace(" ", "")), city.population
    if not spelling or letters < 2 or any(letter.isdigit() for letter in spelling):
        return None
    if CASED.match(spelling):
        is_sure = _is_big(city) and letters >= 4 and (is_main or not spelling.isascii())
        if " " in spelling:
            is_known = (is_main and people >= 100_000) or _is_big(city)
            is_sure = (letters >= 8 and is_known) or (is_main and _is_capital(city))
        return Kind.CITY if is_sure else Kind.WEAK if letters >= 4 else None
    if _HIRAGANA.fullmatch(spelling):
        return None  # as often the endings of verbs
    if _HAN.match(spelling):
        is_far = city.country not in ("CN", "TW")
        is_capital = _is_capital(city)
        if is_far and (letters > 2 or is_capital) and chinese.may_be_foreign(spelling, is_capital=is_capital):
            return Kind.CITY if is_capital or people >= 300_000 else Kind.WEAK
        is_word = not chinese.is_place_name(spelling) or (letters == 2 and spelling not in chinese.dictionary())
        is_small = is_far and people < (300_000 if letters == 2 else 100_000) and not is_capital
        if (is_word or is_small) and not (letters > 3 and _is_big(city)):
            return None
        return Kind.CITY if is_capital or people >= (_HUGE if letters == 2 else 300_000) else Kind.WEAK
    if _UNSPACED.match(spelling):
        is_sure, is_weak = letters >= 5 and _is_big(city), letters >= 6 and people >= 100_000
    elif _HANGUL.match(spelling):
        is_sure, is_weak = _is_capital(city) or (people >= _HUGE and letters >= 3), letters >= 3 and people >= 100_000
    else:
        is_sure = letters >= 4 and (_is_capital(city) or people >= _HUGE)
        is_weak = letters >= 5 and people >= 100_000
    return Kind.CITY if is_sure else Kind.WEAK if is_weak else None


def _is_big(city: City) -> bool:
    return city.population >= _BIG or _is_capital(city)


def _is_capital(city: City) -> bool:
    return city.name == sources.capitals().get(city.country)


def _place_of(city: City) -> str:
    return str(_table("parts")["regions"].get(f"{city.country}:{city.region}", city.country))


def is_dense(spelling: str) -> bool:
    """Whether a character of it says as much as a syllable: Chinese, Korean, Amharic."""
    return any(script.match(spelling) for script in (_HAN, _HANGUL, ETHIOPIC))


def is_common(spelling: str) -> bool:
    return spelling in everyday() or spelling in persons()


@cache
def english() -> Slips:
    """What is one slip away from the English name of a territory."""
    return Slips(joined(key(name.text)) for name in sources.territory_names() if name.language == "en")


@cache
def guessable() -> frozenset[str]:
    """The names of territories whose misspelt forms are guessed."""
    known = {*sources.territory_names(), *_own_names()}
    return frozenset(spelling for name in known for spelling in spellings_of(name))


@cache
def near() -> frozenset[str]:
    """Words and names of persons that are one slip away from the name of a place."""
    return _lines("near.txt") - {joined(key(text)) for text in listed(_table("spellings")["misspelt"])}


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


@cache
def _table(name: str) -> Any:
    return yaml.load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 (all scalars are text: NO is Norway)
