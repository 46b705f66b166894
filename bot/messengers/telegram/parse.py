"""From Telegram's raw updates to `Received`: what is not needed is dropped here, before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bot.messengers.contract import Event, Received
from bot.messengers.photos import LARGEST_BYTES
from bot.messengers.telegram.settings import ANONYMOUS_ACCOUNTS
from handlers.model.messages import Kind

PLATFORM = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
_PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
_GONE = ("kicked", "left")
_OF_A_PLACE = "📍 "
"""Stands before the name of a place that was chosen from a list: it is no word of the person, and no command."""
_SERVICE = re.compile(
    r"pinned_message|_changed|_created|_shared|_allowed|_website|_set|_added|_deleted|_done|_payment|_triggered|"
    r"_edited|_closed|_reopened|_hidden|_unhidden|_approved|_failed|_declined|_paid\b|_refunded|_scheduled|_started|"
    r"_ended|_invited|new_chat_|left_chat_|delete_chat_|migrate_|chat_owner_|gift_upgrade_sent|giveaway_completed|"
    r"passport_data|web_app_data|invoice"
)
"""Fields of what Telegram tells of a chat by itself (Bot API, Message); whatever else comes was sent by somebody."""
_RELAYED = ("forward_origin", "forward_date", "is_automatic_forward", "via_bot")
"""Fields of a message that its sender has not written; servers before Bot API 7.0 write `forward_date` alone."""

Raw = Mapping[str, Any]
MOST_ENTITIES = 100
"""Telegram shows no more of them in a message (Bot API, messageEntity): what comes beyond is made up."""


class ParseError(Exception):
    """An update is not what the Bot API says that it is."""


def key_of(update_id: int) -> str:
    return f"update {update_id}"


def parse(update: Any, now: float, username: str = "") -> Received | None:
    """The message in an update; None for what concerns nobody (a pinned message, a new title). Raises ParseError.

    `now`: seconds since 1970, for what has no date of its own. `username`: the bot's, stripped from `/command@name`.
    """
    try:
        return _parse(update, now, username)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, ValidationError, RecursionError):
        raise ParseError from None


def _parse(update: Raw, now: float, username: str) -> Received | None:
    key = key_of(int(update["update_id"]))
    if "message" in update:
        return _message(update["message"], key, Event.MESSAGE, username)
    if "edited_message" in update:
        return _message(update["edited_message"], key, Event.EDIT, username)
    if "callback_query" in update:
        return _press(update["callback_query"], key, now)
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"], key)
    if "message_reaction" in update:
        return _reaction(update["message_reaction"], key)
    return None


def _message(message: Raw, key: str, event: Event, username: str) -> Received | None:
    if _is_from_another_bot(message):
        return None
    found = _sender(message, key)
    if "migrate_to_chat_id" in message:
        return Received(**found, event=Event.MOVED, moved_to=str(int(message["migrate_to_chat_id"])))
    content = _content(message)
    if content is None or (event is Event.EDIT and content.get("kind") is Kind.LIVE_LOCATION):
        return None
    content["text"] = _without_name(content.get("text", ""), "" if found["is_private"] else username)
    return Received(**found, **content, event=event, quoted=_quoted(message), topic=_topic(message))


def _is_from_another_bot(message: Raw) -> bool:
    """Two bots that answer each other would never stop."""
    sender = message.get("from") or {}
    return bool(sender.get("is_bot")) and str(sender.get("id")) not in ANONYMOUS_ACCOUNTS


def _sender(message: Raw, key: str) -> dict[str, Any]:
    chat, sender = message["chat"], message.get("from") or {}
    sender_id = str(int(sender.get("id") or chat["id"]))
    return {
        "platform": PLATFORM,
        "key": key,
        "chat": str(int(chat["id"])),
        "sender": sender_id,
        "is_private": chat["type"] == "private",
        "is_anonymous": "sender_chat" in message or not sender or sender_id in ANONYMOUS_ACCOUNTS,
        "is_relayed": any(field in message for field in _RELAYED),
        "at": float(message["date"]),
        "message": str(int(message["message_id"])),
        "language_hint": str(sender.get("language_code") or ""),
    }


def _content(message: Raw) -> dict[str, Any] | None:
    """The first kind of content that the message has, of an unknown kind too; None for a service message."""
    for field, read in _KINDS.items():
        if field in message:
            return read(message)
    if message["chat"]["type"] != "private" or _SERVICE.search(" ".join(message)):
        return None
    return {"kind": Kind.OTHER, "text": _caption(message)}


def _text(message: Raw) -> dict[str, Any]:
    return {"text": "\n".join([str(message["text"]), *_links(message.get("entities")), *_quoted_elsewhere(message)])}


def _quoted_elsewhere(message: Raw) -> list[str]:
    """What a person quotes from another chat, in quotation marks: the bot has never seen that message."""
    quote = message.get("quote") or {}
    is_from_elsewhere = "external_reply" in message and message["chat"]["type"] == "private"
    return [f"“{quote['text']}”"] if is_from_elsewhere and quote.get("text") else []


def _links(entities: Any) -> list[str]:
    """The addresses that stand behind words and not in them, each once."""
    shown = list(entities or ())[:MOST_ENTITIES]
    return list(dict.fromkeys(str(entity["url"]) for entity in shown if entity["type"] == "text_link"))


def _photo(message: Raw) -> dict[str, Any]:
    sizes = [size for size in message["photo"] if int(size.get("file_size") or 0) <= LARGEST_BYTES]
    if message["photo"] and not sizes:
        return {"kind": Kind.DOCUMENT, "text": _caption(message)}
    largest = max(sizes, key=lambda size: int(size["width"]) * int(size["height"]))
    return {"kind": Kind.PHOTO, "photos": (str(largest["file_id"]),), "text": _caption(message)}


def _document(message: Raw) -> dict[str, Any]:
    document = message["document"]
    if document.get("mime_type") in _PHOTO_TYPES and int(document.get("file_size") or 0) <= LARGEST_BYTES:
        return {"kind": Kind.PHOTO, "photos": (str(document["file_id"]),), "text": _caption(message)}
    return {"kind": Kind.DOCUMENT, "text": _caption(message)}


def _location(message: Raw) -> dict[str, Any]:
    location = message["location"]
    if "live_period" in location:
        return {"kind": Kind.LIVE_LOCATION}
    point = {"kind": Kind.POINT, "latitude": location["latitude"], "longitude": location["longitude"]}
    venue = message.get("venue") or {}
    named = [str(venue[part]) for part in ("title", "address") if venue.get(part)]
    return point | ({"text": _OF_A_PLACE + "\n".join(named)} if named else {})


def _of_kind(kind: Kind) -> Callable[[Raw], dict[str, Any]]:
    return lambda message: {"kind": kind, "text": _caption(message)}


def _caption(message: Raw) -> str:
    return "\n".join([str(message.get("caption") or ""), *_links(message.get("caption_entities"))]).strip()


_KINDS: dict[str, Callable[[Raw], dict[str, Any]]] = {
    "text": _text,
    "photo": _photo,
    "location": _location,  # a venue has one, too
    "voice": _of_kind(Kind.VOICE),
    "audio": _of_kind(Kind.VOICE),
    "video": _of_kind(Kind.VIDEO),
    "video_note": _of_kind(Kind.VIDEO),
    "animation": _of_kind(Kind.VIDEO),  # before document: an animation has both
    "document": _document,
    "sticker": _of_kind(Kind.STICKER),
    "contact": _of_kind(Kind.CONTACT),
    "poll": _of_kind(Kind.POLL),
    "dice": _of_kind(Kind.OTHER),
    "game": _of_kind(Kind.OTHER),
    "story": _of_kind(Kind.OTHER),
    "paid_media": _of_kind(Kind.OTHER),
    "checklist": _of_kind(Kind.OTHER),
    "rich_message": _of_kind(Kind.OTHER),
}


_COMMAND = re.compile(r"(/[A-Za-z0-9_]+)@([A-Za-z0-9_]+)(?!\S)")
_CALLED = re.compile(r"\s*@([A-Za-z0-9_]+)[\s,:]+(?=/)")
"""The bot's name before a command, as somebody calls it who writes in a group."""


def _without_name(text: str, username: str) -> str:
    """`/level@OurBot Thailand` and `@OurBot /level Thailand` → `/level Thailand`; a command for another bot stays.

    Without `username` every name goes: in a private chat there is no other bot, and before the bot has learned its own
    name a command of staff must not be taken for somebody else's.
    """
    called = _CALLED.match(text)
    if called and _is_ours(called[1], username):
        text = text[called.end() :]
    found = _COMMAND.match(text)
    if not found or not _is_ours(found[2], username):
        return text
    return found[1] + text[found.end() :]


def _is_ours(name: str, username: str) -> bool:
    return not username or name.casefold() == username.casefold()


def _quoted(message: Raw) -> str:
    """The message that is replied to; in a topic every message replies to the one that opened it.

    Outside of topics `message_thread_id` says nothing: in a supergroup every reply has it, even the first one to a
    message, with that message's number.
    """
    quoted = message.get("reply_to_message")
    if not quoted or "forum_topic_created" in quoted:
        return ""
    if message.get("is_topic_message") and quoted["message_id"] == message.get("message_thread_id"):
        return ""
    return str(int(quoted["message_id"]))


def _topic(message: Raw) -> str:
    return str(int(message["message_thread_id"])) if message.get("is_topic_message") else ""


def _press(query: Raw, key: str, now: float) -> Received | None:
    if "message" not in query:
        return None
    chat, sender = query["message"]["chat"], query["from"]
    sender_id = str(int(sender["id"]))
    return Received(
        platform=PLATFORM,
        key=key,
        event=Event.PRESS,
        chat=str(int(chat["id"])),
        sender=sender_id,
        is_private=chat["type"] == "private",
        is_anonymous=sender_id in ANONYMOUS_ACCOUNTS,
        at=now,
        message=str(int(query["message"]["message_id"])),
        token=str(query.get("data") or ""),
        press=str(query["id"]),
        topic=_topic(query["message"]),
        language_hint=str(sender.get("language_code") or ""),
    )


def _reaction(change: Raw, key: str) -> Received | None:
    """Of a person to a message of their chat; at a desk, what counts there are messages and buttons."""
    if change["chat"]["type"] != "private" or "user" not in change:
        return None
    before, now = change.get("old_reaction") or (), change.get("new_reaction") or ()
    new = [sign for sign in now if sign not in before]
    if now and not new:  # one of several was taken off: the others still hold
        return None
    sender = change["user"]
    return Received(
        platform=PLATFORM,
        key=key,
        event=Event.REACTED if new else Event.REACTION_BACK,
        chat=str(int(change["chat"]["id"])),
        sender=str(int(sender["id"])),
        is_private=True,
        at=float(change["date"]),
        text="".join(str(sign.get("emoji") or "") for sign in new),
        quoted=str(int(change["message_id"])),
        language_hint=str(sender.get("language_code") or ""),
    )


def _membership(change: Raw, key: str) -> Received | None:
    if change["new_chat_member"]["status"] not in _GONE:
        return None
    chat, sender = change["chat"], change["from"]
    return Received(
        platform=PLATFORM,
        key=key,
        event=Event.LEFT,
        chat=str(int(chat["id"])),
        sender=str(int(sender["id"])),
        is_private=chat["type"] == "private",
        at=float(change["date"]),
    )
