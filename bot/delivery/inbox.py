"""The messages that came in: committed before it is confirmed to the messenger, and kept until it is handled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session, col

from bot.messengers.contract import Received
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing, new_name
from bot.storage.store import RINGS, Statement, Store, attempt, insert_once
from bot.storage.tables import InboxRow, SeenRow
from handlers.model.messages import Lane

log = logging.getLogger(__name__)

SEEN_HOURS = 48
"""How long a message is known as seen; Telegram keeps unconfirmed updates for 24 hours (Bot API, Getting updates)."""
INBOX = "inbox"
"""The name under which other processes are told that there is something to handle."""

_NEW = Statement(insert(InboxRow))
_SEE = insert_once(SeenRow, "tag")
_WAITING = Statement(
    select(func.min(col(InboxRow.lane)), func.count()).where(
        col(InboxRow.chat) == bindparam("of_chat"), col(InboxRow.is_aside).is_(False)
    )
)

LaneOf = Callable[[Session, Received], Lane | None]
"""Tells the lane of a message, in the caller's transaction; None for one of a group that is no desk."""


class Inbox:
    """Stores messages; `InboxWorker` has them handled."""

    def __init__(self, store: Store, sealing: Sealing, lane_of: LaneOf) -> None:
        self._store = store
        self._sealing = sealing
        self._lane_of = lane_of
        self.filled = asyncio.Event()
        """Set when there may be something to handle."""

    async def keep(self, batch: Sequence[Received]) -> Collection[str]:
        """Stores what was not seen before; it is on the disk when this returns. Raises StoreError.

        Returns the groups that are no desk: nothing of what was written there is kept.
        """
        try:
            strange = await self._store.run(partial(self._keep, batch=batch))
        except StoreError:
            raise
        except Exception:  # one of them; the others are heard all the same
            strange = await self._store.run(partial(self._keep_each, batch=batch))
        self.filled.set()
        return strange

    def put(self, session: Session, received: Received) -> None:
        """Stores one message in the caller's transaction; it is noticed within a second."""
        self._keep(session, [received])

    async def set_aside(self, platform: str, key: str, raw: bytes) -> None:
        """Keeps, sealed, what could not be read."""
        await self._store.run(partial(self._set_aside, key=self._seen_tag(platform, key), raw=raw))
        log.error("inbox: a message on %s could not be read and was set aside", platform)

    def wake(self) -> None:
        """Says that another process may have put something."""
        self.filled.set()

    def _keep(self, session: Session, batch: Sequence[Received], lane: Lane | None = None) -> set[str]:
        now, strange = self._sealing.seconds(), set[str]()
        for received in batch:
            its_lane = self._lane_of(session, received) if lane is None else lane
            if its_lane is None:
                strange.add(received.chat)
            elif self._is_new(session, self._seen_tag(received.platform, received.key), now):
                _NEW.run(session, **self._row(session, received, its_lane, now))
        session.info.setdefault(RINGS, set()).add(INBOX)
        return strange

    def _keep_each(self, session: Session, batch: Sequence[Received]) -> set[str]:
        """One by one. That whose urgency can't be told is urgent; what can't be stored at all is set aside, since a
        messenger to which it is not confirmed would bring it for ever."""
        strange = set[str]()
        for received in batch:
            kept = attempt(session, partial(self._keep, batch=[received]))
            if not isinstance(kept, Exception):
                strange |= kept
                continue
            outcome = attempt(session, partial(self._keep, batch=[received], lane=Lane.RECEIPT))
            if isinstance(outcome, Exception):
                log.critical("inbox: a message on %s can't be stored: set aside", received.platform, exc_info=outcome)
                raw = repr(received.model_dump()).encode("utf-8", "backslashreplace")
                self._set_aside(session, self._seen_tag(received.platform, received.key), raw)
        return strange

    def _is_new(self, session: Session, tag: str, now: float) -> bool:
        return _SEE.first(session, tag=tag, at=now) is not None

    def _row(self, session: Session, received: Received, lane: Lane, now: float) -> dict[str, object]:
        name = new_name()
        chat = self._sealing.tags.of("chat", received.platform, received.chat)
        lane_now, rank = self._place_in_chat(session, chat, lane)
        body = self._sealing.vault.seal(received.model_dump_json(exclude_defaults=True).encode(), "inbox", name)
        return {
            "name": name,
            "platform": received.platform,
            "chat": chat,
            "lane": lane_now,
            "fairness_rank": rank,
            "body": body,
            "received_at": now,
            "not_before": now + received.wait,
            "tries": 0,
            "is_aside": False,
        }

    def _place_in_chat(self, session: Session, chat: str, lane: Lane) -> tuple[int, int]:
        """(lane, fairness rank). An urgent message takes the earlier ones of its chat along: they stay in order."""
        most_urgent, waiting = _WAITING.first(session, of_chat=chat)
        if waiting and most_urgent > lane:
            of_chat = (col(InboxRow.chat) == chat, col(InboxRow.is_aside).is_(False))
            session.execute(update(InboxRow).where(*of_chat).values(lane=int(lane)))
        return min(int(lane), most_urgent) if waiting else int(lane), waiting

    def _set_aside(self, session: Session, key: str, raw: bytes) -> None:
        now, name = self._sealing.seconds(), new_name()
        if not self._is_new(session, key, now):
            return
        session.execute(
            insert(InboxRow).values(
                name=name,
                platform="",
                chat="",
                lane=int(Lane.NOTICE),
                fairness_rank=0,
                body=self._sealing.vault.seal(raw, "inbox", name),
                received_at=now,
                not_before=now,
                tries=0,
                is_aside=True,
            )
        )

    def _seen_tag(self, platform: str, key: str) -> str:
        return self._sealing.tags.of("seen", platform, key)
