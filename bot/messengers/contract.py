"""The contract of an adapter: `Received` comes in, `Parcel` goes out, `DeliveryError` says what went wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from bot.messengers.reception import Reception
from bot.messengers.texts import readable
from handlers.model.messages import Kind


class SealedModel(BaseModel):
    """A frozen record that can be sealed as JSON; what it holds never shows in a repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


def _readable(text: Any) -> Any:
    return readable(text) if isinstance(text, str) else text


class Event(StrEnum):
    MESSAGE = "message"
    EDIT = "edit"
    PRESS = "press"
    REACTED = "reacted"
    """`text` is the emoji that was put to the message `quoted`; empty for a sign that is no text."""
    REACTION_BACK = "reaction_back"
    """The emoji that was put to the message `quoted` was taken off."""
    RETRACTED = "retracted"
    """The person deleted their message `message`."""
    KEY_CHANGED = "key_changed"
    """The sender has a new key: a new phone, or somebody else."""
    CHALLENGED = "challenged"
    """The messenger lets the bot send on only after a captcha; `text` is the token of that challenge."""
    MOVED = "moved"
    """The chat has a new id: `moved_to`."""
    LEFT = "left"
    """The person blocked the bot, or it was removed from the group."""


class Received(SealedModel):
    """A message as the house takes it from a messenger: without names, usernames and numbers, which nobody needs.

    `key` names the message for deduplication. `chat` is where an answer goes, `sender` who wrote. `is_private`: a chat
    with one person; `is_anonymous`: sent in the name of a channel or as an anonymous admin; `is_relayed`: words of
    somebody else, forwarded, or made by another bot. `topic` is the forum topic.
    """

    platform: str
    key: str
    event: Event = Event.MESSAGE
    chat: str
    sender: str
    is_private: bool
    is_anonymous: bool = False
    is_relayed: bool = False
    at: FiniteFloat
    message: str = ""
    revision: str = ""
    """Of a changed message: what the messenger may call it from now on, beside `message`."""
    quoted: str = ""
    topic: str = ""
    text: Annotated[str, BeforeValidator(_readable)] = ""
    text_ref: str = ""
    """Where the whole text lies, while `text` is its beginning; an adapter's own, and empty once it is stored."""
    kind: Kind = Kind.TEXT
    others: tuple[Kind, ...] = ()
    """As in `Inbound`: what it holds beside that and can't be passed on."""
    photos: tuple[str, ...] = ()
    latitude: FiniteFloat | None = None
    longitude: FiniteFloat | None = None
    token: str = ""
    """The choice that was pressed."""
    press: str = ""
    """The press that must be answered, so that the button stops spinning."""
    language_hint: str = ""
    moved_to: str = ""
    can_be_deleted: bool = True
    """Whether the bot may delete this message for both sides."""
    wait: int = 0
    """Seconds for which it is not handled: what it tells of may come right by itself."""
    timer: int = 0
    """Seconds after which messages of this chat should disappear; 0: leave it as it is."""


class Button(SealedModel):
    label: str
    token: str
    command: str = ""
    """Staff may write this instead, where there are no buttons."""


class Act(StrEnum):
    SEND = "send"
    EDIT = "edit"
    """Replace message `message`; where that can't be done any more, send a new one."""
    DELETE = "delete"
    """Delete the messages `messages`; those that are gone or too old don't matter."""
    PRESSED = "pressed"
    """Answer the button press `press`."""
    OPEN_TOPIC = "open_topic"
    """Open a forum topic named `text`; the outcome's `topic` is empty where the desk is no forum."""
    FETCH = "fetch"
    """Fetch the photo `photo`; the outcome's `photo` holds it without metadata."""
    TIMER = "timer"
    """Let messages of the chat disappear after `seconds`; a failure doesn't matter, it is tried again later."""
    TRUST = "trust"
    """Accept the new key of the account `chat`."""
    LEAVE = "leave"
    """Leave the group `chat`."""


class Parcel(SealedModel):
    """One thing to do at a messenger.

    `text` is our markup (<b>, <i>, <code>), `words` are shown below it as somebody's own: marked, and without links
    to tap unless `has_links`. `photo` holds the bytes of a JPEG for SEND. A parcel that is too long for one message is
    split by the adapter; `part_heading` stands above each further part, with {part} and {parts} for the numbers; `done`
    tells how many parts of it have already been accepted, so that a retry doesn't repeat them.
    """

    act: Act = Act.SEND
    chat: str
    topic: str = ""
    text: str = ""
    words: str = ""
    is_right_to_left: bool = False
    """Whether who reads it reads from the right."""
    part_heading: str = ""
    has_links: bool = False
    links_note: str = ""
    """Said below words in which the messenger had to change addresses, so that nobody opens one by accident."""
    mentions: tuple[tuple[str, str], ...] = ()
    """(label, account): who is called by an <at>label</at> of the text; a label without an account is just shown."""
    buttons: tuple[Button, ...] = ()
    photo_ref: str = ""
    photo: bytes = b""
    latitude: FiniteFloat | None = None
    longitude: FiniteFloat | None = None
    message: str = ""
    messages: tuple[str, ...] = ()
    press: str = ""
    seconds: int = 0
    done: int = 0


class Accepted(SealedModel):
    """The messenger has taken it. `messages` are the references of what now stands in the chat."""

    messages: tuple[str, ...] = ()
    topic: str = ""
    photo: bytes = b""


class Trouble(StrEnum):
    """The kind of a failure; the outbox decides by it."""

    UNREACHABLE = "unreachable"
    """Nothing went out: try again."""
    UNKNOWN = "unknown"
    """It may have gone out: a repeat must be marked."""
    SLOW_DOWN = "slow_down"
    """Not before `retry_after`, for this chat only."""
    GONE = "gone"
    """Nobody will ever get this: blocked, deactivated, unknown chat."""
    REFUSED = "refused"
    """The messenger will never take this message."""
    WITHHELD = "withheld"
    """The messenger does not hand out this photo now: again for some minutes."""
    UNDRAWN = "undrawn"
    """Drawing this photo anew broke or took too long: again a few times, then never."""
    TOPIC_GONE = "topic_gone"
    MOVED = "moved"


class DeliveryError(Exception):
    """A parcel was not (or not surely) delivered; the message is a kind, never a text of the messenger."""

    def __init__(
        self,
        trouble: Trouble,
        *,
        retry_after: float = 0,
        moved_to: str = "",
        done: int = 0,
        accepted: Sequence[str] = (),
    ) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.done = done
        """The number of parts of the parcel that had been accepted before."""
        self.accepted = tuple(accepted)
        """The references of those parts."""


def key_of_body(raw: bytes) -> str:
    """The key of what has no number of its own: the same for the same bytes, also after a restart."""
    return f"body {hashlib.blake2b(raw, digest_size=16).hexdigest()}"


def challenge_name(messenger: str) -> str:
    """The name under which the token of a messenger's newest challenge is sealed; rows of today bear it."""
    return f"{messenger} challenge"


Keep = Callable[[Sequence[Received]], Awaitable[object]]
"""Stores and commits; when it returns, the messages are safe and may be confirmed to the messenger."""

SetAside = Callable[[str, str, bytes], Awaitable[None]]
"""(platform, key, raw): keeps, sealed, what could not be parsed, for the operator."""


class Messenger(Protocol):
    """An adapter; it owns every difference between its messenger and the others."""

    name: str
    receives_alone: bool
    """Whether only one process may receive; where several can, none of them is waited for when another dies."""

    reception: Reception
    """Told of each successful receive; the house begins and ends it."""

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Receives until cancelled; survives every outage of the messenger."""

    async def deliver(self, parcel: Parcel) -> Accepted:
        """Does one thing; raises DeliveryError and nothing else."""

    async def close(self) -> None: ...


class Menu(BaseModel):
    """A command that the messenger should offer: name and description in one language."""

    name: str = Field(pattern=r"^[a-z_]{1,32}$")
    description: str = Field(min_length=1, max_length=256)


Menus = Mapping[str, Sequence[Menu]]
"""By language, the commands that a messenger should offer."""
