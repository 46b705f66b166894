"""Which columns are sealed, by whose key, and what their content is bound to: read from the tables themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Table, func, literal, literal_column, or_, select
from sqlmodel import Session, SQLModel

from bot.storage.tables import SealedBy
from bot.storage.vault import KEY_ID_BYTES, Vault, VaultError

PAGE_ROWS = 100
"""Rows that are looked at in one transaction: whatever else is to be stored waits for it."""

_FIRST: ColumnElement[int] = literal_column("1")
_LENGTH: ColumnElement[int] = literal_column(str(KEY_ID_BYTES))


class UndeclaredError(Exception):
    """A column holds bytes and doesn't say how they are sealed: make it with `_sealed` in tables.py."""


class SealedRowAt(NamedTuple):
    """A row, as far as it can be told without opening it."""

    key: Any
    """Its primary key."""
    key_id: bytes
    """Of the key that it is sealed with."""
    size: int
    """Of what is sealed, in bytes."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose content is sealed, bound to the name of its table and to what `row` holds."""

    table: Table
    body: Column[bytes]
    row: Column[str]
    key: Column[Any]
    """The primary key."""
    is_by_case: bool
    """By the case's own key, which lies in `case_key` and is sealed by the house's vault; else by that vault itself."""

    @property
    def key_id(self) -> ColumnElement[bytes]:
        """The id of the key that a row needs; it can be read without the key. NULL on SQLite where nothing stands."""
        return func.substr(self.body, _FIRST, _LENGTH, type_=LargeBinary())

    def page(self, session: Session, after: Any) -> Sequence[SealedRowAt]:
        """The next PAGE_ROWS rows in the order of their keys; `after` None: the first."""
        rows = select(self.key, self.key_id, func.length(self.body)).order_by(self.key).limit(PAGE_ROWS)
        found = session.execute(rows if after is None else rows.where(self.key > after)).all()
        return [SealedRowAt(key, key_id or b"", size) for key, key_id, size in found]

    def counted(self, besides: Sequence[bytes]) -> Select[*tuple[Any, ...]]:
        """Selects (name of the table, id of a key, number of rows that need it), for other keys than these.

        It reads every row: 0.6 s for a million.
        """
        others = or_(self.key_id.is_(None), self.key_id.not_in(besides))
        return select(literal(self.table.name), self.key_id, func.count()).where(others).group_by(self.key_id)

    def opened(self, vault: Vault, body: bytes, row: str) -> bytes | None:
        """What is sealed in the row of that name; None when it does not open."""
        try:
            return vault.open(body, self.table.name, row)
        except VaultError:
            return None


def sealed_columns() -> Sequence[SealedColumn]:
    """All of them. Raises UndeclaredError."""
    tables = SQLModel.metadata.sorted_tables
    return [_declared(column) for table in tables for column in table.columns if column.type.python_type is bytes]


def sealed_by_the_house() -> Sequence[SealedColumn]:
    """Those that a new BOT_SECRET_KEY is for. Raises UndeclaredError."""
    return [column for column in sealed_columns() if not column.is_by_case]


def _declared(body: Column[Any]) -> SealedColumn:
    sealed = body.info.get("sealed")
    if not isinstance(sealed, SealedBy):
        raise UndeclaredError(f"{body.table.name}.{body.name}")
    [key] = body.table.primary_key.columns
    assert isinstance(body.table, Table)
    return SealedColumn(body.table, body, body.table.columns[sealed.row], key, sealed.is_by_case)
