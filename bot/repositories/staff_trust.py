"""Staff who are suspended because their account has a new key, until a colleague confirms them; one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col

from bot.storage.sealing import Sealing, keep_sealed, read_sealed
from bot.storage.tables import SealedRow
from handlers.model.messages import Staff, Wish

_SUSPENDED = "suspended "
_CONFIRMED = "confirmed "
CONFIRMED_SECONDS = 60.0
"""So long after a confirmation, what was on its way before the key was accepted may still tell that it is new."""


class StaffTrustRepository:
    """`handlers.ports.StaffTrust` within one transaction."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing
        self.confirmed: list[tuple[str, Wish]] = []
        """The accounts (`signal:UUID`) whose new key was confirmed in this transaction, and what follows once the
        messenger has accepted it."""

    def suspend(self, label: str, account: str) -> bool:
        """From now on this staff member can do nothing, until a colleague confirms them; False when that is no news."""
        confirmed = float(self._read(_CONFIRMED + label) or 0)
        if self._read(_SUSPENDED + label) == account or self._sealing.seconds() - confirmed < CONFIRMED_SECONDS:
            return False
        keep_sealed(self._session, self._sealing, _SUSPENDED + label, account)
        return True

    def is_suspended(self, account: str, labels: Sequence[str]) -> bool:
        """Whether the account (`signal:UUID`) was suspended under one of these labels."""
        return any(self._read(_SUSPENDED + label) == account for label in labels)

    def confirm(self, label: str, by: Staff) -> bool:
        account = self._read(_SUSPENDED + label)
        if account:
            self.confirmed.append((account, Wish("staff.trusted", f"{label} {by.label}")))
        return bool(account)

    def restore(self, label: str) -> None:
        self._session.execute(delete(SealedRow).where(col(SealedRow.name) == _SUSPENDED + label))
        keep_sealed(self._session, self._sealing, _CONFIRMED + label, str(self._sealing.seconds()))

    def _read(self, name: str) -> str:
        return read_sealed(self._session, self._sealing, name)
