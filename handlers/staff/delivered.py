"""Tells the desk what became of an answer, and of the desk itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.desk.posting import in_room, language_of, to_desks
from handlers.model.messages import Inbound, Reply, Room, escape
from handlers.ports import Ports


def tell_delivered(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The person's messenger has accepted what the team wrote."""
    return _about_delivery(ask, ports, language_of(ports).gettext("<b>{code}</b>: delivered."))


def tell_undelivered(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The person can't be reached any more: the bot is blocked or the account is gone."""
    _ = language_of(ports).gettext
    return _about_delivery(
        ask, ports, _("<b>{code}</b>: not delivered: the person can't be reached (bot blocked, or account gone).")
    )


def tell_desk_moved(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A desk's group got a new id from its messenger."""
    _ = language_of(ports).gettext
    name, _space, chat = (ask.wish.argument if ask.wish else "").partition(" ")
    setting = "BOT_BACKUP_DESK" if name == Room.BACKUP else "BOT_DESK"
    platform = ports.policy.desks.get(Room(name), "")
    text = _("This group has a new id. The bot follows it. Operator: set {setting} to <code>{desk}</code>.")
    return in_room(replace(ask, room=Room(name)), text.format(setting=setting, desk=escape(f"{platform}:{chat}")))


def _about_delivery(ask: Inbound, ports: Ports, text: str) -> Sequence[Reply]:
    case = ports.desk.find(ask.wish.argument) if ask.wish else None
    return to_desks(case, text.format(code=case.code)) if case else []
