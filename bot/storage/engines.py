"""Opens the database: one file of SQLite, or PostgreSQL; either way a commit is on the disk before anybody is told."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool, StaticPool

from bot.storage.private import make_private

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=5000", "foreign_keys=ON")
CONNECT_SECONDS = 5
SESSION_OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "synchronous_commit": "on",  # a receipt is told after the commit
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",
        # so that the server notices within half a minute that a machine with a sender on it is gone
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    }.items()
)


class StoreError(Exception):
    """The database refused a commit: nothing of it is stored. Look for a full disk, or a file owned by another user."""


def open_engine(url: str) -> Engine:
    """An engine with durable commits and explicit transactions. Raises StoreError for what is no database of ours."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _open_pool(parsed)
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"DATABASE_URL: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(OSError):  # what can't be opened is told by SQLite itself
            make_private(Path(parsed.database))
    engine = create_engine(
        parsed, poolclass=StaticPool, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def open_reader(url: str) -> Engine:
    """An engine that only reads, beside a bot at work: it takes no lock that a writer could wait for.

    All that one transaction reads is of one moment, so that no case is found without its key.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _open_pool(parsed, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True})
    if not parsed.database or not Path(parsed.database).exists():
        raise StoreError("DATABASE_URL: there is no database yet")
    engine = create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _only_read)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _open_pool(url: URL, **more: Any) -> Engine:
    """An engine that tries a connection before it uses it, and makes a new one when the server was away."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=2,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": SESSION_OPTIONS},
        **more,
    )


def is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def beside(engine: Engine, name: str) -> Path | None:
    """A file or folder of that name beside the database, or in `data` here; None when that lives in memory."""
    if is_postgres(engine):
        folder = Path("data")
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder / name
    database = engine.url.database
    return None if database in (None, "", ":memory:") else Path(database or "").parent / name


def _only_read(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin no transaction for what only reads
    connection.execute("PRAGMA query_only=ON")


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by its own rules
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("as_text", 1, lambda body: body.decode("utf-8", "replace"), deterministic=True)
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise StoreError("SQLite does not keep synchronous=FULL: a receipt would not be safe")
