"""What a fake Signal knows: persons and their keys, groups, what they wrote, and what stands on their screens."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from handlers.model.direction import MARKS
from tests.fakes import signal_envelopes as envelopes
from tests.fakes.signal_envelopes import Raw

BOT_NUMBER = "+12025550143"
BOT_UUID = "b0b0b0b0-0000-4000-8000-00000000b070"
# The apps ignore deletions and edits that come later or more often (Signal-Android, MessageConstraintsUtil).
CHANGE_WINDOW_MS, MOST_EDITS = 48 * 3600 * 1000, 10
_MARK = re.compile(r"\\([*~|`])|(\*\*|\*|~|\|\||\||`)")
_STYLES = {"**": "BOLD", "*": "ITALIC", "~": "STRIKETHROUGH", "||": "SPOILER", "`": "MONOSPACE"}


class RefusedError(Exception):
    """The answer is an error; `more` goes into its body."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.more = more


@dataclass
class Fault:
    """What goes wrong with a call.

    `kind`: refuse (answers `status` and {"error": `error`} with `more`), reset (the connection breaks before anything
    happens), lose (it happens, and the connection breaks before the answer), hang (for `seconds`, 0 for ever, then it
    goes on), errors (only `send`: a 201 that names `error` as the reason for every recipient, and nobody gets it), skip
    (only `message`: the readers miss one, as in a burst; a webhook gets it), raw (answers `status` with `body`).
    """

    kind: str = "refuse"
    status: int = 400
    error: str = "Failed to send message"
    seconds: float = 0.0
    more: Raw = field(default_factory=dict)
    body: bytes = b""


def too_many(*tokens: str) -> Fault:
    """The 429 that asks for a captcha."""
    return Fault(status=429, error=TOO_MANY, more={"challenge_tokens": list(tokens), "account": BOT_NUMBER})


TOO_MANY = (
    "Failed to send message due to rate limiting. Use the attached challenge tokens to lift the rate limit "
    "restrictions via the '/v1/accounts/{number}/rate-limit-challenge' endpoint."
)


@dataclass
class Person:
    """Somebody with Signal. `key` counts their identity keys; what they write under an untrusted one is `kept`."""

    uuid: str
    number: str | None
    name: str
    key: int = 1
    is_trusted: bool = True
    is_registered: bool = True
    kept: list[Raw] = field(default_factory=list)

    @property
    def safety_number(self) -> str:
        digest = hashlib.sha256(f"{self.uuid} {self.key}".encode()).hexdigest()
        return str(int(digest, 16))[:60]


@dataclass
class Group:
    """A group in both of its names: `id` for requests ("group." and base64), `internal_id` as envelopes tell it."""

    internal_id: str
    name: str
    members: list[str]
    is_member: bool = True
    revision: int = 1

    @property
    def id(self) -> str:
        return public_id(self.internal_id)

    def raw(self) -> Raw:
        return {
            "name": self.name,
            "id": self.id,
            "internal_id": self.internal_id,
            "members": self.members,
            "blocked": False,
            "pending_invites": [],
            "pending_requests": [],
            "invite_link": "",
            "admins": self.members[:1],
            "description": "",
            "member": self.is_member,
            "permissions": {"add_members": "only-admins", "edit_group": "only-admins", "send_messages": "every-member"},
        }


@dataclass
class Sent:
    """A message of the bot. `text` is what is seen: markers of styled text are gone and stand in `styles`."""

    timestamp: int
    chat: str
    text: str
    text_mode: str
    styles: list[tuple[int, int, str]]
    attachments: list[bytes]
    quote: Raw | None
    mentions: list[Raw]
    expires: int
    view_once: bool
    raw: Raw
    versions: list[int] = field(default_factory=list)
    is_deleted: bool = False


def public_id(internal_id: str) -> str:
    return "group." + base64.b64encode(internal_id.encode()).decode()


def now_ms() -> int:
    return int(time.time() * 1000)


@dataclass
class State:
    """Everybody, everything they were sent and everything they said."""

    number: str = BOT_NUMBER
    persons: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    sent: dict[str, list[Sent]] = field(default_factory=dict)
    timers: dict[str, int] = field(default_factory=dict)
    reactions: list[Raw] = field(default_factory=list)
    receipts: list[Raw] = field(default_factory=list)
    typing: list[tuple[str, bool]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    devices: list[Raw] = field(default_factory=list)
    profile: Raw = field(default_factory=dict)
    said: list[Raw] = field(default_factory=list)
    dropped: int = 0
    last_timestamp: int = 0
    clock: Callable[[], int] = now_ms
    deliver: Callable[[Raw | str | bytes], None] = lambda _frame: None

    def __post_init__(self) -> None:
        self.devices = [
            {"id": 1, "name": "", "creation_timestamp": 1700000000000, "last_seen_timestamp": 1700000000000}
        ]

    def person(self, who: str, *, number: str | None = "", name: str = "Invented Ann") -> Person:
        """`number` None: hidden, as for most who wrote first; "" invents one."""
        if number == "":
            number = f"+1202556{len(self.persons) + 100:04}"  # never the bot's own
        return self.persons.setdefault(who, Person(who, number, name))

    def group(self, internal_id: str, members: Iterable[str] = (), *, name: str = "Invented desk") -> Group:
        for member in members:
            self.person(member)
        return self.groups.setdefault(internal_id, Group(internal_id, name, list(members)))

    def chat(self, recipient: str) -> str:
        """One name for a chat: a UUID, or a group's public id whichever of its names is given."""
        if recipient in self.persons:
            return recipient
        if recipient in self.groups:
            return public_id(recipient)
        by_number = {person.number: person.uuid for person in self.persons.values() if person.number}
        return by_number.get(recipient, recipient)

    def stamp(self) -> int:
        """Milliseconds, never twice the same."""
        self.last_timestamp = max(self.clock(), self.last_timestamp + 1)
        return self.last_timestamp

    # what persons do; each returns the timestamp of its message

    def says(self, who: str, text: str | None = None, *, group: str | None = None, **more: Any) -> int:
        """A message. `more`: attachments, quote, mentions, sticker, view_once, timestamp, device, expires; other names
        go into the dataMessage as they are."""
        envelope_part = {name: more.pop(name) for name in ("device", "timestamp", "server") if name in more}
        stamp = envelope_part.pop("timestamp", None) or self.stamp()
        data = envelopes.data_message(stamp, text, self._timer(who, group, more.pop("expires", None)), **more)
        if group is not None:
            data["groupInfo"] = self._group_info(group)
        return self.tells(who, stamp, dataMessage=data, **envelope_part)

    def quotes(self, who: str, target: int, text: str, *, author: str = BOT_UUID, **more: Any) -> int:
        """A reply to the message of that timestamp."""
        return self.says(who, text, quote=envelopes.quote(target, author, self._seen(target)), **more)

    def edits(self, who: str, target: int, text: str, *, group: str | None = None, **more: Any) -> int:
        stamp = self.stamp()
        data = envelopes.data_message(stamp, text, self._timer(who, group, None), **more)
        if group is not None:
            data["groupInfo"] = self._group_info(group)
        return self.tells(who, stamp, editMessage={"targetSentTimestamp": target, "dataMessage": data})

    def deletes(self, who: str, target: int, *, group: str | None = None) -> int:
        return self.says(who, group=group, remoteDelete={"timestamp": target})

    def sets_timer(self, who: str, seconds: int, *, group: str | None = None) -> int:
        """Disappearing messages on, shorter or (0) off: arrives as a message without text."""
        self.timers[self.chat(group or who)] = seconds
        return self.says(who, group=group, isExpirationUpdate=True)

    def reacts(self, who: str, target: int, emoji: str, *, author: str = BOT_UUID, is_remove: bool = False,
               group: str | None = None) -> int:  # fmt: skip
        return self.says(who, group=group, reaction=envelopes.reaction(target, author, emoji, is_remove))

    def reads(self, who: str, *targets: int, kind: str = "read") -> int:
        """A receipt; `kind`: delivery, read, viewed."""
        stamp = self.stamp()
        return self.tells(who, stamp, receiptMessage=envelopes.receipt(stamp, list(targets), kind))

    def types(self, who: str, action: str = "STARTED") -> int:
        stamp = self.stamp()
        return self.tells(who, stamp, typingMessage={"action": action, "timestamp": stamp})

    def calls(self, who: str) -> int:
        offer = {"id": 1, "type": "OFFER_AUDIO_CALL", "opaque": "aW52ZW50ZWQ="}
        return self.tells(who, self.stamp(), callMessage={"offerMessage": offer})

    def posts_story(self, who: str, text: str = "story") -> int:
        return self.tells(who, self.stamp(), storyMessage={"allowsReplies": True, "textAttachment": {"text": text}})

    def changes_group(self, who: str, internal_id: str, *, name: str = "Invented group") -> int:
        """A group update; also of a group that the bot doesn't know."""
        known = self.groups.get(internal_id)
        if known:
            known.revision += 1
        revision = known.revision if known else 1
        info = {"groupId": internal_id, "groupName": name, "revision": revision, "type": "UPDATE"}
        return self.says(who, groupInfo=info)

    def writes_elsewhere(self, text: str, *, to: str | None = None, group: str | None = None, device: int = 2) -> int:
        """The bot's own account writes from a linked device: a sync message."""
        stamp = self.stamp()
        sent = envelopes.data_message(stamp, text, self._timer(to or "", group, None))
        if group is not None:
            sent["groupInfo"] = self._group_info(group)
        else:
            number = self.persons[to].number if to in self.persons else None
            sent |= {"destination": number or to, "destinationNumber": number, "destinationUuid": to}
        me = Person(BOT_UUID, self.number, "Invented bot")
        return self._push(me, stamp, {"syncMessage": {"sentMessage": sent}}, device=device)

    def again(self, timestamp: int) -> None:
        """Tells a message a second time, as both doors or a reconnect may."""
        for frame in [frame for frame in self.said if frame["envelope"]["timestamp"] == timestamp]:
            self.deliver(frame)

    def attach(self, data: bytes, content_type: str = "image/jpeg", file_id: str | None = None, **more: Any) -> Raw:
        """An attachment for `says`, and its file at the server; `more` goes into it (isVoiceNote=None takes it out)."""
        file_id = file_id or f"{uuid.uuid4().hex[:20]}.{content_type.rpartition('/')[2]}"
        self.files[file_id] = data
        return envelopes.attachment(file_id, content_type, len(data), **more)

    def tells(self, who: str, stamp: int, *, device: int = 1, server: int | None = None, **content: Any) -> int:
        """Any envelope of a person; kept back while their key isn't trusted."""
        person = self.person(who)
        if person.is_trusted:
            return self._push(person, stamp, content, device=device, server=server)
        frame = envelopes.envelope(person, self.number, stamp, content, device=device, server=server)
        person.kept.append(frame)
        self.deliver(envelopes.untrusted(frame))
        return stamp

    # keys

    def changes_key(self, who: str) -> None:
        """A new phone: nothing from or to this person goes through until they are trusted."""
        person = self.person(who)
        person.key += 1
        person.is_trusted = False

    def trust(self, who: str, safety_number: str | None) -> None:
        """Delivers what was kept, under its first timestamp."""
        person = self.persons.get(self.chat(who))
        if person is None or safety_number not in (None, person.safety_number):
            raise RefusedError(400, f"Failed to set the trust for {who}, make sure the number is correct")
        person.is_trusted = True
        kept, person.kept = person.kept, []
        for frame in kept:
            self.said.append(frame)
            self.deliver(frame)

    # what is on the screens

    def texts(self, chat: str) -> list[str]:
        """What the bot's messages in a chat say now, without the deleted ones and without marks of direction."""
        return [message.text.translate(MARKS) for message in self.messages(chat)]

    def messages(self, chat: str) -> list[Sent]:
        return [message for message in self.sent.get(self.chat(chat), []) if not message.is_deleted]

    def find(self, chat: str, timestamp: int) -> Sent | None:
        for message in self.sent.get(chat, []):
            if timestamp in message.versions:
                return message
        return None

    def count(self) -> int:
        return sum(len(messages) for messages in self.sent.values())

    def show(self, chat: str, stamp: int, given: Raw) -> None:
        """Puts a message on the screens of a chat, or changes one."""
        text, styles = _read_styled(given["message"]) if given.get("text_mode") == "styled" else (given["message"], [])
        new = Sent(
            timestamp=stamp,
            chat=chat,
            text=text,
            text_mode=given.get("text_mode", "normal"),
            styles=styles,
            attachments=[base64.b64decode(one.rpartition(",")[2]) for one in given.get("base64_attachments", [])],
            quote={name: given.get(f"quote_{name}") for name in ("timestamp", "author", "message")}
            if "quote_timestamp" in given
            else None,
            mentions=given.get("mentions", []),
            expires=self.timers.get(chat, 0),
            view_once=bool(given.get("view_once")),
            raw=given,
            versions=[stamp],
        )
        old = self.find(chat, given["edit_timestamp"]) if "edit_timestamp" in given else None
        if old is None:
            self.sent.setdefault(chat, []).append(new)
            return
        if len(old.versions) <= MOST_EDITS and self._is_recent(old):
            old.text, old.styles, old.text_mode = new.text, new.styles, new.text_mode
            old.versions.append(stamp)

    def remove(self, chat: str, timestamp: int) -> None:
        message = self.find(chat, timestamp)
        if message and self._is_recent(message):
            message.is_deleted = True

    def _is_recent(self, message: Sent) -> bool:
        return self.clock() - message.timestamp <= CHANGE_WINDOW_MS

    def _push(self, person: Person, stamp: int, content: Raw, *, device: int, server: int | None = None) -> int:
        frame = envelopes.envelope(person, self.number, stamp, content, device=device, server=server)
        self.said.append(frame)
        self.deliver(frame)
        return stamp

    def _group_info(self, internal_id: str) -> Raw:
        group = self.groups.get(internal_id) or Group(internal_id, "Invented stranger", [])  # the bot doesn't know it
        return {"groupId": internal_id, "groupName": group.name, "revision": group.revision, "type": "DELIVER"}

    def _timer(self, who: str, group: str | None, expires: int | None) -> int:
        return self.timers.get(self.chat(group or who), 0) if expires is None else expires

    def _seen(self, timestamp: int) -> str:
        found = [message.text for chat in self.sent.values() for message in chat if timestamp in message.versions]
        return found[0] if found else ""


def _read_styled(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """As signal-cli-rest-api reads it: a backslash escapes, one style at a time, a marker without its pair is lost."""
    shown, styles, open_mark, begin, last = "", [], "", 0, 0
    for found in _MARK.finditer(text):
        shown += text[last : found.start()] + (found[1] or "")
        last = found.end()
        mark = found[2]
        if mark and not open_mark and mark in _STYLES:
            open_mark, begin = mark, _units(shown)
        elif mark and mark == open_mark:
            styles.append((begin, _units(shown) - begin, _STYLES[mark]))
            open_mark = ""
    return shown + text[last:], styles


def _units(text: str) -> int:
    """Length as Signal counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
