"""A parcel as messages of Matrix."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from html import escape
from typing import Any

from bot.messengers.contract import Accepted, Act, DeliveryError, Parcel, Trouble
from bot.messengers.markup import Run, choices_in_words, runs_of
from bot.messengers.parts import split
from bot.messengers.photos.process import strip_apart
from bot.messengers.seams import octets
from tests.messengers.matrix.client import Client, RefusedError

LONGEST_TEXT = 20_000
"""Bytes; a whole event may have 65,536 (specification, "Size limits"), and a text stands in it twice."""
_TAGS = {"b": "b", "i": "i", "code": "code"}


async def send(client: Client, parcel: Parcel, groups: Collection[str], accepted: list[str]) -> Accepted:
    """Sends what of the parcel has not been sent yet; what was taken stands in `accepted`, also when the next fails."""
    for step in _steps(client, parcel, is_group=parcel.chat in groups)[parcel.done :]:
        accepted.append(await step())  # noqa: PERF401 (what was accepted before a failure must be known)
    return Accepted(messages=tuple(accepted))


async def delete(client: Client, parcel: Parcel) -> Accepted:
    """What can't be deleted is gone already."""
    for message in parcel.messages:
        try:
            await client.redact(parcel.chat, message)
        except RefusedError as error:
            if error.status not in (403, 404):
                raise
    return Accepted()


async def fetch(client: Client, parcel: Parcel) -> Accepted:
    """Raises PhotoError and DeliveryError too."""
    try:
        data = await client.download(parcel.photo_ref)
    except RefusedError as error:
        if error.code == "M_NOT_FOUND":  # perhaps not yet
            raise DeliveryError(Trouble.WITHHELD) from None
        raise
    return Accepted(photo=await strip_apart(data))


def _steps(client: Client, parcel: Parcel, *, is_group: bool) -> list[Callable[[], Awaitable[str]]]:
    steps: list[Callable[[], Awaitable[str]]] = []
    if parcel.photo:
        steps.append(partial(_send_photo, client, parcel))
    runs = runs_of(parcel.text, parcel.words)
    if parcel.latitude is not None:
        runs.append(Run(f"\n{parcel.latitude:.5f}, {parcel.longitude:.5f}"))
    if lines := choices_in_words(parcel, is_group=is_group):
        runs.append(Run("\n\n" + "\n".join(lines)))
    parts = split(runs, LONGEST_TEXT, octets)
    edits = parcel.message if parcel.act is Act.EDIT and len(parts) == 1 else ""
    return [*steps, *(partial(client.send, parcel.chat, _content(part, edits)) for part in parts)]


async def _send_photo(client: Client, parcel: Parcel) -> str:
    uri = await client.upload(parcel.photo)
    return await client.send(parcel.chat, {"msgtype": "m.image", "body": "photo.jpg", "url": uri})


def _content(part: Sequence[Run], edits: str) -> dict[str, Any]:
    content = {
        "msgtype": "m.text",
        "body": "".join(run.text for run in part),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(map(_html, part)).replace("\n", "<br>"),
    }
    if not edits:
        return content
    return {**content, "m.new_content": content, "m.relates_to": {"rel_type": "m.replace", "event_id": edits}}


def _html(run: Run) -> str:
    tags = [_TAGS[tag] for tag in run.tags if tag in _TAGS]
    opened, closed = "".join(f"<{tag}>" for tag in tags), "".join(f"</{tag}>" for tag in reversed(tags))
    return f"{opened}{escape(run.text)}{closed}"
