"""Brings a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

import bot.storage.tables  # noqa: F401 (fills the metadata)

HEAD = "0008"
"""The newest revision in `versions/`; a test holds the two together."""


_LOCK = 5_057_001
"""A number that no other lock of ours has."""


class MigrationError(Exception):
    """The database was written by a newer version of the bot: update the bot."""


def is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def migrate(engine: Engine) -> None:
    """Applies the migrations that are missing. Raises MigrationError."""
    if is_current(engine):
        return
    from alembic import command  # a third of a second to import, for once in a version
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":  # several processes may start at the same time
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except CommandError as error:
        raise MigrationError from error


def create(engine: Engine) -> None:
    """All tables at once, for a database that lives in memory."""
    SQLModel.metadata.create_all(engine)
