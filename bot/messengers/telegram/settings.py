"""Telegram as an operator writes it down: its variables, the chat of a desk, the accounts of staff."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, SecretStr

from bot.messengers.traits import AccountForm, ChatForm, MessengerSettings
from bot.parsing import UnreadableError, parse_url, parse_webhook_secret, parsed

SWITCH = "BOT_TELEGRAM_TOKEN"
ANONYMOUS_ACCOUNTS = frozenset({"1087968824", "136817688", "777000"})
"""Telegram's stand-ins for anonymous admins, channels and linked posts: whoever uses them could be anybody."""


def _token(text: str) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text):
        raise UnreadableError("it looks like 123456:ABC-…")
    return SecretStr(text)


def _api_url(text: str) -> str:
    return parse_url(text, "https", "http").rstrip("/")


def _webhook_url(text: str) -> str:
    return parse_url(text, "https")


class TelegramSettings(MessengerSettings):
    """BOT_TELEGRAM_…"""

    token: Annotated[SecretStr | None, parsed(_token)] = Field(
        default=None, description="the token as BotFather wrote it"
    )
    api_url: Annotated[str, parsed(_api_url)] = Field(
        default="https://api.telegram.org", repr=False, description="the address of a Bot API server"
    )
    webhook_url: Annotated[str | None, parsed(_webhook_url)] = Field(
        default=None, repr=False, description="a public https address, or empty for long polling"
    )
    webhook_secret: Annotated[SecretStr | None, parsed(parse_webhook_secret)] = Field(
        default=None, description="16 to 256 of A-Z a-z 0-9 _ -"
    )

    @property
    def is_on(self) -> bool:
        return self.token is not None

    def faults(self) -> list[str]:
        if self.webhook_url and not self.webhook_secret:
            return ["BOT_TELEGRAM_WEBHOOK_SECRET is missing: BOT_TELEGRAM_WEBHOOK_URL needs it; choose any long one"]
        return []


def _account(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,18}", text):
        raise UnreadableError("a Telegram account is its numeric id, not a username")
    if text in ANONYMOUS_ACCOUNTS:
        raise UnreadableError("one of these Telegram ids is shared by everybody who posts anonymously")
    return text


CHATS = ChatForm("-100…", re.compile(r"-?[1-9][0-9]{0,18}"), "a Telegram chat is a number")
ACCOUNTS = AccountForm("ID", _account)
