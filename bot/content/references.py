"""What is wrong between files: names that point to nothing, and names that stand for two things."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.content.files import (
    ContactsFile,
    GuideFile,
    LevelsFile,
    MeaningFile,
    PlaceFile,
    RoutingFile,
    TopicsFile,
    UpdatesFile,
)
from bot.content.parts import PARTS
from bot.content.reading import Reading
from bot.content.source import Fault, Source, ValuePath
from bot.meanings.phrases import PhraseError, read_phrase
from bot.places import names
from bot.places.words import key
from handlers.model.knowledge import whole_of
from handlers.model.meanings import Meaning, Sort
from handlers.table import TABLE

_OWN_PART = r"[A-Z]{2}-[a-z][a-z0-9]*(-[a-z0-9]+)*"
_ASKABLE = tuple(row.wish for row in TABLE if row.words)
"""What can be asked for by its name."""
_NO_PLACE = (
    "the file name is no ISO 3166-1 code of a place: rename it, e.g. TH.yaml; "
    f"a part is one of {', '.join(PARTS)}, or has a name of its own, e.g. TH-mae-sot.yaml"
)


def wrong_references(reading: Reading) -> Iterator[Fault]:
    """Everything for which an answer would be missing, or the wrong one."""
    yield from _unknown_levels(reading)
    yield from _unknown_topics(reading)
    yield from _unknown_places(reading)
    yield from _unknown_places_of_contacts(reading)
    yield from _nobody_to_call(reading)
    yield from _keys_twice(reading)
    yield from _spellings_twice(reading)
    yield from _unreadable_phrases(reading)
    yield from _wishes_of_meanings(reading)
    yield from _unknown_places_of_guides(reading)
    yield from _situations_twice(reading)
    yield from _unknown_situations(reading)


def spellings(file: PlaceFile) -> Iterator[tuple[ValuePath, str]]:
    """Everything in a place's file that names the place or a city of it, and where it stands."""
    if file.name:
        yield ("name",), file.name
    for number, alias in enumerate(file.aliases):
        yield ("aliases", number), alias
    for number, city in enumerate(file.cities):
        for position, spelling in enumerate(city):
            yield ("cities", number, position), spelling


def place_of(source: Source) -> str:
    """The code of a place, from the name of its file."""
    return Path(source.file).stem


def name_of(source: Source) -> str:
    """The name of a meaning, from that of its file."""
    return Path(source.file).stem


def phrases(meaning: Meaning) -> Iterator[tuple[ValuePath, str]]:
    """Every phrase of a meaning, and where it stands."""
    for language, said in meaning.phrases.items():
        for number, phrase in enumerate(said.alone):
            yield ("phrases", language, "alone", number), phrase
        for number, phrase in enumerate(said.inside):
            yield ("phrases", language, "inside", number), phrase
    for language, excepted in meaning.unless.items():
        for number, phrase in enumerate(excepted):
            yield ("unless", language, number), phrase


def _unreadable_phrases(reading: Reading) -> Iterator[Fault]:
    for source, file in reading.of(MeaningFile):
        for path, phrase in phrases(file):
            try:
                read_phrase(phrase)
            except PhraseError as error:
                yield source.fault(path, str(error))


def _wishes_of_meanings(reading: Reading) -> Iterator[Fault]:
    for source, file in reading.of(MeaningFile):
        if (file.sort is Sort.ASK) != (file.wish in _ASKABLE):
            message = f"what is asked for stands in `wish` of an `ask`, and there only: one of {', '.join(_ASKABLE)}"
            yield source.fault(("wish",), message)


def _unknown_levels(reading: Reading) -> Iterator[Fault]:
    levels = {level.key for _, file in reading.of(LevelsFile) for level in file.levels}
    for source, file in reading.of(PlaceFile):
        if file.alert and file.alert.level not in levels and LevelsFile not in reading.broken:
            message = f"unknown level {file.alert.level!r}: write one of {', '.join(sorted(levels))}"
            yield source.fault(("alert", "level"), message)


def _unknown_topics(reading: Reading) -> Iterator[Fault]:
    if TopicsFile in reading.broken:
        return
    topics = {topic.key for _, file in reading.of(TopicsFile) for topic in file.topics}
    for source, file in reading.of(UpdatesFile):
        for number, update in enumerate(file.updates):
            for position, topic in enumerate(update.topics):
                if topic not in topics:
                    path = ("updates", number, "topics", position)
                    yield source.fault(path, f"unknown topic {topic!r}: correct it or add it to topics.yaml")


def _unknown_places(reading: Reading) -> Iterator[Fault]:
    known = names.countries()
    owned = {place_of(source) for source, file in reading.of(PlaceFile) if file.alert}
    for source, file in reading.of(PlaceFile):
        place = place_of(source)
        if not _is_place(place, known):
            yield source.fault((), _NO_PLACE)
        elif whole_of(place) and not file.name:
            yield source.fault((), "a part of a territory must have a name to be shown by: add `name`")
        if file.beside and file.beside not in owned:
            yield source.fault(("beside",), f"{file.beside!r} has no alert: write the code of a place that has one")
        if file.alert and file.alert.place != place:
            yield source.fault(("alert", "place"), "this is not the file's place: leave `place` out")


def _unknown_places_of_contacts(reading: Reading) -> Iterator[Fault]:
    known = names.countries()
    files = {place_of(source) for source, _ in reading.of(PlaceFile)} | set(PARTS)
    for source, contacts in reading.of(ContactsFile):
        for number, contact in enumerate(contacts.contacts):
            for position, place in enumerate(contact.places):
                path = ("contacts", number, "places", position)
                if not _is_place(place, known):
                    yield source.fault(path, f"{place!r} is no ISO 3166-1 code of a place: write two letters, as TH")
                elif whole_of(place) and place not in files and PlaceFile not in reading.broken:
                    yield source.fault(path, f"unknown part {place!r}: correct it, or add places/{place}.yaml")


def _is_place(code: str, known: Collection[str]) -> bool:
    """Whether it is a territory, a part that is known to all, or one that content gives a name of its own."""
    return code in known or code in PARTS or (whole_of(code) in known and re.fullmatch(_OWN_PART, code) is not None)


def _unknown_places_of_guides(reading: Reading) -> Iterator[Fault]:
    known = names.countries()
    for source, guide in reading.of(GuideFile):
        for number, steps in enumerate(guide.for_places):
            if not _is_place(steps.place, known):
                message = f"{steps.place!r} is no code of a place: write one as of files in places/, as TH"
                yield source.fault(("for_places", number, "place"), message)


def _nobody_to_call(reading: Reading) -> Iterator[Fault]:
    if ContactsFile in reading.broken:
        return
    contacts = [contact for _, file in reading.of(ContactsFile) for contact in file.contacts]
    callable_ones = {contact.key for contact in contacts if any(channel.phone for channel in contact.channels)}
    for source, file in reading.of(RoutingFile):
        if file.emergency not in callable_ones:
            message = f"unknown contact {file.emergency!r}, or one without a phone: write the key of one to call"
            yield source.fault(("emergency",), message)


def _keys_twice(reading: Reading) -> Iterator[Fault]:
    for kind, named in (("level", _levels), ("topic", _topics), ("contact", _contacts)):
        seen: set[str] = set()
        for source, path, name in named(reading):
            if name in seen:
                yield source.fault(path, f"there is another {kind} with the key {name!r}: choose another key")
            seen.add(name)


def _levels(reading: Reading) -> Iterator[tuple[Source, ValuePath, str]]:
    for source, file in reading.of(LevelsFile):
        yield from ((source, ("levels", number, "key"), one.key) for number, one in enumerate(file.levels))


def _topics(reading: Reading) -> Iterator[tuple[Source, ValuePath, str]]:
    for source, file in reading.of(TopicsFile):
        yield from ((source, ("topics", number, "key"), one.key) for number, one in enumerate(file.topics))


def _contacts(reading: Reading) -> Iterator[tuple[Source, ValuePath, str]]:
    for source, file in reading.of(ContactsFile):
        yield from ((source, ("contacts", number, "key"), one.key) for number, one in enumerate(file.contacts))


def _spellings_twice(reading: Reading) -> Iterator[Fault]:
    """One spelling for two places, compared as the finder of places compares."""
    owners: dict[tuple[str, ...], Source] = {}
    for source, file in reading.of(PlaceFile):
        for path, spelling in spellings(file):
            folded = key(spelling)
            if not folded:
                yield source.fault(path, f"{spelling!r} has no letters: nobody can write it; remove it")
                continue
            owner = owners.setdefault(folded, source)
            if owner is not source:
                yield source.fault(path, f"{spelling!r} is also in {owner.file}: remove it from one of them")


def _situations_twice(reading: Reading) -> Iterator[Fault]:
    """One situation with two guides: nobody could say which of them is shown."""
    owners: dict[str, Source] = {}
    for source, guide in reading.of(GuideFile):
        for number, situation in enumerate(guide.situations):
            owner = owners.setdefault(situation, source)
            if owner is not source:
                message = f"{situation!r} is also in {owner.file}: remove it from one of them"
                yield source.fault(("situations", number), message)


def _unknown_situations(reading: Reading) -> Iterator[Fault]:
    """First steps that nobody would ever read."""
    situations = {name_of(source) for source, file in reading.of(MeaningFile) if file.sort is Sort.SITUATION}
    for source, guide in reading.of(GuideFile) if MeaningFile not in reading.broken else ():
        for number, situation in enumerate(guide.situations):
            if situation not in situations:
                message = f"no `situation` in meanings/ has the name {situation!r}: correct it, or write its file there"
                yield source.fault(("situations", number), message)
