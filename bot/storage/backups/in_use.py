"""Whether a bot is at work on a database."""

from __future__ import annotations

import sqlite3

from sqlalchemy import make_url, text

from bot.storage.engines import open_reader

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def is_in_use(url: str) -> bool:
    """Whether anybody has this database open. Ask before you open it yourself."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _has_other_sessions(url)
    return bool(parsed.database) and _is_open(str(parsed.database))


def _has_other_sessions(url: str) -> bool:
    engine = open_reader(url)
    try:
        with engine.connect() as connection:
            return bool(connection.execute(_OTHERS).scalar())
    finally:
        engine.dispose()


def _is_open(path: str) -> bool:
    """In WAL mode every connection keeps a lock on the file for as long as it lives."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False
