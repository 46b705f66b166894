"""The choices under messages, within one transaction: found by a button's token, or as the newest list."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from functools import partial

from sqlalchemy import bindparam, delete, insert, literal_column, select, update
from sqlmodel import Session, col

from bot.storage.aside import read_row
from bot.storage.sealing import Sealing
from bot.storage.store import Statement
from bot.storage.tables import OfferRow
from handlers.model.messages import STALE, Choice, Wish
from handlers.table import ROWS

log = logging.getLogger(__name__)

OFFERS_KEPT = 5
"""Buttons under this many of the newest messages still work."""

DESK_OWNER = "desk"
_NEW_OFFER = Statement(insert(OfferRow))
_OFFER = Statement(
    select(col(OfferRow.id), col(OfferRow.body)).where(
        col(OfferRow.tag) == bindparam("of_tag"), col(OfferRow.owner) == bindparam("of_owner")
    )
)
_CHANGE = Statement(update(OfferRow).where(col(OfferRow.tag) == bindparam("of_tag")))
_NEWEST_OFFER = Statement(
    select(col(OfferRow.id), col(OfferRow.body), col(OfferRow.tag))
    .where(col(OfferRow.owner) == bindparam("of_owner"))
    .order_by(col(OfferRow.id).desc())
    .limit(literal_column("1"))
)
_OLDEST_KEPT = (
    select(col(OfferRow.id))
    .where(col(OfferRow.owner) == bindparam("of_owner"))
    .order_by(col(OfferRow.id).desc())
    .offset(literal_column(str(OFFERS_KEPT - 1)))
    .limit(literal_column("1"))
)
_DROP_OFFERS = Statement(
    delete(OfferRow).where(
        col(OfferRow.owner) == bindparam("of_owner"), col(OfferRow.id) < _OLDEST_KEPT.scalar_subquery()
    )
)


class Offers:
    """The choices under messages: kept sealed, found by the random token in a button or as the newest list."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def add(self, owner: str, code: str, choices: Sequence[Choice]) -> list[str]:
        """Keeps the choices and returns a button token for each."""
        token = secrets.token_urlsafe(16)
        tag = self._sealing.tags.of("offer", token)
        body, now = self._seal(tag, choices), self._sealing.seconds()
        _NEW_OFFER.run(self._session, tag=tag, owner=owner, code=code, body=body, at=now)
        if owner != DESK_OWNER:
            _DROP_OFFERS.run(self._session, of_owner=owner)
        return [f"{token}.{number}" for number in range(len(choices))]

    def pressed(self, owner: str, token: str) -> Choice | None:
        """The choice behind a button; nothing when it is stale, forged or somebody else's."""
        name, _, number = token.partition(".")
        tag = self._sealing.tags.of("offer", name)
        row = _OFFER.first(self._session, of_tag=tag, of_owner=owner)
        if row is None or not number.isascii() or not number.isdigit():
            return None
        choices = self._opened(row[0], row[1], tag)
        return choices[int(number)] if int(number) < len(choices) else None

    def newest(self, owner: str) -> tuple[Choice, ...]:
        """The choices of the newest message that had any: what a number or a label means."""
        found = _NEWEST_OFFER.first(self._session, of_owner=owner)
        return self._opened(*found) if found else ()

    def forget(self, owner: str) -> None:
        """From now on nothing that was offered can be chosen."""
        self._session.execute(delete(OfferRow).where(col(OfferRow.owner) == owner))

    def _opened(self, key: int, body: bytes, tag: str) -> tuple[Choice, ...]:
        """Of a damaged row no choice is left."""
        vault, now = self._sealing.vault, self._sealing.seconds()
        choices = read_row(self._session, vault, now, OfferRow, key, partial(self._unsealed, body, tag)) or ()
        return choices if all(choice.wish.name in ROWS for choice in choices) else self._mended(tag, choices)

    def _unsealed(self, body: bytes, tag: str) -> tuple[Choice, ...]:
        content = json.loads(self._sealing.vault.open(body, "offer", tag))
        return tuple(Choice(label, Wish(name, argument)) for label, name, argument in content)

    def _mended(self, tag: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
        """A choice that this version doesn't know is over, and the others keep their numbers; it is told once."""
        log.critical("offers: a choice has a wish that this version doesn't know, and does nothing: update the bot")
        known = tuple(c if c.wish.name in ROWS else Choice(c.label, STALE) for c in choices)
        _CHANGE.run(self._session, of_tag=tag, body=self._seal(tag, known))
        return known

    def _seal(self, tag: str, choices: Sequence[Choice]) -> bytes:
        content = json.dumps([[choice.label, choice.wish.name, choice.wish.argument] for choice in choices])
        return self._sealing.vault.seal(content.encode(), "offer", tag)
