"""From a received message to what the handlers decide, and from their replies to the outbox: one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.cases import DeskOf, DeskSettings
from bot.keywords import Keywords, chosen
from bot.messenger import Act, Event, Parcel, Received
from bot.outbox import Item, Outbox
from bot.people import DESK_OWNER, Known, Offers, PeopleOf, with_hints
from bot.replies import Poster, join_address
from bot.sealing import Sealing
from handlers import DESK_TABLE, TABLE, Handler, welcome
from handlers.conversation import Inbound, Lane, Media, Person, Point, Reply, Staff, Wish
from handlers.ports import AlertBook, Language, Languages, Memory, Outcome, Places, Policy, Ports

log = logging.getLogger(__name__)

_HANDLERS: dict[str, Handler] = {row.wish: row.handler for row in (*TABLE, *DESK_TABLE)}
_COLLECTING = "sos"
_WELCOMED_BY_THEMSELVES = ("start", "sos", "sos.collect", "wipe", "cancel")


class Speech(Languages, Protocol):
    """Languages that can also tell in which one somebody wrote."""

    def negotiate(self, hint: str) -> str: ...

    def written(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class House:
    """What the router needs besides the transaction."""

    sealing: Sealing
    book: Callable[[], AlertBook]
    places: Callable[[], Places]
    languages: Speech
    policy: Policy
    desk: DeskSettings | None
    staff: frozenset[tuple[str, str]]
    numbered: frozenset[str]
    """Messengers without buttons, on which choices are numbered lines."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message with everything that its transaction needs."""

    received: Received | None
    inbound: Inbound
    ports: Ports
    people: PeopleOf
    desk: DeskOf
    connection: Connection


class Router:
    """Decides what a message means, lets a handler answer, and puts the replies into the outbox."""

    def __init__(self, house: House, outbox: Outbox) -> None:
        self._house = house
        self._outbox = outbox
        self._keywords = Keywords(house.languages)
        outbox.happen = self.happen

    def lane(self, connection: Connection, received: Received) -> Lane:
        """How urgent a message is, told before it is read: calls for help and open cases come first."""
        if not received.is_private:
            return Lane.ANSWER
        if received.text and (self._keywords.sos(received.text) or self._keywords.calls_for_help(received.text)):
            return Lane.RECEIPT
        person = self._person(received)
        if DeskOf(connection, self._house.sealing, self._house.desk).case_of(person):
            return Lane.RECEIPT
        known = PeopleOf(connection, self._house.sealing).known(person)
        return Lane.CONSENT if known and known.memory.draft else Lane.LOOKUP

    def handle(self, connection: Connection, received: Received) -> None:
        """Everything that follows from one message, in the caller's transaction."""
        if received.event is Event.LEFT:
            if self._is_desk_platform(received) and received.chat == self._outbox.desk_chat(connection):
                log.critical("router: the bot was removed from the desk: no SOS can be posted")
            return
        if received.event is Event.MOVED:
            if self._is_desk_platform(received):
                self._outbox.move_desk(connection, received.chat, received.moved_to)
            return
        if received.press:
            parcel = Parcel(act=Act.PRESSED, chat=received.chat, press=received.press)
            self._outbox.put(connection, Item(parcel=parcel, lane=Lane.RECEIPT, platform=received.platform))
        if received.is_private:
            self._answer_person(connection, received)
        elif self._is_from_staff(connection, received):
            self._answer_staff(connection, received)

    def happen(self, connection: Connection, wish: Wish, tag: str) -> None:
        """What follows from a delivery."""
        people, desk = PeopleOf(connection, self._house.sealing), self._desk(connection, "")
        ports = self._ports(people, desk)
        inbound = Inbound(
            person=Person(tag),
            language=self._house.languages.of(self._house.policy.desk_language),
            at=self._house.sealing.clock.now(),
            wish=wish,
        )
        self._post(Asked(None, inbound, ports, people, desk, connection), _HANDLERS[wish.name](inbound, ports))

    def sorry(self, connection: Connection, received: Received) -> None:
        """The calm sentence for a message that made a handler fail; the message is kept and tried again."""
        if not received.is_private:
            return
        asked = self._asked(connection, received, self._person(received), None)
        self._post(asked, welcome.sorry(asked.inbound, asked.ports))

    def _answer_person(self, connection: Connection, received: Received) -> None:
        person = self._person(received)
        people = PeopleOf(connection, self._house.sealing)
        known = people.known(person)
        memory = self._memory_with_language(received, known)
        people.keep(person, memory, join_address(received.platform, received.chat))
        asked = self._asked(connection, received, person, None, people=people, is_first=known is None)
        if received.message and received.event is not Event.PRESS:
            people.add_traces(person.tag, [received.message])
        inbound = self._understand(asked, received, memory)
        asked = replace(asked, inbound=inbound)
        assert inbound.wish is not None
        before = self._greeting(asked, inbound.wish)
        self._post(asked, [*before, *_HANDLERS[inbound.wish.name](inbound, asked.ports)])

    def _greeting(self, asked: Asked, wish: Wish) -> Sequence[Reply]:
        if not asked.inbound.is_first or wish.name in _WELCOMED_BY_THEMSELVES:
            return ()
        return welcome.greet(asked.inbound, asked.ports)

    def _memory_with_language(self, received: Received, known: Known | None) -> Memory:
        memory = known.memory if known else Memory()
        hinted = self._house.languages.negotiate(received.language_hint)
        return with_hints(memory, hinted, self._house.languages.written(received.text))

    def _understand(self, asked: Asked, received: Received, memory: Memory) -> Inbound:
        """The wish of a person's message. Calls for help come first, then what was offered, then the open question."""
        ask, keywords = asked.inbound, self._keywords
        offers = Offers(asked.connection, self._house.sealing)
        if received.event is Event.PRESS:
            choice = offers.pressed(ask.person.tag, received.token)
            return replace(ask, wish=choice.wish if choice else Wish("stale"))
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

    def _free(self, asked: Asked, memory: Memory, exact: Wish | None) -> Wish:
        """The wish of a text that is neither command nor choice."""
        ask, keywords = asked.inbound, self._keywords
        if memory.step == _COLLECTING or memory.draft:
            return Wish("sos.collect")
        if asked.ports.desk.case_of(ask.person):
            return exact or Wish("case.join")
        if keywords.calls_for_help(ask.text):
            return Wish("sos.collect" if asked.ports.desk.is_open_for_sos() else "sos")
        if exact:
            return exact
        if not ask.text:
            return Wish("unsupported")
        return self._about_a_place(asked, memory)

    def _about_a_place(self, asked: Asked, memory: Memory) -> Wish:
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

    def _answer_staff(self, connection: Connection, received: Received) -> None:
        label = self._house.sealing.tags.of("staff", received.platform, received.sender)[:3].upper()
        people = PeopleOf(connection, self._house.sealing)
        asked = self._asked(connection, received, Person(""), Staff(label), people=people)
        wish = self._staff_wish(asked, received)
        if wish is None:
            return  # chatter: not for us, not kept
        inbound = replace(asked.inbound, wish=wish)
        self._post(replace(asked, inbound=inbound), _HANDLERS[wish.name](inbound, asked.ports))

    def _staff_wish(self, asked: Asked, received: Received) -> Wish | None:
        if received.event is Event.EDIT:
            return None  # what was done is done; an edited command must not act twice
        if received.event is Event.PRESS:
            choice = Offers(asked.connection, self._house.sealing).pressed(DESK_OWNER, received.token)
            return choice.wish if choice else None
        return self._keywords.desk_command(asked.inbound.text)

    def _is_from_staff(self, connection: Connection, received: Received) -> bool:
        """Authority: in the roster, in the desk, and not in the name of somebody else; asked anew each time."""
        return (
            (received.platform, received.sender) in self._house.staff
            and not received.is_anonymous
            and self._is_desk_platform(received)
            and received.chat == self._outbox.desk_chat(connection)
        )

    def _is_desk_platform(self, received: Received) -> bool:
        return self._house.desk is not None and self._house.desk.platform == received.platform

    def _person(self, received: Received) -> Person:
        return Person(self._house.sealing.tags.of("person", received.platform, received.sender))

    def _desk(self, connection: Connection, address: str) -> DeskOf:
        return DeskOf(connection, self._house.sealing, self._house.desk, address)

    def _ports(self, people: PeopleOf, desk: DeskOf) -> Ports:
        house = self._house
        return Ports(
            book=house.book(),
            places=house.places(),
            people=people,
            desk=desk,
            clock=house.sealing.clock,
            languages=house.languages,
            policy=house.policy,
        )

    def _asked(
        self,
        connection: Connection,
        received: Received,
        person: Person,
        staff: Staff | None,
        *,
        people: PeopleOf | None = None,
        is_first: bool = False,
    ) -> Asked:
        people = people or PeopleOf(connection, self._house.sealing)
        desk = self._desk(connection, join_address(received.platform, received.chat))
        inbound = Inbound(
            person=person,
            language=self._language(people, person, staff),
            at=_moment(received.at),
            text=received.text.strip(),
            kind=received.kind,
            photos=tuple(Media(received.platform, ref) for ref in received.photos),
            point=_point(received),
            message=received.message,
            quoted=received.quoted,
            topic=received.topic,
            platform=received.platform,
            is_first=is_first,
            is_edit=received.event is Event.EDIT,
            staff=staff,
        )
        return Asked(received, inbound, self._ports(people, desk), people, desk, connection)

    def _language(self, people: PeopleOf, person: Person, staff: Staff | None) -> Language:
        """A person's choice, else what they write in, else what the messenger says."""
        if staff:
            return self._house.languages.of(self._house.policy.desk_language)
        memory = people.recall(person)
        code = memory.chosen_language or memory.written_language or memory.hinted_language or "en"
        return self._house.languages.of(code)

    def _post(self, asked: Asked, replies: Sequence[Reply]) -> None:
        """Puts replies into the outbox, in order; a wipe also has the person's messages deleted."""
        house = self._house
        poster = Poster(
            asked.people,
            asked.desk,
            Offers(asked.connection, house.sealing),
            house.desk.platform if house.desk else "",
            house.languages.of(house.policy.desk_language),
        )
        for reply in replies:
            item = poster.item(reply, asked.received, asked.inbound.person, asked.inbound.language)
            if item is not None:
                self._outbox.put(asked.connection, item)
        if asked.received and asked.people.deletable:
            messages = (*asked.people.deletable, asked.received.message)
            parcel = Parcel(act=Act.DELETE, chat=asked.received.chat, messages=messages)
            self._outbox.put(asked.connection, Item(parcel=parcel, lane=Lane.CONSENT, platform=asked.received.platform))
        asked.people.save()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _point(received: Received) -> Point | None:
    if received.latitude is None or received.longitude is None:
        return None
    return Point(received.latitude, received.longitude)
