"""What an operator would write about Matrix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, SecretStr

from bot.messengers.traits import AccountForm, ChatForm, MessengerSettings
from bot.parsing import UnreadableError, parse_url, parsed

SWITCH = "BOT_MATRIX_HOMESERVER"
_SERVER = r"[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?"


def _homeserver(text: str) -> str:
    return parse_url(text, "https", "http").rstrip("/")


class MatrixSettings(MessengerSettings):
    """BOT_MATRIX_…"""

    homeserver: Annotated[str | None, parsed(_homeserver)] = Field(
        default=None, repr=False, description="the address of a homeserver"
    )
    token: SecretStr | None = Field(default=None, description="an access token of the bot's account")

    @property
    def is_on(self) -> bool:
        return self.homeserver is not None

    def faults(self) -> Sequence[str]:
        if self.homeserver and not self.token:
            return ["BOT_MATRIX_TOKEN is missing: it belongs to BOT_MATRIX_HOMESERVER"]
        return []


def _account(text: str) -> str:
    if not re.fullmatch(rf"@[a-z0-9._=/+-]{{1,200}}:{_SERVER}", text):
        raise UnreadableError("a Matrix account is its whole id, like @ann:example.org")
    return text


CHATS = ChatForm(
    "!…:…",
    re.compile(rf"![A-Za-z0-9._~-]{{1,200}}:{_SERVER}"),
    "a Matrix room is its internal id, like !abc:host",
)
ACCOUNTS = AccountForm("@USER:SERVER", _account)
