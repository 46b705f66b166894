"""The cases, within one transaction: each sealed with a key of its own, whose destruction is the deletion."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.sealing import Sealing, new_name
from bot.store import execute
from bot.tables import CASE_KEY, ENTRY, OFFER, OUTBOX, POST, SOS_CASE
from bot.vault import Vault, new_key
from handlers.conversation import Media, Person, Point, Staff
from handlers.ports import Author, Case, Entry, Stage

_HAS_CODE = select(SOS_CASE.c.code).where(SOS_CASE.c.code == bindparam("of_code"))
_CASE = select(SOS_CASE).where(SOS_CASE.c.code == bindparam("of_code"))
_OPEN_CASE = select(SOS_CASE).where(SOS_CASE.c.person == bindparam("of_person"), SOS_CASE.c.stage != Stage.CLOSED.value)
_CHANGE = update(SOS_CASE).where(SOS_CASE.c.code == bindparam("of_code"))
_NEW_CASE = insert(SOS_CASE)
_NEW_KEY = insert(CASE_KEY)
_KEY = select(CASE_KEY.c.body).where(CASE_KEY.c.code == bindparam("of_code"))
_NEW_ENTRY = insert(ENTRY)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code() -> str:
    """`XXXX-XX`, random Crockford base32 (30 bits): a name for a case, not a secret."""
    letters = "".join(secrets.choice(_CROCKFORD) for _ in range(6))
    return f"{letters[:4]}-{letters[4:]}"


def tidy_code(typed: str) -> str:
    """The code as it is stored, from however it was typed; an empty text if it can't be one."""
    letters = "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
    is_code = len(letters) == 6 and all(c in _CROCKFORD for c in letters)
    return f"{letters[:4]}-{letters[4:]}" if is_code else ""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What the operator decided about the desk."""

    platform: str
    chat: str
    retention_days: int
    allows_downgrade: bool


class DeskOf:
    """`handlers.ports.Desk` within one transaction."""

    def __init__(
        self, connection: Connection, sealing: Sealing, settings: DeskSettings | None, asker_address: str = ""
    ) -> None:
        self._asker_address = asker_address
        self._connection = connection
        self._sealing = sealing
        self._settings = settings
        self._vaults: dict[str, Vault] = {}

    def is_open_for_sos(self) -> bool:
        return self._settings is not None

    def may_show_words(self, platform: str) -> bool:
        settings = self._settings
        if settings is None:
            return False
        return settings.platform == platform or platform != "signal" or settings.allows_downgrade

    def open(self, person: Person, platform: str, language: str) -> Case:
        code = new_code()
        while execute(self._connection, _HAS_CODE, of_code=code).first() is not None:
            code = new_code()
        key = new_key()
        self._vaults[code] = Vault([key])
        execute(self._connection, _NEW_KEY, code=code, body=self._sealing.vault.seal(key, "case_key", code))
        address = self._vaults[code].seal(self._asker_address.encode(), "sos_case", code)
        now = self._sealing.seconds()
        execute(
            self._connection,
            _NEW_CASE,
            code=code,
            person=person.tag,
            platform=platform,
            language=language,
            stage=Stage.SAVED.value,
            owner="",
            is_offered=False,
            is_withdrawn=False,
            address=address,
            opened_at=now,
        )
        return Case(code, person, platform, language, Stage.SAVED, _moment(now))

    def case_of(self, person: Person) -> Case | None:
        return _case_or_none(execute(self._connection, _OPEN_CASE, of_person=person.tag).first())

    def find(self, code: str) -> Case | None:
        tidy = tidy_code(code)
        return _case_or_none(execute(self._connection, _CASE, of_code=tidy).first()) if tidy else None

    def quoted(self, message: str) -> Case | None:
        code = self._connection.execute(select(POST.c.code).where(POST.c.tag == self._post_tag(message))).scalar()
        return self.find(code) if code else None

    def in_topic(self, topic: str) -> Case | None:
        if not topic:
            return None
        return _case_or_none(execute(self._connection, select(SOS_CASE).where(SOS_CASE.c.topic == topic)).first())

    def open_cases(self) -> Sequence[Case]:
        rows = execute(
            self._connection,
            select(SOS_CASE)
            .where(SOS_CASE.c.stage != Stage.CLOSED.value)
            .order_by(SOS_CASE.c.acknowledged_at.is_not(None), SOS_CASE.c.opened_at),
        )
        return [_case(row) for row in rows]

    def add(self, case: Case, entry: Entry) -> None:
        vault = self._vault_of(case)
        if vault is None:
            return
        name = new_name()
        body = vault.seal(json.dumps(_entry_to_json(entry)).encode(), "entry", name)
        execute(self._connection, _NEW_ENTRY, name=name, code=case.code, body=body)

    def record(self, case: Case) -> Sequence[Entry]:
        vault = self._vault_of(case)
        if vault is None:
            return []
        rows = self._connection.execute(
            select(ENTRY.c.name, ENTRY.c.body).where(ENTRY.c.code == case.code).order_by(ENTRY.c.id)
        )
        return [_entry_from_json(json.loads(vault.open(body, "entry", name))) for name, body in rows]

    def can_be_reached(self, case: Case) -> bool:
        return bool(self.address(case))

    def address(self, case: Case) -> str:
        """Where the person of the case is answered; an empty text once it was destroyed."""
        vault = self._vault_of(case)
        sealed = self._connection.execute(select(SOS_CASE.c.address).where(SOS_CASE.c.code == case.code)).scalar()
        return vault.open(sealed, "sos_case", case.code).decode() if vault and sealed else ""

    def address_of(self, person: Person) -> str:
        """Where the person of the newest case is answered, closed or not."""
        newest = select(SOS_CASE).where(SOS_CASE.c.person == person.tag).order_by(SOS_CASE.c.opened_at.desc()).limit(1)
        case = _case_or_none(execute(self._connection, newest).first())
        return self.address(case) if case and person.tag else ""

    def topic(self, code: str) -> str | None:
        """None: not opened yet."""
        return self._connection.execute(select(SOS_CASE.c.topic).where(SOS_CASE.c.code == code)).scalar()

    def set_topic(self, code: str, topic: str | None) -> None:
        self._connection.execute(update(SOS_CASE).where(SOS_CASE.c.code == code).values(topic=topic))

    def add_posts(self, code: str, messages: Sequence[str]) -> None:
        for tag in map(self._post_tag, messages):
            self._connection.execute(delete(POST).where(POST.c.tag == tag))
            execute(self._connection, insert(POST), tag=tag, code=code)

    def acknowledge(self, case: Case, staff: Staff, at: datetime) -> Case:
        return self._change(
            case, stage=Stage.ACKNOWLEDGED.value, owner=staff.label, is_offered=False, acknowledged_at=at.timestamp()
        )

    def hand_off(self, case: Case) -> Case:
        return self._change(case, is_offered=True)

    def mark_posted(self, case: Case) -> Case:
        return self._change(case, stage=Stage.POSTED.value)

    def withdraw(self, case: Case) -> Case:
        return self._change(case, is_withdrawn=True)

    def close(self, case: Case, at: datetime) -> Case:
        days = self._settings.retention_days if self._settings else 0
        purge_at = at.timestamp() + days * 86_400
        return self._change(case, stage=Stage.CLOSED.value, closed_at=at.timestamp(), purge_at=purge_at)

    def forget(self, person: Person) -> None:
        if case := self.case_of(person):
            self.withdraw(case)
        codes = execute(self._connection, select(SOS_CASE.c.code).where(SOS_CASE.c.person == person.tag))
        for code in codes.scalars().all():
            self.erase(code)

    def erase(self, code: str) -> None:
        """Destroys the key and all that was said; what stays is a tombstone: code, stage, times."""
        self._vaults.pop(code, None)
        for statement in (
            delete(CASE_KEY).where(CASE_KEY.c.code == code),
            delete(ENTRY).where(ENTRY.c.code == code),
            delete(OUTBOX).where(OUTBOX.c.code == code),
            update(SOS_CASE).where(SOS_CASE.c.code == code).values(person="", address=b"", language="", platform=""),
        ):
            self._connection.execute(statement)

    def bury(self, code: str) -> None:
        """Erases a closed case whose time is over, with its posts and buttons."""
        self.erase(code)
        self._connection.execute(delete(POST).where(POST.c.code == code))
        self._connection.execute(delete(OFFER).where(OFFER.c.code == code))
        self._connection.execute(
            update(SOS_CASE).where(SOS_CASE.c.code == code).values(owner="", topic=None, purge_at=None)
        )

    def _post_tag(self, message: str) -> str:
        return self._sealing.tags.of("post", message)

    def _must(self, code: str) -> Case:
        return _case(execute(self._connection, _CASE, of_code=code).one())

    def _change(self, case: Case, **values: Any) -> Case:
        execute(self._connection, _CHANGE, of_code=case.code, **values)
        return self._must(case.code)

    def _vault_of(self, case: Case) -> Vault | None:
        if case.code not in self._vaults:
            body = execute(self._connection, _KEY, of_code=case.code).scalar()
            if not body:
                return None
            self._vaults[case.code] = Vault([self._sealing.vault.open(body, "case_key", case.code)])
        return self._vaults[case.code]


def _case_or_none(row: Row[*tuple[Any, ...]] | None) -> Case | None:
    return _case(row) if row else None


def _case(row: Row[*tuple[Any, ...]]) -> Case:
    return Case(
        code=row.code,
        person=Person(row.person),
        platform=row.platform,
        language=row.language,
        stage=Stage(row.stage),
        opened_at=_moment(row.opened_at),
        owner=row.owner,
        is_offered=row.is_offered,
        is_withdrawn=row.is_withdrawn,
        acknowledged_at=_moment(row.acknowledged_at) if row.acknowledged_at else None,
        closed_at=_moment(row.closed_at) if row.closed_at else None,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


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
        at=_moment(value["at"]),
        words=value["words"],
        photo=Media(*value["photo"]) if value["photo"] else None,
        point=Point(*value["point"]) if value["point"] else None,
    )
