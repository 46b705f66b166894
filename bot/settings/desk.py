"""The two desks as the operator has set them up, and what may be shown there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.messengers import MESSENGERS
from bot.messengers.traits import Traits, named
from bot.settings.addresses import ChatAddress
from handlers.model.messages import DRILL, Room

_NO_MESSENGER = (DRILL, "")
"""In the place of a messenger's name: an exercise's words are our own, and a case that was withdrawn has none left."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`retention_days`: how long a case is kept after it is closed; `allows_downgrade`: BOT_ALLOW_DOWNGRADE."""

    platform: str
    chat: str
    retention_days: int
    allows_downgrade: bool
    backup: ChatAddress | None = None
    messengers: Sequence[Traits[Any]] = MESSENGERS

    def address_of(self, room: Room) -> ChatAddress | None:
        """The chat of a desk, as the operator wrote it down; it may have moved since. None if there is no such desk."""
        return ChatAddress(self.platform, self.chat) if room is Room.DESK else self.backup

    def may_show(self, platform: str, room: Room) -> bool:
        """The downgrade rule: whether words that were written on a messenger may be posted in full to a desk.

        On that messenger itself they may. Elsewhere they may if the messenger's own operators could read them anyway,
        or if ours allows it. A messenger that is in no list any more is taken for one that keeps words to itself.
        """
        address = self.address_of(room)
        if address is None:
            return False
        if platform in (address.platform, *_NO_MESSENGER) or self.allows_downgrade:
            return True
        found = named(platform, self.messengers)
        return found is not None and not found.is_end_to_end
