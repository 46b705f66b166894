"""Rows that don't open, since they are damaged or their key is lost: set aside sealed, out of everybody's way.

What was set aside for its key is put back if the key is found.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, inspect, select
from sqlalchemy.dialects.postgresql import insert as insert_unless  # its ON CONFLICT compiles for SQLite, too
from sqlmodel import Session, SQLModel, col

from bot.storage.sealed_columns import PAGE_ROWS, SealedColumn, sealed_by_the_house, sealed_columns
from bot.storage.store import Store, attempt
from bot.storage.tables import AsideRow
from bot.storage.vault import Vault, VaultError, new_name

log = logging.getLogger(__name__)

T = TypeVar("T")
_ASIDE = "aside"
_BEFORE_ALL = 1 << 40
"""More than there ever were rows: what comes back is older than all that is there, and keeps its own order."""


def read_row(
    session: Session, vault: Vault, now: float, table: type[SQLModel], key: object, read: Callable[[], T]
) -> T | None:
    """What `read` makes of the row with this primary key. None when it is damaged: then it is set aside, and told once.

    `read` raises VaultError, or ValueError, TypeError or LookupError for what no version has written. `now` in seconds
    since 1970.
    """
    try:
        return read()
    except (VaultError, ValueError, TypeError, LookupError) as error:
        [column] = [column for column in sealed_columns() if column.table is inspect(table).local_table]
        if (row := _row(session, column, key)) is not None:
            _move(session, vault, now, column, row)
        log.critical("storage: a row in %s is damaged (%s) and was set aside", column.table.name, type(error).__name__)
        return None


def count_aside(session: Session) -> int:
    """How many rows are set aside."""
    return int(session.execute(select(func.count()).select_from(AsideRow)).scalar_one())


def give_up(store: Store, vault: Vault, lost: Sequence[bytes], now: float) -> int:
    """Sets aside what is sealed with a key of these ids and does not open; returns how many rows.

    `now` in seconds since 1970. Raises StoreError; what was set aside until then stays so.
    """
    return sum(_give_up_in(store, partial(_page, vault, lost, now, column)) for column in sealed_by_the_house())


def _give_up_in(store: Store, page: Callable[[Any, Session], tuple[Any, int]]) -> int:
    after, gone = store.submit(partial(page, None)).result()
    while after is not None:
        after, more = store.submit(partial(page, after)).result()
        gone += more
    return gone


def _page(
    vault: Vault, lost: Sequence[bytes], now: float, column: SealedColumn, after: Any, session: Session
) -> tuple[Any, int]:
    """The key of the last row that was looked at, None at the end; and how many rows were set aside."""
    rows = column.page(session, after)
    gone = [row for row in rows if row.key_id in lost and _set_aside(session, vault, now, column, row.key)]
    return (rows[-1].key if rows else None), len(gone)


def _set_aside(session: Session, vault: Vault, now: float, column: SealedColumn, key: Any) -> bool:
    row = _row(session, column, key)
    if row is None or _opens(vault, column, row):
        return False
    _move(session, vault, now, column, row)
    return True


def _row(session: Session, column: SealedColumn, key: object) -> dict[str, Any] | None:
    """The row with this primary key, held; None if it isn't there."""
    found = session.execute(select(column.table).where(column.key == key).with_for_update()).mappings().first()
    return None if found is None else dict(found)


def _move(session: Session, vault: Vault, now: float, column: SealedColumn, row: Mapping[str, Any]) -> None:
    session.execute(insert(AsideRow).values(**_whole(vault, column, row), at=now))
    session.execute(delete(column.table).where(column.key == row[column.key.name]))


def put_back(session: Session, vault: Vault, after: int | None) -> tuple[int | None, int]:
    """Puts some rows back whose key is there again, unless something newer stands in their place.

    `after` None: from the first. Returns the id to go on after, None at the end, and how many rows were put back.
    """
    ids = col(AsideRow.id)
    some = select(ids, col(AsideRow.name), col(AsideRow.source), col(AsideRow.body)).order_by(ids).limit(PAGE_ROWS)
    rows = session.execute(some if after is None else some.where(ids > after)).all()
    outcomes = [attempt(session, partial(_return, vault=vault, row=row)) for row in rows]
    return (rows[-1].id if rows else None), sum(outcome is True for outcome in outcomes)


def _return(session: Session, vault: Vault, row: Any) -> bool:
    """Raises what a row raises that has no place any more: it stays aside until its time is over."""
    values = _unpacked(vault.open(row.body, _ASIDE, row.name))
    [column] = [column for column in sealed_columns() if column.table.name == row.source]
    if column.is_by_case or not _opens(vault, column, values) or not _placed(session, column, values):
        return False
    session.execute(delete(AsideRow).where(col(AsideRow.id) == row.id))
    return True


def _opens(vault: Vault, column: SealedColumn, row: Mapping[str, Any]) -> bool:
    return column.opened(vault, row[column.body.name], row[column.row.name]) is not None


def _placed(session: Session, column: SealedColumn, values: dict[str, Any]) -> bool:
    number = values[column.key.name]
    key = number - _BEFORE_ALL if isinstance(number, int) else number
    place = insert_unless(column.table).values({**values, column.key.name: key})
    return session.execute(place.on_conflict_do_nothing().returning(column.key)).first() is not None


def _whole(vault: Vault, column: SealedColumn, row: Mapping[str, Any]) -> dict[str, Any]:
    name = new_name()
    return {
        "name": name,
        "source": column.table.name,
        "owner": row.get("owner", row.get("tag", "")),
        "code": row.get("code", ""),
        "body": vault.seal(_packed(row), _ASIDE, name),
    }


def _packed(row: Mapping[str, Any]) -> bytes:
    """JSON, with bytes as a list that holds their base64."""
    values = {name: [base64.b64encode(v).decode()] if isinstance(v, bytes) else v for name, v in row.items()}
    return json.dumps(values).encode()


def _unpacked(packed: bytes) -> dict[str, Any]:
    return {name: base64.b64decode(v[0]) if isinstance(v, list) else v for name, v in json.loads(packed).items()}
