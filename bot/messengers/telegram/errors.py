"""Turns Telegram's refusals and silences into troubles that the outbox knows, or into a pause before another try."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.messengers.backoff import backoff
from bot.messengers.contract import DeliveryError, Trouble
from bot.messengers.telegram.http import NEVER_LEFT

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
"""Seconds between two tries."""
_pause = partial(backoff, first=1.0, longest=LONGEST_PAUSE)

# python-telegram-bot capitalises the texts: compared without case
_NOBODY_THERE = (
    "chat not found",
    "user is deactivated",
    "bot was blocked",
    "bot was kicked",
    "bot can't initiate conversation",
    "can't send messages to bots",
    "can't send messages to the user",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "have no rights",
    "not enough rights",
)
_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid", "topic deleted")


def to_delivery_error(
    error: TelegramError, *, chat: str = "", done: int = 0, accepted: Sequence[str] = ()
) -> DeliveryError:
    """`done` parts of the parcel for `chat` had been accepted before, as the messages `accepted`."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return DeliveryError(Trouble.SLOW_DOWN, retry_after=seconds, done=done, accepted=accepted)
    if isinstance(error, ChatMigrated):
        return DeliveryError(Trouble.MOVED, moved_to=str(error.new_chat_id), done=done, accepted=accepted)
    return DeliveryError(_trouble(error, is_group=chat.startswith("-")), done=done, accepted=accepted)


def _trouble(error: TelegramError, *, is_group: bool) -> Trouble:
    if isinstance(error, Forbidden):
        return Trouble.GONE if is_group or is_about_the_person(error) else Trouble.UNREACHABLE
    if isinstance(error, BadRequest):
        text = str(error).casefold()
        if any(known in text for known in _NO_TOPIC):
            return Trouble.TOPIC_GONE
        return Trouble.GONE if any(known in text for known in _NOBODY_THERE) else Trouble.REFUSED
    if isinstance(error, InvalidToken | Conflict):
        return Trouble.UNREACHABLE
    if isinstance(error, NetworkError) and isinstance(error.__cause__, NEVER_LEFT):
        return Trouble.UNREACHABLE
    return Trouble.UNKNOWN  # it may have gone out


def is_about_the_person(error: Forbidden) -> bool:
    """Whether a refusal says that this person can't be written to; any other may be about the bot itself, or come from
    something that stands between: an outage."""
    text = str(error).casefold()
    return any(known in text for known in _NOBODY_THERE)


def number_of(reference: str) -> int:
    """The number of a chat, a topic or a message; raises DeliveryError, as what has none can't be reached."""
    try:
        return int(reference)
    except ValueError:
        raise DeliveryError(Trouble.GONE) from None


async def pause_after(error: Exception, failures: int) -> None:
    """Waits before the next try. Logs the first failure and every tenth; what only the operator can mend, loudly."""
    if isinstance(error, InvalidToken | Conflict):
        log.critical("telegram: %s: the token is wrong, or another program receives with it", type(error).__name__)
    elif failures % 10 == 1:
        log.error("telegram: receiving failed (%s), try %d", type(error).__name__, failures)
    await asyncio.sleep(_pause(failures))
