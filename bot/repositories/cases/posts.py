"""The posts of a case in the desks, and its topic in a forum, within one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from bot.repositories.cases.rows import OF_CODE
from bot.storage.sealing import Sealing
from bot.storage.store import Statement, upsert
from bot.storage.tables import CaseRow, PostRow
from handlers.model.messages import Room

TOPIC_COLUMN: dict[Room, Any] = {Room.DESK: col(CaseRow.topic), Room.BACKUP: col(CaseRow.backup_topic)}
_TOPIC = {room: Statement(select(column).where(OF_CODE)) for room, column in TOPIC_COLUMN.items()}
_KEEP_POST = upsert(PostRow, "tag")
_CODE = Statement(select(col(PostRow.code)).where(col(PostRow.tag) == bindparam("of_tag")))


class CasePosts:
    """Leads from a desk's message to its case, and from a case to its topic."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def add(self, code: str, messages: Sequence[str], room: Room) -> None:
        """Notes messages of that desk, by their references, as posts of this case."""
        for message in messages:
            _KEEP_POST.run(self._session, tag=self._tag(message, room), code=code)

    def code_of(self, message: str, room: Room) -> str:
        """The code of the case that a message of that desk belongs to; empty for none."""
        [code] = _CODE.first(self._session, of_tag=self._tag(message, room)) or [""]
        return str(code)

    def topic(self, code: str, room: Room) -> str | None:
        """The case's topic in that desk: None when it has yet to be opened, empty where the desk has no topics."""
        [topic] = _TOPIC[room].first(self._session, of_code=code) or [None]
        return topic if topic is None else str(topic)

    def set_topic(self, code: str, topic: str | None, room: Room) -> None:
        """None: it must be opened anew."""
        self._session.execute(update(CaseRow).where(col(CaseRow.code) == code).values({TOPIC_COLUMN[room]: topic}))

    def _tag(self, message: str, room: Room) -> str:
        """Messages are numbered anew in each chat: the same number may stand in both desks."""
        return self._sealing.tags.of("post", message, *([room.value] if room is not Room.DESK else []))
