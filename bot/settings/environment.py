"""The settings: read once from the environment, `.env` and the files of secrets, and complained about all at once."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretBytes, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings.addresses import (
    ChatAddress,
    Endpoint,
    StaffAccount,
    UnreadableError,
    parse_api_url,
    parse_database_url,
    parse_notify,
    parse_staff,
    parse_webhook_url,
)
from bot.settings.staff_file import StaffFile
from handlers.model.cases import LONGEST_RETENTION_DAYS

ENV_FILE = Path(".env")
_REPOSITORY = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """The settings can't be used; a line for each reason, with the variable and the remedy and never its value."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def _parsed(parse: Callable[[str], object]) -> BeforeValidator:
    """Parses what was written as text; what the program passes itself is taken as it is."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _secret_keys(text: str) -> tuple[bytes, ...]:
    return tuple(_secret_key(part.strip()) for part in text.split(","))


def _secret_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise UnreadableError("`python -m bot key` prints a new one")
    return key


def _telegram_token(text: str) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text):
        raise UnreadableError("it looks like 123456:ABC-…")
    return SecretStr(text)


def _webhook_secret(text: str) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise UnreadableError("it stands in a header or a URL")
    return SecretStr(text)


_LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """Everything that an operator may set; each description completes the sentence "NAME must be …"."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_prefix="BOT_",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_default=False,
    )

    database_url: Annotated[SecretStr, _parsed(parse_database_url)] = Field(
        default=SecretStr("sqlite:///data/bot.db"),
        validation_alias="DATABASE_URL",
        description="a database URL of SQLite or PostgreSQL",
    )
    secret_keys: Annotated[tuple[SecretBytes, ...], NoDecode, _parsed(_secret_keys)] = Field(
        default=(), validation_alias="BOT_SECRET_KEY", description="32 bytes in base64, or several, newest first"
    )
    telegram_token: Annotated[SecretStr | None, _parsed(_telegram_token)] = Field(
        default=None, description="the token as BotFather wrote it"
    )
    telegram_api_url: Annotated[str, _parsed(parse_api_url)] = Field(
        default="https://api.telegram.org", repr=False, description="the address of a Bot API server"
    )
    telegram_webhook_url: Annotated[str | None, _parsed(parse_webhook_url)] = Field(
        default=None, repr=False, description="a public https address, or empty for long polling"
    )
    telegram_webhook_secret: Annotated[SecretStr | None, _parsed(_webhook_secret)] = Field(
        default=None, description="1 to 256 of A-Z a-z 0-9 _ -"
    )
    signal_service: Annotated[Endpoint | None, NoDecode, _parsed(Endpoint.parse)] = Field(
        default=None, description="where signal-cli-rest-api listens"
    )
    signal_number: str | None = Field(
        default=None, repr=False, pattern=r"^\+[1-9][0-9]{6,14}$", description="a phone number like +85212345678"
    )
    signal_devices: int = Field(default=1, ge=1, le=10, description="a whole number from 1 to 10")
    signal_timer_days: int = Field(
        default=7, ge=0, le=28, description="a whole number from 0 to 28, days until messages on Signal disappear"
    )
    signal_webhook_secret: Annotated[SecretStr | None, _parsed(_webhook_secret)] = Field(
        default=None, description="1 to 256 of A-Z a-z 0-9 _ -"
    )
    desk: Annotated[ChatAddress | None, NoDecode, _parsed(ChatAddress.parse)] = Field(
        default=None, repr=False, description="a chat like telegram:-100… or signal:group.…"
    )
    backup_desk: Annotated[ChatAddress | None, NoDecode, _parsed(ChatAddress.parse)] = Field(
        default=None, repr=False, description="a chat like telegram:-100… or signal:group.…"
    )
    desk_language: str = Field(
        default="en", pattern=r"^[a-z]{2,3}(_[A-Za-z0-9]{2,8})*$", description="a language like en or zh_Hant"
    )
    staff: Annotated[frozenset[StaffAccount], NoDecode, _parsed(parse_staff)] = Field(
        default=frozenset(), repr=False, description="accounts like telegram:ID or signal:UUID, with commas between"
    )
    staff_file: Annotated[StaffFile | None, NoDecode, _parsed(StaffFile.open)] = Field(
        default=None, repr=False, description="a text file with accounts, in the place of BOT_STAFF"
    )
    allow_downgrade: bool = Field(default=False, description="true or false")
    notify: Annotated[tuple[SecretStr, ...], NoDecode, _parsed(parse_notify)] = Field(
        default=(), description="Apprise URLs, with commas between"
    )
    content: Path = Field(default=_REPOSITORY / "content", description="a folder")
    locales: Path = Field(default=_REPOSITORY / "locales", description="a folder")
    http: Annotated[Endpoint, NoDecode, _parsed(Endpoint.parse)] = Field(
        default=Endpoint("127.0.0.1", 8081), description="host:port, with port 0 for any free one"
    )
    log_level: Annotated[_LogLevel, _parsed(str.upper)] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    keeps_limits: bool = Field(default=True, description="true or false")
    retention_days: int = Field(default=7, ge=1, le=LONGEST_RETENTION_DAYS, description="a whole number from 1 to 30")

    @property
    def accounts(self) -> frozenset[StaffAccount]:
        """Who may act, wherever it stands."""
        return self.staff_file.staff if self.staff_file else self.staff

    @model_validator(mode="before")
    @classmethod
    def _empty_means_unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in stripped.items() if value != ""}


def _variable(field_name: str) -> str:
    alias = Settings.model_fields[field_name].validation_alias
    return alias if isinstance(alias, str) else f"BOT_{field_name.upper()}"


FIELDS = {_variable(name): name for name in Settings.model_fields}
"""From the name of a variable to the field that it sets."""

SECRETS = (
    "DATABASE_URL",
    "BOT_SECRET_KEY",
    "BOT_TELEGRAM_TOKEN",
    "BOT_TELEGRAM_WEBHOOK_SECRET",
    "BOT_SIGNAL_WEBHOOK_SECRET",
    "BOT_NOTIFY",
)
"""What may stand in a file of its own, which NAME_FILE points to."""


def load(env_file: Path = ENV_FILE) -> Settings:
    """The settings, for commands that can do without a messenger; SettingsError if something can't be read."""
    settings, unreadable = read(env_file)
    if unreadable:
        raise SettingsError(unreadable.values())
    return settings


def given(env_file: Path = ENV_FILE) -> Mapping[str, str | None]:
    """All variables by name; the environment wins over the file."""
    try:
        return {**dotenv_values(env_file, encoding="utf-8"), **os.environ}
    except UnicodeDecodeError:
        raise SettingsError([f"{env_file.name} is not UTF-8 text: save it as UTF-8"]) from None


def read(env_file: Path) -> tuple[Settings, dict[str, str]]:
    """The settings, with its default in the place of what can't be read, and a line for each of those."""
    values, lines = _secrets_from_files(given(env_file))
    options: dict[str, Any] = {"_env_file": env_file, **values}
    try:
        return Settings(**options), lines
    except ValidationError as error:
        lines |= _lines_of(error)
    unreadable = dict.fromkeys((FIELDS[name] for name in lines), "")
    return Settings(**options | unreadable), lines


def _secrets_from_files(environ: Mapping[str, str | None]) -> tuple[dict[str, str], dict[str, str]]:
    """The contents of the files that NAME_FILE points to, by field, and a line for each that is of no use."""
    values: dict[str, str] = {}
    lines: dict[str, str] = {}
    for name in SECRETS:
        path = environ.get(f"{name}_FILE")
        if not path:
            continue
        if environ.get(name):
            lines[name] = f"{name} and {name}_FILE are both set: remove one of them"
            continue
        try:
            values[FIELDS[name]] = Path(path).read_text("utf-8").strip()
        except (OSError, ValueError):
            lines[name] = f"{name}_FILE can't be read: it must name a text file that this user may read"
            continue
        if not values[FIELDS[name]]:
            lines[name] = f"{name}_FILE names an empty file: write the secret into it"
    return values, lines


def _lines_of(error: ValidationError) -> dict[str, str]:
    lines = {}
    for fault in error.errors(include_url=False, include_input=False):
        place = str(fault["loc"][0])
        name = place if place in FIELDS else _variable(place)
        line = f"{name} must be {Settings.model_fields[FIELDS[name]].description}"
        reason = fault.get("ctx", {}).get("error")
        # only our own reasons are known to hold nothing of the value
        lines[name] = f"{line} ({reason})" if isinstance(reason, UnreadableError) else line
    return lines
