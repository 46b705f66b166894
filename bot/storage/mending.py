"""Values that aren't of their column's kind (a word where a time stands, text that is none) give way to such that are.

A bit that flips in a file of SQLite makes them: its columns take anything. Whoever reads one breaks, and a time that is
none never comes. What is of the right kind, and wrong all the same, is the reader's affair.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    TypeDecorator,
    cast,
    delete,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from handlers.ports import Clock

log = logging.getLogger(__name__)

_STORED_AS = {int: "integer", bool: "integer", float: "real", str: "text", bytes: "blob"}
_GREATEST: dict[type, float] = {int: 1_000_000, float: 253_402_300_799.0}
"""Of a number, which counts something and must still be counted on; and of a time, in seconds since 1970: the last that
a date can have. None is below 0."""
_INSTEAD = {"outbox.is_unsure": True, "sos_case.is_waiting": True, "person.expires_at": 86_400.0}
"""What takes the place of a number or, in seconds from now, of a time, unless it may be left out; for others: 0."""
_ANY: ColumnElement[int] = literal_column("1")
"""Nothing of a row is read that may be no text."""
_PAUSE = 20
"""After a look that found nothing there is none for so many times as long as it took: failing must stay cheap."""


class Mender:
    """Mends what a transaction may have failed over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before = 0.0

    def mend(self, session: Session) -> int:
        """`mend_values`, texts too, unless it has found nothing lately."""
        began = time.monotonic()
        if began < self._not_before:
            return 0
        mended = mend_values(session, self._clock.now().timestamp(), looks_at_text=True)
        if not mended:
            ended = time.monotonic()
            self._not_before = ended + _PAUSE * (ended - began)
        return mended


def mend_values(session: Session, now: float, *, looks_at_text: bool = False) -> int:
    """Replaces such values within the caller's transaction; returns how many, of which the operator is told.

    `now` in seconds since 1970. `looks_at_text`: also whether texts can be read, which takes five times as long, and
    isn't needed where nothing fails.
    """
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    looks = _Looks(is_sqlite, is_sqlite and looks_at_text)
    found = connection.exec_driver_sql(looks.in_sql()).one()
    tables = [table for table, is_unfit in zip(_tables(), found, strict=True) if is_unfit]
    return sum(
        _replace(session, table, column, looks.is_unfit(column), now)
        for table in tables
        for column in looks.columns(table)
    )


def _tables() -> Sequence[Table]:
    return SQLModel.metadata.sorted_tables


class _Looks(NamedTuple):
    """How values are looked at."""

    is_sqlite: bool
    """No other database has columns that take anything."""
    at_text: bool

    @cache  # noqa: B019 (there are three of them): building it takes longer than all else
    def in_sql(self) -> str:
        """Selects for each table whether it holds any such value."""
        every = (
            select(_ANY).select_from(one).where(or_(false(), *map(self.is_unfit, self.columns(one))))
            for one in _tables()
        )
        dialect = sqlite.dialect() if self.is_sqlite else postgresql.dialect()  # type: ignore[no-untyped-call]
        whole = select(*(some.exists() for some in every))
        return str(whole.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    def columns(self, table: Table) -> Sequence[Column[Any]]:
        """Those that can hold such a value."""
        return [column for column in table.columns if self.is_sqlite or _kind(column) in _GREATEST]

    def is_unfit(self, column: Column[Any]) -> ColumnElement[bool]:
        kind = _kind(column)
        conditions = [_is_out_of_range(column, kind)]
        if self.is_sqlite:
            conditions.append(func.typeof(column) != _STORED_AS[kind])
        if self.at_text and kind is str:
            conditions.append(_as_text(column) != column)
        return column.is_not(None) & or_(*conditions)


def _replace(session: Session, table: Table, column: Column[Any], where: ColumnElement[bool], now: float) -> int:
    try:
        with session.begin_nested():
            found = session.execute(update(table).where(where).values({column.name: _instead(column, now)}))
    except IntegrityError:  # there is such a row: the damaged one is a second of it
        found = session.execute(delete(table).where(where))
    number = int(found.rowcount)  # type: ignore[attr-defined]
    if number:
        log.critical("storage: %d damaged values of %s were replaced", number, column)
    return number


def _is_out_of_range(column: Column[Any], kind: type) -> ColumnElement[bool]:
    """Whether it is what no version has written."""
    if kind is bool:
        return ~column.between(False, True)
    if column.primary_key or kind not in _GREATEST:
        return false()
    return ~column.between(0, _GREATEST[kind])


def _instead(column: Column[Any], now: float) -> Any:
    kind = _kind(column)
    if kind is str:
        return _as_text(column)
    if kind is bytes:
        return cast(column, LargeBinary)
    if column.nullable:
        return None
    value = _INSTEAD.get(str(column), 0)
    return now + value if kind is float else kind(value)


def _kind(column: Column[Any]) -> type:
    kind = column.type
    return (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type


def _as_text(column: Column[Any]) -> ColumnElement[str]:
    return func.as_text(cast(column, LargeBinary), type_=String())
