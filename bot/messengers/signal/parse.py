"""From signal-cli's envelopes to `Received`: numbers and profile names are dropped here, before anything is stored.

The envelopes are read field by field and not through signalbot's models, which refuse a whole message for one field
that is not needed here: a stranger, or the next version of signal-cli, could silence a call for help with it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from bot.messengers.contract import Event, Received
from bot.messengers.photos import LARGEST_BYTES
from handlers.model.messages import Kind

PLATFORM = "signal"
_PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
_UNTRUSTED = "UntrustedIdentityException"
_MAP_LINK = re.compile(
    r"https://(?:maps\.google\.com/maps|www\.google\.com/maps)\S{0,200}?[?&]q=(-?\d{1,3}(?:\.\d{1,20})?)(?:,|%2C)(-?\d{1,3}(?:\.\d{1,20})?)\S*",
    re.IGNORECASE | re.ASCII,
)
"""A place that was shared, as Signal's own apps write it; bounded, so that no text makes it slow."""
_MENTION = "\ufffc"
_FILE = re.compile(r"[A-Za-z0-9._=-]{1,200}")
"""The name of an attachment at the service; anything else is a path to somewhere else."""
RESENT_WITHIN = 20
"""Seconds: signal-cli asks the sender's app for what it could not decrypt, and mostly gets it."""
_WHOLE_TEXT = "text/x-signal-plain"
_LONGEST_BEGINNING = 2048
"""Bytes of a text that Signal's apps put into the message itself."""
_OLDEST = 45 * 86_400.0
"""Seconds: Signal's servers keep a message for 45 days; a date outside of that is somebody's wrong clock."""

Raw = Mapping[str, Any]


class ParseError(Exception):
    """A frame is not what signal-cli says that it is."""


class NotForUsError(Exception):
    """The service tells of trouble of its own; nobody wrote anything."""


def parse(frame: str | bytes, number: str, now: float, timer: int = 0) -> Received | None:
    """The message in a frame; None for what concerns nobody (receipts, typing, our own linked devices).

    `number` is the bot's own, `now` is in seconds since 1970, `timer` in seconds: after which messages should
    disappear at the latest. Raises ParseError, or NotForUsError.
    """
    try:
        told = json.loads(frame)
        return _parse(told.get("params", told), number, now, timer)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, ValidationError, RecursionError):
        raise ParseError from None


def _parse(told: Raw, number: str, now: float, timer: int) -> Received | None:
    if told.get("account", number) != number:
        return None  # the webhook of a service with several accounts tells of all of them
    envelope = told.get("envelope")
    if envelope is None:
        raise NotForUsError
    if envelope.get("syncMessage") is not None or number in (envelope.get("sourceNumber"), envelope.get("source")):
        return None  # from our own account: another device of it, never a person
    if (exception := told.get("exception")) is not None:
        return _exception(exception, envelope, now)
    if (edit := envelope.get("editMessage")) is not None:
        return _message(envelope, edit["dataMessage"], number, now, timer, edited=str(int(edit["targetSentTimestamp"])))
    if (data := envelope.get("dataMessage")) is not None:
        return _message(envelope, data, number, now, timer)
    if (envelope.get("callMessage") or {}).get("offerMessage") is not None:
        return Received(**_sender(envelope, now), kind=Kind.CALL)
    if any(field.endswith("Message") and field not in _SAYS_NOTHING and envelope[field] for field in envelope):
        return Received(**_sender(envelope, now), kind=Kind.OTHER)
    return None


def _exception(exception: Raw, envelope: Raw, now: float) -> Received | None:
    """signal-cli could not decrypt it. The real message may still come under the same time, so the key is another."""
    if "DuplicateMessage" in str(exception.get("type")):
        return None  # it was heard before
    if envelope.get("sourceUuid") is None:
        raise NotForUsError
    found = _sender(envelope, now)
    if exception.get("type") == _UNTRUSTED:
        return Received(**found | {"key": f"key {found['key']}"}, event=Event.KEY_CHANGED)
    return Received(**found | {"key": f"unreadable {found['key']}"}, kind=Kind.UNREADABLE, wait=RESENT_WITHIN)


def _sender(envelope: Raw, now: float) -> dict[str, Any]:
    sender = str(UUID(envelope["sourceUuid"]))
    stamp = int(envelope["timestamp"])
    told = float(envelope.get("serverReceivedTimestamp") or stamp) / 1000
    return {
        "platform": PLATFORM,
        "key": f"{sender}.{int(envelope.get('sourceDevice') or 0)}.{stamp}",
        "chat": sender,
        "sender": sender,
        "is_private": True,
        "at": told if now - _OLDEST < told < now + 60 else now,
        "message": str(stamp),
        "can_be_deleted": False,
    }


def _message(envelope: Raw, data: Raw, number: str, now: float, timer: int, *, edited: str = "") -> Received | None:
    found = _sender(envelope, now)
    if group := data.get("groupInfo"):
        found |= {"chat": group_address(group["groupId"]), "is_private": False}
    elif timer:
        found["timer"] = 0 if 0 < int(data.get("expiresInSeconds") or 0) <= timer else timer
    if (retracted := data.get("remoteDelete")) is not None:
        return Received(**found | {"message": str(int(retracted["timestamp"]))}, event=Event.RETRACTED)
    if (reaction := data.get("reaction")) is not None:
        return _reaction(found, reaction)
    if edited:
        found |= {"message": edited, "revision": found["message"], "event": Event.EDIT}
    content = _content(data, number)
    if not content and (group or not _holds_something(data)):
        return None
    quote = data.get("quote") or {}
    return Received(**found, **(content or {"kind": Kind.OTHER}), quoted=str(int(quote["id"])) if "id" in quote else "")


def group_address(internal: str) -> str:
    """The name, as in BOT_DESK, that the REST API has for the group that signal-cli calls `internal`."""
    return f"group.{base64.b64encode(internal.encode()).decode()}"


def is_group(chat: str) -> bool:
    return chat.startswith("group.")


def _reaction(found: Mapping[str, Any], reaction: Raw) -> Received:
    target = str(int(reaction["targetSentTimestamp"]))
    if reaction.get("isRemove"):
        return Received(**found, event=Event.REACTION_BACK, quoted=target)
    return Received(**found, event=Event.REACTED, text=str(reaction["emoji"]), quoted=target)


def _with_plain_mentions(text: str, mentions: Sequence[Raw], number: str) -> str:
    """Each mention is a sign in the text that means nothing alone: ours is left out, that of others becomes @….

    One without a number may be ours, for not every account shows its own; in front of a command it is left out as well.
    """
    behind = text.lstrip(f"{_MENTION} \t\r\n\u00a0,:")
    in_front = len(text) - len(behind) if behind[:1] in ("/", "／") else 0
    told = iter(sorted(mentions, key=lambda mention: int(mention.get("start") or 0)))

    def plain(found: re.Match[str]) -> str:
        if (mention := next(told, None)) is None:
            return ""
        its = mention.get("number")
        return "" if its == number or (not its and found.start() < in_front) else "@…"

    return re.sub(_MENTION, plain, text) if mentions else text


def _content(data: Raw, number: str) -> dict[str, Any]:
    """Text, photos and a place as far as there are any; empty for what only tells of a changed setting."""
    text = _with_plain_mentions(str(data.get("message") or ""), data.get("mentions") or (), number)
    attachments: Sequence[Raw] = data.get("attachments") or ()
    photos = tuple(str(found["id"]) for found in attachments if _is_photo(found))
    files = [found for found in attachments if not _is_photo(found) and not _is_known(text, found)]
    kinds = _kinds_not_passed_on(data, files)
    place = _MAP_LINK.search(text)
    if place and abs(float(place[1])) <= 90 and abs(float(place[2])) <= 180:
        # The picture that the app adds shows the place exactly: it stays away, as the place may be passed on rounded.
        is_the_apps = len(photos) == 1 and place.end() == len(text.rstrip())
        return {
            "kind": Kind.POINT,
            "text": f"{text[: place.start()]}{text[place.end() :]}".strip(),
            "latitude": float(place[1]),
            "longitude": float(place[2]),
            "photos": () if is_the_apps else photos,
            "others": (*kinds, *([Kind.MAP_PICTURE] if is_the_apps else [])),
        }
    if not text and not photos and not kinds:
        return {}
    kind = kinds[0] if kinds else Kind.PHOTO if photos else Kind.TEXT
    texts = [str(found.get("id")) for found in files if found.get("contentType") == _WHOLE_TEXT]
    reference = texts[0] if texts and _FILE.fullmatch(texts[0]) else ""
    return {"kind": kind, "others": tuple(kinds[1:]), "text": text, "photos": photos, "text_ref": reference}


def _is_known(text: str, attachment: Raw) -> bool:
    """Whether it is a text that newer versions of signal-cli have put into the message already."""
    beginning = int(attachment.get("size") or 0) or _LONGEST_BEGINNING + 1
    return attachment.get("contentType") == _WHOLE_TEXT and len(text.encode("utf-8", "replace")) >= beginning


def _holds_something(data: Raw) -> bool:
    """Whether somebody has sent what this version has no name for."""
    return any(field not in _SAYS_NOTHING and isinstance(data[field], dict | list) and data[field] for field in data)


def _is_photo(attachment: Raw) -> bool:
    return (
        _FILE.fullmatch(str(attachment.get("id") or "")) is not None
        and attachment.get("contentType") in _PHOTO_TYPES
        and int(attachment.get("size") or 0) <= LARGEST_BYTES
    )


def _kinds_not_passed_on(data: Raw, files: Sequence[Raw]) -> list[Kind]:
    """Each once: they come first in a message, so that no photo beside them hides them."""
    kinds = [_kind_of_file(str(found.get("contentType") or "")) for found in files]
    kinds += [kind for field, kind in _OTHER_KINDS.items() if data.get(field)]
    return sorted(set(kinds), key=list(Kind).index)


def _kind_of_file(content_type: str) -> Kind:
    if content_type == _WHOLE_TEXT:
        return Kind.LONG_TEXT
    return {"audio": Kind.VOICE, "video": Kind.VIDEO}.get(content_type.partition("/")[0], Kind.DOCUMENT)


_SAYS_NOTHING = (
    *("receiptMessage", "typingMessage", "callMessage", "storyMessage", "groupInfo", "mentions", "previews", "quote"),
    *("textStyles", "pollVote", "pollTerminate", "pinMessage", "unpinMessage", "adminDelete", "storyContext"),
)
"""Fields that tell of no content of its own."""
_OTHER_KINDS = {"sticker": Kind.STICKER, "contacts": Kind.CONTACT, "pollCreate": Kind.POLL, "payment": Kind.OTHER}
