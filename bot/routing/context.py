"""All that a handler is given for one message, or for one event: made once, within the transaction that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.messengers.contract import Event, Received
from bot.messengers.parts import Parts
from bot.repositories.bans import BanRepository
from bot.repositories.cases.repository import CaseRepository
from bot.repositories.drills import DrillRepository, TakeIn
from bot.repositories.offered_choices import Offers
from bot.repositories.people import PeopleRepository, join_address, person_of
from bot.repositories.rota import Roster, RotaRepository
from bot.repositories.schedule import ScheduleRepository
from bot.repositories.staff_trust import StaffTrustRepository
from bot.routing.speech import Speech, language_for, with_hints
from bot.settings.desk import DeskSettings
from bot.storage.sealing import Sealing, moment
from handlers.model.language import Language
from handlers.model.memory import Memory
from handlers.model.messages import Inbound, Media, Person, Point, Room, Staff, Wish
from handlers.model.places import Finding
from handlers.model.policy import Policy
from handlers.ports import AlertBook, Pager, Places, Ports


@dataclass(frozen=True, slots=True)
class Dependencies:
    """All that routing needs besides the transaction."""

    sealing: Sealing
    book: Callable[[], AlertBook]
    places: Callable[[], Places]
    languages: Speech
    policy: Policy
    desk: DeskSettings | None
    roster: Roster
    pager: Pager
    with_buttons: frozenset[str]
    """Messengers; on all others, choices are numbered lines."""
    parts: Mapping[str, Parts]
    """By messenger, how somebody's words are cut into messages; on all others, that is left to the adapter."""

    @property
    def desk_language(self) -> Language:
        return self.languages.of(self.policy.desk_language)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A message, or an event without one, with everything that its transaction needs."""

    session: Session
    received: Received | None
    inbound: Inbound
    memory: Memory
    """Of the person who wrote, with what this message tells of their language."""
    ports: Ports
    people: PeopleRepository
    cases: CaseRepository
    trust: StaffTrustRepository
    offers: Offers


class Contexts:
    """Makes the context of a message or event."""

    def __init__(self, dependencies: Dependencies, take_in: TakeIn) -> None:
        """`take_in` puts the message of an exercise into the inbox."""
        self._dependencies = dependencies
        self._take_in = take_in

    def of_person(self, session: Session, received: Received) -> RequestContext:
        """For what a person wrote: they are held until the transaction ends, nothing of them is kept yet."""
        sealing, languages = self._dependencies.sealing, self._dependencies.languages
        people = PeopleRepository(session, sealing)
        person = person_of(sealing, received.platform, received.sender)
        known = people.hold(person)
        memory = with_hints(known.memory if known else Memory(), received, languages)
        inbound = replace(_inbound(received, person, language_for(memory, languages)), is_first=known is None)
        return self._context(inbound, received, memory, people, session, join_address(received.platform, received.chat))

    def of_staff(self, session: Session, received: Received, staff: Staff | None, room: Room) -> RequestContext:
        """For what was written in a desk by somebody who may act there, or, without `staff`, by nobody knows whom."""
        inbound = _inbound(received, Person(""), self._dependencies.desk_language)
        people = PeopleRepository(session, self._dependencies.sealing)
        return self._context(replace(inbound, staff=staff, room=room), received, Memory(), people, session)

    def of_event(self, session: Session, wish: Wish, tag: str) -> RequestContext:
        """For what follows from a delivery, or is due; `tag`: whom it is about, if anybody. They are held."""
        sealing, person = self._dependencies.sealing, Person(tag)
        people = PeopleRepository(session, sealing)
        known = people.hold(person) if tag else None
        inbound = Inbound(person, self._dependencies.desk_language, sealing.clock.now(), wish=wish)
        return self._context(inbound, None, Memory(), people, session, known.address if known else "")

    def _context(
        self,
        inbound: Inbound,
        received: Received | None,
        memory: Memory,
        people: PeopleRepository,
        session: Session,
        address: str = "",
    ) -> RequestContext:
        given = self._dependencies
        book = given.book()
        cases = CaseRepository(session, given.sealing, given.desk, address, book.routing())
        trust = StaffTrustRepository(session, given.sealing)
        ports = Ports(
            book=book,
            places=FoundOnce(given.places()),
            people=people,
            desk=cases,
            bans=BanRepository(session, given.sealing),
            trust=trust,
            clock=given.sealing.clock,
            languages=given.languages,
            policy=given.policy,
            schedule=ScheduleRepository(session),
            rota=RotaRepository(session, given.sealing, given.roster),
            pager=given.pager,
            drills=DrillRepository(session, given.sealing, self._take_in),
        )
        offers = Offers(session, given.sealing)
        return RequestContext(session, received, inbound, memory, ports, people, cases, trust, offers)


class FoundOnce:
    """`Places` for one message: what was looked for to understand it is not looked for again to answer it."""

    def __init__(self, places: Places) -> None:
        self._found: dict[str, Finding] = {}
        self._places = places
        self.at = places.at

    def find(self, text: str) -> Finding:
        if text not in self._found:
            self._found[text] = self._places.find(text)
        return self._found[text]


def _inbound(received: Received, person: Person, language: Language) -> Inbound:
    return Inbound(
        person=person,
        language=language,
        at=moment(received.at),
        text=received.text.strip(),
        kind=received.kind,
        others=received.others,
        photos=tuple(Media(received.platform, ref) for ref in received.photos),
        point=_point(received),
        message=received.message,
        revision=received.revision,
        quoted=received.quoted,
        topic=received.topic,
        platform=received.platform,
        is_edit=received.event is Event.EDIT,
    )


def _point(received: Received) -> Point | None:
    if received.latitude is None or received.longitude is None:
        return None
    return Point(received.latitude, received.longitude)
