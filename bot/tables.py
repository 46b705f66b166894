"""All that is stored: words and addresses are sealed, identities are tags, times are seconds since 1970."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()


def _id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, String, **({"nullable": False} | more))


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _seconds(name: str, **more: Any) -> Column[float]:
    return Column(name, Float(53), **({"nullable": False} | more))


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


# A message, committed before it was confirmed to the messenger; deleted by the transaction that handles it.
INBOX = Table(
    "inbox",
    METADATA,
    _id(),
    _text("name"),  # random; what the sealed body is bound to
    _text("chat", index=True),  # tag of the chat: order is kept within it
    _number("lane"),
    _bytes("body"),
    _seconds("received_at"),
    _seconds("not_before"),
    _number("tries"),
    _flag("is_aside"),  # could not be read or handled; kept for the operator
    Index("inbox_order", "is_aside", "lane", "id"),
    sqlite_autoincrement=True,  # an id is not given twice: who still holds the old row must not touch the new one
)

# That a message was taken in, so that a second copy isn't handled again.
SEEN = Table("seen", METADATA, _text("tag", primary_key=True), _seconds("at", index=True))

# One thing to do at a messenger; deleted when it is done.
OUTBOX = Table(
    "outbox",
    METADATA,
    _id(),
    _text("name"),
    _text("platform"),
    _text("queue"),  # tag: order is kept within it and a lane
    _text("chat"),  # tag of the chat it goes to: what a rate limit holds for
    _number("lane"),
    _text("owner", index=True),  # tag of the person it is about, for forgetting
    _text("code", index=True),  # the case it is about
    _bytes("body"),
    _seconds("created_at"),
    _seconds("not_before"),
    _number("tries"),
    _flag("is_unsure"),  # a try was begun and its end is not known: it may have gone out
    Index("outbox_order", "platform", "queue", "lane", "id"),
    sqlite_autoincrement=True,
)

# The memory of one conversation, sealed under the person's tag, until it expires or fades to what lasts.
PERSON = Table("person", METADATA, _text("tag", primary_key=True), _bytes("body"), _seconds("expires_at", index=True))

# The choices under one message, so that a button or a number can be understood.
OFFER = Table(
    "offer",
    METADATA,
    _id(),
    _text("tag", index=True, unique=True),  # tag of the random token in the buttons
    _text("owner", index=True),  # tag of the person, or `desk`
    _text("code", index=True),  # the case the choices are about
    _bytes("body"),
    _seconds("at", index=True),
)

# A message in somebody's chat, kept for as long as the messenger lets the bot delete it.
TRACE = Table(
    "trace", METADATA, _id(), _text("name"), _text("owner", index=True), _bytes("body"), _seconds("at", index=True)
)

# One SOS. What was said lies in `entry`, sealed with the case's own key in `case_key`.
SOS_CASE = Table(
    "sos_case",
    METADATA,
    _text("code", primary_key=True),
    _text("person", index=True),  # tag; empty once forgotten
    _text("platform"),
    _text("language"),
    _text("stage", index=True),
    _text("owner"),
    _flag("is_offered"),
    _flag("is_withdrawn"),
    _text("topic", nullable=True),  # forum topic; null: not opened yet; empty: the desk has none
    _bytes("address"),  # where to answer; sealed with the case's key
    _seconds("opened_at"),
    _seconds("acknowledged_at", nullable=True),
    _seconds("closed_at", nullable=True),
    _seconds("purge_at", nullable=True, index=True),
)

# A case's own key, sealed; when it is gone, what is left of the case anywhere in this database can't be read.
CASE_KEY = Table("case_key", METADATA, _text("code", primary_key=True), _bytes("body"))

# One message in the record of a case, sealed with the case's key.
ENTRY = Table("entry", METADATA, _id(), _text("name"), _text("code", index=True), _bytes("body"))

# Which case a message of the desk belongs to, so that staff can quote it.
POST = Table("post", METADATA, _text("tag", primary_key=True), _text("code", index=True))

# A small sealed value by name: the tag key, and the desk's new id after a migration.
SEALED = Table("sealed", METADATA, _text("name", primary_key=True), _bytes("body"))
