"""Which answer of the team a message is, in a person's chat and at a desk, within one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bot.storage.sealing import Sealing
from bot.storage.store import Statement, upsert
from bot.storage.tables import AnswerRow
from handlers.model.messages import Person, Room

_KEEP = upsert(AnswerRow, "tag")
_ANSWER = Statement(select(col(AnswerRow.code), col(AnswerRow.entry)).where(col(AnswerRow.tag) == bindparam("of_tag")))


class CaseAnswers:
    """Leads from a message to what it says in the record of a case: to a reference of `Desk.add`; empty for none."""

    def __init__(self, session: Session, sealing: Sealing) -> None:
        self._session = session
        self._sealing = sealing

    def brought(self, answer: str, person: Person, messages: Sequence[str]) -> None:
        """A messenger has accepted the answer: these messages of the person's chat hold it."""
        for message in messages:
            self._keep(self._in_chat(person, message), answer)

    def was_written(self, answer: str, message: str, room: Room) -> None:
        """The answer was written with this message of that desk."""
        self._keep(self._at_desk(message, room), answer)

    def brought_by(self, person: Person, message: str) -> str:
        return self._find(self._in_chat(person, message))

    def written_by(self, message: str, room: Room) -> str:
        return self._find(self._at_desk(message, room))

    def _keep(self, tag: str, answer: str) -> None:
        code, _space, entry = answer.partition(" ")
        _KEEP.run(self._session, tag=tag, code=code, entry=entry)

    def _find(self, tag: str) -> str:
        return " ".join(_ANSWER.first(self._session, of_tag=tag) or [])

    def _in_chat(self, person: Person, message: str) -> str:
        return self._sealing.tags.of("answer", person.tag, message)

    def _at_desk(self, message: str, room: Room) -> str:
        return self._sealing.tags.of("answer at", room.value, message)
