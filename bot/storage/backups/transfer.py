"""Copies all that is stored from one database into another, empty one: for backups, and from SQLite to PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, func, select
from sqlmodel import SQLModel

import bot.storage.tables  # noqa: F401 (fills the metadata)
from bot.storage.engines import is_postgres

ROWS_AT_ONCE = 500


class NotEmptyError(Exception):
    """The database that should be filled already holds something: name a new one, so that nothing is mixed or lost."""


def copy(source: Engine, target: Engine) -> int:
    """Copies every row in one transaction of each database; returns how many. Raises NotEmptyError.

    Both must have this version's tables. Only rows are copied, so nothing that was deleted comes along.
    """
    with source.connect() as reading, target.begin() as writing:
        if any(_count(writing, table) for table in SQLModel.metadata.sorted_tables):
            raise NotEmptyError
        copied = sum(_copy_table(reading, writing, table) for table in SQLModel.metadata.sorted_tables)
        if is_postgres(target):
            for table in SQLModel.metadata.sorted_tables:
                _count_on(writing, table)
        return copied


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _count_on(writing: Connection, table: Table) -> None:
    """Ids go on behind those that were copied."""
    for column in table.primary_key.columns:
        if column.autoincrement is True:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            last = writing.execute(select(func.max(column))).scalar()
            if last is not None:
                writing.execute(select(func.setval(sequence, last)))


def _copy_table(reading: Connection, writing: Connection, table: Table) -> int:
    copied = 0
    rows = reading.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)).mappings()
    for some in rows.partitions(ROWS_AT_ONCE):
        writing.execute(table.insert(), [dict(row) for row in some])
        copied += len(some)
    return copied
