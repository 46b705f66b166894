"""Claims the rows of the outbox that are sent next: with a lease, one of each queue, repeats marked."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, bindparam, delete, select, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot.delivery.outbox_message import OutboxMessage, photos_chat
from bot.delivery.pauses import Pauses
from bot.delivery.rate_limits import Openings
from bot.messengers.contract import Accepted, Act, DeliveryError
from bot.repositories.cases.posts import CasePosts
from bot.repositories.desk_chats import DeskChats
from bot.storage.sealing import Sealing
from bot.storage.store import execute
from bot.storage.tables import OutboxRow
from bot.storage.vault import VaultError
from handlers.model.messages import Lane

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""How long a row that is being sent is left alone; longer than the slowest send."""
SILENT_AFTER = 60.0
"""An answer to a lookup that may have gone out is not repeated when it is older than this, in seconds."""
UNREADABLE_SECONDS = 3600.0
"""How often a row that can't be opened is looked at again, and the operator told of it."""
POLL_SECONDS = 1.0
"""How often another process's rows are looked for, in seconds; those of this one are sent at once."""
LONGEST_WAIT = 60.0
"""The longest pause between two tries, in seconds."""
_MORE_SECONDS = 0.01
"""Seconds until the next look where there is more than could be claimed this time."""
_UNCOUNTED = (Act.PRESSED, Act.FETCH, Act.TRUST, Act.LEAVE)
"""Acts that no messenger counts as a message."""

_WHOLE_ROW = tuple(
    col(getattr(OutboxRow, name))
    for name in ("id", "name", "queue", "chat", "body", "created_at", "tries", "is_unsure")
)
_Earlier = aliased(OutboxRow)
_HAS_EARLIER = (
    select(col(_Earlier.id))
    .where(
        col(_Earlier.platform) == col(OutboxRow.platform),
        col(_Earlier.queue) == col(OutboxRow.queue),
        col(_Earlier.lane) == col(OutboxRow.lane),
        col(_Earlier.id) < col(OutboxRow.id),
    )
    .exists()
)
_DUE = (
    select(*_WHOLE_ROW)
    .where(
        col(OutboxRow.platform) == bindparam("of_platform"),
        col(OutboxRow.lane) <= bindparam("least"),
        col(OutboxRow.not_before) <= bindparam("now"),
        col(OutboxRow.queue).not_in(bindparam("busy", expanding=True)),
        col(OutboxRow.chat).not_in(bindparam("paused", expanding=True)),
        tuple_(col(OutboxRow.chat), col(OutboxRow.lane)).not_in(bindparam("closed", expanding=True)),
        ~_HAS_EARLIER,
    )
    .order_by(col(OutboxRow.lane), col(OutboxRow.fairness_rank), col(OutboxRow.id))
    .limit(bindparam("most"))
)
_LEASE = (
    update(OutboxRow)
    .where(col(OutboxRow.id).in_(bindparam("ids", expanding=True)))
    .values(tries=col(OutboxRow.tries) + 1, is_unsure=True, not_before=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is being sent by this process."""

    id: int
    queue: str
    chat: str
    tries: int
    message: OutboxMessage = field(repr=False)
    topic: str | None = field(default="", repr=False)
    """Of the case, in a desk; None for one that must be opened first."""
    created_at: float = 0.0
    is_unsure: bool = False
    """Whether an earlier try may have gone out: no later one can make that certain again."""

    @property
    def counts(self) -> bool:
        """Whether the messenger counts it as a message."""
        return self.message.parcel.act not in _UNCOUNTED and not self.message.photo_platform

    def messages(self, outcome: Accepted | DeliveryError) -> int:
        """The number of messages that the messenger may have counted."""
        shown = len(outcome.messages) if isinstance(outcome, Accepted) else len(outcome.accepted) + 1
        return shown + (self.topic is None)


class Claims:
    """Claims rows, each call within one transaction."""

    def __init__(self, sealing: Sealing, chats: DeskChats, pauses: Pauses) -> None:
        self._sealing = sealing
        self._chats = chats
        self._pauses = pauses

    def claim(
        self,
        session: Session,
        platform: str,
        busy: Collection[str],
        most: int,
        openings: Openings,
        *,
        is_fetching: bool = False,
    ) -> tuple[list[Claimed], float]:
        """The first rows of at most `most` queues that aren't busy, marked as tried; and how long to wait until the
        next look, in seconds. At most one of them is a photo to fetch, and none while `is_fetching`."""
        now, photos = self._sealing.seconds(), photos_chat(self._sealing, platform)
        limits = {"now": now, "least": openings.least, "busy": list(busy), "most": most}
        paused = [*self._pauses.in_force(now), *([photos] if is_fetching else [])]
        rows = execute(session, _DUE, of_platform=platform, **limits, paused=paused, closed=openings.closed).all()
        claimed: dict[str, Claimed] = {}
        for row in rows:
            if row.chat == photos:
                must_wait, is_fetching = is_fetching, True
            else:
                must_wait = row.queue in claimed
            opened = None if must_wait else self._read(session, row, now)
            if opened is not None and (not opened.counts or openings.take(row.chat, opened.message.lane)):
                claimed[row.queue] = opened
        if not claimed:
            return [], _MORE_SECONDS if rows else self._until_next_look(now)
        execute(session, _LEASE, ids=[row.id for row in claimed.values()], until=now + LEASE_SECONDS)
        return list(claimed.values()), POLL_SECONDS if len(claimed) == len(rows) else _MORE_SECONDS

    def reclaim(self, session: Session, platform: str) -> None:
        """After a start nobody is sending anything: what a dead process had begun is due at once."""
        begun = (col(OutboxRow.platform) == platform, col(OutboxRow.is_unsure))
        session.execute(update(OutboxRow).where(*begun).values(not_before=self._sealing.seconds()))

    def _until_next_look(self, now: float) -> float:
        """In seconds. All that waits is not asked when it will be due, which would cost more the more waits."""
        ends = self._pauses.in_force(now).values()
        return float(max(min([now + POLL_SECONDS, *ends]) - now, _MORE_SECONDS))

    def _read(self, session: Session, row: Row[*tuple[Any, ...]], now: float) -> Claimed | None:
        """None for a damaged row: it is kept, since another key may open it, and nobody has to wait for it."""
        try:
            return self._open(session, row, now)
        except (VaultError, ValidationError) as error:
            log.critical("outbox: row %d can't be read (%s); what it says was not sent", row.id, type(error).__name__)
            aside = update(OutboxRow).where(col(OutboxRow.id) == row.id)
            until = now + UNREADABLE_SECONDS
            session.execute(aside.values(queue=row.name, chat=row.name, not_before=until))  # nor does it make a crowd
            return None

    def _open(self, session: Session, row: Row[*tuple[Any, ...]], now: float) -> Claimed | None:
        message = OutboxMessage.opened(self._sealing.vault, row.body, row.name)
        if row.is_unsure and message.lane >= Lane.LOOKUP and now - row.created_at > SILENT_AFTER:
            session.execute(delete(OutboxRow).where(col(OutboxRow.id) == row.id))
            return None
        may_be_repeat = row.is_unsure and not message.photo_platform  # fetching a photo again shows nothing twice
        if may_be_repeat and message.repeat_mark and message.parcel.act is Act.SEND and not message.parcel.done:
            message = message.with_parcel(text=f"{message.repeat_mark}\n\n{message.parcel.text}")
        topic: str | None = ""
        if message.room and not message.photo_platform:
            chat = self._chats.chat(session, message.room)
            topic = CasePosts(session, self._sealing).topic(message.code, message.room) if message.code else ""
            message = message.with_parcel(chat=chat, topic=topic or "")
        return Claimed(row.id, row.queue, row.chat, row.tries + 1, message, topic, row.created_at, row.is_unsure)
