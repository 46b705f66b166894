"""The record of a case, all that was said in it: sealed with a key of its own, whose destruction is the deletion."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session, SQLModel, col

from bot.repositories.cases.rows import OF_CODE
from bot.storage.aside import read_row
from bot.storage.sealing import Sealing, moment, new_name
from bot.storage.store import Statement
from bot.storage.tables import AnswerRow, AsideRow, CaseKeyRow, CaseRow, EntryRow
from bot.storage.vault import Vault, VaultError, new_key
from handlers.model.cases import Author, Entry
from handlers.model.messages import Media, Point

log = logging.getLogger(__name__)

T = TypeVar("T")
_NEW_KEY = Statement(insert(CaseKeyRow))
_KEY = Statement(select(col(CaseKeyRow.body)).where(col(CaseKeyRow.code) == bindparam("of_code")))
_ADDRESS = Statement(select(col(CaseRow.address)).where(OF_CODE))
_READDRESS = Statement(
    update(CaseRow).where(OF_CODE, col(CaseRow.address) == bindparam("was")).values(address=bindparam("sealed"))
)
_NEW_ENTRY = Statement(insert(EntryRow))
_ENTRIES = Statement(
    select(col(EntryRow.id), col(EntryRow.name), col(EntryRow.body))
    .where(col(EntryRow.code) == bindparam("of_code"))
    .order_by(col(EntryRow.id))
)

_ENTRY = Statement(
    select(col(EntryRow.id), col(EntryRow.body)).where(
        col(EntryRow.code) == bindparam("of_code"), col(EntryRow.name) == bindparam("of_name")
    )
)


class CaseRecords:
    """The records of the cases, by code, within one transaction; one that was destroyed reads as empty."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def begin(self, code: str, address: str) -> bytes:
        """Makes the key of a case. Returns the address of its person, sealed with that key."""
        key = new_key()
        _NEW_KEY.run(self._session, code=code, body=self._sealing.vault.seal(key, "case_key", code))
        return Vault([key]).seal(address.encode(), "sos_case", code)

    def add(self, code: str, entry: Entry) -> str:
        """Returns its random name; empty when the record was destroyed: then nothing is stored."""
        vault = self._vault(code)
        if vault is None:
            return ""
        name = new_name()
        body = vault.seal(json.dumps(_to_json(entry)).encode(), "entry", name)
        _NEW_ENTRY.run(self._session, name=name, code=code, body=body)
        return name

    def entries(self, code: str) -> Sequence[Entry]:
        """All that was said, in order; without what an earlier key of the case sealed, if that is lost."""
        if (vault := self._vault(code)) is None:
            return []
        rows = _ENTRIES.run(self._session, of_code=code).fetchall()
        its = ((key, partial(_entry, vault, name, body)) for key, name, body in rows if vault.is_newest(body))
        return [entry for key, read in its if (entry := self._read_row(EntryRow, key, read))]

    def entry(self, code: str, name: str) -> Entry | None:
        """The one of that name."""
        row, vault = _ENTRY.first(self._session, of_code=code, of_name=name), self._vault(code)
        if row is None or vault is None:
            return None
        return self._read_row(EntryRow, row[0], partial(_entry, vault, name, row[1]))

    def drop(self, code: str, name: str) -> None:
        self._session.execute(delete(EntryRow).where(col(EntryRow.code) == code, col(EntryRow.name) == name))

    def address(self, code: str) -> str:
        """The address at which the person is answered, as `platform:chat`; empty once it was destroyed."""
        vault = self._vault(code)
        [sealed] = _ADDRESS.first(self._session, of_code=code) or [b""]
        try:
            return vault.open(sealed, "sos_case", code).decode() if vault and sealed else ""
        except VaultError:
            log.critical("storage: a case's address is damaged: its person is not answered until they write again")
            _READDRESS.run(self._session, of_code=code, was=sealed, sealed=b"")
            return ""

    def mend_address(self, code: str, address: str) -> None:
        """Takes this one, `platform:chat`, in the place of one that was damaged."""
        if vault := self._vault(code):
            _READDRESS.run(self._session, of_code=code, was=b"", sealed=vault.seal(address.encode(), "sos_case", code))

    def destroy(self, code: str) -> None:
        """Destroys the key and all that was said; what is left of it anywhere can't be read any more."""
        self._session.execute(delete(CaseKeyRow).where(col(CaseKeyRow.code) == code))
        self._session.execute(delete(EntryRow).where(col(EntryRow.code) == code))
        self._session.execute(delete(AnswerRow).where(col(AnswerRow.code) == code))
        self._session.execute(delete(AsideRow).where(col(AsideRow.code) == code))

    def _vault(self, code: str) -> Vault | None:
        row = _KEY.first(self._session, of_code=code)
        if row is None:
            return None
        return self._read_row(CaseKeyRow, code, lambda: Vault([self._sealing.vault.open(row[0], "case_key", code)]))

    def _read_row(self, table: type[SQLModel], key: object, read: Callable[[], T]) -> T | None:
        return read_row(self._session, self._sealing.vault, self._sealing.seconds(), table, key, read)


def _entry(vault: Vault, name: str, body: bytes) -> Entry:
    return _from_json(json.loads(vault.open(body, "entry", name)))


def _to_json(entry: Entry) -> dict[str, Any]:
    return {
        "author": entry.author.value,
        "at": entry.at.timestamp(),
        "words": entry.words,
        "photo": [entry.photo.platform, entry.photo.ref] if entry.photo else None,
        "point": [entry.point.latitude, entry.point.longitude] if entry.point else None,
        "to": entry.to,
    }


def _from_json(value: dict[str, Any]) -> Entry:
    return Entry(
        author=Author(value["author"]),
        at=moment(value["at"]),
        words=value["words"],
        photo=Media(*value["photo"]) if value["photo"] else None,
        point=Point(*value["point"]) if value["point"] else None,
        to=value.get("to", ""),
    )
