"""From an event of a room's timeline to `Received`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.messengers.contract import Event, Received
from handlers.model.messages import Kind

PLATFORM = "matrix"
_GEO = re.compile(r"geo:(-?[0-9.]{1,20}),(-?[0-9.]{1,20})")
_KINDS = {"m.audio": Kind.VOICE, "m.video": Kind.VIDEO, "m.file": Kind.DOCUMENT}


class ParseError(Exception):
    """An event is not what the specification says that it is."""


def parse(event: Any, room: str, own: str, *, is_private: bool) -> Received | None:
    """What an event tells; None for what concerns nobody and for what `own` (the bot's account) wrote itself.

    Raises ParseError.
    """
    try:
        if event["type"] != "m.room.message" or event["sender"] == own or not event["content"]:
            return None
        return _message(event, event["content"], room, is_private=is_private)
    except (KeyError, TypeError, AttributeError, ValueError, ValidationError):
        raise ParseError from None


def _message(event: Mapping[str, Any], content: Mapping[str, Any], room: str, *, is_private: bool) -> Received:
    relation = content.get("m.relates_to") or {}
    is_edit = relation.get("rel_type") == "m.replace"
    return Received(
        platform=PLATFORM,
        key=str(event["event_id"]),
        event=Event.EDIT if is_edit else Event.MESSAGE,
        chat=room,
        sender=str(event["sender"]),
        is_private=is_private,
        at=int(event["origin_server_ts"]) / 1000,
        message=str(relation["event_id"] if is_edit else event["event_id"]),
        revision=str(event["event_id"]) if is_edit else "",
        quoted=str((relation.get("m.in_reply_to") or {}).get("event_id") or ""),
        can_be_deleted=False,
        **_content(content["m.new_content"] if is_edit else content),
    )


def _content(content: Mapping[str, Any]) -> dict[str, Any]:
    kind = content["msgtype"]
    if kind == "m.image":
        caption = content["body"] if "filename" in content else ""
        return {"kind": Kind.PHOTO, "photos": (str(content["url"]),), "text": str(caption)}
    if kind == "m.location" and (place := _GEO.match(content["geo_uri"])):
        return {"kind": Kind.POINT, "latitude": float(place[1]), "longitude": float(place[2])}
    if kind in _KINDS:
        return {"kind": _KINDS[kind]}
    return {"text": str(content["body"])}
