"""The messages that must be sent: committed together with what caused them, sealed, in the order of their arrival."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import bindparam, delete, insert
from sqlmodel import Session, col

from bot.delivery.fairness import FairnessRanks
from bot.delivery.outbox_message import OutboxMessage, photos_chat
from bot.messengers.contract import Act
from bot.repositories.desk_chats import room_chat
from bot.storage.sealing import Sealing, new_name
from bot.storage.store import RINGS, Statement
from bot.storage.tables import OutboxRow
from handlers.model.messages import Lane

_NEW = Statement(insert(OutboxRow))
_DROP_OLDER = Statement(
    delete(OutboxRow).where(
        col(OutboxRow.platform) == bindparam("of_platform"),
        col(OutboxRow.queue) == bindparam("of_queue"),
        col(OutboxRow.slot) == bindparam("of_slot"),
        col(OutboxRow.tries) == 0,
    )
)


class Outbox:
    """Takes in what must be sent; `Sender` sends it."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing
        self._put: Counter[str] = Counter()
        self._ranks = FairnessRanks(sealing.seconds)

    def put(self, session: Session, message: OutboxMessage) -> None:
        """Stores a message in the caller's transaction; tell the `Sender` afterwards."""
        now = self._sealing.seconds()
        name = new_name()
        platform, queue, chat, lane = message.platform, self._queue(message), self._chat(message), message.lane
        turn = queue
        if message.photo_platform:  # how fetching it goes says nothing about the chat that it is for
            platform, queue = message.photo_platform, self._sealing.tags.of("queue", name)
            chat, lane, turn = photos_chat(self._sealing, platform), max(lane, Lane.CONSENT), f"photos {turn}"
        slot = message.slot if message.parcel.act is Act.EDIT or not message.room else ""
        if slot and not message.is_continued:  # the newest is all that anybody needs
            _DROP_OLDER.run(session, of_platform=platform, of_queue=queue, of_slot=slot)
        self._put[platform] += 1
        session.info.setdefault(RINGS, set()).add(platform)
        _NEW.run(
            session,
            name=name,
            platform=platform,
            queue=queue,
            chat=chat,
            lane=int(lane),
            fairness_rank=self._ranks.next(turn) if message.code or not message.room else 0,
            slot=slot,
            owner=message.person,
            code=message.code,
            body=message.sealed(self._sealing.vault, name),
            created_at=now,
            not_before=now,
            tries=0,
            is_unsure=False,
        )

    def put_so_far(self, platform: str) -> int:
        """The number of rows that this process has put for a messenger; it changes in the store's thread alone."""
        return self._put[platform]

    def _queue(self, message: OutboxMessage) -> str:
        where = (message.room.value, message.code) if message.room else ("person", message.parcel.chat)
        return self._sealing.tags.of("queue", message.platform, *where)

    def _chat(self, message: OutboxMessage) -> str:
        if message.room:
            return room_chat(self._sealing, message.platform, message.room)
        return self._sealing.tags.of("chat", message.platform, "person", message.parcel.chat)
