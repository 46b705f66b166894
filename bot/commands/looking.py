"""For commands that only look into the database: nothing is made, migrated or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from bot.settings.environment import Settings
from bot.storage.engines import StoreError, open_reader
from bot.storage.migrations import is_current
from bot.storage.vault import Vault

T = TypeVar("T")


def look(settings: Settings, job: Callable[[Session, Vault], T]) -> T | None:
    """What the job returns; None where there is no key, or no database that answers and is of this version."""
    try:
        return (
            _look(settings.database_url.get_secret_value(), vault_of(settings), job) if settings.secret_keys else None
        )
    except (StoreError, DatabaseError):
        return None


def vault_of(settings: Settings) -> Vault:
    """Of the keys in BOT_SECRET_KEY. Raises ValueError where there is none."""
    return Vault([key.get_secret_value() for key in settings.secret_keys])


def _look(url: str, vault: Vault, job: Callable[[Session, Vault], T]) -> T | None:
    reader = open_reader(url)
    try:
        with Session(reader) as session:
            return job(session, vault) if is_current(reader) else None
    finally:
        reader.dispose()
