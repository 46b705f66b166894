"""The cases, within one transaction: found, opened, changed, closed; none is open without an event to come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Executable, Integer, bindparam, cast, func, insert, literal_column, or_, select, update
from sqlmodel import Session, col

from bot.repositories.cases.answers import CaseAnswers
from bot.repositories.cases.codes import new_code
from bot.repositories.cases.erasure import CaseErasure
from bot.repositories.cases.posts import TOPIC_COLUMN, CasePosts
from bot.repositories.cases.records import CaseRecords
from bot.repositories.cases.retention_terms import RetentionTerms
from bot.repositories.cases.rows import (
    CASES,
    IS_LISTED,
    IS_OPEN,
    IS_REAL,
    OF_CODE,
    case_of_row,
    changing_columns,
)
from bot.repositories.desk_chats import room_chat
from bot.repositories.schedule import ScheduleRepository
from bot.settings.desk import DeskSettings
from bot.storage.aside import read_row
from bot.storage.sealing import Sealing, moment, new_name
from bot.storage.store import Statement, execute
from bot.storage.tables import CaseRow, DeedRow, OutboxRow
from handlers.cases import lifecycle
from handlers.model.cases import MOST_AT_ONCE, Author, Case, Deed, Digest, Entry, SilentCases, Stage
from handlers.model.codes import tidy_code
from handlers.model.escalation_policy import Routing
from handlers.model.messages import Lane, Person, Room, Wish

MOST_POSTS_LOOKED_AT = 100
"""Of what waits for the desk: enough to tell that it is more than it can be shown one by one."""
_HAS_CODE = Statement(select(col(CaseRow.code)).where(OF_CODE))
_CASE = Statement(CASES.where(OF_CODE).with_for_update())
"""Two workers must not decide about one case at the same time: who reads it to change it holds it (PostgreSQL)."""
_OF_PERSON = col(CaseRow.person) == bindparam("of_person")
_OPEN_CASE = Statement(CASES.where(_OF_PERSON, IS_OPEN).with_for_update())
_HAS_OPEN_CASE = Statement(select(col(CaseRow.code)).where(_OF_PERSON, IS_OPEN))
_NEWEST_CASE = CASES.where(_OF_PERSON).order_by(col(CaseRow.opened_at).desc()).limit(1)
_CODES_OF_PERSON = Statement(select(col(CaseRow.code)).where(_OF_PERSON))
_IN_TOPIC = {
    room: Statement(CASES.where(column == bindparam("of_topic")).with_for_update())
    for room, column in TOPIC_COLUMN.items()
}
_OPEN_CASES = (
    CASES.where(IS_OPEN, IS_REAL, (col(CaseRow.stage) == Stage.ACKNOWLEDGED.value) == bindparam("is_acknowledged"))
    .order_by(col(CaseRow.opened_at), col(CaseRow.code))
    .limit(bindparam("most"))
)
_NUMBER_OPEN = select(func.count()).select_from(CaseRow).where(IS_OPEN, IS_REAL)
_IN_LIST = (
    CASES.where(IS_LISTED, IS_REAL, col(CaseRow.digest) == bindparam("of_digest"))
    .order_by(col(CaseRow.opened_at), col(CaseRow.code))
    .limit(bindparam("most"))
)
_SILENT = select(func.count(), func.max(col(CaseRow.step)), func.max(cast(col(CaseRow.is_at_backup), Integer))).where(
    IS_LISTED, IS_REAL, col(CaseRow.stage) != Stage.ACKNOWLEDGED.value
)
_OPENED_SINCE = Statement(
    select(func.count()).select_from(CaseRow).where(col(CaseRow.opened_at) > bindparam("moment"), IS_REAL)
)
_FIRST_POSTS = (
    select(col(OutboxRow.code), col(OutboxRow.tries))
    .where(
        col(OutboxRow.platform) == bindparam("of_platform"),
        col(OutboxRow.lane) <= int(Lane.ANSWER),
        col(OutboxRow.chat) == bindparam("of_chat"),
        or_(col(OutboxRow.tries) != 1, col(OutboxRow.is_unsure).is_(False)),
        col(OutboxRow.created_at) < bindparam("before"),
    )
    .limit(literal_column(str(MOST_POSTS_LOOKED_AT)))
    .subquery()
)
_WAITING_POSTS = Statement(select(func.count(_FIRST_POSTS.c.code.distinct()), func.max(_FIRST_POSTS.c.tries)))
"""Without what is on its way for the first time; what failed more than once tells that the desk is in trouble. Once is
no sign of it: a crowd is told so by a 429."""
_CHANGE = Statement(update(CaseRow).where(OF_CODE))
_READDRESS = Statement(update(CaseRow).where(OF_CODE).values(address=bindparam("sealed")))
_PURGE_AT = update(CaseRow).where(OF_CODE).values(purge_at=bindparam("at"))
_NEW_CASE = Statement(insert(CaseRow))
_NEW_DEED = Statement(insert(DeedRow))
_DEEDS = Statement(
    select(col(DeedRow.id), col(DeedRow.name), col(DeedRow.body))
    .where(col(DeedRow.code) == bindparam("of_code"))
    .order_by(col(DeedRow.id))
)
BOARD_PAUSE = timedelta(seconds=20)
"""How long the board lets changes gather before it shows them."""


def has_open_case(session: Session, person: Person) -> bool:
    """Whether a case of this person is open; holds nothing up."""
    return _HAS_OPEN_CASE.first(session, of_person=person.tag) is not None


class CaseRepository:
    """`handlers.ports.Desk` within one transaction."""

    def __init__(
        self,
        session: Session,
        sealing: Sealing,
        settings: DeskSettings | None,
        asker_address: str = "",
        routing: Routing | None = None,
    ) -> None:
        """`asker_address`: where the person of a case that is opened is answered, as `platform:chat`."""
        self._asker_address = asker_address
        self._routing = routing or Routing()
        self._session = session
        self._sealing = sealing
        self._settings = settings
        self._schedule = ScheduleRepository(session)
        self._records = CaseRecords(session, sealing)
        self._posts = CasePosts(session, sealing)
        self._answers = CaseAnswers(session, sealing)
        self._erasure = CaseErasure(session, sealing)
        self._terms = RetentionTerms(session, sealing)

    def is_open_for_sos(self) -> bool:
        return self._settings is not None

    def has_backup(self) -> bool:
        return self._settings is not None and self._settings.backup is not None

    def may_show_words(self, platform: str, room: Room = Room.DESK) -> bool:
        return self._settings is not None and self._settings.may_show(platform, room)

    def open(self, person: Person, platform: str, language: str) -> Case:
        code = new_code()
        while _HAS_CODE.first(self._session, of_code=code) is not None:
            code = new_code()
        now = moment(self._sealing.seconds())
        case = Case(code, person, platform, language, Stage.SAVED, now, since=now)
        _NEW_CASE.run(
            self._session,
            **{"code": code, "person": person.tag, "platform": platform, "language": language},
            **{"address": self._records.begin(code, self._asker_address), "opened_at": now.timestamp()},
            topic="" if case.is_drill else None,  # an exercise opens no topic that would look like a case's
            **changing_columns(case),
        )
        return self._watch(case)

    def keep(self, case: Case) -> Case:
        _CHANGE.run(self._session, of_code=case.code, **changing_columns(case))
        return self._watch(case)

    def _watch(self, case: Case) -> Case:
        """One transaction holds the case and its event: no case that is open can be without one."""
        due = lifecycle.due(case, self._routing)
        if due is None:
            self._schedule.drop(case.code)
        else:
            self._schedule.set(case.code, Wish("case.alarm", case.code), due)
        board_at = self._sealing.clock.now() + BOARD_PAUSE
        self._schedule.bring_forward("board", Wish("board.refresh"), board_at)
        return case

    def case_of(self, person: Person) -> Case | None:
        if not person.tag:  # else nobody would have every case whose person has deleted everything
            return None
        return case_of_row(_OPEN_CASE.first(self._session, of_person=person.tag))

    def closed_case_of(self, person: Person) -> Case | None:
        newest = execute(self._session, _NEWEST_CASE, of_person=person.tag).first() if person.tag else None
        case = case_of_row(newest)
        is_kept = case is not None and case.stage is Stage.CLOSED and bool(self._records.entries(case.code))
        return case if is_kept else None

    def find(self, code: str) -> Case | None:
        tidy = tidy_code(code)
        return case_of_row(_CASE.first(self._session, of_code=tidy)) if tidy else None

    def quoted(self, message: str, room: Room = Room.DESK) -> Case | None:
        return self.find(self._posts.code_of(message, room))

    def in_topic(self, topic: str, room: Room = Room.DESK) -> Case | None:
        return case_of_row(_IN_TOPIC[room].first(self._session, of_topic=topic)) if topic else None

    def opened_since(self, moment: datetime) -> int:
        return int(_OPENED_SINCE.first(self._session, moment=moment.timestamp())[0])

    def waiting_posts(self, since: datetime) -> int:
        platform = self._settings.platform if self._settings else ""
        chat = room_chat(self._sealing, platform, Room.DESK)
        before = since.timestamp()
        number, tries = _WAITING_POSTS.first(self._session, of_platform=platform, of_chat=chat, before=before)
        return 0 if (tries or 0) > 1 else int(number)

    def note(self, case: Case, deed: Deed) -> None:
        name = new_name()
        content = json.dumps([deed.label, deed.name, deed.at.timestamp()])
        body = self._sealing.vault.seal(content.encode(), "deed", name)
        _NEW_DEED.run(self._session, name=name, code=case.code, body=body)

    def deeds(self, case: Case) -> Sequence[Deed]:
        rows = _DEEDS.run(self._session, of_code=case.code).fetchall()
        return [deed for key, name, body in rows if (deed := self._deed(key, name, body))]

    def _deed(self, key: int, name: str, body: bytes) -> Deed | None:
        def read() -> Deed:
            label, deed, at = json.loads(self._sealing.vault.open(body, "deed", name))
            return Deed(label, deed, moment(at))

        return read_row(self._session, self._sealing.vault, self._sealing.seconds(), DeedRow, key, read)

    def open_cases(self, most: int = MOST_AT_ONCE) -> Sequence[Case]:
        first = self._cases(_OPEN_CASES, is_acknowledged=False, most=most)
        return [*first, *self._cases(_OPEN_CASES, is_acknowledged=True, most=most - len(first))]

    def number_open(self) -> int:
        return int(execute(self._session, _NUMBER_OPEN).scalar_one())

    def in_list(self, digest: Digest, most: int) -> Sequence[Case]:
        return self._cases(_IN_LIST, of_digest=digest.value, most=most)

    def silent_in_list(self) -> SilentCases:
        number, step, is_at_backup = execute(self._session, _SILENT).one()
        return SilentCases(int(number), int(step or 0), bool(is_at_backup))

    def _cases(self, statement: Executable, **values: object) -> Sequence[Case]:
        cases = (case_of_row(row) for row in execute(self._session, statement, **values))
        return [case for case in cases if case]

    def add(self, case: Case, entry: Entry) -> str:
        name = self._records.add(case.code, entry) or self._add_anew(case, entry)
        if name:
            self.keep_longer(case)
        if entry.author is Author.PERSON and case.person.tag and self._asker_address:
            self._records.mend_address(case.code, self._asker_address)
        return f"{case.code} {name}" if name else ""

    def _add_anew(self, case: Case, entry: Entry) -> str:
        """A case whose key was given up as lost gets a new one, and its address, once its person writes."""
        now = self.find(case.code)  # whoever has deleted everything has no case any more, whatever the caller holds
        if entry.author is not Author.PERSON or not (now and now.person.tag) or not self._asker_address:
            return ""
        address = self._records.begin(case.code, self._asker_address)
        _READDRESS.run(self._session, of_code=case.code, sealed=address)
        return self._records.add(case.code, entry)

    def record(self, case: Case) -> Sequence[Entry]:
        return [entry for entry in self._records.entries(case.code) if entry.author is not Author.UNSENT]

    def was_written(self, answer: str, message: str, room: Room) -> None:
        self._answers.was_written(answer, message, room)

    def answer_written(self, message: str, room: Room) -> tuple[Case, Entry] | None:
        answer = self._answers.written_by(message, room)
        case, entry = self.find(answer.partition(" ")[0]), self._entry(answer)
        return (case, entry) if case and entry else None

    def answer_brought(self, person: Person, message: str) -> Entry | None:
        return self._entry(self._answers.brought_by(person, message)) if person.tag else None

    def take_unsent(self, case: Case, name: str) -> str:
        entry = self._records.entry(case.code, name)
        if entry is None or entry.author is not Author.UNSENT:
            return ""
        self._records.drop(case.code, name)
        return entry.words

    def _entry(self, reference: str) -> Entry | None:
        code, _space, name = reference.partition(" ")
        return self._records.entry(code, name) if name else None

    def can_be_reached(self, case: Case) -> bool:
        return bool(self._records.address(case.code))

    def address_of(self, person: Person) -> str:
        """The address of the person, as their newest case has it, closed or not; empty where none has."""
        newest = execute(self._session, _NEWEST_CASE, of_person=person.tag).first() if person.tag else None
        case = case_of_row(newest)
        return self._records.address(case.code) if case else ""

    def close(self, case: Case, at: datetime) -> Case:
        execute(self._session, _PURGE_AT, of_code=case.code, at=at.timestamp() + self._retention_days() * 86_400)
        return self.keep(replace(case, stage=Stage.CLOSED, closed_at=at))

    def reopen(self, case: Case, label: str, at: datetime) -> Case:
        execute(self._session, _PURGE_AT, of_code=case.code, at=None)
        self._terms.drop(case.code)
        return self.keep(lifecycle.reopened(case, label, at))

    def keep_longer(self, case: Case) -> None:
        self._terms.put_off(case.code, case.person.tag, self._retention_days())

    def warned(self, case: Case) -> None:
        self._terms.told(case.code)

    def _retention_days(self) -> int:
        return self._settings.retention_days if self._settings else 0

    def forget(self, person: Person) -> None:
        if case := self.case_of(person):
            self.keep(lifecycle.withdrawn(case, self._sealing.clock.now()))
        for [code] in _CODES_OF_PERSON.run(self._session, of_person=person.tag).fetchall():
            self._erasure.wipe(code)

    def discard(self, case: Case) -> None:
        self._erasure.discard(case.code)
