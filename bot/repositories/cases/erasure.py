"""The end of a case in the database: its key is destroyed, and an erasure log tells whoever restores a backup."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import delete, text, update
from sqlmodel import Session, col

from bot.repositories.cases.records import CaseRecords
from bot.repositories.cases.retention_terms import RetentionTerms
from bot.repositories.schedule import ScheduleRepository
from bot.storage.sealing import ERASED, Sealing
from bot.storage.tables import HAS_CODE, CaseRow, DeedRow, OfferRow, OutboxRow, PostRow
from handlers.model.cases import Stage

_PURGED = "buried "
"""Before the code of a case whose time was over, in the erasure log; that of one that was wiped has the code alone."""


class CaseErasure:
    """Erases cases by code, within one transaction; what stays is a tombstone: code, stage, times."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def wipe(self, code: str) -> None:
        """Its person wants it gone: all that was said goes, with whose it was. An open case stays open."""
        self._sealing.log_erasure(code)
        self._empty(code)

    def purge(self, code: str) -> None:
        """Its time is over: posts and buttons go as well, and it is closed if a backup had it as open."""
        self._sealing.log_erasure(_PURGED + code)
        self._empty(code)
        RetentionTerms(self._session, self._sealing).drop(code)
        ScheduleRepository(self._session).drop(code)
        for table in (PostRow, OfferRow, DeedRow):
            self._session.execute(delete(table).where(col(table.code) == code))
        ended = {"owner": "", "stage": Stage.CLOSED.value, "topic": None, "backup_topic": None, "purge_at": None}
        self._session.execute(update(CaseRow).where(col(CaseRow.code) == code).values(ended))

    def discard(self, code: str) -> None:
        """Not even a tombstone stays: for exercises."""
        self.purge(code)
        self._session.execute(delete(CaseRow).where(col(CaseRow.code) == code))

    def repeat(self, code: str, erased: Set[str]) -> None:
        """Does to a restored case what these tags of an erasure log tell: of one that was wiped while it was open,
        somebody still has to hear."""
        if self._sealing.tags.of(ERASED, _PURGED + code) in erased:
            self.purge(code)
        elif self._sealing.tags.of(ERASED, code) in erased:
            self.wipe(code)

    def _empty(self, code: str) -> None:
        CaseRecords(self._session, self._sealing).destroy(code)
        self._session.execute(delete(OutboxRow).where(col(OutboxRow.code) == code, text(HAS_CODE)))
        nobody = {"person": "", "address": b"", "language": "", "platform": ""}
        self._session.execute(update(CaseRow).where(col(CaseRow.code) == code).values(nobody))
