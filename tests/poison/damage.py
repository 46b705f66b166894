"""Damages one value of a database: every column of every table has its ways to be wrong, from the tables' metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, TypeDecorator, select, update
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


@dataclass(frozen=True)
class Damage:
    """One way in which one column can be wrong."""

    column: Column[Any]
    way: str
    spoil: Spoil = field(repr=False)

    def __str__(self) -> str:
        return f"{self.column.table.name}.{self.column.name} {self.way}"

    def do(self, session: Session, code: str) -> int:
        """Spoils one row: of the open case of this code where there is one; of `sealed`, each but the tag key, without
        which nobody is known. The number of rows: none if the database refuses such a value."""
        table = self.column.table
        assert isinstance(table, Table)
        [key] = table.primary_key.columns
        rows = session.execute(select(table).order_by(key)).mappings().all()
        rows = [row for row in rows if row.get("name") != "tag key"]
        assert rows, f"no row of {table.name} to damage: let tests/storage/full_house.py make one"
        of_case = [row for row in rows if code in (row.get("code"), row.get("name"))]
        try:
            chosen = rows if table.name == "sealed" and self.column is not key else (of_case or rows)[:1]
            for row in chosen:
                spoilt = {self.column: self.spoil(row[self.column.name])}
                session.execute(update(table).where(key == row[key.name]).values(spoilt))
        except IntegrityError:
            return 0
        return len(chosen)


def every_damage() -> Iterator[list[Damage]]:
    """The ways in which each column can be wrong."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            ways = [Damage(column, way, spoil) for way, spoil in _WAYS[_python_type(column)].items()]
            yield [*ways, *([Damage(column, "missing", lambda _: None)] if column.nullable else [])]


def _python_type(column: Column[Any]) -> type:
    kind = column.type
    return (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type
