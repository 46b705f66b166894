"""The codes and flags of territories."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

# What CLDR names besides ISO 3166-1: reserved and made-up codes, unions, and the unknown.
_NOT_ISO = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ"
KOSOVO = "XK"
_KOSOVO_3 = "XKX"
_REGIONAL_A = 0x1F1E6


@cache
def territories() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    names = map(str, Locale("en").territories)
    return frozenset(code for code in names if len(code) == 2 and code.isalpha() and code not in _NOT_ISO.split())


@cache
def countries() -> frozenset[str]:
    """The territories, and Kosovo, which ISO 3166-1 leaves out and CLDR names by a code for private use."""
    return territories() | {KOSOVO}


def codes() -> dict[str, str]:
    """Alpha-2 and alpha-3 codes, upper-case, with the alpha-2 they stand for."""
    there = countries()
    three = {
        code: places[0]
        for code, places in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(places) == 1 and places[0] in there
    }
    return {code: code for code in there} | three | {_KOSOVO_3: KOSOVO}


def listed(names: str) -> list[str]:
    """The names of a table, which a semicolon separates."""
    return [name.strip() for name in names.split(";") if name.strip()]


def flag(code: str) -> str:
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in code)
