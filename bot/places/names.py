"""The names, codes and flags of territories, from CLDR and from our own table of spellings."""

from __future__ import annotations

from collections.abc import Iterator

from babel import Locale
from babel.core import get_global

from bot.places.spellings import ALSO

_LOCALES = ("en", "zh_Hant", "zh_Hant_HK", "zh_Hans")
# What CLDR names besides ISO 3166-1: reserved and made-up codes, unions, and the unknown.
_NOT_ISO = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ"
_REGIONAL_A = 0x1F1E6


def territories() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    names = map(str, Locale("en").territories)
    return frozenset(code for code in names if len(code) == 2 and code.isalpha() and code not in _NOT_ISO.split())


def spellings() -> Iterator[tuple[str, str]]:
    """(name, place): CLDR's names in the shipped languages, and ours."""
    known = territories()
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if code in known:
                yield from ((spelling, code) for spelling in _variants(name))
    for code, names in ALSO.items():
        yield from ((spelling, code) for name in listed(names) for spelling in _variants(name))


def codes() -> dict[str, str]:
    """Alpha-2 and alpha-3 codes, upper-case, with the alpha-2 they stand for."""
    known = territories()
    three = {
        code: places[0]
        for code, places in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(places) == 1 and places[0] in known
    }
    return {code: code for code in known} | three


def listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(";")]


def flag(code: str) -> str:
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in code)


def _variants(name: str) -> Iterator[str]:
    joined = name.replace("&", "and")
    yield joined
    if joined.startswith("St. "):
        yield "Saint " + joined[4:]
