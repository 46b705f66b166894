"""Addresses as an operator writes them: chats, staff accounts, hosts and URLs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID


class UnreadableError(ValueError):
    """A text is not what it should be; the message names the remedy and never quotes the text."""


ANONYMOUS_ACCOUNTS = frozenset({"1087968824", "136817688", "777000"})
"""Telegram's stand-ins for anonymous admins, channels and linked posts: whoever uses them could be anybody."""

_CHATS = {"telegram": re.compile(r"-?[1-9][0-9]{0,18}"), "signal": re.compile(r"group\.[A-Za-z0-9+/=_-]{1,128}")}


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """A chat at a messenger; the chat never shows in a repr."""

    platform: str
    chat: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `telegram:-100…` or `signal:group.…`."""
        platform, _, chat = text.partition(":")
        form = _CHATS.get(platform)
        if form is None:
            raise UnreadableError("begin with telegram: or signal:")
        if not form.fullmatch(chat):
            raise UnreadableError("a Telegram chat is a number, a Signal group begins with group.")
        return cls(platform, chat)


StaffAccount = tuple[str, str]
"""(platform, account): the numeric id on Telegram, the UUID on Signal."""


def parse_staff(text: str) -> frozenset[StaffAccount]:
    """From `telegram:ID` and `signal:UUID`, with commas between."""
    return frozenset(_staff_account(part.strip()) for part in text.split(",") if part.strip())


def _staff_account(text: str) -> StaffAccount:
    platform, _, account = text.partition(":")
    if platform == "telegram":
        return platform, _telegram_account(account)
    if platform == "signal":
        return platform, _signal_account(account)
    raise UnreadableError("each entry begins with telegram: or signal:")


def _telegram_account(account: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,18}", account):
        raise UnreadableError("a Telegram account is its numeric id, not a username")
    if account in ANONYMOUS_ACCOUNTS:
        raise UnreadableError("one of these Telegram ids is shared by everybody who posts anonymously")
    return account


def _signal_account(account: str) -> str:
    try:
        return str(UUID(account))
    except ValueError:
        raise UnreadableError("a Signal account is its UUID, not a number") from None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where something listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `host:port`; an IPv6 host stands in brackets."""
        match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})", text)
        if match is None or int(match[3]) > 65535:
            raise UnreadableError("write host:port, without http://")
        return cls(match[1] or match[2], int(match[3]))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_database_url(text: str) -> str:
    """With the driver that we have; SQLAlchemy doesn't know `postgres://`, as some hosts hand it out."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", _url(text, "sqlite", "postgresql", "postgres"))


def parse_api_url(text: str) -> str:
    return _url(text, "https", "http").rstrip("/")


def parse_webhook_url(text: str) -> str:
    return _url(text, "https")


def parse_notify(text: str) -> tuple[str, ...]:
    """Apprise URLs; a comma may also stand inside of one, so that only a comma before the next scheme separates."""
    urls = tuple(url.strip(", ") for url in re.split(r"[,\s]+(?=[a-z][a-z0-9+]*://)", text))
    if not all(re.match(r"[a-z][a-z0-9+]*://.", url) for url in urls):
        raise UnreadableError("each begins like a URL, for example ntfy://")
    return urls


def _url(text: str, *schemes: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise UnreadableError("this can't be read as a URL") from None
    if parts.scheme not in schemes or "://" not in text:
        raise UnreadableError(f"begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    has_socket = parts.scheme.startswith("postgres") and "host=" in parts.query
    if not host and parts.scheme != "sqlite" and not has_socket:
        raise UnreadableError("the host is missing")
    return text
