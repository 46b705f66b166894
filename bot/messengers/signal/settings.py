"""Signal as an operator writes it down: its variables, the group of a desk, the accounts of staff."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from bot.messengers.traits import AccountForm, ChatForm, MessengerSettings
from bot.parsing import Endpoint, UnreadableError, parse_webhook_secret, parsed

SWITCH = "BOT_SIGNAL_SERVICE"


class SignalSettings(MessengerSettings):
    """BOT_SIGNAL_…"""

    service: Annotated[Endpoint | None, parsed(Endpoint.parse)] = Field(
        default=None, description="where signal-cli-rest-api listens"
    )
    number: str | None = Field(
        default=None, repr=False, pattern=r"^\+[1-9][0-9]{6,14}$", description="a phone number like +85212345678"
    )
    devices: int = Field(default=1, ge=1, le=10, description="a whole number from 1 to 10")
    timer_days: int = Field(
        default=7, ge=0, le=28, description="a whole number from 0 to 28, days until messages on Signal disappear"
    )
    webhook_secret: Annotated[SecretStr | None, parsed(parse_webhook_secret)] = Field(
        default=None, description="16 to 256 of A-Z a-z 0-9 _ -"
    )

    @property
    def is_on(self) -> bool:
        return self.service is not None

    def faults(self) -> list[str]:
        if self.service and not self.number:
            return ["BOT_SIGNAL_NUMBER is missing: it belongs to BOT_SIGNAL_SERVICE"]
        return []

    def secrets(self) -> Sequence[str]:
        return [*super().secrets(), self.number or ""]


def _account(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise UnreadableError("a Signal account is its UUID, not a number") from None


CHATS = ChatForm("group.…", re.compile(r"group\.[A-Za-z0-9+/=_-]{1,128}"), "a Signal group begins with group.")
ACCOUNTS = AccountForm("UUID", _account)
