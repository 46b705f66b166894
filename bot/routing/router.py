"""A message's walk: received, context, intent, handler, replies, outbox; one transaction, and no way back up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.delivery.outbox_message import Put
from bot.messengers.contract import Event, Received
from bot.repositories.desk_chats import DeskChats
from bot.repositories.drills import TakeIn
from bot.repositories.people import join_address
from bot.repositories.traces import Traces
from bot.routing.acts import acknowledgements
from bot.routing.answers import Answers
from bot.routing.authority import Authority
from bot.routing.contents import has_come_after_all, is_unchanged, with_content
from bot.routing.context import Contexts, Dependencies, RequestContext
from bot.routing.flood_limit import FloodLimit
from bot.routing.intents import Intents
from bot.routing.keywords import Keywords
from bot.routing.replying.replies import Poster
from bot.routing.service_events import ServiceEvents
from handlers.cases import given_up
from handlers.model.messages import Kind, Lane, Reply, Room, Staff, Wish
from handlers.person import welcome
from handlers.sos import reminder
from handlers.table import ROWS


class Router:
    """Lets the handlers decide, and puts what they reply into the outbox; each call is a part of the caller's
    transaction."""

    def __init__(self, dependencies: Dependencies, keywords: Keywords, put: Put, take_in: TakeIn) -> None:
        """`put` stores what must be sent, `take_in` a message of our own as if it had been received."""
        sealing, chats = dependencies.sealing, DeskChats(dependencies.sealing, dependencies.desk)
        self._sealing = sealing
        self._put = put
        self._authority = Authority(sealing, dependencies.roster, chats)
        self._service_events = ServiceEvents(sealing, dependencies.policy, chats, self._authority, put)
        self._contexts = Contexts(dependencies, take_in)
        self._intents = Intents(keywords, Answers(dependencies.languages), dependencies.with_buttons)
        self._flood_limit = FloodLimit(sealing.clock)
        self._poster = Poster(dependencies, put)

    def handle(self, session: Session, received: Received) -> None:
        """Everything that follows from one message."""
        if (follows := self._service_events.take(session, received)) is not None:
            for wish, tag in follows:
                self.happen(session, wish, tag)
            return
        for message in acknowledgements(received):
            self._put(session, message)
        if received.is_private:
            self._answer_person(session, received)
        elif acting := self._authority.of(session, received):
            self._answer_staff(session, received, *acting)
        elif received.is_anonymous and (room := self._authority.room_of(session, received)):
            self._answer_staff(session, received, None, room)

    def sorry(self, session: Session, received: Received) -> None:
        """The calm sentence for a message that made a handler fail; the message is kept and tried again."""
        if received.is_private:
            context = self._contexts.of_person(session, received)
            self._poster.post(context, welcome.sorry(context.inbound, context.ports))

    def give_up(self, session: Session, received: Received) -> None:
        """What is told of a message that made a handler fail again and again, and is set aside."""
        if received.is_private:
            context = self._contexts.of_person(session, received)
            self._poster.post(context, given_up.tell_given_up(context.inbound, context.ports))

    def happen(self, session: Session, wish: Wish, tag: str) -> None:
        """Has a wish happen that follows from a delivery, or is due; `tag`: whom it is about, or an empty text. Raises
        KeyError for a wish that the table doesn't have."""
        context = self._contexts.of_event(session, wish, tag)
        self._poster.post(context, ROWS[wish.name].handler(context.inbound, context.ports))

    def _answer_person(self, session: Session, received: Received) -> None:
        context = self._contexts.of_person(session, received)
        person, decided = context.inbound.person, self._intents.of_person(context, received)
        if decided.wish is None or is_unchanged(context.memory, received) or self._is_no_loss(context, received):
            return
        memory = with_content(context.memory, received)
        context.people.keep(person, memory, join_address(received.platform, received.chat))
        if received.message and received.event is not Event.PRESS and received.can_be_deleted:
            Traces(session, self._sealing).add(person, [received.message])
        context = replace(context, inbound=decided)
        self._poster.post(context, self._decide(context))

    def _is_no_loss(self, context: RequestContext, received: Received) -> bool:
        """Of a message of staff it is not known whether it was for the desk; they see there whether it arrived."""
        is_staffs = received.kind is Kind.UNREADABLE and self._authority.is_staff(received)
        return is_staffs or has_come_after_all(context.memory, received)

    def _answer_staff(self, session: Session, received: Received, staff: Staff | None, room: Room) -> None:
        context = self._contexts.of_staff(session, received, staff, room)
        wish = self._intents.of_staff(context, received)
        if wish:
            context = replace(context, inbound=replace(context.inbound, wish=wish))
            self._poster.post(context, ROWS[wish.name].handler(context.inbound, context.ports))

    def _decide(self, context: RequestContext) -> Sequence[Reply]:
        """The replies to a person. All that is true of their wish stands in its row of the table."""
        ask = context.inbound
        assert ask.wish
        row, also = ROWS[ask.wish.name], ROWS[ask.also.name] if ask.also else None
        is_limited = row.is_limited or (also is not None and also.is_limited)
        excess = self._flood_limit.excess(ask.person) if is_limited else 0
        if excess and row.is_limited:
            return [welcome.slow_down(ask)] if excess == 1 else []
        if not (row.keeps_place or (also and also.keeps_place)):
            _forget_place(context)
        replies = row.handler(ask, context.ports)
        if also and not excess:
            replies = [*replies, *also.handler(replace(ask, wish=ask.also, also=None), context.ports)]
        if row.is_limited and replies:
            replies = [*replies, *reminder.keep_in_sight(ask, context.ports, replies[-1].lane)]
        return replies if row.greets_itself or not ask.is_first else [*_greeting(context, replies), *replies]


def _forget_place(context: RequestContext) -> None:
    person = context.inbound.person
    context.people.remember(person, context.people.recall(person).without_place())


def _greeting(context: RequestContext, replies: Sequence[Reply]) -> Sequence[Reply]:
    """In the lane of what it stands above: it must not come below the choices."""
    lane = min((reply.lane for reply in replies), default=Lane.LOOKUP)
    return [replace(greeting, lane=lane) for greeting in welcome.greet(context.inbound, context.ports)]
