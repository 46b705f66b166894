"""What the operator decided about the two desks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings.addresses import ChatAddress
from handlers.model.messages import Room


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What the operator decided about the desk."""

    platform: str
    chat: str
    retention_days: int
    allows_downgrade: bool
    backup: ChatAddress | None = None

    def address_of(self, room: Room) -> ChatAddress | None:
        """Where a desk was when the operator wrote it down; nothing when there is no such desk."""
        return ChatAddress(self.platform, self.chat) if room is Room.DESK else self.backup
