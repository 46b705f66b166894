"""The tries that a photo has: what keeps it from being had lies mostly in the photo, and must come to an end."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bot.delivery.claims import Claimed
from bot.delivery.outbox_message import OutboxMessage
from bot.messengers.contract import Trouble
from bot.storage.store import Statement
from bot.storage.tables import CaseRow

MOST_DRAWINGS = 3
"""So often drawing a photo anew is tried that breaks it, or takes too long."""
WITHHELD_SECONDS = 120.0
LEAST_FETCHES = 3
"""A photo that its messenger does not hand out is asked for over so many seconds, and so often at least."""
LONGEST_SECONDS = 86_400.0
"""What could not be fetched for so long, for whatever reason, is given up."""

_CLOSED_AT = Statement(select(col(CaseRow.closed_at)).where(col(CaseRow.code) == bindparam("of_code")))


def is_last_try(session: Session, row: Claimed, trouble: Trouble, now: float) -> bool:
    """Whether words must do in the place of this photo; also once its case was closed: then nobody waits for it."""
    age = now - row.created_at
    if trouble is Trouble.UNDRAWN and row.message.failed_drawings + 1 >= MOST_DRAWINGS:
        return True
    if trouble is Trouble.WITHHELD and row.tries >= LEAST_FETCHES and age > WITHHELD_SECONDS:
        return True
    return age > LONGEST_SECONDS or closed_at(session, row) >= row.created_at


def closed_at(session: Session, row: Claimed) -> float:
    """When the case of this row was closed, in seconds since 1970; 0 if it wasn't. What staff have shown to them of a
    closed case, and that it was closed, is put later."""
    [closed_at] = _CLOSED_AT.first(session, of_code=row.message.code) or [None]
    return float(closed_at or 0)


def with_failed_drawing(message: OutboxMessage) -> OutboxMessage:
    """The same, and that drawing its photo has failed once more: a restart must not forget it."""
    return message.model_copy(update={"failed_drawings": message.failed_drawings + 1})
