"""The term for which the record of a closed case is kept, within one transaction: staff are warned before it goes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, case, delete, func, or_, select, update
from sqlmodel import Session, col

from bot.storage.sealing import Sealing, keep_sealed, read_sealed
from bot.storage.store import Statement
from bot.storage.tables import CaseKeyRow, CaseRow, SealedRow
from handlers.model.cases import LONGEST_RETENTION_DAYS, Stage

WARNED_BEFORE = 86_400.0
"""How long before the end staff are warned, in seconds; and how long a record is kept at least once they were."""
_LONGEST = LONGEST_RETENTION_DAYS * 86_400.0

_LAST_END = col(CaseRow.closed_at) + _LONGEST
_IS_THEIRS = and_(col(CaseRow.person) != "", col(CaseRow.person) == bindparam("of_person"))
_PUT_OFF = Statement(
    update(CaseRow)
    .where(or_(col(CaseRow.code) == bindparam("of_code"), _IS_THEIRS), col(CaseRow.purge_at) < bindparam("until"))
    .values(purge_at=case((bindparam("until") > _LAST_END, _LAST_END), else_=bindparam("until")))
)
_END = Statement(select(col(CaseRow.purge_at)).where(col(CaseRow.code) == bindparam("of_code")))
_HAS_RECORD = col(CaseRow.code).in_(select(col(CaseKeyRow.code)))
_END_THE_ENDLESS = Statement(
    update(CaseRow)
    .where(_HAS_RECORD, col(CaseRow.stage) == Stage.CLOSED.value, func.coalesce(col(CaseRow.purge_at), 0) == 0)
    .values(purge_at=func.coalesce(_LAST_END, bindparam("until")))
)
"""A closed case has an end; without one, which only damage makes, it would be kept for ever. All that were ever
purged have none either: so it goes by the records that there are, and by no index of ends."""


class RetentionTerms:
    """Notes the end that staff were warned of: when it is put off, they are warned anew, once."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def put_off(self, code: str, person: str, days: int) -> None:
        """Something happened: the closed case, and those of this person's tag, are kept for so many days from now.

        Never for longer than `LONGEST_RETENTION_DAYS` after they were closed; an open case has no end.
        """
        until = self._sealing.seconds() + days * 86_400
        _PUT_OFF.run(self._session, of_code=code, of_person=person, until=until)

    def to_warn(self) -> Sequence[str]:
        """The cases of whose end staff must be warned now; each is named once for each end."""
        soon = select(col(CaseRow.code), col(CaseRow.purge_at)).where(
            col(CaseRow.purge_at) <= self._sealing.seconds() + WARNED_BEFORE, _HAS_RECORD
        )
        rows = self._session.execute(soon.with_for_update(skip_locked=True)).all()
        codes = [code for code, end in rows if self._noted(code) not in (_asked(end), _told(end))]
        for code, end in rows:
            if code in codes:
                keep_sealed(self._session, self._sealing, _name(code), _asked(end))
        return codes

    def told(self, code: str) -> None:
        """A desk has the warning: from now on there is a day to look, unless it came too late for that."""
        [end] = _END.first(self._session, of_code=code) or [None]
        if end is None or self._noted(code) != _asked(end):
            return  # told twice, or put off meanwhile
        _PUT_OFF.run(self._session, of_code=code, of_person="", until=self._sealing.seconds() + WARNED_BEFORE)
        [end] = _END.first(self._session, of_code=code)
        keep_sealed(self._session, self._sealing, _name(code), _told(end))

    def over(self, *, is_warned: bool, is_late: bool) -> Sequence[str]:
        """The cases that are to be emptied. `is_warned`: not before staff were warned of what can still be read;
        `is_late`: none, while what is to be sent is. Neither holds longer than the longest retention."""
        now = self._sealing.seconds()
        _END_THE_ENDLESS.run(self._session, until=now + _LONGEST)
        rows = self._session.execute(
            select(col(CaseRow.code), col(CaseRow.purge_at), now >= _LAST_END, _HAS_RECORD)
            .where(col(CaseRow.purge_at) <= now)
            .order_by(col(CaseRow.purge_at), col(CaseRow.code))
        ).all()

        def is_free(code: str, end: float, *, has_record: bool) -> bool:
            return not is_late and (not is_warned or not has_record or self._noted(code) == _told(end))

        return [code for code, end, must, has_record in rows if must or is_free(code, end, has_record=has_record)]

    def drop(self, code: str) -> None:
        self._session.execute(delete(SealedRow).where(col(SealedRow.name) == _name(code)))

    def _noted(self, code: str) -> str:
        return read_sealed(self._session, self._sealing, _name(code))


def _name(code: str) -> str:
    return f"warned {code}"


def _asked(end: float) -> str:
    return f"asked {end}"


def _told(end: float) -> str:
    return f"told {end}"
