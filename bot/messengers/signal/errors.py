"""Turns refusals and silences of signal-cli-rest-api into the troubles that the outbox knows."""

from __future__ import annotations

import aiohttp
from signalbot import SignalAPIError
from signalbot._generated import SendMessageResponse
from signalbot._generated.data.send_message_error import SendMessageError

from bot.messengers.contract import DeliveryError, Trouble
from bot.messengers.signal.seam import refused

LIMITED_SECONDS = 30.0
"""The pause when Signal asks for one without saying how long."""

# The service answers 400 to everything that signal-cli could not do: what it means stands in the text only.
# Compared without case.
_UNTRUSTED = ("untrusted", "identity")
_NOBODY_THERE = ("unregistered", "not registered", "not a group member", "group not found", "invalid group")
_TOO_MUCH = ("rate limit", "ratelimit", "captcha", "proof required", "[413]", "[429]", "[428]")


class UntrustedError(Exception):
    """The recipient has a new key that was not accepted yet."""


def is_untrusted(text: str) -> bool:
    return any(known in text.casefold() for known in _UNTRUSTED)


def trouble_of(error: Exception) -> Trouble:
    """The trouble behind a request that failed; UNKNOWN if it may have been carried out."""
    if (refusal := refused(error)) is not None:
        return _trouble_of_text(refusal.text, _trouble_of_status(refusal.status))
    cause = error.__cause__ if isinstance(error, SignalAPIError) else error
    return Trouble.UNREACHABLE if isinstance(cause, aiohttp.ClientConnectorError) else Trouble.UNKNOWN


def check(answer: SendMessageResponse, *, is_group: bool) -> None:
    """A 201 may hold an error for each recipient: to one person that is a failure; in a group the others have it.

    Raises UntrustedError or DeliveryError.
    """
    errors = _errors(answer)
    if is_group or not errors:
        return
    reason = str(errors[0].reason or "")
    if is_untrusted(reason):
        raise UntrustedError
    raise delivery_error(_trouble_of_text(reason, Trouble.UNREACHABLE))


def unreached(answer: SendMessageResponse) -> set[str]:
    """The members of a group that a message did not reach, by every name that the service has for them."""
    return {name for error in _errors(answer) for name in (error.uuid, error.number, error.username) if name}


def new_keys(answer: SendMessageResponse) -> list[str]:
    """The accounts in a group that a message did not reach because their key is new."""
    return [error.uuid for error in _errors(answer) if error.uuid and is_untrusted(str(error.reason or ""))]


def _errors(answer: SendMessageResponse) -> list[SendMessageError]:
    return (answer.errors.recipients if answer.errors else None) or []


def delivery_error(trouble: Trouble, *, done: int = 0, accepted: tuple[str, ...] = ()) -> DeliveryError:
    wait = LIMITED_SECONDS if trouble is Trouble.SLOW_DOWN else 0
    return DeliveryError(trouble, retry_after=wait, done=done, accepted=accepted)


def _trouble_of_status(status: int) -> Trouble:
    if status == 429:
        return Trouble.SLOW_DOWN
    return Trouble.UNKNOWN if status >= 500 else Trouble.UNREACHABLE


def _trouble_of_text(text: str, otherwise: Trouble) -> Trouble:
    folded = text.casefold().replace("_", " ")
    if any(known in folded for known in _TOO_MUCH):
        return Trouble.SLOW_DOWN
    return Trouble.GONE if any(known in folded for known in _NOBODY_THERE) else otherwise
