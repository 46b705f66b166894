"""The shipped languages: their sentences, and how each writes dates, numbers, lists and places."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.content.parts import PARTS
from bot.languages import detection
from bot.languages.catalogue_files import Sentences, catalogues, is_language, read_catalogue
from bot.languages.values import with_isolates
from handlers.model.direction import in_order, isolated
from handlers.model.knowledge import PartialDate, whole_of

log = logging.getLogger(__name__)

SOURCE = "en"
"""The language that the sentences are written in; it needs no catalogue."""

# Persons are spread over the world: 30 November 2015, not November 30, 2015. zh_Hant is how Hong Kong writes; what CLDR
# knows by that name alone is how Taiwan does.
_FORMATS = {SOURCE: "en_001", "zh_Hant": "zh_Hant_HK"}


@dataclass(frozen=True)
class CatalogueLanguage:
    """The `Language` port: one catalogue, and the formats of CLDR."""

    code: str
    _sentences: Sentences = field(repr=False)
    _place_names: Mapping[str, str] = field(repr=False)

    @property
    def is_right_to_left(self) -> bool:
        return self._locale.text_direction == "rtl"

    def gettext(self, message: str) -> str:
        return self._said(self._sentences.find("", message) or message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        found = self._sentences.find("", singular, plural, number)
        return self._said(found or (singular if number == 1 else plural))

    def pgettext(self, context: str, message: str) -> str:
        return self._said(self._sentences.find(context, message) or message)

    def in_order(self, text: str) -> str:
        return in_order(text, is_right_to_left=self.is_right_to_left)

    def has(self, message: str) -> bool:
        return self._sentences.has(message)

    def date(self, day: date) -> str:
        return format_date(day, "long", locale=self._locale)

    def partial_date(self, when: PartialDate) -> str:
        day = date.fromisoformat((when + "-01-01")[:10])
        precision = when.count("-")
        return (
            self.date(day)
            if precision == 2
            else format_skeleton("yMMMM" if precision else "y", day, locale=self._locale)
        )

    def time(self, moment: datetime, offset: int = 0) -> str:
        zone = timezone(timedelta(minutes=offset))
        return format_time(moment.astimezone(zone), f"HH:mm '{_zone_name(offset)}'", locale=self._locale)

    def moment(self, moment: datetime, offset: int = 0) -> str:
        both = get_datetime_format("medium", locale=self._locale)
        zone = timezone(timedelta(minutes=offset))
        day = self.date(moment.astimezone(zone).date())
        return self.in_order(str(both).format(isolated(self.time(moment, offset)), isolated(day)))

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._locale)

    def list(self, items: Sequence[str]) -> str:
        return self.in_order(format_list([isolated(item) for item in items], locale=self._locale))

    def place(self, code: str) -> str:
        if name := self._place_names.get(code) or PARTS.get(code):
            return self.gettext(name)
        if whole := whole_of(code):
            return self.place(whole)
        return str(self._locale.territories.get(code, code))

    def name_of(self, code: str) -> str:
        if not is_language(code):
            return "?"
        named = Locale.parse(code)
        whole = f"{named.language}_{named.script}" if named.script else named.language
        name = named.languages.get(code) or named.languages.get(whole, "?")
        is_of_a_territory = named.territory and code not in named.languages
        return f"{name}（{named.territories[named.territory]}）" if is_of_a_territory else str(name)

    def _said(self, sentence: str) -> str:
        return with_isolates(sentence, is_right_to_left=self.is_right_to_left)

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(_FORMATS.get(self.code, self.code))


def _zone_name(offset: int) -> str:
    """`UTC`, `UTC+7`, `UTC-3:30`."""
    hours, minutes = divmod(abs(offset), 60)
    shown = f"{hours}:{minutes:02}" if minutes else str(hours)
    return f"UTC{'+' if offset > 0 else '-'}{shown}" if offset else "UTC"


class Catalogues:
    """The `Languages` port: English and every folder of catalogues."""

    def __init__(self, folder: Path, place_names: Mapping[str, str]) -> None:
        """`place_names`: names of content, in English, by code; they win over CLDR's."""
        files, self.faults = {SOURCE: Sentences()}, list[str]()
        """A line for each sentence that is shown in English instead, or for a catalogue that is left out."""
        for path in catalogues(folder):
            code = path.parts[-3]
            if is_language(code):
                files[code] = _told(read_catalogue(path))
                self.faults += files[code].faults
            else:
                self.faults.append(f"{code} is no language that CLDR knows: it is left out")
                log.error(self.faults[-1])
        self._languages = {code: CatalogueLanguage(code, _backed(code, files), place_names) for code in files}

    def codes(self) -> Sequence[str]:
        return tuple(self._languages)

    def of(self, code: str) -> CatalogueLanguage:
        return self._languages.get(code) or self._languages[self.negotiate(code) or SOURCE]

    def negotiate(self, hint: str) -> str:
        """The shipped language that a messenger's hint (`zh-hant`, `zh-TW`, `en-GB`) asks for, or nothing."""
        return next((code for code in detection.near(hint) if code in self._languages), "")

    def missing(self, sentence: str) -> tuple[str, ...]:
        """The languages that have no translation of a sentence of content to show."""
        others = (language for code, language in self._languages.items() if code != SOURCE)
        return tuple(language.code for language in others if not language.has(sentence))

    def written(self, text: str) -> str:
        """The shipped language that a text is written in, or nothing where that can't be told."""
        code = detection.language(text)
        return code if code in self._languages else ""

    def guessed(self, text: str) -> str:
        """What somebody may read of whom nothing is known: 救命 is written the same in both scripts, and is no
        English. It is answered in the script of those who left: from the other one, somebody of Hong Kong would take
        it for a trap, and who reads that one reads this one, too."""
        return self.negotiate("zh-Hant") or self.negotiate("zh") if detection.is_chinese(text) else ""

    def closer(self, written: str, hinted: str) -> str:
        """What somebody writes in, as it is said where their messenger says that they are from: in Taiwan the
        characters are those of zh_Hant, and the words are not."""
        return hinted if written in detection.near(hinted) else written


def _backed(code: str, files: Mapping[str, Sentences]) -> Sentences:
    """The sentences of a language with those of the nearest other one behind them: zh_Hant behind zh_TW."""
    others = (near for near in detection.near(code) if near != code and near in files)
    return replace(files[code], nearest=next((files[near] for near in others), None))


def _told(sentences: Sentences) -> Sentences:
    if sentences.faults:
        more = f"; and {len(sentences.faults) - 1} more: python -m bot check" if len(sentences.faults) > 1 else ""
        log.critical("%s: another language is shown instead%s", sentences.faults[0], more)
    return sentences
