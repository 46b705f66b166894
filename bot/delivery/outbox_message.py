"""A message to send, with all that it means: sealed into one row of the outbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from pydantic import model_validator
from sqlmodel import Session

from bot.messengers.contract import Parcel, SealedModel
from bot.storage.sealing import Sealing
from bot.storage.vault import Vault
from handlers.model.messages import Lane, Room, Wish


class OutboxMessage(SealedModel):
    """A parcel and what it means: sealed into one row."""

    parcel: Parcel
    lane: Lane
    platform: str
    person: str = ""
    """Tag of the person whose chat it goes to."""
    code: str = ""
    """The case it is about."""
    room: Room | None = None
    """The desk that it is for."""
    then: tuple[str, str] | None = None
    """The wish (name, argument) that happens once a messenger has accepted it."""
    otherwise: tuple[str, str] | None = None
    """The one that happens when it is certain that none ever will."""
    answer: str = ""
    """As `Reply.answer`."""
    slot: str = ""
    """As `Reply.slot`: something of which a desk has one message, and of which only the newest is sent to a person."""
    is_continued: bool = False
    """Whether it is a further part of the message before it."""
    repeat_mark: str = ""
    """Stands above the text when it may be a repeat; in the reader's language."""
    photo_platform: str = ""
    """The messenger at which the photo must be fetched before this can go out."""
    without_photo: str = ""
    """Said in place of a photo that can't be had."""
    failed_drawings: int = 0
    """How often drawing the photo anew broke or took too long."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_version(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Reads a message that the first version has sealed: it knew one desk."""
        if given.get("is_for_desk"):
            return {name: value for name, value in given.items() if name != "is_for_desk"} | {"room": Room.DESK}
        return given

    @classmethod
    def opened(cls, vault: Vault, body: bytes, name: str) -> Self:
        """From a row of that name. Raises VaultError, and ValidationError for what no version has written."""
        return cls.model_validate_json(vault.open(body, "outbox", name))

    def sealed(self, vault: Vault, name: str) -> bytes:
        return vault.seal(self.model_dump_json(exclude_defaults=True).encode(), "outbox", name)

    def with_parcel(self, **changes: Any) -> Self:
        """The same with another parcel."""
        return self.model_copy(update={"parcel": self.parcel.model_copy(update=changes)})

    def in_words_alone(self) -> Self:
        """With words in the place of a photo that can't be had or passed on. If `otherwise` follows from that, `then`
        does not follow any more."""
        text = "\n\n".join(part for part in (self.parcel.text, self.without_photo) if part)
        then = None if self.otherwise else self.then
        changes = {"photo_platform": "", "then": then, "otherwise": None}
        return self.with_parcel(text=text, photo=b"", photo_ref="").model_copy(update=changes)


def photos_chat(sealing: Sealing, platform: str) -> str:
    """The tag that stands in the place of a chat while a photo is fetched from this messenger."""
    return sealing.tags.of("chat", platform, "photos")


Put = Callable[[Session, OutboxMessage], None]
"""Stores what must be sent, in the caller's transaction."""

Happen = Callable[[Session, Wish, str], None]
"""(session, wish, person's tag): lets the handlers decide what follows, in the caller's transaction."""
