"""The cases, within one transaction: each sealed with a key of its own, whose destruction is the deletion."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlmodel import Session, col

from bot.repositories.case_codes import new_code, tidy_code
from bot.repositories.retention_terms import RetentionTerms
from bot.repositories.schedule import ScheduleRepository
from bot.settings.desk import DeskSettings
from bot.storage.sealing import GRAVE, Sealing, keep_sealed, moment, new_name, read_sealed
from bot.storage.store import Statement, execute, upsert
from bot.storage.tables import BanRow, CaseKeyRow, CaseRow, DeedRow, EntryRow, OfferRow, OutboxRow, PostRow, SealedRow
from bot.storage.vault import Vault, new_key
from handlers.cases import lifecycle
from handlers.model.cases import Author, Ban, Case, Deed, Digest, Entry, Stage
from handlers.model.escalation_policy import Routing
from handlers.model.messages import DRILL, Lane, Media, Person, Point, Room, Staff, Wish


class _Stored(NamedTuple):
    """What a case is made of, in the columns' order."""

    code: str
    person: str
    platform: str
    language: str
    stage: str
    opened_at: float
    owner: str
    is_offered: bool
    is_withdrawn: bool
    acknowledged_at: float | None
    closed_at: float | None
    since: float | None
    is_waiting: bool
    is_answered: bool
    step: int
    calls: int
    snoozes: int
    snoozed_until: float | None
    is_at_backup: bool
    digest: str
    purge_at: float | None


_CASES = select(*(col(getattr(CaseRow, name)) for name in _Stored._fields))
_HAS_CODE = Statement(select(col(CaseRow.code)).where(col(CaseRow.code) == bindparam("of_code")))
_CASE = Statement(_CASES.where(col(CaseRow.code) == bindparam("of_code")).with_for_update())
"""Two workers must not decide about one case at the same time: who reads it to change it holds it (PostgreSQL)."""
_OF_PERSON = (col(CaseRow.person) == bindparam("of_person"), col(CaseRow.stage) != Stage.CLOSED.value)
_OPEN_CASE = Statement(_CASES.where(*_OF_PERSON).with_for_update())
_IN_TOPIC = {
    room: Statement(_CASES.where(column == bindparam("of_topic")).with_for_update())
    for room, column in ((Room.DESK, col(CaseRow.topic)), (Room.BACKUP, col(CaseRow.backup_topic)))
}
_HAS_OPEN_CASE = Statement(select(col(CaseRow.code)).where(*_OF_PERSON))
_IS_REAL = col(CaseRow.platform) != DRILL
_OPENED_SINCE = Statement(
    select(func.count()).select_from(CaseRow).where(col(CaseRow.opened_at) > bindparam("moment"), _IS_REAL)
)
_WAITING_POSTS = Statement(
    select(func.count(col(OutboxRow.code).distinct()), func.max(col(OutboxRow.tries))).where(
        col(OutboxRow.platform) == bindparam("of_platform"),
        col(OutboxRow.lane) <= int(Lane.ANSWER),
        col(OutboxRow.chat) == bindparam("of_chat"),
        or_(col(OutboxRow.tries) != 1, col(OutboxRow.is_unsure).is_(False)),
        col(OutboxRow.created_at) < bindparam("before"),
    )
)
"""Without what is on its way for the first time; what failed more than once tells that the desk is in trouble. Once is
no sign of it: a crowd is told so by a 429."""
_CHANGE = Statement(update(CaseRow).where(col(CaseRow.code) == bindparam("of_code")))
_PURGE_AT = update(CaseRow).where(col(CaseRow.code) == bindparam("of_code")).values(purge_at=bindparam("at"))
_NEW_CASE = Statement(insert(CaseRow))
_NEW_KEY = Statement(insert(CaseKeyRow))
_KEY = Statement(select(col(CaseKeyRow.body)).where(col(CaseKeyRow.code) == bindparam("of_code")))
_NEW_ENTRY = Statement(insert(EntryRow))
_KEEP_POST = upsert(PostRow, "tag")
_BAN = Statement(select(col(BanRow.until), col(BanRow.is_appealed)).where(col(BanRow.tag) == bindparam("of_tag")))
_BURIED = "buried "
"""Before the code in the grave of a case that is over; the grave of one that was wiped has the code alone."""
_SUSPENDED = "suspended "
_CONFIRMED = "confirmed "
CONFIRMED_SECONDS = 60.0
"""So long after a confirmation, what was on its way before the key was accepted may still tell that it is new."""
BOARD_PAUSE = timedelta(seconds=20)
"""How long the board lets changes gather before it shows them."""


def room_chat(sealing: Sealing, platform: str, room: Room) -> str:
    """The tag by which the outbox knows the chat of a desk, wherever its group has moved."""
    return sealing.tags.of("chat", platform, room.value, "")


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
        self._asker_address = asker_address
        self._routing = routing or Routing()
        self._session = session
        self._sealing = sealing
        self._settings = settings
        self._vaults: dict[str, Vault] = {}
        self.confirmed: list[tuple[str, Wish]] = []
        """The accounts (`signal:UUID`) whose new key was confirmed in this transaction, and what follows once the
        messenger has accepted it."""
        self._schedule = ScheduleRepository(session)
        self._terms = RetentionTerms(session, sealing)

    def is_open_for_sos(self) -> bool:
        return self._settings is not None

    def has_backup(self) -> bool:
        return self._settings is not None and self._settings.backup is not None

    def may_show_words(self, platform: str, room: Room = Room.DESK) -> bool:
        settings = self._settings
        address = settings.address_of(room) if settings else None
        if settings is None or address is None:
            return False
        return address.platform == platform or platform != "signal" or settings.allows_downgrade

    def open(self, person: Person, platform: str, language: str) -> Case:
        code = new_code()
        while _HAS_CODE.first(self._session, of_code=code) is not None:
            code = new_code()
        key = new_key()
        self._vaults[code] = Vault([key])
        _NEW_KEY.run(self._session, code=code, body=self._sealing.vault.seal(key, "case_key", code))
        address = self._vaults[code].seal(self._asker_address.encode(), "sos_case", code)
        now = moment(self._sealing.seconds())
        case = Case(code, person, platform, language, Stage.SAVED, now, since=now)
        _NEW_CASE.run(
            self._session,
            **{"code": code, "person": person.tag, "platform": platform, "language": language},
            **{"address": address, "opened_at": now.timestamp()},
            topic="" if case.is_drill else None,  # an exercise opens no topic that would look like a case's
            **_state(case),
        )
        return self._watch(case)

    def keep(self, case: Case) -> Case:
        _CHANGE.run(self._session, of_code=case.code, **_state(case))
        return self._watch(case)

    def _watch(self, case: Case) -> Case:
        """One transaction holds the case and its alarm: no case that is open can be without one."""
        due = lifecycle.due(case, self._routing)
        if due is None:
            self._schedule.drop(case.code)
        else:
            self._schedule.set(case.code, Wish("case.alarm", case.code), due)
        board_at = self._sealing.clock.now() + BOARD_PAUSE
        self._schedule.bring_forward("board", Wish("board.refresh"), board_at)
        return case

    def has_case(self, person: Person) -> bool:
        """Whether a case of this person is open; holds nothing up."""
        return _HAS_OPEN_CASE.first(self._session, of_person=person.tag) is not None

    def case_of(self, person: Person) -> Case | None:
        return _case_or_none(_OPEN_CASE.first(self._session, of_person=person.tag))

    def find(self, code: str) -> Case | None:
        tidy = tidy_code(code)
        return _case_or_none(_CASE.first(self._session, of_code=tidy)) if tidy else None

    def quoted(self, message: str, room: Room = Room.DESK) -> Case | None:
        code = self._session.execute(
            select(col(PostRow.code)).where(col(PostRow.tag) == self._post_tag(message, room))
        ).scalar()
        return self.find(code) if code else None

    def in_topic(self, topic: str, room: Room = Room.DESK) -> Case | None:
        if not topic:
            return None
        return _case_or_none(_IN_TOPIC[room].first(self._session, of_topic=topic))

    def ban_of(self, person: Person) -> Ban | None:
        until, is_appealed = _BAN.first(self._session, of_tag=person.tag) or (0.0, False)
        return Ban(moment(until), bool(is_appealed)) if until > self._sealing.seconds() else None

    def keep_ban(self, person: Person, ban: Ban | None) -> None:
        execute(self._session, delete(BanRow).where(col(BanRow.tag) == person.tag))
        if ban:
            values = {"tag": person.tag, "until": ban.until.timestamp(), "is_appealed": ban.is_appealed}
            execute(self._session, insert(BanRow), **values)

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
        execute(self._session, insert(DeedRow), name=name, code=case.code, body=body)

    def deeds(self, case: Case) -> Sequence[Deed]:
        rows = self._session.execute(
            select(col(DeedRow.name), col(DeedRow.body)).where(col(DeedRow.code) == case.code).order_by(col(DeedRow.id))
        )
        opened = (json.loads(self._sealing.vault.open(body, "deed", name)) for name, body in rows)
        return [Deed(label, deed, moment(at)) for label, deed, at in opened]

    def open_cases(self) -> Sequence[Case]:
        rows = execute(
            self._session,
            _CASES.where(col(CaseRow.stage) != Stage.CLOSED.value, _IS_REAL).order_by(
                col(CaseRow.stage) == Stage.ACKNOWLEDGED.value, col(CaseRow.opened_at)
            ),
        )
        return [_case(row) for row in rows]

    def add(self, case: Case, entry: Entry) -> None:
        vault = self._vault_of(case)
        if vault is None:
            return
        name = new_name()
        body = vault.seal(json.dumps(_entry_to_json(entry)).encode(), "entry", name)
        _NEW_ENTRY.run(self._session, name=name, code=case.code, body=body)
        self.keep_longer(case)

    def record(self, case: Case) -> Sequence[Entry]:
        vault = self._vault_of(case)
        if vault is None:
            return []
        rows = self._session.execute(
            select(col(EntryRow.name), col(EntryRow.body))
            .where(col(EntryRow.code) == case.code)
            .order_by(col(EntryRow.id))
        )
        return [_entry_from_json(json.loads(vault.open(body, "entry", name))) for name, body in rows]

    def can_be_reached(self, case: Case) -> bool:
        return bool(self.address(case))

    def address(self, case: Case) -> str:
        """Where the person of the case is answered; an empty text once it was destroyed."""
        vault = self._vault_of(case)
        sealed = self._session.execute(select(col(CaseRow.address)).where(col(CaseRow.code) == case.code)).scalar()
        return vault.open(sealed, "sos_case", case.code).decode() if vault and sealed else ""

    def address_of(self, person: Person) -> str:
        """Where the person of the newest case is answered, closed or not."""
        newest = _CASES.where(col(CaseRow.person) == person.tag).order_by(col(CaseRow.opened_at).desc()).limit(1)
        case = _case_or_none(execute(self._session, newest).first())
        return self.address(case) if case and person.tag else ""

    def topic(self, code: str, room: Room) -> str | None:
        """None: not opened yet."""
        return self._session.execute(select(_topic_of(room)).where(col(CaseRow.code) == code)).scalar()

    def set_topic(self, code: str, topic: str | None, room: Room) -> None:
        self._session.execute(update(CaseRow).where(col(CaseRow.code) == code).values({_topic_of(room): topic}))

    def add_posts(self, code: str, messages: Sequence[str], room: Room) -> None:
        for message in messages:
            _KEEP_POST.run(self._session, tag=self._post_tag(message, room), code=code)

    def close(self, case: Case, at: datetime) -> Case:
        execute(self._session, _PURGE_AT, of_code=case.code, at=at.timestamp() + self._retention_days() * 86_400)
        return self.keep(replace(case, stage=Stage.CLOSED, closed_at=at))

    def keep_longer(self, case: Case) -> None:
        self._terms.put_off(case.code, case.person.tag, self._retention_days())

    def warned(self, case: Case) -> None:
        self._terms.told(case.code)

    def _retention_days(self) -> int:
        return self._settings.retention_days if self._settings else 0

    def forget(self, person: Person) -> None:
        if case := self.case_of(person):
            self.keep(lifecycle.withdrawn(case, self._sealing.clock.now()))
        codes = execute(self._session, select(col(CaseRow.code)).where(col(CaseRow.person) == person.tag))
        for code in codes.scalars().all():
            self.erase(code)

    def erase(self, code: str) -> None:
        """Destroys the key and all that was said; what stays is a tombstone: code, stage, times."""
        self._sealing.bury(code)
        self._empty(code)

    def _empty(self, code: str) -> None:
        self._vaults.pop(code, None)
        for statement in (
            delete(CaseKeyRow).where(col(CaseKeyRow.code) == code),
            delete(EntryRow).where(col(EntryRow.code) == code),
            delete(OutboxRow).where(col(OutboxRow.code) == code),
            update(CaseRow).where(col(CaseRow.code) == code).values(person="", address=b"", language="", platform=""),
        ):
            self._session.execute(statement)

    def bury(self, code: str) -> None:
        """Erases a case whose time is over, with its posts and buttons, and closes it if a backup had it as open."""
        self._sealing.bury(_BURIED + code)
        self._empty(code)
        self._terms.drop(code)
        self._schedule.drop(code)
        self._session.execute(delete(PostRow).where(col(PostRow.code) == code))
        self._session.execute(delete(OfferRow).where(col(OfferRow.code) == code))
        self._session.execute(delete(DeedRow).where(col(DeedRow.code) == code))
        self._session.execute(
            update(CaseRow)
            .where(col(CaseRow.code) == code)
            .values(owner="", stage=Stage.CLOSED.value, topic=None, backup_topic=None, purge_at=None)
        )

    def bury_again(self, code: str, graves: Set[str]) -> None:
        """Does to a restored case what these graves tell: of one that was wiped while it was open, somebody still
        has to hear."""
        if self._sealing.tags.of(GRAVE, _BURIED + code) in graves:
            self.bury(code)
        elif self._sealing.tags.of(GRAVE, code) in graves:
            self.erase(code)

    def discard(self, case: Case) -> None:
        self.bury(case.code)
        self._session.execute(delete(CaseRow).where(col(CaseRow.code) == case.code))

    def suspend(self, label: str, account: str) -> bool:
        """From now on this staff member can do nothing, until a colleague confirms them; False when that is no news."""
        confirmed = float(read_sealed(self._session, self._sealing, _CONFIRMED + label) or 0)
        if self.is_suspended(label) or self._sealing.seconds() - confirmed < CONFIRMED_SECONDS:
            return False
        keep_sealed(self._session, self._sealing, _SUSPENDED + label, account)
        return True

    def is_suspended(self, label: str) -> bool:
        return bool(read_sealed(self._session, self._sealing, _SUSPENDED + label))

    def confirm(self, label: str, by: Staff) -> bool:
        account = read_sealed(self._session, self._sealing, _SUSPENDED + label)
        if account:
            self.confirmed.append((account, Wish("staff.trusted", f"{label} {by.label}")))
        return bool(account)

    def restore(self, label: str) -> None:
        self._session.execute(delete(SealedRow).where(col(SealedRow.name) == _SUSPENDED + label))
        keep_sealed(self._session, self._sealing, _CONFIRMED + label, str(self._sealing.seconds()))

    def _post_tag(self, message: str, room: Room) -> str:
        """Messages are numbered anew in each chat: the same number may stand in both desks."""
        return self._sealing.tags.of("post", message, *([room.value] if room is not Room.DESK else []))

    def _vault_of(self, case: Case) -> Vault | None:
        if case.code not in self._vaults:
            row = _KEY.first(self._session, of_code=case.code)
            if row is None:
                return None
            self._vaults[case.code] = Vault([self._sealing.vault.open(row[0], "case_key", case.code)])
        return self._vaults[case.code]


def _case_or_none(row: Sequence[Any] | None) -> Case | None:
    return _case(row) if row else None


def _case(row: Sequence[Any]) -> Case:
    stored = _Stored(*row)
    return Case(
        code=stored.code,
        person=Person(stored.person),
        platform=stored.platform,
        language=stored.language,
        stage=Stage(stored.stage),
        opened_at=moment(stored.opened_at),
        owner=stored.owner,
        is_offered=bool(stored.is_offered),
        is_withdrawn=bool(stored.is_withdrawn),
        acknowledged_at=_moment(stored.acknowledged_at),
        closed_at=_moment(stored.closed_at),
        since=moment(stored.since or stored.opened_at),
        is_waiting=bool(stored.is_waiting),
        is_answered=bool(stored.is_answered),
        step=stored.step,
        calls=stored.calls,
        snoozes=stored.snoozes,
        snoozed_until=_moment(stored.snoozed_until),
        is_at_backup=bool(stored.is_at_backup),
        digest=Digest(stored.digest),
        purge_at=_moment(stored.purge_at),
    )


def _state(case: Case) -> dict[str, Any]:
    """The columns of a case that change."""
    return {
        "stage": case.stage.value,
        "owner": case.owner,
        "is_offered": case.is_offered,
        "is_withdrawn": case.is_withdrawn,
        "is_waiting": case.is_waiting,
        "is_answered": case.is_answered,
        "is_at_backup": case.is_at_backup,
        "digest": case.digest.value,
        "step": case.step,
        "calls": case.calls,
        "snoozes": case.snoozes,
        "snoozed_until": _seconds(case.snoozed_until),
        "since": _seconds(case.since),
        "acknowledged_at": _seconds(case.acknowledged_at),
        "closed_at": _seconds(case.closed_at),
    }


def _topic_of(room: Room) -> Any:
    return col(CaseRow.topic) if room is Room.DESK else col(CaseRow.backup_topic)


def _moment(seconds: float | None) -> datetime | None:
    return moment(seconds) if seconds else None


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _entry_to_json(entry: Entry) -> dict[str, Any]:
    return {
        "author": entry.author.value,
        "at": entry.at.timestamp(),
        "words": entry.words,
        "photo": [entry.photo.platform, entry.photo.ref] if entry.photo else None,
        "point": [entry.point.latitude, entry.point.longitude] if entry.point else None,
    }


def _entry_from_json(value: dict[str, Any]) -> Entry:
    return Entry(
        author=Author(value["author"]),
        at=moment(value["at"]),
        words=value["words"],
        photo=Media(*value["photo"]) if value["photo"] else None,
        point=Point(*value["point"]) if value["point"] else None,
    )
