"""Sends a parcel as the messages that Signal makes of it, deletes messages and fetches photos."""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from signalbot import TextMode
from signalbot._generated import SendMessageV2

from bot.messengers.contract import Accepted, Act, DeliveryError, Parcel, Trouble
from bot.messengers.markup import Run
from bot.messengers.parts import in_messages
from bot.messengers.photos import LARGEST_BYTES
from bot.messengers.photos.process import strip_apart
from bot.messengers.seams import octets
from bot.messengers.signal.discoveries import Discoveries
from bot.messengers.signal.errors import check, is_too_much, new_keys, nobody_at, stamp_in, unreached
from bot.messengers.signal.limits import LONGEST_TEXT
from bot.messengers.signal.parse import is_group
from bot.messengers.signal.seam import FAILURES, refused
from bot.messengers.signal.service import SignalService
from bot.messengers.signal.showing import shown, to_signs

log = logging.getLogger(__name__)


class Sender:
    """Sends for one account. Each method raises one of `FAILURES`, UntrustedError or DeliveryError."""

    def __init__(self, service: SignalService, number: str, discoveries: Discoveries) -> None:
        self._service = service
        self._number = number
        self._discoveries = discoveries

    async def send(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        """Sends what of the parcel has not been sent yet. What Signal has taken stands in `accepted`, also when the
        next message fails; an empty text for what has no reference."""
        for step in self._steps(parcel)[parcel.done :]:
            accepted.append(await step())  # noqa: PERF401 (what was accepted before a failure must be known)
        return Accepted(messages=tuple(filter(None, accepted)))

    def _steps(self, parcel: Parcel) -> list[Callable[[], Awaitable[str]]]:
        """The messages that a parcel becomes, in order; a photo goes with the first, the choices stand in the last."""
        parts = in_messages(shown(parcel), LONGEST_TEXT, octets, parcel.part_heading)
        photo = f"data:image/jpeg;filename=photo.jpg;base64,{base64.b64encode(parcel.photo).decode()}"
        files = [photo] if parcel.photo else None
        edits = int(parcel.message) if parcel.act is Act.EDIT and len(parts) == 1 else None
        return [
            partial(
                self._send_one,
                parcel.chat,
                part,
                is_ours=not parcel.words,
                files=files if number == 0 else None,
                edits=edits,
            )
            for number, part in enumerate(parts or [[]])
        ]

    async def _send_one(
        self, chat: str, part: Sequence[Run], *, is_ours: bool, files: list[str] | None, edits: int | None
    ) -> str:
        signed = to_signs(part) if is_ours else None  # somebody's own words are never read as style
        message = SendMessageV2(
            number=self._number,
            recipients=[chat],
            message="".join(run.text for run in part) if signed is None else signed,
            text_mode=TextMode.NORMAL if signed is None else TextMode.STYLED,
            base64_attachments=files,
            edit_timestamp=edits,
        )
        try:
            answer = await self._service.send(message)
        except FAILURES as error:
            if is_group(chat) and await self._others_have_it(chat, error):
                return stamp_in(error)
            raise
        check(answer, is_group=is_group(chat))
        for account in new_keys(answer):
            await self._discoveries.new_key(account)
        if (missed := unreached(answer)) and not await self._service.members(chat) - missed:
            raise DeliveryError(Trouble.UNREACHABLE)
        return str(int(answer.timestamp))

    async def _others_have_it(self, chat: str, error: Exception) -> bool:
        """Whether a group's refusal only names members that are not on Signal any more: the others were sent to."""
        missed = nobody_at(error) - {self._number}
        try:
            if not missed or not await self._service.members(chat) - missed:
                return False
        except FAILURES:
            return False  # nobody knows: the next try is marked as a repeat
        log.error("signal: a group has a member who is not on Signal any more: remove them, it makes each send fail")
        return True

    async def delete(self, parcel: Parcel) -> Accepted:
        """Deletes messages; one that can't be deleted is gone already, or too old, and nothing more can be done."""
        for message in parcel.messages:
            if message.isdecimal():
                try:
                    await self._service.remote_delete(parcel.chat, int(message))
                except FAILURES as error:
                    if refused(error) is None or is_too_much(error):
                        raise
        return Accepted()

    async def fetch(self, parcel: Parcel) -> Accepted:
        """The photo, without its metadata. Raises PhotoError too: it is too large or no photo."""
        try:
            data = await self._service.attachment(parcel.photo_ref, LARGEST_BYTES)
        except FAILURES as error:
            refusal = refused(error)
            if refusal and refusal.status in (400, 404):  # it may lie there a moment later
                raise DeliveryError(Trouble.WITHHELD) from None
            raise
        return Accepted(photo=await strip_apart(data))
