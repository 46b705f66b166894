"""How urgent a message is, told before it is read: calls for help and open cases come first."""

from __future__ import annotations

from sqlmodel import Session

from bot.messengers.contract import Received
from bot.repositories.cases.repository import has_open_case
from bot.repositories.desk_chats import DeskChats
from bot.repositories.people import person_of
from bot.repositories.person_rows import PersonRows
from bot.routing.keywords import Keywords
from bot.settings.desk import DeskSettings
from bot.storage.sealing import Sealing
from handlers.model.messages import Lane


class Lanes:
    """Sorts messages; it changes nothing and holds nobody up."""

    def __init__(self, sealing: Sealing, keywords: Keywords, desk: DeskSettings | None) -> None:
        self._sealing = sealing
        self._keywords = keywords
        self._desk = desk
        self._chats = DeskChats(sealing, desk)

    def lane_of(self, session: Session, received: Received) -> Lane | None:
        """The lane in which a message waits to be handled; None for one of a group that is no desk."""
        if not received.is_private:
            return Lane.ANSWER if self._chats.room_of(session, received.platform, received.chat) else None
        if received.text and (self._keywords.sos(received.text) or self._keywords.calls_for_help(received.text)):
            return Lane.RECEIPT
        person = person_of(self._sealing, received.platform, received.sender)
        if has_open_case(session, person):
            return Lane.RECEIPT
        known = PersonRows(session, self._sealing).read(person.tag)
        if known and known.memory.check_in and known.memory.check_in.is_asked:
            return Lane.RECEIPT
        return Lane.CONSENT if known and known.memory.draft else Lane.LOOKUP
