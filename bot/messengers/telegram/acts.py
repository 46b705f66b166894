"""The acts on what is already there: delete messages, answer presses, fetch photos."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.messengers.contract import Accepted, DeliveryError, Parcel, Trouble
from bot.messengers.photos import LARGEST_BYTES, PhotoError
from bot.messengers.photos.process import strip_apart
from bot.messengers.telegram.errors import number_of
from bot.messengers.telegram.limits import MOST_DELETED

_TOO_LARGE = "file is too big"
"""What the Bot API says of a file above 20 MB, then and always."""


async def delete(bot: Bot, parcel: Parcel) -> Accepted:
    """Deletes messages. One that can't be deleted is gone already, or too old: nothing more can be done about it."""
    chat, numbers = number_of(parcel.chat), [number_of(message) for message in parcel.messages]
    for start in range(0, len(numbers), MOST_DELETED):
        some = numbers[start : start + MOST_DELETED]
        try:
            await bot.delete_messages(chat, some)
        except BadRequest:
            await _delete_singly(bot, chat, some)
    return Accepted()


async def _delete_singly(bot: Bot, chat: int, numbers: Sequence[int]) -> None:
    for number in numbers:
        with suppress(BadRequest):
            await bot.delete_message(chat, number)


async def answer_press(bot: Bot, parcel: Parcel) -> Accepted:
    """Lets the button stop spinning."""
    with suppress(BadRequest):  # too old to be answered: the button has stopped by itself
        await bot.answer_callback_query(parcel.press)
    return Accepted()


async def fetch(bot: Bot, parcel: Parcel) -> Accepted:
    """The photo, without its metadata. Raises PhotoError for what is too large or no photo."""
    try:
        file = await bot.get_file(parcel.photo_ref)
    except (BadRequest, Forbidden) as error:
        if _TOO_LARGE in str(error).casefold():
            raise PhotoError from None
        raise DeliveryError(Trouble.WITHHELD) from None  # "wrong file_id or the file is temporarily unavailable"
    if (file.file_size or 0) > LARGEST_BYTES:
        raise PhotoError
    try:
        data = await file.download_as_bytearray()
    except (BadRequest, Forbidden, InvalidToken):  # the last is what python-telegram-bot makes of a 404
        raise DeliveryError(Trouble.WITHHELD) from None
    return Accepted(photo=await strip_apart(bytes(data)))
