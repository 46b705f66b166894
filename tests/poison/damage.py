"""Damages one value of a database: every column of every table has its ways to be wrong, from the tables' metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, LargeBinary, RowMapping, String, Table, TypeDecorator, cast, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

import bot.storage.tables  # noqa: F401 (so that the metadata has them)

Spoil = Callable[[Any], Any]

_WAYS: Mapping[type, Mapping[str, Spoil]] = {
    bytes: {
        "flipped": lambda body: body[:-1] + bytes([body[-1] ^ 1]) if body else b"?",
        "cut": lambda body: body[:20],
        "empty": lambda _: b"",
        "of no key": lambda _: bytes(80),
    },
    bool: {"turned": lambda is_so: not is_so},
    int: {"negative": lambda _: -5, "huge": lambda _: 2**31 - 1},
    float: {"negative": lambda _: -1e12, "never": lambda _: 9e18},
    str: {
        "empty": lambda _: "",
        "unknown": lambda _: "no such ",
        "markup": lambda _: "<b>&",
        "long": lambda _: "x" * 5000,
    },
}
_A_WORD = literal("abc", String())
_OF_ANOTHER_KIND: Mapping[type, Mapping[str, Spoil]] = {
    bytes: {"a word": lambda _: _A_WORD},
    bool: {"a word": lambda _: _A_WORD},
    int: {"a word": lambda _: _A_WORD, "a part": lambda _: literal(1.5)},
    float: {"a word": lambda _: _A_WORD, "bytes": lambda _: literal(b"\xff", LargeBinary())},
    str: {
        "no text": lambda was: cast(literal(b"\xff" + (was or "").encode(), LargeBinary()), String()),
        "bytes": lambda was: literal((was or "").encode(), LargeBinary()),
    },
}
"""What only SQLite takes: whoever reads it gets something else than the column is for, or an error."""


@dataclass(frozen=True)
class Damage:
    """One way in which one column can be wrong."""

    column: Column[Any]
    way: str
    spoil: Spoil = field(repr=False)
    is_of_kind: bool = True
    """Whether it is what such a column can hold on every database."""

    def __str__(self) -> str:
        return f"{self.column.table.name}.{self.column.name} {self.way}"

    def do(self, session: Session, code: str) -> int:
        """Spoils one row: of the open case of this code where there is one; of `sealed`, each but the tag key, without
        which nobody is known. The number of rows: none if the database refuses such a value."""
        table = self._table
        [key] = table.primary_key.columns
        rows = self.rows(session)
        assert rows, f"no row of {table.name} to damage: let tests/storage/full_house.py make one"
        of_case = [row for row in rows if code in (row.get("code"), row.get("name"))]
        chosen = rows if table.name == "sealed" and self.column is not key else (of_case or rows)[:1]
        try:
            with session.begin_nested():
                for row in chosen:
                    spoilt = {self.column.name: self.spoil(row[self.column.name])}
                    session.execute(update(table).where(key == row[key.name]).values(spoilt))
        except IntegrityError:
            return 0
        return len(chosen)

    def rows(self, session: Session) -> Sequence[RowMapping]:
        """Those that there are to be damaged."""
        [key] = self._table.primary_key.columns
        rows = session.execute(select(self._table).order_by(key)).mappings().all()
        return [row for row in rows if row.get("name") != "tag key"]

    @property
    def _table(self) -> Table:
        assert isinstance(self.column.table, Table)
        return self.column.table


def every_damage() -> Iterator[list[Damage]]:
    """The ways in which each column can be wrong."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            kind = _python_type(column)
            ways = [Damage(column, way, spoil) for way, spoil in _WAYS[kind].items()]
            others = [Damage(column, way, spoil, is_of_kind=False) for way, spoil in _OF_ANOTHER_KIND[kind].items()]
            yield [*ways, *([Damage(column, "missing", lambda _: None)] if column.nullable else []), *others]


def _python_type(column: Column[Any]) -> type:
    kind = column.type
    return (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type
