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
    true,
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
ROWS_A_ROUND = 2_000
"""Of each table at which a round of `Patrol` looks, beside what is due by itself."""
_WATCHED = ("inbox", "outbox", "alarm")
"""Tables of what waits. A case is read whatever it holds, and what calls for it is one of these."""
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


class Patrol:
    """Mends what no transaction fails over, since what never comes is never read: everything at first, then at each
    round all that is due by itself, and a page of the rest."""

    def __init__(self) -> None:
        self._next_row = -1

    def go_round(self, session: Session, now: float) -> int:
        """Returns how many values were replaced, within the caller's transaction; `now` in seconds since 1970."""
        if self._next_row < 0:
            self._next_row = 0
            return mend_values(session, now)
        connection = session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        mended = _mend(session, now, _due_by_itself(is_sqlite=is_sqlite))
        if not is_sqlite:  # nothing else has columns that take anything
            return mended
        first, behind = self._next_row, self._next_row + ROWS_A_ROUND
        ends = [connection.exec_driver_sql(f"SELECT max(rowid) FROM {table.name}").scalar() for table in _tables()]  # noqa: S608
        self._next_row = behind if any(end and end >= behind for end in ends) else 0
        return mended + _mend(session, now, _page(), first=first, last=behind - 1)


def mend_values(session: Session, now: float, *, looks_at_text: bool = False) -> int:
    """Replaces such values within the caller's transaction; returns how many, of which the operator is told.

    `now` in seconds since 1970. `looks_at_text`: also whether texts can be read, which takes five times as long, and
    isn't needed where nothing fails. It reads all that is stored.
    """
    is_sqlite = session.connection().dialect.name == "sqlite"
    return _mend(session, now, _everywhere(is_sqlite=is_sqlite, at_text=is_sqlite and looks_at_text))


class _Look(NamedTuple):
    """Where it is looked whether something is unfit, and in which columns; what is found is mended wherever it is."""

    table: Table
    columns: Sequence[Column[Any]]
    where: ColumnElement[bool]
    is_sqlite: bool = True
    at_text: bool = False

    def is_unfit(self, column: Column[Any]) -> ColumnElement[bool]:
        kind = _kind(column)
        conditions = [_is_out_of_range(column, kind)]
        if self.is_sqlite:
            conditions.append(func.typeof(column) != _STORED_AS[kind])
        if self.at_text and kind is str:
            conditions.append(_as_text(column) != column)
        return column.is_not(None) & or_(*conditions)

    def finds_any(self) -> ColumnElement[bool]:
        unfit = or_(false(), *map(self.is_unfit, self.columns))
        return select(_ANY).select_from(self.table).where(self.where, unfit).exists()


class _Looks(NamedTuple):
    """Several, and the statement that takes all of them at once."""

    looks: Sequence[_Look]
    sql: str

    @classmethod
    def of(cls, looks: Sequence[_Look], *, is_sqlite: bool) -> _Looks:
        dialect = sqlite.dialect() if is_sqlite else postgresql.dialect()  # type: ignore[no-untyped-call]
        whole = select(*(look.finds_any() for look in looks))
        return cls(looks, str(whole.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))


def _mend(session: Session, now: float, looks: _Looks, **page: int) -> int:
    found = session.connection().exec_driver_sql(looks.sql, page).one()
    return sum(
        _replace(session, look.table, column, look.is_unfit(column), now)
        for look, is_unfit in zip(looks.looks, found, strict=True)
        if is_unfit
        for column in look.columns
    )


@cache  # building it takes longer than all else
def _everywhere(*, is_sqlite: bool, at_text: bool) -> _Looks:
    looks = [_Look(one, _columns(one, is_sqlite=is_sqlite), true(), is_sqlite, at_text) for one in _tables()]
    return _Looks.of(looks, is_sqlite=is_sqlite)


@cache
def _due_by_itself(*, is_sqlite: bool) -> _Looks:
    """What waits or calls, whole; of all else the times at which it goes, by their indexes."""
    watched = [
        _Look(one, _columns(one, is_sqlite=is_sqlite), true(), is_sqlite) for one in _tables() if one.name in _WATCHED
    ]
    times = [
        _Look(one, [column], is_beyond, is_sqlite)
        for one in _tables()
        for column in one.columns
        if _kind(column) is float and any(column is index.columns[0] for index in one.indexes)
        for is_beyond in (column < 0, column > _GREATEST[float])  # a word stands behind all numbers
    ]
    return _Looks.of([*watched, *times], is_sqlite=is_sqlite)


@cache
def _page() -> _Looks:
    """The rows from `first` to `last`."""
    of_rows = literal_column("rowid").between(literal_column(":first"), literal_column(":last"))
    looks = [_Look(one, _columns(one, is_sqlite=True), of_rows) for one in _tables() if one.name not in _WATCHED]
    return _Looks.of(looks, is_sqlite=True)


def _tables() -> Sequence[Table]:
    return SQLModel.metadata.sorted_tables


def _columns(table: Table, *, is_sqlite: bool) -> Sequence[Column[Any]]:
    """Those that can hold such a value."""
    return [column for column in table.columns if is_sqlite or _kind(column) in _GREATEST]


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
