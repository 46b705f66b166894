"""The chats in which the desks are now, and the messages of which each has only one."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from sqlmodel import Session

from bot.settings.desk import DeskSettings
from bot.storage.sealing import Sealing, keep_sealed, read_sealed
from handlers.model.messages import Room

log = logging.getLogger(__name__)

MOST_MOVES = 5
"""A group becomes a supergroup once; more moves than this would be a circle."""
_MOVED = "desk moved from "


def room_chat(sealing: Sealing, platform: str, room: Room) -> str:
    """The tag by which the outbox knows the chat of a desk, wherever its group has moved."""
    return sealing.tags.of("chat", platform, room.value, "")


class DeskChats:
    """The chats of the desks as the settings have them, followed to where they moved."""

    def __init__(self, sealing: Sealing, desk: DeskSettings | None) -> None:
        self._sealing = sealing
        self._desk = desk

    def chat(self, session: Session, room: Room = Room.DESK) -> str:
        """The chat of a desk, after every migration that is known; empty where there is no such desk."""
        address = self._desk.address_of(room) if self._desk else None
        chat = address.chat if address else ""
        for _ in range(MOST_MOVES):
            moved = read_sealed(session, self._sealing, self._name(chat))
            if not moved:
                break
            chat = moved
        return chat

    def room_of(self, session: Session, platform: str, chat: str) -> Room | None:
        """The desk that this chat is; None for any other."""
        for room in Room:
            address = self._desk.address_of(room) if self._desk else None
            if address is not None and address.platform == platform and chat == self.chat(session, room):
                return room
        return None

    def move(self, session: Session, old: str, new: str) -> Sequence[Room]:
        """A group has a new id, which is used from now on; returns the desks that it is, and tells the operator."""
        rooms = [room for room in Room if new and new != old == self.chat(session, room)]
        for room in rooms:
            keep_sealed(session, self._sealing, self._name(old), new)
            log.critical("outbox: the %s has a new id, and shows it: change the settings", room.value)
        return rooms

    def _name(self, chat: str) -> str:
        return _MOVED + self._sealing.tags.of("desk", chat)


def read_slot(session: Session, sealing: Sealing, slot: str, room: Room) -> tuple[str, str]:
    """The reference and the text of a desk's one message of that name; empty where there is none."""
    stored = read_sealed(session, sealing, _slot_name(slot, room))
    message, text = json.loads(stored) if stored else ("", "")
    return message, text


def keep_slot(session: Session, sealing: Sealing, slot: str, room: Room, message: str, text: str) -> str:
    """From now on this is the one message; returns the reference of an older one that has to go, if there is one."""
    older, _ = read_slot(session, sealing, slot, room)
    keep_sealed(session, sealing, _slot_name(slot, room), json.dumps([message, text]))
    return older if older != message else ""


def _slot_name(slot: str, room: Room) -> str:
    return f"slot {slot} {room.value}"
