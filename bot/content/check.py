"""What a maintainer should mend in `content/`, also where it doesn't make it unusable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.content.book import REVIEW_DAYS
from bot.content.channels import impossible_channels
from bot.content.extraction import sentences_of
from bot.content.files import ContactsFile, GuideFile, LevelsFile, MeaningFile, PlaceFile, UpdatesFile
from bot.content.hearing import misheard
from bot.content.reading import Reading, read_folder
from bot.content.references import name_of, place_of, spellings, wrong_references
from bot.content.schemas import first_line
from bot.content.source import Fault, Source, ValuePath
from bot.places.index import Index, Kind
from bot.places.words import joined, key
from handlers.model.guides import REVIEWERS, Steps
from handlers.model.knowledge import UNKNOWN, Basis, Contact
from handlers.model.meanings import Sort

VERIFY_DAYS = 180
"""A contact that nobody has verified for longer is listed for a maintainer."""

Missing = Callable[[str], Sequence[str]]
"""The languages in which a sentence has no translation."""


def check(folder: Path, today: date, missing: Missing) -> list[Fault]:
    """Every fault and every warning of every file, by file and line."""
    reading = read_folder(folder)
    found = {
        *reading.faults,
        *wrong_references(reading),
        *_first_lines(reading),
        *_levels(reading),
        *_places(reading, today),
        *_names_of_others(reading),
        *_contacts(reading, today),
        *_updates(reading, today),
        *misheard(reading),
        *_guides(reading, today),
        *_without_steps(reading),
        *_untranslated(reading, missing),
    }
    return sorted(found, key=lambda fault: (fault.file, fault.line, fault.message))


def _first_lines(reading: Reading) -> Iterator[Fault]:
    for name, (source, file) in reading.files.items():
        wanted = first_line(name, type(file))
        if source.text.split("\n", 1)[0].rstrip() != wanted:
            yield Fault(name, 1, f"editors don't know what belongs here: write as the first line {wanted}")


def _levels(reading: Reading) -> Iterator[Fault]:
    for source, file in reading.of(LevelsFile):
        for number, level in enumerate(file.levels):
            yield from _inferred(source, ("levels", number, "basis"), level.basis)


def _places(reading: Reading, today: date) -> Iterator[Fault]:
    for source, file in reading.of(PlaceFile):
        if file.alert:
            yield from _future(source, ("alert", "since"), file.alert.since, today)
            yield from _reviewed(source, ("alert", "reviewed"), file.alert.reviewed, today)
            yield from _future(source, ("alert", "as_of"), file.alert.as_of or "", today)
            yield from _inferred(source, ("alert", "basis"), file.alert.basis)
        for number, incident in enumerate(file.incidents):
            yield from _future(source, ("incidents", number, "when"), incident.when, today)
            yield from _inferred(source, ("incidents", number, "basis"), incident.basis)
        if file.facts:
            yield from _future(source, ("facts", "as_of"), file.facts.as_of, today)
            yield from _inferred(source, ("facts", "basis"), file.facts.basis)


def _reviewed(source: Source, path: ValuePath, review: str, today: date) -> Iterator[Fault]:
    if review == UNKNOWN:
        message = "nobody knows when this was reviewed last: review the alert, then set `reviewed` to today"
        yield source.fault(path, message, is_warning=True)
        return
    yield from _future(source, path, review, today)
    if today - date.fromisoformat((review + "-01-01")[:10]) > timedelta(days=REVIEW_DAYS):
        message = f"the review is overdue, the last was on {review}: review the alert, then set `reviewed` to today"
        yield source.fault(path, message, is_warning=True)


def _future(source: Source, path: ValuePath, when: str, today: date) -> Iterator[Fault]:
    """A day is granted: where the maintainer lives it may already be tomorrow."""
    if when > (today + timedelta(days=1)).isoformat()[: len(when)]:
        yield source.fault(path, f"{when} is in the future: correct the date")


def _inferred(source: Source, path: ValuePath, basis: Basis) -> Iterator[Fault]:
    if basis is Basis.INFERRED:
        message = "inferred, not stated by the source: confirm it and write `basis: confirmed`, or correct it"
        yield source.fault(path, message, is_warning=True)


def _names_of_others(reading: Reading) -> Iterator[Fault]:
    index = Index()
    for source, file in reading.of(PlaceFile):
        for path, spelling in spellings(file):
            known = index.get(joined(key(spelling)))
            other = known.places[0] if known and known.kind is Kind.SURE else place_of(source)
            if other != place_of(source):
                message = f"{spelling!r} is also a name of {other}, which is no longer found by it: is that meant?"
                yield source.fault(path, message, is_warning=True)


def _contacts(reading: Reading, today: date) -> Iterator[Fault]:
    for source, file in reading.of(ContactsFile):
        for number, contact in enumerate(file.contacts):
            path = ("contacts", number)
            yield from _inferred(source, (*path, "basis"), contact.basis)
            yield from _unverified(source, path, contact, today)
            for position, channel in enumerate(contact.channels):
                yield from impossible_channels(source, (*path, "channels", position), channel)


def _unverified(source: Source, path: ValuePath, contact: Contact, today: date) -> Iterator[Fault]:
    yield from _future(source, (*path, "unverified_since"), contact.unverified_since, today)
    where = (*path, "verified_on")
    if contact.verified_on is None:
        message = f"not verified since {contact.unverified_since}: reach somebody there, then add `verified_on`"
        yield source.fault((*path, "unverified_since"), message, is_warning=True)
    elif today - contact.verified_on > timedelta(days=VERIFY_DAYS):
        message = f"last verified on {contact.verified_on}: reach somebody there again, then change `verified_on`"
        yield source.fault(where, message, is_warning=True)
    else:
        yield from _future(source, where, contact.verified_on.isoformat(), today)


def _updates(reading: Reading, today: date) -> Iterator[Fault]:
    for source, file in reading.of(UpdatesFile):
        for number, update in enumerate(file.updates):
            yield from _future(source, ("updates", number, "when"), update.when.isoformat(), today)


def _guides(reading: Reading, today: date) -> Iterator[Fault]:
    for source, file in reading.of(GuideFile):
        yield from _steps(source, (), file, today)
        for number, steps in enumerate(file.for_places):
            yield from _steps(source, ("for_places", number), steps, today)


def _without_steps(reading: Reading) -> Iterator[Fault]:
    """Situations in which nobody is told what to do first."""
    known = {name for _, guide in reading.of(GuideFile) for name in guide.situations}
    for source, meaning in reading.of(MeaningFile):
        if meaning.sort is Sort.SITUATION and name_of(source) not in known and GuideFile not in reading.broken:
            message = f"no guide names {name_of(source)!r}: add it to `situations` of a file in guides/"
            yield source.fault(("sort",), message, is_warning=True)


def _steps(source: Source, path: ValuePath, steps: Steps, today: date) -> Iterator[Fault]:
    yield from _future(source, (*path, "as_of"), steps.as_of, today)
    yield from _inferred(source, (*path, "basis"), steps.basis)
    if not steps.is_reviewed:
        message = f"reviewed by {len(set(steps.reviewed_by))} of {REVIEWERS} lawyers: add their names to `reviewed_by`"
        yield source.fault((*path, "reviewed_by"), message, is_warning=True)


def _untranslated(reading: Reading, missing: Missing) -> Iterator[Fault]:
    for file, line, sentence, _comment in sentences_of(reading):
        languages = missing(sentence)
        if languages:
            message = f"not translated into {', '.join(languages)}: run `make locales`, then translate it"
            yield Fault(file, line, message, is_warning=True)
