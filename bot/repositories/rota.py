"""The staff, and those of them who are on duty: labels for the desk, accounts only for the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlmodel import Session

from bot.settings.addresses import StaffAccount
from bot.settings.staff_file import StaffFile
from bot.storage.sealing import Sealing, keep_sealed, moment, read_sealed
from handlers.model.duty import Shift

_SHIFTS = "shifts"


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
        """Three characters of a keyed tag: colleagues can tell each other apart, and nobody learns an account."""
        return self._sealing.tags.of("staff", platform, account)[:3].upper()

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
        running = (shift for shift in shifts if shift.ends > now and shift.label in labels)
        return sorted(running, key=lambda shift: (shift.begins, shift.label))

    def plan(self, shifts: Sequence[Shift]) -> None:
        content = [[shift.label, shift.begins.timestamp(), shift.ends.timestamp()] for shift in shifts]
        keep_sealed(self._session, self._sealing, _SHIFTS, json.dumps(content))
        self._session.flush()  # `shifts` is asked in the same transaction

    def everyone(self) -> Sequence[str]:
        return self._roster.labels()
