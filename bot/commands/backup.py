"""`python -m bot backup`: writes a sealed copy of the database, also while the bot runs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from bot.storage import migrations
from bot.storage.backups import sealed_stream, transfer
from bot.storage.engines import open_engine

MAGIC = b"alert-bot backup 2\n"
OLD_MAGIC = b"alert-bot backup 1\n"
"""Of those before November 2026; as long as the other."""


def make(source: Engine, key: bytes, file: Path) -> int:
    """Writes a sealed copy of all rows; it is whole or not there at all. Returns how many rows it has.

    A backup holds the keys of the cases in it: keep it no longer than BOT_RETENTION_DAYS.
    """
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        rows, sealed = Path(folder) / "rows.db", Path(folder) / "sealed"
        copied = _copy_to_new(source, rows)
        with rows.open("rb") as plain, sealed.open("wb") as out:
            os.chmod(sealed, 0o600)
            out.write(MAGIC)
            sealed_stream.seal(plain, out, key)
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
