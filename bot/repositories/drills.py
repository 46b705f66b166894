"""The exercise that is on, within one transaction: the message that begins it, and its figures."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlmodel import Session

from bot.messengers.contract import Received
from bot.storage.sealing import Sealing, keep_sealed, moment, new_name, read_sealed
from handlers.model.cases import NEVER
from handlers.model.duty import Drill
from handlers.model.messages import DRILL

_NAME = "drill"

TakeIn = Callable[[Session, Received], None]
"""Puts a message into the inbox, in the caller's transaction."""


class DrillRepository:
    """`handlers.ports.Drills` within one transaction."""

    def __init__(self, session: Session, sealing: Sealing, take_in: TakeIn) -> None:
        self._session = session
        self._sealing = sealing
        self._take_in = take_in

    def newest(self) -> Drill:
        return read_drill(self._session, self._sealing) or Drill(NEVER, is_over=True)

    def keep(self, drill: Drill) -> None:
        content = [drill.began.timestamp(), drill.code, drill.to_desk, drill.to_staff, drill.is_over]
        keep_sealed(self._session, self._sealing, _NAME, json.dumps(content))
        self._session.flush()  # `newest` is asked in the same transaction

    def begin(self, drill: Drill, words: str) -> None:
        self.keep(drill)
        call = Received(
            platform=DRILL,
            key=new_name(),
            chat=DRILL,
            sender=DRILL,
            is_private=True,
            at=drill.began.timestamp(),
            text=words,
            can_be_deleted=False,
        )
        self._take_in(self._session, call)


def read_drill(session: Session, sealing: Sealing) -> Drill | None:
    """The newest exercise; nothing when there never was one."""
    stored = read_sealed(session, sealing, _NAME)
    if not stored:
        return None
    began, code, to_desk, to_staff, is_over = json.loads(stored)
    return Drill(moment(began), code, to_desk, to_staff, is_over)
