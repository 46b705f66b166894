"""From a received message to what the handlers decide, and from their replies to the outbox: one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from sqlmodel import Session

from bot.delivery.outbox import Outbox
from bot.delivery.outbox_message import OutboxMessage
from bot.messengers.contract import Act, Event, Parcel, Received
from bot.repositories.cases import CaseRepository
from bot.repositories.desk_chats import read_slot
from bot.repositories.drills import DrillRepository, TakeIn, nobody_takes_it_in
from bot.repositories.offers import DESK_OWNER, Offers
from bot.repositories.people import Known, PeopleRepository, with_hints
from bot.repositories.rota import Roster, RotaRepository
from bot.repositories.schedule import ScheduleRepository
from bot.routing.flood_limit import FloodLimit
from bot.routing.keywords import Keywords, chosen
from bot.routing.replies import Poster, join_address
from bot.settings.desk import DeskSettings
from bot.storage.sealing import Sealing, keep_sealed, moment
from handlers.model.language import Language, Languages
from handlers.model.memory import Memory
from handlers.model.messages import Inbound, Kind, Lane, Media, Person, Point, Reply, Room, Staff, Wish
from handlers.model.places import Finding, Outcome
from handlers.model.policy import Policy
from handlers.person import welcome
from handlers.ports import AlertBook, Pager, Places, Ports
from handlers.table import DESK_TABLE, TABLE, Handler

log = logging.getLogger(__name__)

_HANDLERS: dict[str, Handler] = {row.wish: row.handler for row in (*TABLE, *DESK_TABLE)}
_COLLECTING = "sos"
_WELCOMED_BY_THEMSELVES = ("start", "sos", "sos.collect", "sos.retract", "wipe", "cancel")
ACKNOWLEDGING = ("👍", "✅", "👌")
"""Reactions of staff to a post that can only mean: I am on it."""
CHALLENGE = "signal challenge"
"""The sealed name of the newest token for which Signal wants a captcha."""

_ABOUT_THE_LAST_PLACE = ("level", "place", "incidents", "contacts", "facts", "language")
"""What may use the place of the last answer, or lets it be; after anything else it is no longer meant."""


class Speech(Languages, Protocol):
    """Languages that can also tell in which one somebody wrote."""

    def negotiate(self, hint: str) -> str: ...

    def written(self, text: str) -> str: ...

    def guessed(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the router needs besides the transaction."""

    sealing: Sealing
    book: Callable[[], AlertBook]
    places: Callable[[], Places]
    languages: Speech
    policy: Policy
    desk: DeskSettings | None
    roster: Roster
    pager: Pager
    numbered: frozenset[str]
    """Messengers without buttons, on which choices are numbered lines."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A message with everything that its transaction needs."""

    received: Received | None
    inbound: Inbound
    ports: Ports
    people: PeopleRepository
    desk: CaseRepository
    session: Session


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


class Router:
    """Decides what a message means, lets a handler answer, and puts the replies into the outbox."""

    def __init__(self, house: Dependencies, outbox: Outbox) -> None:
        self._house = house
        self._outbox = outbox
        self._keywords = Keywords(house.languages)
        self._notices = {
            Event.LEFT: self._leave,
            Event.MOVED: self._move,
            Event.KEY_CHANGED: self._meet_new_key,
            Event.CHALLENGED: self._keep_challenge,
        }
        self._floods = FloodLimit(house.sealing.clock)
        outbox.happen = self.happen
        self.take_in: TakeIn = nobody_takes_it_in

    def lane(self, session: Session, received: Received) -> Lane:
        """How urgent a message is, told before it is read: calls for help and open cases come first."""
        if not received.is_private:
            return Lane.ANSWER
        if received.text and (self._keywords.sos(received.text) or self._keywords.calls_for_help(received.text)):
            return Lane.RECEIPT
        person = self._person(received)
        if CaseRepository(session, self._house.sealing, self._house.desk).has_case(person):
            return Lane.RECEIPT
        known = PeopleRepository(session, self._house.sealing).known(person)
        return Lane.CONSENT if known and known.memory.draft else Lane.LOOKUP

    def handle(self, session: Session, received: Received) -> None:
        """Everything that follows from one message, in the caller's transaction."""
        if (notice := self._notices.get(received.event)) is not None:
            notice(session, received)
            return
        if received.timer:
            parcel = Parcel(act=Act.TIMER, chat=received.chat, seconds=received.timer)
            self._outbox.put(session, OutboxMessage(parcel=parcel, lane=Lane.RECEIPT, platform=received.platform))
        if received.press:
            parcel = Parcel(act=Act.PRESSED, chat=received.chat, press=received.press)
            self._outbox.put(session, OutboxMessage(parcel=parcel, lane=Lane.RECEIPT, platform=received.platform))
        if received.is_private and received.event is not Event.REACTED:
            self._answer_person(session, received)
        elif room := self._room_of_staff(session, received):
            self._answer_staff(session, received, room)

    def happen(self, session: Session, wish: Wish, tag: str) -> None:
        """What follows from a delivery, or from an alarm."""
        people = PeopleRepository(session, self._house.sealing)
        known = people.hold(Person(tag)) if tag else None
        desk = self._desk(session, known.address if known else "")
        ports = self._ports(session, people, desk)
        inbound = Inbound(
            person=Person(tag),
            language=self._house.languages.of(self._house.policy.desk_language),
            at=self._house.sealing.clock.now(),
            wish=wish,
        )
        self._post(RequestContext(None, inbound, ports, people, desk, session), _HANDLERS[wish.name](inbound, ports))

    def _leave(self, session: Session, received: Received) -> None:
        if room := self._room(session, received):
            log.critical("router: the bot was removed from the %s: no SOS can be posted there", room.value)

    def _move(self, session: Session, received: Received) -> None:
        if self._room(session, received):
            self._outbox.move_desk(session, received.chat, received.moved_to)

    def _meet_new_key(self, session: Session, received: Received) -> None:
        """A person's new key is accepted at once: a new phone must not silence them. A staff member's is not."""
        if self._house.roster.has(received.platform, received.sender):
            desk, label = self._desk(session, ""), self._label(received)
            if desk.suspend(label, join_address(received.platform, received.sender)):
                self.happen(session, Wish("staff.suspend", label), "")
            return
        self._trust(session, received.platform, received.sender)
        self.happen(session, Wish("case.new_key"), self._person(received).tag)

    def _trust(self, session: Session, platform: str, account: str, then: Wish | None = None) -> None:
        parcel = Parcel(act=Act.TRUST, chat=account)
        follows = (then.name, then.argument) if then else None
        self._outbox.put(session, OutboxMessage(parcel=parcel, lane=Lane.RECEIPT, platform=platform, then=follows))

    def _keep_challenge(self, session: Session, received: Received) -> None:
        keep_sealed(session, self._house.sealing, CHALLENGE, received.text)
        log.critical("router: Signal lets the bot send on only after a captcha: python -m bot signal-challenge")
        self.happen(session, Wish("desk.challenged"), "")

    def sorry(self, session: Session, received: Received) -> None:
        """The calm sentence for a message that made a handler fail; the message is kept and tried again."""
        if not received.is_private:
            return
        person = self._person(received)
        asked = self._asked(session, received, person, None)
        memory = self._memory_with_language(received, asked.people.known(person))  # what failed was not kept
        inbound = replace(asked.inbound, language=self._language_of(memory))
        self._post(replace(asked, inbound=inbound), welcome.sorry(inbound, asked.ports))

    def _answer_person(self, session: Session, received: Received) -> None:
        person = self._person(received)
        people = PeopleRepository(session, self._house.sealing)
        known = people.hold(person)
        memory = self._memory_with_language(received, known)
        people.keep(person, memory, join_address(received.platform, received.chat))
        asked = self._asked(session, received, person, None, people=people, is_first=known is None)
        if received.message and received.event is not Event.PRESS and received.can_be_deleted:
            people.add_traces(person.tag, [received.message])
        inbound = self._understand(asked, received, memory)
        asked = replace(asked, inbound=inbound)
        assert inbound.wish is not None
        limit = self._floods.limit(person, inbound.wish.name)
        if limit is not None:
            self._post(asked, [welcome.slow_down(inbound)] if limit else [])
            return
        if inbound.wish.name not in _ABOUT_THE_LAST_PLACE:
            _forget_the_place(people, person)
        replies = _HANDLERS[inbound.wish.name](inbound, asked.ports)
        self._post(asked, [*self._greeting(asked, inbound.wish, replies), *replies])

    def _greeting(self, asked: RequestContext, wish: Wish, replies: Sequence[Reply]) -> Sequence[Reply]:
        """In the lane of what it stands above: it must not come below the choices."""
        if not asked.inbound.is_first or wish.name in _WELCOMED_BY_THEMSELVES:
            return ()
        lane = min((reply.lane for reply in replies), default=Lane.LOOKUP)
        return [replace(greeting, lane=lane) for greeting in welcome.greet(asked.inbound, asked.ports)]

    def _memory_with_language(self, received: Received, known: Known | None) -> Memory:
        memory = known.memory if known else Memory()
        languages = self._house.languages
        hinted, written = languages.negotiate(received.language_hint), languages.written(received.text)
        if not (hinted or written or memory.hinted_language or memory.written_language):
            hinted = languages.guessed(received.text)
        return with_hints(memory, hinted, written)

    def _understand(self, asked: RequestContext, received: Received, memory: Memory) -> Inbound:
        """The wish of a person's message. Calls for help come first, then what was offered, then the open question."""
        ask, keywords = asked.inbound, self._keywords
        offers = Offers(asked.session, self._house.sealing)
        if received.event is Event.PRESS:
            choice = offers.pressed(ask.person.tag, received.token)
            return replace(ask, wish=choice.wish if choice else Wish("stale"))
        if received.event is Event.RETRACTED:
            return replace(ask, wish=Wish("sos.retract"))
        command = keywords.command(ask.text)
        if command and command.name == "sos":
            return replace(ask, wish=command, text=command.argument)
        if sos := keywords.sos(ask.text):
            return replace(ask, wish=sos, text=sos.argument)
        if command:
            return replace(ask, wish=command, text=command.argument)
        exact = keywords.exact(ask.text)
        if exact and exact.name in ("wipe", "cancel"):
            return replace(ask, wish=exact)
        if choice := chosen(
            offers.newest(ask.person.tag), ask.text, by_number=received.platform in self._house.numbered
        ):
            return replace(ask, wish=choice.wish)
        return replace(ask, wish=self._free(asked, memory, exact))

    def _free(self, asked: RequestContext, memory: Memory, exact: Wish | None) -> Wish:
        """The wish of a text that is neither command nor choice."""
        ask, keywords = asked.inbound, self._keywords
        if memory.step == _COLLECTING or memory.draft:
            return Wish("sos.collect")
        if memory.step.startswith("checkin:") and not keywords.calls_for_help(ask.text):
            return Wish("checkin.step")
        if asked.ports.desk.case_of(ask.person):
            return exact or Wish("case.join")
        if keywords.calls_for_help(ask.text):
            return Wish("sos.collect" if asked.ports.desk.is_open_for_sos() else "sos")
        if exact:
            return exact
        if not ask.text:
            return Wish("located" if ask.kind is Kind.POINT and ask.point else "unsupported")
        return self._about_a_place(asked, memory)

    def _about_a_place(self, asked: RequestContext, memory: Memory) -> Wish:
        ask, keywords = asked.inbound, self._keywords
        if memory.step.startswith("place:") and not keywords.may_call_for_help(ask.text):
            return Wish(memory.step.removeprefix("place:"), ask.text)
        if begun := keywords.at_the_beginning(ask.text):
            return begun
        if asked.ports.places.find(ask.text).outcome is not Outcome.NONE:
            return Wish(keywords.inside(ask.text), ask.text)
        if keywords.may_call_for_help(ask.text):
            return Wish("sos.collect" if asked.ports.desk.is_open_for_sos() else "sos")
        return Wish("unknown")

    def _answer_staff(self, session: Session, received: Received, room: Room) -> None:
        people = PeopleRepository(session, self._house.sealing)
        asked = self._asked(session, received, Person(""), Staff(self._label(received)), people=people)
        wish = self._staff_wish(asked, received)
        if wish is None:
            return  # chatter: not for us, not kept
        inbound = replace(asked.inbound, wish=wish, room=room)
        self._post(replace(asked, inbound=inbound), _HANDLERS[wish.name](inbound, asked.ports))

    def _staff_wish(self, asked: RequestContext, received: Received) -> Wish | None:
        if received.event in (Event.EDIT, Event.RETRACTED):
            return None  # what was done is done; an edited command must not act twice
        if received.event is Event.REACTED:
            return Wish("staff.react") if received.text in ACKNOWLEDGING else None
        if received.event is Event.PRESS:
            choice = Offers(asked.session, self._house.sealing).pressed(DESK_OWNER, received.token)
            return choice.wish if choice else None
        return self._keywords.desk_command(asked.inbound.text)

    def _room_of_staff(self, session: Session, received: Received) -> Room | None:
        """Authority: in the roster, in a desk, and not in the name of somebody else; asked anew each time."""
        if received.is_anonymous or not self._house.roster.has(received.platform, received.sender):
            return None
        if self._desk(session, "").is_suspended(self._label(received)):
            return None
        return self._room(session, received)

    def _label(self, received: Received) -> str:
        """What staff are called in the desk and in the record: three characters that tell nothing of the account."""
        return self._house.roster.label(received.platform, received.sender)

    def _room(self, session: Session, received: Received) -> Room | None:
        """The desk that a message was written in."""
        for room in Room:
            address = self._house.desk.address_of(room) if self._house.desk else None
            is_here = address is not None and address.platform == received.platform
            if is_here and received.chat == self._outbox.desk_chat(session, room):
                return room
        return None

    def _person(self, received: Received) -> Person:
        return Person(self._house.sealing.tags.of("person", received.platform, received.sender))

    def _desk(self, session: Session, address: str) -> CaseRepository:
        return CaseRepository(session, self._house.sealing, self._house.desk, address, self._house.book().routing())

    def _ports(self, session: Session, people: PeopleRepository, desk: CaseRepository) -> Ports:
        house = self._house
        return Ports(
            book=house.book(),
            places=FoundOnce(house.places()),
            people=people,
            desk=desk,
            clock=house.sealing.clock,
            languages=house.languages,
            policy=house.policy,
            schedule=ScheduleRepository(session),
            rota=RotaRepository(session, house.sealing, house.roster),
            pager=house.pager,
            drills=DrillRepository(session, house.sealing, self.take_in),
        )

    def _asked(
        self,
        session: Session,
        received: Received,
        person: Person,
        staff: Staff | None,
        *,
        people: PeopleRepository | None = None,
        is_first: bool = False,
    ) -> RequestContext:
        people = people or PeopleRepository(session, self._house.sealing)
        desk = self._desk(session, join_address(received.platform, received.chat))
        inbound = Inbound(
            person=person,
            language=self._language(people, person, staff),
            at=moment(received.at),
            text=received.text.strip(),
            kind=received.kind,
            photos=tuple(Media(received.platform, ref) for ref in received.photos),
            point=_point(received),
            message=received.message,
            revision=received.revision,
            quoted=received.quoted,
            topic=received.topic,
            platform=received.platform,
            is_first=is_first,
            is_edit=received.event is Event.EDIT,
            staff=staff,
        )
        return RequestContext(received, inbound, self._ports(session, people, desk), people, desk, session)

    def _language(self, people: PeopleRepository, person: Person, staff: Staff | None) -> Language:
        """A person's choice, else what they write in, else what the messenger says."""
        if staff:
            return self._house.languages.of(self._house.policy.desk_language)
        return self._language_of(people.recall(person))

    def _language_of(self, memory: Memory) -> Language:
        code = memory.chosen_language or memory.written_language or memory.hinted_language or "en"
        return self._house.languages.of(code)

    def _post(self, asked: RequestContext, replies: Sequence[Reply]) -> None:
        """Puts replies into the outbox, in order; a wipe also has the person's messages deleted."""
        house = self._house
        poster = Poster(
            asked.people,
            asked.desk,
            Offers(asked.session, house.sealing),
            house.desk,
            house.roster,
            partial(read_slot, asked.session, house.sealing),
            house.languages.of(house.policy.desk_language),
            house.numbered,
        )
        for reply in replies:
            item = poster.item(reply, asked.received, asked.inbound.person, asked.inbound.language)
            if item is not None:
                self._outbox.put(asked.session, item)
        for account, then in asked.desk.confirmed:
            platform, _, sender = account.partition(":")
            self._trust(asked.session, platform, sender, then)
        if asked.received and asked.people.deletable:
            own = (asked.received.message,) if asked.received.can_be_deleted else ()
            messages = (*asked.people.deletable, *own)
            parcel = Parcel(act=Act.DELETE, chat=asked.received.chat, messages=messages)
            self._outbox.put(
                asked.session, OutboxMessage(parcel=parcel, lane=Lane.CONSENT, platform=asked.received.platform)
            )
        asked.people.save()


def _forget_the_place(people: PeopleRepository, person: Person) -> None:
    memory = people.recall(person)
    step = "" if memory.step.startswith("place:") else memory.step
    people.remember(person, replace(memory, place="", step=step))


def _point(received: Received) -> Point | None:
    if received.latitude is None or received.longitude is None:
        return None
    return Point(received.latitude, received.longitude)
