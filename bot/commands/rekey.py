"""`python -m bot rekey`: everything under the newest key; and what `check` and `doctor` tell about the keys."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial

from sqlmodel import Session

from bot.commands.looking import look, vault_of
from bot.messengers.checkup import Finding
from bot.settings.environment import Settings
from bot.settings.variables import SettingsError
from bot.storage.aside import give_up
from bot.storage.backups.in_use import is_in_use
from bot.storage.engines import StoreError, open_engine, open_reader
from bot.storage.keys import KeyState, MissingKeyError, known_keys, note_keys, survey
from bot.storage.migrations import is_current
from bot.storage.rekey import reseal
from bot.storage.store import Store
from bot.storage.vault import KEY_ID_BYTES, Vault


def key_id(text: str) -> bytes:
    """The id of a key as it is printed, for the command line."""
    if len(text) != 2 * KEY_ID_BYTES or not set(text.lower()) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is no id of a key: the refusal to start names it")
    return bytes.fromhex(text)


def rekey(settings: Settings, lost: Sequence[bytes]) -> int:
    """Reseals everything under the newest key, and sets aside what only these lost keys could open. Prints what it did.

    Returns 1 when a row is left that does not open. Raises MissingKeyError, with nothing done, while rows need a key
    that is neither there nor given up; StoreError where it would make a bot at work blind.
    """
    url, vault = settings.database_url.get_secret_value(), vault_of(settings)
    if vault.key_ids[0] in lost:
        raise SettingsError(["--abandon names the newest key of BOT_SECRET_KEY: put another one before it"])
    _refuse_to_blind(url, vault)
    store = Store(open_engine(url))
    try:
        state = _rekey(store, vault, lost)
    finally:
        store.close()
    print("\n".join(finding.text for finding in _told(vault, state)))
    return 1 if state.older or state.damaged else 0


def _rekey(store: Store, vault: Vault, lost: Sequence[bytes]) -> KeyState:
    state = store.submit(partial(survey, vault=vault)).result()
    if missing := [need for need in state.missing if need.key_id not in lost]:
        raise MissingKeyError(missing)
    store.submit(partial(note_keys, vault=vault)).result()
    print(f"{asyncio.run(reseal(store, vault)).rows} rows were sealed anew")
    if lost:
        print(f"{give_up(store, vault, lost, time.time())} rows were set aside")
    asyncio.run(store.truncate_wal())
    return store.submit(partial(survey, vault=vault)).result()


def _refuse_to_blind(url: str, vault: Vault) -> None:
    """A bot at work that doesn't have the newest key could read nothing any more."""
    reader = open_reader(url)
    try:
        if not is_current(reader):
            raise StoreError("this database is of another version: run `python -m bot migrate` first")
        with Session(reader) as session:
            is_known = vault.key_ids[0] in known_keys(session)
    finally:
        reader.dispose()
    if not is_known and is_in_use(url):
        raise StoreError("a bot is at work that was not started with the newest key: restart it, or stop it first")


def examine_keys(settings: Settings) -> list[Finding]:
    """How it stands about the keys; nothing where there is no key, or no database that answers and is up to date."""
    return look(settings, lambda session, vault: list(_told(vault, survey(session, vault)))) or []


def _told(vault: Vault, state: KeyState) -> Iterator[Finding]:
    if state.missing:
        yield Finding(False, str(MissingKeyError(state.missing)))
    else:
        yield Finding(True, f"keys: the newest is {vault.key_ids[0].hex()}")
    for need in state.damaged:
        yield Finding(
            False, f"keys: {need}, which this bot never had: they are damaged; rekey --abandon sets them aside"
        )
    for need in state.older:
        yield Finding(True, f"keys: {need} still; a bot at work seals them anew by itself, but for what is damaged")
    for unneeded in set(vault.key_ids[1:]) - {need.key_id for need in state.older}:
        yield Finding(True, f"keys: no row needs the key {unneeded.hex()} any more: {_REMEDY}")


_REMEDY = "take it out of BOT_SECRET_KEY, and keep it apart as long as a backup of its time"
