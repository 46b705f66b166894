"""Desks and staff as an operator writes them: the name of a messenger, a colon, and what that messenger knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from bot.messengers import MESSENGERS
from bot.messengers.traits import Traits, named
from bot.parsing import UnreadableError


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """A chat at a messenger; the chat never shows in a repr."""

    platform: str
    chat: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, messengers: Sequence[Traits[Any]] = MESSENGERS) -> Self:
        """From `telegram:-100…` or `signal:group.…`; raises UnreadableError."""
        platform, _, chat = text.partition(":")
        found = named(platform, messengers)
        if found is None:
            raise UnreadableError(f"begin with {beginnings(messengers)}")
        if not found.chats.pattern.fullmatch(chat):
            raise UnreadableError(", ".join(traits.chats.remedy for traits in messengers))
        return cls(platform, chat)


StaffAccount = tuple[str, str]
"""(platform, account): what a messenger calls the sender of a message, such as the numeric id on Telegram."""


def parse_staff(text: str, messengers: Sequence[Traits[Any]] = MESSENGERS) -> frozenset[StaffAccount]:
    """From `telegram:ID` and `signal:UUID`, with commas between; raises UnreadableError."""
    return frozenset(_account(part.strip(), messengers) for part in text.split(",") if part.strip())


def _account(text: str, messengers: Sequence[Traits[Any]]) -> StaffAccount:
    platform, _, account = text.partition(":")
    found = named(platform, messengers)
    if found is None:
        raise UnreadableError(f"each entry begins with {beginnings(messengers)}")
    return platform, found.accounts.parse(account)


def beginnings(messengers: Sequence[Traits[Any]]) -> str:
    """`telegram: or signal:`."""
    return " or ".join(f"{traits.name}:" for traits in messengers)


def chat_examples(messengers: Sequence[Traits[Any]]) -> str:
    """`telegram:-100… or signal:group.…`."""
    return " or ".join(f"{traits.name}:{traits.chats.example}" for traits in messengers)


def account_examples(messengers: Sequence[Traits[Any]]) -> str:
    """`telegram:ID or signal:UUID`."""
    return " or ".join(f"{traits.name}:{traits.accounts.example}" for traits in messengers)
