"""Sends a parcel as the messages that Telegram makes of it, or puts one in the place of a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from telegram import Bot, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.messengers.contract import Accepted, Parcel
from bot.messengers.parts import in_messages
from bot.messengers.seams import units
from bot.messengers.telegram.errors import number_of
from bot.messengers.telegram.limits import LONGEST_CAPTION, LONGEST_TEXT
from bot.messengers.telegram.showing import html_parts, keyboard_of, look_of, shown, to_html


async def send(bot: Bot, parcel: Parcel, accepted: list[str]) -> Accepted:
    """Sends what of the parcel has not been sent yet. What Telegram has taken stands in `accepted`, also when the
    next message fails. Raises TelegramError, or DeliveryError where there is no such chat."""
    for step in _steps(bot, parcel)[parcel.done :]:
        message = await step()
        accepted.append(str(message.message_id))
    return Accepted(messages=tuple(accepted))


async def edit(bot: Bot, parcel: Parcel, accepted: list[str]) -> Accepted:
    """Replaces the text of a message; sends a new one where that can't be done. Else as `send`."""
    parts = html_parts(parcel.text, parcel.words, LONGEST_TEXT, dict(parcel.mentions))
    if len(parts) != 1:
        return await send(bot, parcel, accepted)
    try:
        await bot.edit_message_text(
            parts[0], chat_id=number_of(parcel.chat), message_id=number_of(parcel.message), **look_of(parcel)
        )
    except BadRequest as error:
        if "not modified" not in str(error).casefold():
            return await send(bot, parcel, accepted)
    return Accepted(messages=(parcel.message,))


def _steps(bot: Bot, parcel: Parcel) -> list[Callable[[], Awaitable[Message]]]:
    """The messages that a parcel becomes, in order; the buttons stand under the last text."""
    where: dict[str, Any] = {"chat_id": number_of(parcel.chat), "protect_content": True}
    if parcel.topic:
        where["message_thread_id"] = number_of(parcel.topic)
    runs = shown(parcel.text, parcel.words, has_links=parcel.has_links)
    steps: list[Callable[[], Awaitable[Message]]] = []
    if parcel.photo:
        fits = units("".join(run.text for run in runs)) <= LONGEST_CAPTION
        look: dict[str, Any] = {
            "caption": to_html(runs, dict(parcel.mentions)),
            "parse_mode": ParseMode.HTML,
            "reply_markup": keyboard_of(parcel),
        }
        steps.append(partial(bot.send_photo, photo=parcel.photo, **where, **(look if fits else {})))
        runs = [] if fits else runs
    parts = in_messages(runs, LONGEST_TEXT, heading=parcel.part_heading)
    for number, part in enumerate(parts, 1):
        look = look_of(parcel if number == len(parts) else None)
        steps.append(partial(bot.send_message, text=to_html(part, dict(parcel.mentions)), **where, **look))
    if parcel.latitude is not None and parcel.longitude is not None:
        point: dict[str, Any] = {"latitude": parcel.latitude, "longitude": parcel.longitude}
        steps.append(partial(bot.send_location, **where, **point))
    return steps
