"""Reseals everything under the newest key, a page of rows at a time, before the bot works or while it does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from bot.storage.aside import put_back
from bot.storage.sealed_columns import SealedColumn, sealed_by_the_house
from bot.storage.store import Store
from bot.storage.vault import Vault

log = logging.getLogger(__name__)

PAGE_BYTES = 1 << 20
"""So much is resealed in one transaction at the most, and one row more."""
PAUSE_SECONDS = 0.01
"""Between two pages, so that what a message needs comes in between."""
HELD_SECONDS = 1.0
"""How long rows are left to whoever holds them before they are looked at again."""
EVERY_SECONDS = 3600.0
"""How often it is looked again, while older keys are there: another process may have sealed with one meanwhile."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """What became of the rows that needed an older key."""

    rows: int = 0
    """Sealed anew, or put back because their key was found."""
    held: int = 0
    """Left for later: another process was at them."""
    unopened: int = 0
    """Damaged: their own key does not open them. They stay as they are."""

    def __add__(self, other: Resealed) -> Resealed:
        return Resealed(self.rows + other.rows, self.held + other.held, self.unopened + other.unopened)


async def reseal(store: Store, vault: Vault) -> Resealed:
    """Reseals all that another key opens that is there. Raises StoreError; what was done until then stays done.

    It may be cut off anywhere and begun anew: a row is either under its old key or under the newest.
    """
    found = await _pass(store, vault)
    rows = found.rows
    while found.held:
        await asyncio.sleep(HELD_SECONDS)
        found = await _pass(store, vault)
        rows += found.rows
    return Resealed(rows, 0, found.unopened)


async def keep_resealing(store: Store, vault: Vault) -> None:
    """Reseals beside the bot at work, until cancelled; does nothing while there is only one key."""
    told = 0
    while True:
        done = await reseal(store, vault) if len(vault.key_ids) > 1 else Resealed()
        if done.rows:
            log.info("rekey: %d rows were sealed anew under the newest key", done.rows)
        if done.unopened != told:
            told = done.unopened
            log.critical("rekey: %d rows are damaged: their own key does not open them", told)
        await asyncio.sleep(EVERY_SECONDS)


async def _pass(store: Store, vault: Vault) -> Resealed:
    """Once over everything: first what was set aside, so that it is resealed as well."""
    done = Resealed(rows=await _put_back(store, vault))
    for column in sealed_by_the_house():
        done += await _column(store, vault, column)
    return done


async def _put_back(store: Store, vault: Vault) -> int:
    after, returned = await store.run(partial(put_back, vault=vault, after=None))
    while after is not None:
        after, more = await store.run(partial(put_back, vault=vault, after=after))
        returned += more
    return returned


async def _column(store: Store, vault: Vault, column: SealedColumn) -> Resealed:
    after, done = await store.run(partial(_page, vault=vault, column=column, after=None))
    while after is not None:
        await asyncio.sleep(PAUSE_SECONDS)
        after, more = await store.run(partial(_page, vault=vault, column=column, after=after))
        done += more
    return done


def _page(session: Session, vault: Vault, column: SealedColumn, after: Any) -> tuple[Any, Resealed]:
    """The next rows in the order of their keys; returns the key to go on after, None at the end."""
    stale, last, size = [], None, 0
    for row in column.page(session, after):
        last = row.key
        if row.key_id in vault.key_ids[1:]:
            stale.append(row.key)
            size += row.size
        if size > PAGE_BYTES:
            break
    return last, _reseal(session, vault, column, stale) if stale else Resealed()


def _reseal(session: Session, vault: Vault, column: SealedColumn, keys: Sequence[Any]) -> Resealed:
    """These rows, without those that somebody has or has changed meanwhile."""
    these = select(column.key, column.row, column.body).where(column.key.in_(keys))
    found = session.execute(these.with_for_update(skip_locked=True)).all()
    opened = [(key, row, body, column.opened(vault, body, row)) for key, row, body in found]
    changes = [
        {"of_key": key, "old": body, "fresh": vault.seal(plain, column.table.name, row)}
        for key, row, body, plain in opened
        if plain is not None
    ]
    still = (column.key == bindparam("of_key"), column.body == bindparam("old"))
    change = update(column.table).where(*still).values({column.body: bindparam("fresh")})
    done = session.connection().execute(change, changes).rowcount if changes else 0
    unopened = len(found) - len(changes)
    return Resealed(done, held=len(keys) - done - unopened, unopened=unopened)
