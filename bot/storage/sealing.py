"""Vault, tags, clock and erasure log: shared by all that is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bot.storage.aside import read_row
from bot.storage.clock import SystemClock
from bot.storage.erasure_log import ErasureLog
from bot.storage.store import Statement, insert_once, upsert
from bot.storage.tables import SealedRow
from bot.storage.vault import Tags, Vault, VaultError, new_key, new_name
from handlers.ports import Clock

_TAG_KEY = "tag key"
_SEALED = Statement(select(col(SealedRow.body)).where(col(SealedRow.name) == bindparam("of_name")))
_KEEP = upsert(SealedRow, "name")
_FIRST = insert_once(SealedRow, "name")
ERASED = "grave"
"""The purpose of the tags in an erasure log."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Vault, tags, clock and erasure log: one of them for all that is stored."""

    vault: Vault
    tags: Tags
    clock: Clock
    erasure_log: ErasureLog

    def log_erasure(self, name: str) -> None:
        """Notes that whatever has this name was erased, for whoever restores an older backup. Raises OSError."""
        self.erasure_log.add(self.tags.of(ERASED, name))

    def seconds(self) -> float:
        """Now, in seconds since 1970."""
        return self.clock.now().timestamp()


def moment(seconds: float) -> datetime:
    """The moment in UTC that is stored as so many seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def load_tags(session: Session, vault: Vault) -> Tags:
    """The tags of this database; their key is made at the first start and sealed anew when the secret key changes.

    Raises VaultError when the secret key is not the one this database was made with.
    """
    key = new_key()
    _FIRST.first(session, name=_TAG_KEY, body=vault.seal(key, "sealed", _TAG_KEY))  # unless another process was faster
    [body] = _SEALED.first(session, of_name=_TAG_KEY)
    key = vault.open(body, "sealed", _TAG_KEY)
    if not vault.is_newest(body):
        _KEEP.run(session, name=_TAG_KEY, body=vault.seal(key, "sealed", _TAG_KEY))
    return Tags(key)


def make_sealing(session: Session, keys: Sequence[bytes], clock: Clock, log: ErasureLog | None = None) -> Sealing:
    """Raises VaultError, see `load_tags`."""
    vault = Vault(keys)
    return Sealing(vault=vault, tags=load_tags(session, vault), clock=clock, erasure_log=log or ErasureLog(None))


def keep_sealed(session: Session, sealing: Sealing, name: str, value: str) -> None:
    """Stores a small value by name, in place of the old one."""
    _KEEP.run(session, name=name, body=sealing.vault.seal(value.encode(), "sealed", name))


def read_sealed(session: Session, sealing: Sealing, name: str) -> str:
    """The value of that name; an empty text for none, or when it is damaged: then it is set aside."""
    read = partial(open_sealed, session, sealing.vault, name)
    return read_row(session, sealing.vault, sealing.seconds(), SealedRow, name, read) or ""


def open_sealed(session: Session, vault: Vault, name: str) -> str:
    """The same, for whoever only looks: no tags are needed, whose key is made or sealed anew. Raises VaultError."""
    row = _SEALED.first(session, of_name=name)
    return "" if row is None else vault.open(row[0], "sealed", name).decode()


__all__ = [
    "Sealing",
    "SystemClock",
    "VaultError",
    "keep_sealed",
    "load_tags",
    "make_sealing",
    "new_name",
    "open_sealed",
    "read_sealed",
]
