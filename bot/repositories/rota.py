"""The staff, and those of them who are on duty: labels for the desk, accounts only for the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.settings.addresses import StaffAccount
from bot.settings.staff_file import StaffFile
from bot.storage.sealing import Sealing, keep_sealed, moment, read_sealed
from handlers.model.duty import Shift, is_label_of

_SHIFTS = "shifts"
_LENGTHS = range(3, 9)
"""Characters of a label: as few as tell all apart."""


class Roster:
    """The accounts of `BOT_STAFF`, each under the label by which the desk knows it."""

    def __init__(self, staff: frozenset[StaffAccount], sealing: Sealing, file: StaffFile | None = None) -> None:
        self._staff = staff
        self._sealing = sealing
        self._file = file

    def _now(self) -> frozenset[StaffAccount]:
        """Whoever was taken out of the file has no authority from the next message on."""
        if self._file:
            self._file = self._file.look()
            return self._file.staff
        return self._staff

    def label(self, platform: str, account: str) -> str:
        """The beginning of a keyed tag, three characters or as many as tell all of the roster apart: nobody learns an
        account."""
        mine = self._tag(platform, account)
        others = {self._tag(*other) for other in self._now()} - {mine}
        labels = (mine[:length] for length in _LENGTHS)
        return next((label for label in labels if not any(tag.startswith(label) for tag in others)), mine)

    def possible_labels(self, platform: str, account: str) -> Sequence[str]:
        """All under which the account may have been known, while the roster was another one."""
        tag = self._tag(platform, account)
        return [*(tag[:length] for length in _LENGTHS), tag]

    def _tag(self, platform: str, account: str) -> str:
        return self._sealing.tags.of("staff", platform, account).upper()

    def has(self, platform: str, account: str) -> bool:
        return (platform, account) in self._now()

    def labels(self) -> Sequence[str]:
        return sorted({self.label(platform, account) for platform, account in self._now()})

    def accounts(self, platform: str) -> dict[str, str]:
        """From a label to the account on this messenger."""
        return {self.label(platform, account): account for on, account in self._now() if on == platform}


class RotaRepository:
    """`handlers.ports.Rota` within one transaction."""

    def __init__(self, session: Session, sealing: Sealing, roster: Roster) -> None:
        self._session = session
        self._sealing = sealing
        self._roster = roster

    def shifts(self) -> Sequence[Shift]:
        """Without those of former staff: nobody would hear a call for them."""
        now, stored = self._sealing.clock.now(), read_sealed(self._session, self._sealing, _SHIFTS)
        shifts = [Shift(label, moment(begins), moment(ends)) for label, begins, ends in json.loads(stored or "[]")]
        labels = self._roster.labels() if shifts else ()
        running = (shift for shift in shifts if shift.ends > now)
        known = (
            replace(shift, label=label) for shift in running for label in labels if is_label_of(shift.label, label)
        )
        return sorted(known, key=lambda shift: (shift.begins, shift.label))

    def plan(self, shifts: Sequence[Shift]) -> None:
        content = [[shift.label, shift.begins.timestamp(), shift.ends.timestamp()] for shift in shifts]
        keep_sealed(self._session, self._sealing, _SHIFTS, json.dumps(content))
        self._session.flush()  # `shifts` is asked in the same transaction

    def everyone(self) -> Sequence[str]:
        return self._roster.labels()
