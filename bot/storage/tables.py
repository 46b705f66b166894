"""All that is stored: words and addresses are sealed, identities are tags, times are seconds since 1970."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, String, false, text
from sqlmodel import Field, SQLModel

_Id = BigInteger().with_variant(Integer, "sqlite")


_NEVER_AGAIN = {"sqlite_autoincrement": True}
"""An id is not given twice: somebody who still holds the old row must not touch the new one."""


def _id() -> Column[int]:
    return Column(_Id, primary_key=True, autoincrement=True)


class SealedBy(NamedTuple):
    """How a column is sealed: by the vault of the house or of the case, bound to its table and to what `row` holds."""

    row: str
    is_by_case: bool = False


def _sealed(row: str, *, is_by_case: bool = False) -> Column[bytes]:
    return Column(LargeBinary, nullable=False, info={"sealed": SealedBy(row, is_by_case)})


def _seconds() -> Column[float]:
    return Column(Float(53), nullable=False)


def _flag() -> Column[bool]:
    """With a default in the database, for the cases of an older version."""
    return Column(Boolean, nullable=False, server_default=false())


def _number() -> Column[int]:
    return Column(Integer, nullable=False, server_default="0")


def index_where(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that fulfil a condition. A statement has to repeat it word by word, without parameters."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


HAS_CODE = "code != ''"
IS_OPEN = "stage != 'closed'"
IS_LISTED = f"digest != '' AND {IS_OPEN}"


class InboxRow(SQLModel, table=True):
    """A message, committed before it was confirmed to the messenger; deleted by the transaction that handles it."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_turn", "is_aside", "platform", "lane", "fairness_rank", "id"), _NEVER_AGAIN)

    id: int | None = Field(default=None, sa_column=_id())
    name: str = Field(description="random; what the sealed body is bound to")
    platform: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    chat: str = Field(description="tag of the chat: order is kept within it", index=True)
    lane: int
    fairness_rank: int = Field(
        default=0, sa_column=_number(), description="messages of its chat that waited when it came: fewer go first"
    )
    body: bytes = Field(sa_column=_sealed("name"))
    received_at: float = Field(sa_column=_seconds())
    not_before: float = Field(sa_column=_seconds())
    tries: int = 0
    is_aside: bool = Field(default=False, description="could not be read or handled; kept for the operator")


class SeenRow(SQLModel, table=True):
    """That a message was taken in, so that a second copy isn't handled again."""

    __tablename__ = "seen"

    tag: str = Field(primary_key=True)
    at: float = Field(sa_column=Column(Float(53), nullable=False, index=True))


class OutboxRow(SQLModel, table=True):
    """One thing to do at a messenger; deleted when it is done."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_order", "platform", "queue", "lane", "id"),
        Index("outbox_turn", "platform", "lane", "fairness_rank", "id"),
        Index("outbox_age", "lane", "created_at"),
        index_where("outbox_code", "code", where=HAS_CODE),
        _NEVER_AGAIN,
    )

    id: int | None = Field(default=None, sa_column=_id())
    name: str
    platform: str
    queue: str = Field(description="tag: order is kept within it and a lane")
    chat: str = Field(description="tag of the chat it goes to: what a rate limit holds for")
    lane: int
    fairness_rank: int = Field(
        default=0, sa_column=_number(), description="how many were put into its queue lately: fewer go first"
    )
    slot: str = Field(
        default="",
        sa_column=Column(String, nullable=False, server_default=""),
        description="what only the newest of is worth sending",
    )
    owner: str = Field(default="", index=True, description="tag of the person it is about, for forgetting")
    code: str = Field(default="", description="the case it is about")
    body: bytes = Field(sa_column=_sealed("name"))
    created_at: float = Field(sa_column=_seconds())
    not_before: float = Field(sa_column=_seconds())
    tries: int = 0
    is_unsure: bool = Field(default=False, description="a try was begun and its end is not known: it may have gone out")


class PersonRow(SQLModel, table=True):
    """The memory of one conversation, sealed under the person's tag, until it expires or fades to what lasts."""

    __tablename__ = "person"

    tag: str = Field(primary_key=True)
    body: bytes = Field(sa_column=_sealed("tag"))
    expires_at: float = Field(sa_column=Column(Float(53), nullable=False, index=True))


class OfferRow(SQLModel, table=True):
    """The choices under one message, so that a button or a number can be understood."""

    __tablename__ = "offer"

    id: int | None = Field(default=None, sa_column=_id())
    tag: str = Field(index=True, unique=True, description="tag of the random token in the buttons")
    owner: str = Field(index=True, description="tag of the person, or `desk`")
    code: str = Field(default="", index=True, description="the case the choices are about")
    body: bytes = Field(sa_column=_sealed("tag"))
    at: float = Field(sa_column=Column(Float(53), nullable=False, index=True))


class TraceRow(SQLModel, table=True):
    """A message in somebody's chat, kept for as long as the messenger lets the bot delete it."""

    __tablename__ = "trace"

    id: int | None = Field(default=None, sa_column=_id())
    name: str
    owner: str = Field(index=True)
    body: bytes = Field(sa_column=_sealed("name"))
    at: float = Field(sa_column=Column(Float(53), nullable=False, index=True))


class CaseRow(SQLModel, table=True):
    """One SOS. What was said lies in `entry`, sealed with the case's own key in `case_key`."""

    __tablename__ = "sos_case"
    __table_args__ = (
        index_where("case_open", "opened_at", "code", "stage", "platform", where=IS_OPEN),
        index_where("case_listed", "digest", "opened_at", "code", where=IS_LISTED),
    )

    code: str = Field(primary_key=True)
    person: str = Field(default="", index=True, description="tag; empty once forgotten")
    platform: str
    language: str
    stage: str
    owner: str = ""
    is_offered: bool = False
    is_withdrawn: bool = False
    topic: str | None = Field(default=None, description="forum topic; null: not opened yet; empty: the desk has none")
    backup_topic: str | None = Field(default=None, description="the same at the backup desk")
    is_at_backup: bool = Field(default=False, sa_column=_flag())
    is_waiting: bool = Field(default=True, sa_column=_flag())
    is_answered: bool = Field(default=False, sa_column=_flag())
    step: int = Field(default=0, sa_column=_number())
    calls: int = Field(default=0, sa_column=_number())
    snoozes: int = Field(default=0, sa_column=_number())
    snoozed_until: float | None = Field(default=None, sa_column=Column(Float(53), nullable=True))
    digest: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    since: float | None = Field(
        default=None, sa_column=Column(Float(53), nullable=True), description="what its next event counts from"
    )
    address: bytes = Field(sa_column=_sealed("code", is_by_case=True), description="where to answer")
    opened_at: float = Field(sa_column=Column(Float(53), nullable=False, index=True))
    acknowledged_at: float | None = Field(default=None, sa_column=Column(Float(53), nullable=True))
    closed_at: float | None = Field(default=None, sa_column=Column(Float(53), nullable=True))
    purge_at: float | None = Field(default=None, sa_column=Column(Float(53), nullable=True, index=True))


class CaseKeyRow(SQLModel, table=True):
    """A case's own key, sealed; when it is gone, what is left of the case anywhere in this database can't be read."""

    __tablename__ = "case_key"

    code: str = Field(primary_key=True)
    body: bytes = Field(sa_column=_sealed("code"))


class EntryRow(SQLModel, table=True):
    """One message in the record of a case, sealed with the case's key."""

    __tablename__ = "entry"

    id: int | None = Field(default=None, sa_column=_id())
    name: str
    code: str = Field(index=True)
    body: bytes = Field(sa_column=_sealed("name", is_by_case=True))


class PostRow(SQLModel, table=True):
    """Which case a message of the desk belongs to, so that staff can quote it."""

    __tablename__ = "post"

    tag: str = Field(primary_key=True)
    code: str = Field(index=True)


class AnswerRow(SQLModel, table=True):
    """Which answer a message is: one of the person's chat that brought it, or one of a desk that it was written in."""

    __tablename__ = "answer"

    tag: str = Field(primary_key=True)
    code: str = Field(index=True)
    entry: str = Field(description="the random name of the answer in the record of the case")


class SealedRow(SQLModel, table=True):
    """A small sealed value by name: the tag key, and the desk's new id after a migration."""

    __tablename__ = "sealed"

    name: str = Field(primary_key=True, sa_type=String)
    body: bytes = Field(sa_column=_sealed("name"))


class DeedRow(SQLModel, table=True):
    """What a staff member did with a case, sealed; deleted with it."""

    __tablename__ = "deed"

    id: int | None = Field(default=None, sa_column=_id())
    name: str
    code: str = Field(index=True)
    body: bytes = Field(sa_column=_sealed("name"))


class AsideRow(SQLModel, table=True):
    """A row of another table whose key was given up as lost: sealed whole, for the case that the key is found."""

    __tablename__ = "aside"

    id: int | None = Field(default=None, sa_column=_id())
    name: str
    source: str = Field(description="the table that it is of")
    owner: str = Field(default="", index=True, description="tag of the person it is about, for forgetting")
    code: str = Field(default="", index=True, description="the case it is about: it goes with it")
    body: bytes = Field(sa_column=_sealed("name"))
    at: float = Field(sa_column=_seconds())


class BanRow(SQLModel, table=True):
    """That somebody's notes come after those of others, for a while."""

    __tablename__ = "ban"

    tag: str = Field(primary_key=True, description="tag of the person")
    until: float = Field(sa_column=Column(Float(53), nullable=False, index=True))
    is_appealed: bool = Field(default=False, sa_column=_flag())


class ScheduleRow(SQLModel, table=True):
    """Something that is due at a time: one row of a name, and a case's is named by its code."""

    __tablename__ = "alarm"

    name: str = Field(primary_key=True)
    wish: str
    argument: str = Field(description="a code, never words")
    person: str = Field(default="", index=True, description="tag of the person it is about, for forgetting")
    due_at: float = Field(sa_column=Column(Float(53), nullable=False, index=True))
    leased_until: float = Field(sa_column=_seconds(), description="until then a worker is at it")
