"""The forms that names take in sentences, from a table of endings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

import yaml

from bot.places.words import TABLES

_ANY = "-"
_SHORTEST_STEM = 3
_MOST_WORDS = 2
_MOST_FORMS = 9

DeliveryOutcomes = Mapping[str, str]


def forms(name: str, language: str) -> Iterator[str]:
    """The name in other cases and in other ways of writing, as far as the table knows the language."""
    written = {re.sub(pattern, instead, name) for pattern, instead in _table()["instead"].get(language, {}).items()}
    yield from sorted(written - {name})
    if endings := _table()["languages"].get(language):
        for text in sorted(written | {name}):
            yield from _forms(text, endings)


def adjectives(word: str, language: str) -> Iterator[str]:
    """The other forms of a word for what comes from a place; in Arabic with the article, too."""
    endings = _table()["adjectives"].get(language)
    formed = list(_forms(word, endings)) if endings else []
    yield from formed
    if article := _table()["articles"].get(language):
        yield from (article + form for form in (word, *formed))


def _forms(name: str, endings: DeliveryOutcomes) -> Iterator[str]:
    """All words change where each has few forms (в Южной Корее); else the last one does."""
    words = name.split()
    forms_of = [list(_inflected(word, endings)) for word in words]
    if len(words) > _MOST_WORDS or max(map(len, forms_of), default=0) > _MOST_FORMS:
        forms_of = [[word] for word in words[:-1]] + forms_of[-1:]
    yield from (" ".join(chosen) for chosen in product(*forms_of) if list(chosen) != words)


def _inflected(word: str, endings: DeliveryOutcomes) -> Iterator[str]:
    yield word
    plain = unicodedata.normalize("NFC", word)
    fitting = [ending for ending in endings if ending != _ANY and plain.endswith(ending)]
    ending = max(fitting, key=len, default="")
    stem = plain.removesuffix(ending)
    if len(stem) >= _SHORTEST_STEM and word[0].isalpha():
        yield from (stem + form for form in endings.get(ending or _ANY, "").split())


@cache
def _table() -> Any:
    return yaml.load((TABLES / "inflections.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 (all scalars are text)
