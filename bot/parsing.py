"""Reads what an operator writes: hosts and URLs. What can't be read is refused with its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, SecretStr


class UnreadableError(ValueError):
    """A text is not what it should be; the message names the remedy and never quotes the text."""


def parsed(parse: Callable[[str], object]) -> BeforeValidator:
    """For a field of a model: text goes through `parse`; what the program itself passes is taken as it is."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a port that something listens on."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `host:port`; an IPv6 host stands in brackets. Raises UnreadableError."""
        match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})", text)
        if match is None or int(match[3]) > 65535:
            raise UnreadableError("write host:port, without http://")
        return cls(match[1] or match[2], int(match[3]))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_url(text: str, *schemes: str) -> str:
    """The text itself, if it is a URL with one of these schemes and a host; else raises UnreadableError.

    SQLite needs no host, and PostgreSQL none if the query names the folder of its socket.
    """
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


def parse_webhook_secret(text: str) -> SecretStr:
    """A secret that may stand in a header or a URL as it is; else raises UnreadableError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise UnreadableError("it stands in a header or a URL")
    return SecretStr(text)
