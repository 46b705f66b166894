"""Sealed copies of the database, and what has to happen before a restored one may work."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine, delete, select, update
from sqlmodel import Session, col

from bot.jobs.retention import purge
from bot.repositories.cases.erasure import CaseErasure
from bot.repositories.people import PeopleRepository
from bot.storage import migrations, transfer
from bot.storage.engines import open_engine
from bot.storage.erasure_log import tags_in
from bot.storage.sealing import ERASED, Sealing, make_sealing
from bot.storage.tables import CaseRow, OutboxRow, PersonRow
from bot.storage.vault import Vault, VaultError
from handlers.model.messages import Lane, Person
from handlers.ports import Clock

_MAGIC = b"alert-bot backup 1\n"
_CHUNK = 1 << 20
_LENGTH = 4
_NAME = 16


class BackupError(Exception):
    """This is no whole backup of this bot, or BOT_SECRET_KEY is not the one it was made with."""


def make(source: Engine, vault: Vault, file: Path) -> int:
    """Writes a sealed copy of all rows; it is whole or not there at all. Returns how many rows it has.

    A backup holds the keys of the cases in it: keep it no longer than BOT_RETENTION_DAYS.
    """
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        plain, sealed = Path(folder) / "rows.db", Path(folder) / "sealed"
        copied = _copy_to_new(source, plain)
        with sealed.open("wb") as out:
            os.chmod(sealed, 0o600)
            out.write(_MAGIC)
            out.writelines(_seal(vault, plain))
            out.flush()
            os.fsync(out.fileno())
        sealed.replace(file)
    return copied


def _copy_to_new(source: Engine, path: Path) -> int:
    target = open_engine(f"sqlite:///{path}")
    try:
        migrations.migrate(target)
        copied = transfer.copy(source, target)
        with target.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return copied
    finally:
        target.dispose()


def _seal(vault: Vault, plain: Path) -> Iterator[bytes]:
    """Chunks, each bound to this backup, to its place, and to whether it is the last: none can be cut off or moved."""
    name = secrets.token_bytes(_NAME)
    yield name
    left = plain.stat().st_size
    number = 0
    with plain.open("rb") as file:
        while left:
            chunk = file.read(_CHUNK)
            left -= len(chunk)
            sealed = vault.seal(chunk, "backup", _place(name, number, is_last=not left))
            yield len(sealed).to_bytes(_LENGTH, "big") + sealed
            number += 1


def _place(name: bytes, number: int, *, is_last: bool) -> str:
    return f"{name.hex()} {number} {'last' if is_last else 'more'}"


def unseal(file: Path, vault: Vault, plain: Path) -> None:
    """Raises BackupError."""
    data = file.read_bytes()
    if not data.startswith(_MAGIC):
        raise BackupError
    name, position = data[len(_MAGIC) :][:_NAME], len(_MAGIC) + _NAME
    number, is_last = 0, False
    with plain.open("wb") as out:
        while not is_last:
            length = int.from_bytes(data[position : position + _LENGTH], "big")
            position += _LENGTH
            sealed = data[position : position + length]
            position += length
            is_last = position >= len(data)
            try:
                out.write(vault.open(sealed, "backup", _place(name, number, is_last=is_last)))
            except VaultError:
                raise BackupError from None
            number += 1


def restore(url: str, keys: Sequence[bytes], file: Path, graveyards: Sequence[Path], clock: Clock) -> int:
    """Fills the empty database at `url`, and makes it true. Returns how many rows it got; nothing stays if it fails.

    Raises BackupError, transfer.NotEmptyError, OSError for an erasure log that can't be read.
    """
    tags_in(graveyards)
    target = open_engine(url)
    try:
        migrations.migrate(target)
        copied = fill(file, Vault(keys), target)
        with Session(target) as session, session.begin():
            settle(session, make_sealing(session, keys, clock), graveyards)
        return copied
    finally:
        target.dispose()


def fill(file: Path, vault: Vault, target: Engine) -> int:
    """Copies a backup into an empty database with this version's tables. Raises BackupError, transfer.NotEmptyError."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "rows.db"
        unseal(file, vault, plain)
        source = open_engine(f"sqlite:///{plain}")
        try:
            migrations.migrate(source)
            return transfer.copy(source, target)
        finally:
            source.dispose()


def settle(session: Session, sealing: Sealing, graveyards: Sequence[Path]) -> None:
    """Makes a restored database true: what was deleted since stays deleted, nothing is said twice without a mark.

    What waited to be sent may have been sent after the backup was made: lookups are dropped, the rest is marked.
    """
    session.execute(delete(OutboxRow).where(col(OutboxRow.lane) >= int(Lane.LOOKUP)))
    session.execute(update(OutboxRow).values(is_unsure=True, not_before=sealing.seconds()))
    erased = tags_in(graveyards)
    erasure, people = CaseErasure(session, sealing), PeopleRepository(session, sealing)
    for code in session.execute(select(col(CaseRow.code))).scalars().all():
        erasure.repeat(code, erased)
    for tag in session.execute(select(col(PersonRow.tag))).scalars().all():
        if sealing.tags.of(ERASED, tag) in erased:
            people.forget(Person(tag))
    purge(session, sealing)
