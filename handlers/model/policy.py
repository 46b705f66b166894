"""The settings that persons and staff are told about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.model.language import Language
from handlers.model.messages import Room


@dataclass(frozen=True, slots=True)
class MessengerPolicy:
    """One messenger, as far as persons and staff are told about it."""

    name: str
    """As in `Inbound.platform`."""
    shown_name: str
    is_end_to_end: bool
    is_on: bool
    privacy: Callable[[Language], Sequence[str]]
    """The paragraphs of /privacy that tell persons what can't be promised on it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings in force that persons and staff are told about."""

    retention_days: int
    conversation_hours: int
    language_days: int
    desk_language: str = "en"
    messengers: tuple[MessengerPolicy, ...] = ()
    """All that this bot knows, on or off."""
    desks: Mapping[Room, str] = field(default_factory=dict)
    """The name of the messenger that each desk is on."""
    allows_downgrade: bool = False

    def shown_name(self, name: str) -> str:
        """The name to show for a messenger, also for one that isn't known any more."""
        found = self._named(name)
        return found.shown_name if found else name.capitalize()

    def shown_desk(self, room: Room = Room.DESK) -> str:
        """The name to show for the messenger that a desk is on; empty if there is no such desk."""
        return self.shown_name(self.desks.get(room, ""))

    def is_readable(self, name: str) -> bool:
        """Whether the messenger of this name is known to be able to read what is written on it."""
        found = self._named(name)
        return found is not None and not found.is_end_to_end

    def _named(self, name: str) -> MessengerPolicy | None:
        return next((messenger for messenger in self.messengers if messenger.name == name), None)
