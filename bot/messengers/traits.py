"""The traits of a messenger: all that the house must know of it, said in its folder and nowhere else."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.messengers.checkup import Finding
from bot.messengers.contract import Menus, Messenger
from bot.messengers.limits import Limits
from bot.messengers.parts import Parts
from handlers.model.language import Language

if TYPE_CHECKING:
    from bot.web import Web  # aiohttp, which not every command needs


class MessengerSettings(BaseModel, ABC):
    """The variables of one messenger: the field `token` of Telegram's is BOT_TELEGRAM_TOKEN.

    Every field has a default and a description, which completes the sentence "NAME must be …". A field that is a
    SecretStr may also be read from the file that NAME_FILE points to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @property
    @abstractmethod
    def is_on(self) -> bool:
        """Whether the operator wants this messenger."""

    @abstractmethod
    def faults(self) -> Sequence[str]:
        """A line for each setting that `run` would miss, naming the variable and the remedy."""

    def secrets(self) -> Sequence[str]:
        """Values that must never be logged: those of each SecretStr, and what else the messenger adds."""
        return [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]


S = TypeVar("S", bound=MessengerSettings)


@dataclass(frozen=True, slots=True)
class ChatForm:
    """The form of a chat in BOT_DESK, behind `name:`."""

    example: str
    pattern: re.Pattern[str]
    """Matches the whole of what stands behind the colon."""
    remedy: str
    """Told if it doesn't match: "a Telegram chat is a number"."""


@dataclass(frozen=True, slots=True)
class AccountForm:
    """The form of an account in BOT_STAFF, behind `name:`."""

    example: str
    parse: Callable[[str], str]
    """Brings it into the form of `Received.sender`; raises UnreadableError."""


@dataclass(frozen=True, slots=True)
class Challenge(Generic[S]):
    """The way on for an account that the messenger holds back until somebody has solved a captcha."""

    form: str
    """The form of the solution that is handed in: `signalcaptcha://…`."""
    solve: Callable[[S, str, str], Awaitable[bool]]
    """(settings, token of the challenge, solution) → whether the messenger took it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traits(Generic[S]):
    """One messenger. No field has a default: an adapter that leaves one out does not type-check."""

    name: str
    """As in BOT_DESK, in rows and on the command line; it never changes."""
    shown_name: str
    """As persons and staff read it."""
    has_buttons: bool
    """Else choices are numbered lines."""
    is_end_to_end: bool
    """Whether nobody between a person and this bot can read what they write. Words from such a messenger are shown on
    no other one, unless the operator allows it."""
    limits: Limits
    parts: Parts
    """Cuts somebody's words into parts; each becomes a message of its own, below a heading."""
    chats: ChatForm
    accounts: AccountForm
    switch: str
    """The variable that turns it on."""
    settings: type[S]
    privacy: Callable[[S, Language], Sequence[str]]
    """The paragraphs of /privacy that tell persons what can't be promised on it."""
    checkup: Callable[[S, str], AsyncIterator[Finding]]
    """Asks the messenger for `doctor`; the second argument is the chat of the desk, empty if that is elsewhere."""
    challenge: Challenge[S] | None
    """None if it asks for no captcha."""
    adapter: Callable[[S, Menus, Web], Messenger]
    """The adapter for settings that are on and have no faults. Only this imports the messenger's library."""


@dataclass(frozen=True, slots=True)
class Configured(Generic[S]):
    """A messenger with what the operator set for it."""

    traits: Traits[S] = field(repr=False)
    settings: S

    def privacy(self, language: Language) -> Sequence[str]:
        return self.traits.privacy(self.settings, language)

    def checkup(self, desk: str) -> AsyncIterator[Finding]:
        return self.traits.checkup(self.settings, desk)

    def adapter(self, menus: Menus, web: Web) -> Messenger:
        return self.traits.adapter(self.settings, menus, web)


def with_defaults(messengers: Iterable[Traits[Any]]) -> tuple[Configured[Any], ...]:
    """As if the operator had set nothing: all of them are off."""
    return tuple(Configured(traits, traits.settings()) for traits in messengers)


def named(name: str, messengers: Iterable[Traits[Any]]) -> Traits[Any] | None:
    """The messenger of this name; None for one that was taken out, of which only the worst may be assumed."""
    return next((traits for traits in messengers if traits.name == name), None)
