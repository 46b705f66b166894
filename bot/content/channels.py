"""Whether a phone number or an e-mail address can exist at all."""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.content.source import Fault, Source, ValuePath
from handlers.model.knowledge import Channel


def impossible_channels(source: Source, path: ValuePath, channel: Channel) -> Iterator[Fault]:
    """Faults for what nobody can be reached by, a warning for what is not known in full."""
    if channel.phone and not _is_phone(channel.phone):
        yield source.fault((*path, "phone"), "no such phone number can exist: correct it; write it as +852 3957 1999")
    if channel.email and not _is_email(channel.email):
        message = "no such e-mail address can exist: correct it; what the source cuts off goes into `incomplete`"
        yield source.fault((*path, "email"), message)
    if channel.incomplete:
        message = "printed incompletely: find the whole address and write it as `email`"
        yield source.fault((*path, "incomplete"), message, is_warning=True)


def _is_phone(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _is_email(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
