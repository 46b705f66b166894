"""What Telegram's refusals and silences mean for the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

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

from bot.messengers.contract import DeliveryError, Trouble
from bot.messengers.telegram.http import NEVER_LEFT

# python-telegram-bot capitalises the texts: compared without case
_NOBODY_THERE = (
    "chat not found",
    "user is deactivated",
    "bot was blocked",
    "bot was kicked",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "have no rights",
    "not enough rights",
)
_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid", "topic deleted")


def to_delivery_error(error: TelegramError, *, done: int = 0, accepted: Sequence[str] = ()) -> DeliveryError:
    """`done` parts of the parcel had been accepted before, as the messages `accepted`."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return DeliveryError(Trouble.SLOW_DOWN, retry_after=seconds, done=done, accepted=accepted)
    if isinstance(error, ChatMigrated):
        return DeliveryError(Trouble.MOVED, moved_to=str(error.new_chat_id), done=done, accepted=accepted)
    return DeliveryError(_trouble(error), done=done, accepted=accepted)


def _trouble(error: TelegramError) -> Trouble:
    if isinstance(error, Forbidden):
        return Trouble.GONE
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
