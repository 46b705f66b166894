"""Opens forum topics, one for each case, in a desk that has them."""

from __future__ import annotations

import logging
import time

from telegram import Bot
from telegram.error import BadRequest

from bot.messengers.contract import Accepted, Parcel
from bot.messengers.telegram.errors import number_of

log = logging.getLogger(__name__)

PLAIN_SECONDS = 600.0
"""A group that is no forum is not asked for a topic again for so long: each try is one of its 20 messages a minute."""


class Topics:
    """Remembers in which chats no topic can be opened."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._plain: dict[str, float] = {}
        """Those chats, and until when that is believed."""

    async def open(self, parcel: Parcel) -> Accepted:
        """The outcome's `topic` is empty where the chat is no forum, or the bot may not open topics: the post comes
        all the same. Raises TelegramError, or DeliveryError where there is no such chat."""
        if self._plain.get(parcel.chat, 0.0) > time.monotonic():
            return Accepted()
        try:
            topic = await self._bot.create_forum_topic(number_of(parcel.chat), parcel.text)
        except BadRequest as error:
            if "not a forum" not in str(error).casefold():
                log.error("telegram: no topic could be opened; may the bot manage topics in the desk?")
            self._plain[parcel.chat] = time.monotonic() + PLAIN_SECONDS
            return Accepted()
        return Accepted(topic=str(topic.message_thread_id))
