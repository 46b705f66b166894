"""What signal-cli tells of a message, as JSON: the envelopes, and the frames that a receiver has to survive."""

from __future__ import annotations

import json
from typing import Any, Protocol

Raw = dict[str, Any]


class Source(Protocol):
    """Whoever an envelope comes from."""

    @property
    def uuid(self) -> str: ...
    @property
    def number(self) -> str | None: ...
    @property
    def name(self) -> str: ...


def envelope(who: Source, account: str, stamp: int, content: Raw, *, device: int = 1, server: int | None = None) -> Raw:
    """A frame of the receive websocket; `source` is the number, or the UUID of who hides it."""
    received = server or stamp + 40
    return {
        "envelope": {
            "source": who.number or who.uuid,
            "sourceNumber": who.number,
            "sourceUuid": who.uuid,
            "sourceName": who.name,
            "sourceDevice": device,
            "timestamp": stamp,
            "serverReceivedTimestamp": received,
            "serverDeliveredTimestamp": received + 10,
            **content,
        },
        "account": account,
    }


def untrusted(frame: Raw) -> Raw:
    """What arrives in place of a message under a new key: who and when, no content."""
    content = frame["envelope"]
    names = [name for name in content if name.startswith(("source", "server")) or name == "timestamp"]
    return {
        "exception": {"message": None, "type": "UntrustedIdentityException"},
        "envelope": {name: content[name] for name in names},
        "account": frame["account"],
    }


def data_message(stamp: int, text: str | None, expires: int, *, view_once: bool = False, **more: Any) -> Raw:
    """A dataMessage; of `more` what is None is left out."""
    found: Raw = {
        "timestamp": stamp,
        "message": text,
        "expiresInSeconds": expires,
        "isExpirationUpdate": False,
        "viewOnce": view_once,
    }
    return found | {name: value for name, value in more.items() if value is not None}


def quote(target: int, author: str, text: str) -> Raw:
    return {"id": target, "author": author, "authorNumber": None, "authorUuid": author, "text": text, "attachments": []}


def reaction(target: int, author: str, emoji: str, is_remove: bool) -> Raw:
    return {
        "emoji": emoji,
        "targetAuthor": author,
        "targetAuthorNumber": None,
        "targetAuthorUuid": author,
        "targetSentTimestamp": target,
        "isRemove": is_remove,
    }


def receipt(stamp: int, targets: list[int], kind: str) -> Raw:
    return {
        "when": stamp,
        "isDelivery": kind == "delivery",
        "isRead": kind == "read",
        "isViewed": kind == "viewed",
        "timestamps": targets,
    }


def mention(who: str, start: int, length: int = 1) -> Raw:
    """Stands for the object replacement character in the text."""
    return {"name": who, "number": None, "uuid": who, "start": start, "length": length}


def attachment(file_id: str, content_type: str, size: int, **more: Any) -> Raw:
    found: Raw = {
        "contentType": content_type,
        "filename": None,
        "id": file_id,
        "size": size,
        "width": 640,
        "height": 480,
        "caption": None,
        "isVoiceNote": False,
        "uploadTimestamp": 1700000000000,
        **more,
    }
    if found["isVoiceNote"] is None:
        del found["isVoiceNote"]
    return found


def bad_frames(account: str, who: str, stamp: int = 1_700_000_000_000) -> dict[str, str | bytes]:
    """Frames that stop signalbot's receiver, or might stop another, by what is wrong with them."""
    source = {
        "source": who,
        "sourceNumber": None,
        "sourceUuid": who,
        "sourceName": "Invented Bad",
        "sourceDevice": 1,
        "timestamp": stamp,
    }
    served = {**source, "serverReceivedTimestamp": stamp, "serverDeliveredTimestamp": stamp}
    data = data_message(stamp, "planted words", 0)
    thing = attachment("lost.jpeg", "image/jpeg", 3, isVoiceNote=None)
    update = {"groupId": "dW5rbm93bg==", "groupName": "Unknown", "revision": 2, "type": "UPDATE"}
    named: dict[str, Any] = {
        "an error": {"error": "Invented error of the server"},
        "an exception without envelope": {
            "account": account,
            "exception": {"message": "planted", "type": "IOException"},
        },
        "an exception with an empty envelope": {
            "account": account,
            "exception": {"message": "planted", "type": "ProtocolInvalidMessageException"},
            "envelope": {**served, "source": None, "sourceUuid": None, "sourceName": None, "sourceDevice": None},
        },
        "no server timestamps": {"account": account, "envelope": {**source, "dataMessage": data}},
        "a timestamp that is a word": {
            "account": account,
            "envelope": {**served, "timestamp": "x", "dataMessage": data},
        },
        "an attachment without isVoiceNote": {
            "account": account,
            "envelope": {**served, "dataMessage": {**data, "attachments": [thing]}},
        },
        "an update of an unknown group": {
            "account": account,
            "envelope": {**served, "dataMessage": {**data, "message": None, "groupInfo": update}},
        },
        "an envelope that is null": {"account": account, "envelope": None},
        "an envelope that is a list": {"account": account, "envelope": [1]},
        "a message that is a number": {
            "account": account,
            "envelope": {**served, "dataMessage": {**data, "message": 5}},
        },
        "nobody as the source": {
            "account": account,
            "envelope": {**served, "source": None, "sourceUuid": None, "dataMessage": data},
        },
        "null": None,
        "a list": [],
        "a number": 1,
        "an empty object": {},
    }
    frames: dict[str, str | bytes] = {name: json.dumps(frame) for name, frame in named.items()}
    frames |= {
        "no JSON": "{planted words",
        "nothing": "",
        "NaN": '{"envelope": NaN}',
        "a lone surrogate": '{"account": "x", "envelope": {"sourceName": "\\ud800"}}',
        "deep nesting": "[" * 100_000,
        "a huge number": '{"envelope": {"timestamp": ' + "9" * 5000 + "}}",
        "binary JSON": json.dumps({"account": account, "envelope": {**served, "dataMessage": data}}).encode(),
        "binary rubbish": b"\xff\x00\xfe planted",
    }
    return frames
