"""The chat that a reply goes to: the one that was written in, a person's own, or a desk."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.repositories.people import split_address
from bot.routing.context import RequestContext
from bot.settings.desk import DeskSettings
from handlers.model.messages import DRILL, Person, Reply, Room, Thread


@dataclass(frozen=True, slots=True)
class Target:
    """`person` is the tag of whose chat it is, `code` the case it is about, `room` the desk that it is."""

    platform: str
    chat: str = field(repr=False)
    person: str = ""
    code: str = ""
    room: Room | None = None


def target_of(reply: Reply, context: RequestContext, desk: DeskSettings | None) -> Target | None:
    """None where there is no address any more, and in an exercise, of which no person is told."""
    to = reply.to or context.inbound.person
    target = _of_desk(to, desk) if isinstance(to, Thread) else _of_person(to, context)
    return target if target and target.platform != DRILL else None


def _of_desk(thread: Thread, desk: DeskSettings | None) -> Target | None:
    address = desk.address_of(thread.room) if desk else None
    return Target(address.platform, "", code=thread.code, room=thread.room) if address else None


def _of_person(person: Person, context: RequestContext) -> Target | None:
    received = context.received
    tag = "" if person.tag in context.people.forgotten else person.tag
    if received is not None and received.is_private and person == context.inbound.person:
        return Target(received.platform, received.chat, tag)
    known = context.people.known(person)
    of_conversation = known.address if known else ""  # for a day only; a language that was chosen stays longer
    address = of_conversation or context.cases.address_of(person)
    return Target(*split_address(address), tag) if address else None
