"""Which keys the rows need, and which this house has ever had: a missing one is found before the bot starts to work."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlmodel import Session, col

from bot.storage.aside import count_aside
from bot.storage.sealed_columns import sealed_by_the_house
from bot.storage.store import insert_once
from bot.storage.tables import SealedRow
from bot.storage.vault import Vault

log = logging.getLogger(__name__)

_KNOWN = "key "
"""Before a key's id in the name of the row that says: this house had it. A row for each, so that processes that start
at the same time lose none."""
_NOTE = insert_once(SealedRow, "name")


@dataclass(frozen=True, slots=True)
class Need:
    """So many rows of a table are sealed with this key."""

    table: str
    key_id: bytes
    rows: int

    def __str__(self) -> str:
        return f"{self.rows} rows in {self.table} need the key {self.key_id.hex()}"


class MissingKeyError(Exception):
    """Rows need a key that BOT_SECRET_KEY doesn't have; the message names tables, numbers and ids of keys."""

    def __init__(self, missing: Sequence[Need]) -> None:
        self.missing = tuple(missing)
        lost = " ".join(f"--abandon {key_id}" for key_id in sorted({need.key_id.hex() for need in missing}))
        lines = [
            "BOT_SECRET_KEY does not open this database: a key is missing",
            *(f"  {need}" for need in missing),
            "Put it back behind the newest one (`new,old`). Only if it is lost for good, give up what it sealed:",
            f"  python -m bot rekey {lost}   (SECURITY.md tells what that means; a backup: restore FILE {lost})",
        ]
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class KeyState:
    """What the rows need besides the newest key."""

    older: Sequence[Need]
    """Keys that are there."""
    missing: Sequence[Need]
    """Keys that this house had, or may have had, and that are not there."""
    damaged: Sequence[Need]
    """What no key of this house begins with: nothing will ever open it."""


def survey(session: Session, vault: Vault) -> KeyState:
    """Counts, without opening anything, which rows need another key than the newest."""
    needs = _needs(session, vault.key_ids[:1])
    older = [need for need in needs if need.key_id in vault.key_ids]
    return KeyState(older, *_sorted_out(session, [need for need in needs if need not in older]))


def check_in(session: Session, vault: Vault) -> None:
    """What a start does with its keys before anything is sealed with them; what is damaged is an alarm and no more.

    Raises MissingKeyError while a row needs a key that isn't there.
    """
    if damaged := require_keys(session, vault):
        log.critical("keys: %d rows are damaged: no key opens them", sum(need.rows for need in damaged))
    if aside := count_aside(session):
        log.critical("keys: %d rows are set aside: their key is lost, or they are damaged; see SECURITY.md", aside)
    note_keys(session, vault)


def require_keys(session: Session, vault: Vault) -> Sequence[Need]:
    """Raises MissingKeyError while a row needs a key that isn't there; returns what is damaged."""
    missing, damaged = _sorted_out(session, _needs(session, vault.key_ids))
    if missing:
        raise MissingKeyError(missing)
    return damaged


def note_keys(session: Session, vault: Vault) -> None:
    """From now on rows may need these keys."""
    for key_id in vault.key_ids:
        name = _KNOWN + key_id.hex()
        _NOTE.first(session, name=name, body=vault.seal(b"", "sealed", name))


def known_keys(session: Session) -> set[bytes]:
    """The ids of all keys that a bot was ever started with; none if no bot of this version was."""
    names = session.execute(select(col(SealedRow.name)).where(col(SealedRow.name).startswith(_KNOWN))).scalars()
    return {bytes.fromhex(name.removeprefix(_KNOWN)) for name in names}


def _needs(session: Session, besides: Sequence[bytes]) -> list[Need]:
    counted = session.execute(union_all(*(column.counted(besides) for column in sealed_by_the_house()))).all()
    return [Need(table, key_id or b"", rows) for table, key_id, rows in counted]


def _sorted_out(session: Session, foreign: Sequence[Need]) -> tuple[list[Need], list[Need]]:
    """(missing, damaged). A database of a version that noted no keys may have had any."""
    known = known_keys(session) if foreign else set()
    missing = [need for need in foreign if not known or need.key_id in known]
    return missing, [need for need in foreign if need not in missing]
