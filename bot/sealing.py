"""What every part that stores something shares: the vault, the tags, the clock and how long things are kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.tables import SEALED
from bot.vault import Tags, Vault, VaultError, new_key
from handlers.ports import Clock

_TAG_KEY = "tag key"
_BODY = select(SEALED.c.body).where(SEALED.c.name == bindparam("of_name"))


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sealing:
    """Vault, tags and clock of this house."""

    vault: Vault
    tags: Tags
    clock: Clock

    def seconds(self) -> float:
        """Now, in seconds since 1970."""
        return self.clock.now().timestamp()


def new_name() -> str:
    """A random row name that sealed content is bound to (96 bits)."""
    return secrets.token_urlsafe(12)


def load_tags(connection: Connection, vault: Vault) -> Tags:
    """The tags of this database; their key is made at the first start and sealed anew when the secret key changes.

    Raises VaultError when the secret key is not the one this database was made with.
    """
    body = _body(connection, _TAG_KEY)
    key = vault.open(body, "sealed", _TAG_KEY) if body else new_key()
    if not vault.is_newest(body):
        _replace(connection, _TAG_KEY, vault.seal(key, "sealed", _TAG_KEY))
    return Tags(key)


def make_sealing(connection: Connection, keys: Sequence[bytes], clock: Clock) -> Sealing:
    """Raises VaultError, see `load_tags`."""
    vault = Vault(keys)
    return Sealing(vault=vault, tags=load_tags(connection, vault), clock=clock)


def keep_sealed(connection: Connection, sealing: Sealing, name: str, value: str) -> None:
    """Stores a small value by name, in place of the old one."""
    _replace(connection, name, sealing.vault.seal(value.encode(), "sealed", name))


def read_sealed(connection: Connection, sealing: Sealing, name: str) -> str:
    """The value, or an empty text."""
    body = _body(connection, name)
    return sealing.vault.open(body, "sealed", name).decode() if body else ""


def _body(connection: Connection, name: str) -> bytes:
    return connection.execute(_BODY, {"of_name": name}).scalar() or b""


def _replace(connection: Connection, name: str, body: bytes) -> None:
    connection.execute(delete(SEALED).where(SEALED.c.name == name))
    connection.execute(insert(SEALED), {"name": name, "body": body})


__all__ = [
    "Sealing",
    "SystemClock",
    "VaultError",
    "keep_sealed",
    "load_tags",
    "make_sealing",
    "new_name",
    "read_sealed",
]
