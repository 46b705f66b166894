"""From what a handler replied to what stands in the outbox: who gets it, its buttons, its marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.delivery.outbox_message import OutboxMessage, Put
from bot.messengers.contract import Act, Button, Event, Parcel
from bot.repositories.desk_chats import read_slot
from bot.repositories.offered_choices import DESK_OWNER
from bot.repositories.people import split_address
from bot.routing.acts import accept_key, delete_messages
from bot.routing.context import Dependencies, RequestContext
from bot.routing.replying.splitting import in_parts, part_heading
from bot.routing.replying.targets import Target, target_of
from bot.routing.speech import language_for
from handlers.model.language import Language
from handlers.model.messages import Lane, Person, Reply, Wish
from handlers.table import ROWS

_FROM_THE_TEAM = (Lane.RECEIPT, Lane.ANSWER)
"""All that is said in these is about a note."""


class Poster:
    """Puts replies into the outbox, within one transaction; the last station of a message's walk."""

    def __init__(self, dependencies: Dependencies, put: Put) -> None:
        self._dependencies = dependencies
        self._put = put

    def post(self, context: RequestContext, replies: Sequence[Reply]) -> None:
        """Puts them in order, with what else the handlers have asked for; then writes what is to be remembered."""
        for reply in replies:
            if target := target_of(reply, context, self._dependencies.desk):
                self._post(context, reply, target)
        for account, then in context.trust.confirmed:
            self._put(context.session, accept_key(*split_address(account), then))
        if context.received and context.people.deletable:
            self._put(context.session, delete_messages(context.received, context.people.deletable))
        context.people.save()

    def _post(self, context: RequestContext, reply: Reply, target: Target) -> None:
        parts_of, reader = self._dependencies.parts.get(target.platform), self._reader(reply, context, target)
        reply = replace(reply, text=reader.in_order(reply.text))
        parts = in_parts(reply, parts_of(reply.words) if parts_of else (), reader)
        for number, part in enumerate(parts):
            if message := self._message(part, context, target):
                self._put(context.session, message.model_copy(update={"is_continued": number > 0}))

    def _message(self, reply: Reply, context: RequestContext, target: Target) -> OutboxMessage | None:
        """None where it would change nothing that stands in a desk's slot."""
        in_slot, text = "", ""
        if reply.slot and target.room:
            in_slot, text = read_slot(context.session, self._dependencies.sealing, reply.slot, target.room)
        if reply.slot and reply.replaces and (not in_slot or text == reply.text):
            return None
        reader = self._reader(reply, context, target)
        return OutboxMessage(
            parcel=self._parcel(reply, context, target, in_slot, reader),
            lane=reply.lane,
            platform=target.platform,
            person=target.person,
            code=target.code,
            room=target.room,
            slot=reply.slot,
            then=_pair(reply.then),
            otherwise=_pair(reply.otherwise),
            answer=reply.answer,
            repeat_mark=reader.gettext("(You may have received this already.)"),
            photo_platform=reply.photo.platform if reply.photo else "",
            without_photo=reader.gettext("(The photo could not be passed on.)") if reply.photo else "",
        )

    def _reader(self, reply: Reply, context: RequestContext, target: Target) -> Language:
        """The language of the desk, or of the person who gets it, who need not be the one who wrote."""
        if target.room:
            return self._dependencies.desk_language
        known = context.people.known(reply.to) if isinstance(reply.to, Person) else None
        if known is None or reply.to == context.inbound.person:
            return context.inbound.language
        return language_for(known.memory, self._dependencies.languages)

    def _parcel(self, reply: Reply, context: RequestContext, target: Target, in_slot: str, reader: Language) -> Parcel:
        received = context.received
        pressed = received.message if received is not None and received.event is Event.PRESS else ""
        replaced = (in_slot if reply.slot else pressed) if reply.replaces else ""
        return Parcel(
            act=Act.EDIT if replaced else Act.SEND,
            chat=target.chat,
            text=reply.text,
            words=reply.words,
            part_heading=_part_heading(reader, target),
            has_links=reply.has_links,
            links_note=_links_note(reader) if reply.words and not reply.has_links else "",
            mentions=self._mentions(reply, target),
            buttons=self._buttons(reply, context, target, reader),
            is_right_to_left=reader.is_right_to_left,
            photo_ref=reply.photo.ref if reply.photo else "",
            latitude=reply.point.latitude if reply.point else None,
            longitude=reply.point.longitude if reply.point else None,
            message=replaced,
        )

    def _mentions(self, reply: Reply, target: Target) -> tuple[tuple[str, str], ...]:
        """Only here a label becomes an account, and only inside of what is sealed."""
        called = re.findall(r"<at>(\w+)</at>", reply.text) if target.room else []
        accounts = self._dependencies.roster.accounts(target.platform) if called else {}
        return tuple((label, accounts[label]) for label in called if label in accounts)

    def _buttons(self, reply: Reply, context: RequestContext, target: Target, reader: Language) -> tuple[Button, ...]:
        owner = DESK_OWNER if target.room else target.person
        if not reply.choices or not owner:
            is_about_note = reply.is_about_note or reply.lane in _FROM_THE_TEAM
            if owner and not target.room and is_about_note and target.platform not in self._dependencies.with_buttons:
                context.offers.forget(owner)
            return ()
        tokens = context.offers.add(owner, target.code, reply.choices)
        return tuple(
            Button(
                label=reader.in_order(choice.label), token=token, command=_command(choice.wish) if target.room else ""
            )
            for choice, token in zip(reply.choices, tokens, strict=True)
        )


def _part_heading(reader: Language, target: Target) -> str:
    """Of a post that becomes several messages: each says whose case it is."""
    return part_heading(reader, f"<b>{target.code}</b>") if target.code else ""


def _links_note(reader: Language) -> str:
    return reader.gettext("(In addresses, [.] and [:] stand for . and : so that nobody opens one by accident.)")


def _command(wish: Wish) -> str:
    """The command that staff may write in place of pressing a button; empty where there is none."""
    name = ROWS[wish.name].command
    return f"/{name} {wish.argument}".strip() if name else ""


def _pair(wish: Wish | None) -> tuple[str, str] | None:
    return (wish.name, wish.argument) if wish else None
