"""What is known, all of it sound: the `AlertBook` of the handlers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.content.files import (
    ContactsFile,
    GuideFile,
    HandlesFile,
    LevelsFile,
    MeaningFile,
    PlaceFile,
    RoutingFile,
    TopicsFile,
    UpdatesFile,
)
from bot.content.reading import Reading, read_folder
from bot.content.references import name_of, place_of, spellings, wrong_references
from bot.content.source import Fault
from bot.meanings import Matcher
from handlers.model.escalation_policy import Routing
from handlers.model.guides import Guide
from handlers.model.knowledge import (
    UNKNOWN,
    Alert,
    Contact,
    Facts,
    Handle,
    Incident,
    Level,
    Review,
    Topic,
    Update,
    whole_of,
)
from handlers.model.meanings import Heard, Meaning

REVIEW_DAYS = 90
"""A level that nobody has reviewed for longer is shown as old."""


class ContentError(Exception):
    """The content can't be used; a line for each fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Content:
    """`handlers.ports.AlertBook`: immutable."""

    _levels: Mapping[str, Level]
    _places: Mapping[str, PlaceFile]
    _contacts: tuple[Contact, ...]
    _topics: tuple[Topic, ...]
    _updates: tuple[Update, ...]
    _handles: tuple[Handle, ...]
    _emergency: Contact
    _about: tuple[str, ...]
    _board: tuple[str, ...]
    _routing: Routing
    _meanings: Mapping[str, Meaning]
    _matcher: Matcher = field(compare=False)
    """Made of the meanings."""
    _guides: Mapping[str, Guide]

    def levels(self) -> Sequence[Level]:
        return sorted(self._levels.values(), key=lambda level: -level.severity)

    def level(self, key: str) -> Level:
        return self._levels[key]

    def alert(self, place: str) -> Alert | None:
        return self._places[place].alert if place in self._places else None

    def alerts(self, whole: str = "") -> Sequence[Alert]:
        found = [self._places[place].alert for place in sorted(self._places) if not whole or whole_of(place) == whole]
        return sorted(filter(None, found), key=lambda alert: -self._levels[alert.level].severity)

    def beside(self, place: str) -> str:
        file = self._places.get(place)
        return file.beside if file and not file.alert else ""

    def incidents(self, place: str) -> Sequence[Incident]:
        files = [file for code, file in self._places.items() if place in (code, whole_of(code))]
        found = [incident for file in files for incident in file.incidents]
        return sorted(found, key=lambda incident: incident.when, reverse=True)

    def contacts(self, place: str) -> Sequence[Contact]:
        found = [contact for contact in self._contacts if _nearness(contact, place) is not None]
        return sorted(found, key=lambda contact: _nearness(contact, place) or 0)

    def facts(self, place: str) -> Facts | None:
        return self._places[place].facts if place in self._places else None

    def updates(self, topic: str = "") -> Sequence[Update]:
        found = [update for update in self._updates if not topic or topic in update.topics]
        return sorted(found, key=lambda update: update.when, reverse=True)

    def board_notes(self) -> Sequence[str]:
        return self._board

    def topics(self) -> Sequence[Topic]:
        return self._topics

    def emergency(self) -> Contact:
        return self._emergency

    def routing(self) -> Routing:
        return self._routing

    def handles(self) -> Sequence[Handle]:
        return self._handles

    def hear(self, text: str) -> Heard:
        return self._matcher.hear(text)

    def meaning(self, name: str) -> Meaning | None:
        return self._meanings.get(name)

    def guide(self, situation: str) -> Guide | None:
        return self._guides.get(situation)

    def about(self) -> Sequence[str]:
        return self._about

    def is_stale(self, reviewed: Review, today: date) -> bool:
        """Also of a day to come: a slip of the pen must not keep an alert fresh. Somewhere it is already tomorrow.
        A month counts from its first day."""
        if reviewed == UNKNOWN:
            return True
        return not -1 <= (today - date.fromisoformat((reviewed + "-01-01")[:10])).days <= REVIEW_DAYS

    def names(self) -> Mapping[str, str]:
        """From the code of a place to the English name that wins over CLDR's."""
        return {code: file.name for code, file in self._places.items() if file.name}

    def aliases(self) -> Mapping[str, str]:
        """From every spelling in the content, of places, parts and cities, to the code of the place."""
        return {spelling: code for code, file in self._places.items() for _, spelling in spellings(file)}


def _nearness(contact: Contact, place: str) -> int | None:
    """0 for a place's own contact, 1 for one of its parts or of its whole, 2 for everywhere, None for elsewhere."""
    if place in contact.places:
        return 0
    related = any(place == whole_of(other) or other == whole_of(place) for other in contact.places)
    return 1 if related else None if contact.places else 2


def load(folder: Path) -> Content:
    """Reads everything; raises ContentError with every fault that makes the content unusable."""
    return assemble(read_folder(folder))


def assemble(reading: Reading) -> Content:
    """The book of what was read; raises ContentError if anything in it is wrong."""
    faults = [*reading.faults, *wrong_references(reading)]
    if faults:
        raise ContentError(faults)
    contacts = tuple(contact for _, file in reading.of(ContactsFile) for contact in file.contacts)
    routing = next(file for _, file in reading.of(RoutingFile))
    meanings = {name_of(source): file for source, file in reading.of(MeaningFile)}
    return Content(
        _levels=MappingProxyType({level.key: level for _, file in reading.of(LevelsFile) for level in file.levels}),
        _places=MappingProxyType({place_of(source): file for source, file in reading.of(PlaceFile)}),
        _contacts=contacts,
        _topics=tuple(topic for _, file in reading.of(TopicsFile) for topic in file.topics),
        _updates=tuple(update for _, file in reading.of(UpdatesFile) for update in file.updates),
        _handles=tuple(handle for _, file in reading.of(HandlesFile) for handle in file.handles),
        _board=tuple(file.note for _, file in reading.of(UpdatesFile) if file.note),
        _about=tuple(sentence for _, file in reading.of(LevelsFile) for sentence in file.about),
        _emergency=next(contact for contact in contacts if contact.key == routing.emergency),
        _routing=routing.escalation,
        _meanings=MappingProxyType(meanings),
        _matcher=Matcher(meanings),
        _guides=MappingProxyType({name: file for _, file in reading.of(GuideFile) for name in file.situations}),
    )
