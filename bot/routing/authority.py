"""Which member of staff may act, and in which desk: asked anew for each message."""

from __future__ import annotations

from sqlmodel import Session

from bot.messengers.contract import Received
from bot.repositories.desk_chats import DeskChats
from bot.repositories.people import join_address
from bot.repositories.rota import Roster
from bot.repositories.staff_trust import StaffTrustRepository
from bot.storage.sealing import Sealing
from handlers.model.messages import Room, Staff


class Authority:
    """In the roster, in a desk, not suspended, and not in the name of somebody else."""

    def __init__(self, sealing: Sealing, roster: Roster, chats: DeskChats) -> None:
        self._sealing = sealing
        self._roster = roster
        self._chats = chats

    def of(self, session: Session, received: Received) -> tuple[Staff, Room] | None:
        """The member of staff who wrote it, and the desk; None where the author may do nothing."""
        if received.is_anonymous or not self.is_staff(received):
            return None
        staff = self.staff_of(received)
        if self._is_suspended(session, received):
            return None
        room = self.room_of(session, received)
        return (staff, room) if room else None

    def _is_suspended(self, session: Session, received: Received) -> bool:
        """Also under a label that has grown or shrunk with the roster since."""
        labels = self._roster.possible_labels(received.platform, received.sender)
        account = join_address(received.platform, received.sender)
        return StaffTrustRepository(session, self._sealing).is_suspended(account, labels)

    def is_staff(self, received: Received) -> bool:
        """Whether the account is in the roster at this moment."""
        return self._roster.has(received.platform, received.sender)

    def staff_of(self, received: Received) -> Staff:
        """The account under the label that desk and record know it by; asks nothing of its authority."""
        return Staff(self._roster.label(received.platform, received.sender))

    def room_of(self, session: Session, received: Received) -> Room | None:
        """The desk that a message was written in; None for any other chat."""
        return self._chats.room_of(session, received.platform, received.chat)
