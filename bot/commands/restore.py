"""`python -m bot restore`: fills an empty database from a sealed copy, and makes it true before it may work."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, delete, select, update
from sqlmodel import Session, col

from bot.commands import backup
from bot.jobs.retention import purge
from bot.repositories.cases.erasure import CaseErasure
from bot.repositories.people import PeopleRepository
from bot.storage import migrations
from bot.storage.aside import give_up
from bot.storage.backups import sealed_chunks, sealed_stream, transfer
from bot.storage.engines import open_engine
from bot.storage.erasure_log import tags_in
from bot.storage.keys import require_keys
from bot.storage.sealing import ERASED, Sealing, make_sealing
from bot.storage.store import Store
from bot.storage.tables import CaseRow, OutboxRow, PersonRow
from bot.storage.vault import Vault, VaultError
from handlers.model.messages import Lane, Person
from handlers.ports import Clock


class BackupError(Exception):
    """This is no whole backup of this bot, or BOT_SECRET_KEY is not the one it was made with."""


def restore(
    url: str,
    keys: Sequence[bytes],
    file: Path,
    erasure_logs: Sequence[Path],
    clock: Clock,
    lost: Sequence[bytes] = (),
) -> int:
    """Fills the empty database at `url`, and makes it true. Returns how many rows it got; nothing stays if it fails.

    `lost`: the ids of keys that are gone; what they sealed comes set aside. Raises BackupError, MissingKeyError for a
    key that rows need and that is neither there nor lost, transfer.NotEmptyError, OSError for an erasure log that
    can't be read.
    """
    tags_in(erasure_logs)
    target = open_engine(url)
    try:
        migrations.migrate(target)
        copied = fill(file, keys, target, lost)
        with Session(target) as session, session.begin():
            settle(session, make_sealing(session, keys, clock), erasure_logs)
        return copied
    finally:
        target.dispose()


def fill(file: Path, keys: Sequence[bytes], target: Engine, lost: Sequence[bytes] = ()) -> int:
    """Copies a backup into an empty database with this version's tables.

    Raises BackupError, MissingKeyError, transfer.NotEmptyError.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "rows.db"
        unseal(file, keys, plain)
        source = Store(open_engine(f"sqlite:///{plain}"))
        try:
            migrations.migrate(source.engine)
            give_up(source, Vault(keys), lost, time.time())
            source.submit(partial(require_keys, vault=Vault(keys))).result()
            return transfer.copy(source.engine, target)
        finally:
            source.close()


def unseal(file: Path, keys: Sequence[bytes], plain: Path) -> None:
    """Writes the SQLite file that was sealed. Raises BackupError."""
    with file.open("rb") as sealed, plain.open("wb") as out:
        try:
            match sealed.read(len(backup.MAGIC)):
                case backup.MAGIC:
                    sealed_stream.unseal(sealed, out, keys)
                case backup.OLD_MAGIC:
                    sealed_chunks.unseal(sealed, out, Vault(keys))
                case _:
                    raise BackupError
        except VaultError:
            raise BackupError from None


def settle(session: Session, sealing: Sealing, erasure_logs: Sequence[Path]) -> None:
    """Makes a restored database true: what was deleted since stays deleted, nothing is said twice without a mark.

    What waited to be sent may have been sent after the backup was made: lookups are dropped, the rest is marked.
    """
    session.execute(delete(OutboxRow).where(col(OutboxRow.lane) >= int(Lane.LOOKUP)))
    session.execute(update(OutboxRow).values(is_unsure=True, not_before=sealing.seconds()))
    erased = tags_in(erasure_logs)
    erasure, people = CaseErasure(session, sealing), PeopleRepository(session, sealing)
    for code in session.execute(select(col(CaseRow.code))).scalars().all():
        erasure.repeat(code, erased)
    for tag in session.execute(select(col(PersonRow.tag))).scalars().all():
        if sealing.tags.of(ERASED, tag) in erased:
            people.forget(Person(tag))
    purge(session, sealing)
