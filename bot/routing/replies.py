"""From what a handler replied to what stands in the outbox: who gets it, its buttons, its marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.delivery.outbox_message import OutboxMessage
from bot.messengers.contract import Act, Button, Event, Parcel, Received
from bot.repositories.cases import CaseRepository
from bot.repositories.offers import DESK_OWNER, Offers
from bot.repositories.people import PeopleRepository
from bot.repositories.rota import Roster
from bot.settings.desk import DeskSettings
from handlers.model.language import Language
from handlers.model.messages import DRILL, Lane, Person, Reply, Room, Thread, Wish
from handlers.table import DESK_TABLE

_FROM_THE_TEAM = (Lane.RECEIPT, Lane.ANSWER)
"""All that is said in these is about a note."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reply goes; `person` is the tag of whose chat it is, `code` the case it is about, `room` the desk."""

    platform: str
    chat: str = field(repr=False)
    person: str = ""
    code: str = ""
    room: Room | None = None


def join_address(platform: str, chat: str) -> str:
    """How an address is sealed: `telegram:1234`."""
    return f"{platform}:{chat}"


@dataclass(frozen=True, slots=True)
class Poster:
    """Addresses replies, within one transaction."""

    people: PeopleRepository
    desk: CaseRepository
    offers: Offers
    settings: DeskSettings | None
    roster: Roster
    standing: Callable[[str, Room], tuple[str, str]]
    """The message that stands in a slot of a desk, and its text."""
    desk_language: Language
    numbered: frozenset[str]
    """Messengers on which choices are numbered lines."""

    def item(self, reply: Reply, received: Received | None, asker: Person, language: Language) -> OutboxMessage | None:
        """What to put into the outbox; nothing when there is no address any more."""
        target = self._target(reply, received, asker)
        if target is None or target.platform == DRILL:
            return None
        reader = self.desk_language if target.room else language
        standing, text = self.standing(reply.slot, target.room) if reply.slot and target.room else ("", "")
        if reply.slot and reply.replaces and (not standing or text == reply.text):
            return None
        parcel = self._parcel(reply, received, target, standing)
        return OutboxMessage(
            parcel=parcel,
            lane=reply.lane,
            platform=target.platform,
            person=target.person,
            code=target.code,
            room=target.room,
            slot=reply.slot,
            then=_pair(reply.then),
            otherwise=_pair(reply.otherwise),
            repeat_mark=reader.gettext("(You may have received this already.)"),
            photo_platform=reply.photo.platform if reply.photo else "",
            without_photo=reader.gettext("(The photo could not be passed on.)") if reply.photo else "",
        )

    def _target(self, reply: Reply, received: Received | None, asker: Person) -> Target | None:
        if isinstance(reply.to, Thread):
            return self._desk_target(reply.to)
        person = reply.to or asker
        tag = "" if person.tag in self.people.forgotten else person.tag
        if received is not None and received.is_private and person == asker:
            return Target(received.platform, received.chat, tag)
        address = self._address(person)
        if not address:
            return None
        platform, _, chat = address.partition(":")
        return Target(platform, chat, tag)

    def _desk_target(self, thread: Thread) -> Target | None:
        address = self.settings.address_of(thread.room) if self.settings else None
        return Target(address.platform, "", code=thread.code, room=thread.room) if address else None

    def _address(self, person: Person) -> str:
        known = self.people.known(person)
        return known.address if known else self.desk.address_of(person)

    def _parcel(self, reply: Reply, received: Received | None, target: Target, standing: str) -> Parcel:
        pressed = received.message if received is not None and received.event is Event.PRESS else ""
        replaced = (standing if reply.slot else pressed) if reply.replaces else ""
        return Parcel(
            act=Act.EDIT if replaced else Act.SEND,
            chat=target.chat,
            text=reply.text,
            words=reply.words,
            mentions=self._mentions(reply, target),
            buttons=self._buttons(reply, target),
            photo_ref=reply.photo.ref if reply.photo else "",
            latitude=reply.point.latitude if reply.point else None,
            longitude=reply.point.longitude if reply.point else None,
            message=replaced,
        )

    def _mentions(self, reply: Reply, target: Target) -> tuple[tuple[str, str], ...]:
        """Only here a label becomes an account, and only inside of what is sealed."""
        called = re.findall(r"<at>(\w+)</at>", reply.text) if target.room else []
        accounts = self.roster.accounts(target.platform) if called else {}
        return tuple((label, accounts[label]) for label in called if label in accounts)

    def _buttons(self, reply: Reply, target: Target) -> tuple[Button, ...]:
        owner = DESK_OWNER if target.room else target.person
        if not reply.choices or not owner:
            is_about_note = reply.is_about_note or reply.lane in _FROM_THE_TEAM
            if owner and not target.room and is_about_note and target.platform in self.numbered:
                self.offers.forget(owner)
            return ()
        tokens = self.offers.add(owner, target.code, reply.choices)
        return tuple(
            Button(label=c.label, token=t, command=_command(c.wish) if target.room else "")
            for c, t in zip(reply.choices, tokens, strict=True)
        )


def _command(wish: Wish) -> str:
    """What staff may write in place of pressing a button."""
    name = next((row.command for row in DESK_TABLE if row.wish == wish.name), "")
    return f"/{name} {wish.argument}".strip() if name else ""


def _pair(wish: Wish | None) -> tuple[str, str] | None:
    return (wish.name, wish.argument) if wish else None
