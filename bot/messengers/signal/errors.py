"""Turns refusals and silences of signal-cli-rest-api into the troubles that the outbox knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import aiohttp
from signalbot import SignalAPIError
from signalbot._generated import SendMessageResponse
from signalbot._generated.data.send_message_error import SendMessageError

from bot.messengers.contract import DeliveryError, Trouble
from bot.messengers.signal.parse import is_group
from bot.messengers.signal.seam import RefusedError, refused

LIMITED_SECONDS = 30.0
"""The pause when Signal asks for one without saying how long."""

# The service answers 400 to everything that signal-cli could not do: what it means stands in the text only.
# Compared without case.
_UNTRUSTED = ("untrusted", "identity")
_NO_PERSON = ("unregistered", "not registered")
_NO_GROUP = ("not a group member", "group not found", "invalid group")
_OUR_ACCOUNT = ("not registered", "account does not exist", "authorization failed", "[401]", "[403]")
"""Unless it names somebody else: signal-cli says it of the account that it sends with."""
_TOO_MUCH = ("rate limit", "ratelimit", "captcha", "proof required", "[413]", "[429]", "[428]")
_ACCOUNT = re.compile(r"\+[0-9]{6,15}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_STAMP = re.compile(r"(?:^|[^0-9-])([1-9][0-9]{12})\s*$")
"""Milliseconds since 1970, as the last word."""


class UntrustedError(Exception):
    """The recipient has a new key that was not accepted yet."""


def is_untrusted(text: str) -> bool:
    return any(known in text.casefold() for known in _UNTRUSTED)


def trouble_of(error: Exception, chat: str, number: str) -> Trouble:
    """The trouble behind a request for `chat` that failed; UNKNOWN if it may have been carried out. `number`: ours."""
    if (refusal := refused(error)) is not None:
        return _trouble_of_refusal(refusal, chat, number)
    cause = error.__cause__ if isinstance(error, SignalAPIError) else error
    return Trouble.UNREACHABLE if isinstance(cause, aiohttp.ClientConnectorError) else Trouble.UNKNOWN


def _trouble_of_refusal(refusal: RefusedError, chat: str, number: str) -> Trouble:
    if is_about_us(refusal.text, number):
        return Trouble.UNREACHABLE
    if not is_group(chat):
        return _trouble_of_text(refusal.text, (*_NO_PERSON, *_NO_GROUP), _trouble_of_status(refusal.status))
    trouble = _trouble_of_text(refusal.text, _NO_GROUP, Trouble.UNKNOWN)
    return trouble if trouble is Trouble.GONE else Trouble.UNKNOWN  # some of a group may have it all the same


def is_about_us(text: str, number: str) -> bool:
    """Whether a refusal is about the bot's own account: an outage, and no word about whoever was written to."""
    if number in text:
        return True
    return not _ACCOUNT.search(text) and _has(text, _OUR_ACCOUNT)


def nobody_at(error: Exception) -> set[str]:
    """The accounts that a refusal names as unregistered: signal-cli says so when the others of a group were sent to."""
    refusal = refused(error)
    return set(_ACCOUNT.findall(refusal.text)) if refusal and _has(refusal.text, _NO_PERSON) else set()


def stamp_in(error: Exception) -> str:
    """The time that a refusal tells of the message that was sent all the same; empty where it doesn't."""
    refusal = refused(error)
    found = _STAMP.search(refusal.text) if refusal else None
    return found[1] if found else ""


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
    raise delivery_error(_trouble_of_text(reason, (*_NO_PERSON, *_NO_GROUP), Trouble.UNREACHABLE))


def unreached(answer: SendMessageResponse) -> set[str]:
    """The members of a group that a message did not reach, by every name that the service has for them."""
    return {name for error in _errors(answer) for name in (error.uuid, error.number, error.username) if name}


def new_keys(answer: SendMessageResponse) -> list[str]:
    """The accounts in a group that a message did not reach because their key is new."""
    return [error.uuid for error in _errors(answer) if error.uuid and is_untrusted(str(error.reason or ""))]


def _errors(answer: SendMessageResponse) -> list[SendMessageError]:
    return (answer.errors.recipients if answer.errors else None) or []


def delivery_error(
    trouble: Trouble, *, done: int = 0, accepted: tuple[str, ...] = (), is_limited: bool = False
) -> DeliveryError:
    """`is_limited`: not before a pause, whatever the trouble is."""
    wait = LIMITED_SECONDS if is_limited or trouble is Trouble.SLOW_DOWN else 0
    return DeliveryError(trouble, retry_after=wait, done=done, accepted=accepted)


def _trouble_of_status(status: int) -> Trouble:
    if status == 429:
        return Trouble.SLOW_DOWN
    return Trouble.UNKNOWN if status >= 500 else Trouble.UNREACHABLE


def is_too_much(error: Exception) -> bool:
    """Whether the service asks for a pause."""
    refusal = refused(error)
    return refusal is not None and (refusal.status == 429 or _has(refusal.text, _TOO_MUCH))


def _trouble_of_text(text: str, gone: Sequence[str], otherwise: Trouble) -> Trouble:
    if _has(text, _TOO_MUCH):
        return Trouble.SLOW_DOWN
    return Trouble.GONE if _has(text, gone) else otherwise


def _has(text: str, known: Sequence[str]) -> bool:
    folded = text.casefold().replace("_", " ")
    return any(words in folded for words in known)
