"""The settings of the house, and with them those of each messenger."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    SecretBytes,
    SecretStr,
    ValidationInfo,
)

from bot.messengers import MESSENGERS
from bot.messengers.traits import Configured, Traits, with_defaults
from bot.parsing import Endpoint, UnreadableError, parse_url, parsed
from bot.settings.addresses import ChatAddress, StaffAccount, account_examples, chat_examples, parse_staff
from bot.settings.staff_file import StaffFile
from bot.settings.variables import ENV_FILE, SettingsError, fields_of, from_files, given, read_model, secret_names_of
from handlers.model.cases import LONGEST_RETENTION_DAYS

_PREFIX = "BOT_"
_REPOSITORY = Path(__file__).resolve().parents[2]


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


def _database_url(text: str) -> str:
    """With the driver that we have; SQLAlchemy doesn't know `postgres://`, as some hosts hand it out."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", parse_url(text, "sqlite", "postgresql", "postgres"))


def _notify(text: str) -> tuple[str, ...]:
    """Apprise URLs; a comma may also stand inside of one, so that only a comma before the next scheme separates."""
    urls = tuple(url.strip(", ") for url in re.split(r"[,\s]+(?=[a-z][a-z0-9+]*://)", text))
    if not all(re.match(r"[a-z][a-z0-9+]*://.", url) for url in urls):
        raise UnreadableError("each begins like a URL, for example ntfy://")
    return urls


def _heartbeat_url(text: str) -> SecretStr:
    return SecretStr(parse_url(text, "https", "http"))


def _for_messengers(parse: Callable[[str, Sequence[Traits[Any]]], object]) -> BeforeValidator:
    """Parses what was written as text, with the messengers that there are."""

    def validate(value: object, info: ValidationInfo) -> object:
        messengers = [configured.traits for configured in info.data["messengers"]]
        return parse(value, messengers) if isinstance(value, str) else value

    return BeforeValidator(validate)


_LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseModel):
    """Everything that an operator may set; each description completes the sentence "NAME must be …"."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_by_name=True)

    messengers: tuple[InstanceOf[Configured[Any]], ...] = with_defaults(MESSENGERS)
    """All that there are, on or off, each with its own settings; the fields below are parsed with them."""
    database_url: Annotated[SecretStr, parsed(_database_url)] = Field(
        default=SecretStr("sqlite:///data/bot.db"),
        validation_alias="DATABASE_URL",
        description="a database URL of SQLite or PostgreSQL",
    )
    secret_keys: Annotated[tuple[SecretBytes, ...], parsed(_secret_keys)] = Field(
        default=(), validation_alias="BOT_SECRET_KEY", description="32 bytes in base64, or several, newest first"
    )
    desk: Annotated[ChatAddress | None, _for_messengers(ChatAddress.parse)] = Field(
        default=None, repr=False, description="a chat like {chats}"
    )
    backup_desk: Annotated[ChatAddress | None, _for_messengers(ChatAddress.parse)] = Field(
        default=None, repr=False, description="a chat like {chats}"
    )
    desk_language: str = Field(
        default="en", pattern=r"^[a-z]{2,3}(_[A-Za-z0-9]{2,8})*$", description="a language like en or zh_Hant"
    )
    staff: Annotated[frozenset[StaffAccount], _for_messengers(parse_staff)] = Field(
        default=frozenset(), repr=False, description="accounts like {accounts}, with commas between"
    )
    staff_file: Annotated[InstanceOf[StaffFile] | None, _for_messengers(StaffFile.open)] = Field(
        default=None, repr=False, description="a text file with accounts, in the place of BOT_STAFF"
    )
    allow_downgrade: bool = Field(default=False, description="true or false")
    notify: Annotated[tuple[SecretStr, ...], parsed(_notify)] = Field(
        default=(), description="Apprise URLs, with commas between"
    )
    heartbeat_url: Annotated[SecretStr | None, parsed(_heartbeat_url)] = Field(
        default=None, description="an address that begins with https:// or http://"
    )
    content: Path = Field(default=_REPOSITORY / "content", description="a folder")
    locales: Path = Field(default=_REPOSITORY / "locales", description="a folder")
    http: Annotated[Endpoint, parsed(Endpoint.parse)] = Field(
        default=Endpoint("127.0.0.1", 8081), description="host:port, with port 0 for any free one"
    )
    log_level: Annotated[_LogLevel, parsed(str.upper)] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    keeps_limits: bool = Field(default=True, description="true or false")
    retention_days: int = Field(default=7, ge=1, le=LONGEST_RETENTION_DAYS, description="a whole number from 1 to 30")

    @property
    def accounts(self) -> frozenset[StaffAccount]:
        """The accounts that may act, from BOT_STAFF or from the file."""
        return self.staff_file.staff if self.staff_file else self.staff

    @property
    def running(self) -> list[Configured[Any]]:
        """The messengers that are on."""
        return [messenger for messenger in self.messengers if messenger.settings.is_on]


def variable_names(messengers: Sequence[Traits[Any]] = MESSENGERS) -> list[str]:
    """Every variable that sets something."""
    own = [name for traits in messengers for name in fields_of(traits.settings, _prefix(traits))]
    return [*fields_of(Settings, _PREFIX), *own]


def secret_names(messengers: Sequence[Traits[Any]] = MESSENGERS) -> list[str]:
    """Those that may stand in a file of their own, which NAME_FILE points to."""
    own = [name for traits in messengers for name in secret_names_of(traits.settings, _prefix(traits))]
    return [*secret_names_of(Settings, _PREFIX), *own]


def load(env_file: Path = ENV_FILE, messengers: Sequence[Traits[Any]] = MESSENGERS) -> Settings:
    """The settings, for commands that can do without a messenger; SettingsError if something can't be read."""
    settings, unreadable = read(env_file, messengers)
    if unreadable:
        raise SettingsError(unreadable.values())
    return settings


def read(env_file: Path, messengers: Sequence[Traits[Any]] = MESSENGERS) -> tuple[Settings, dict[str, str]]:
    """The settings, with its default in the place of what can't be read, and a line for each of those.

    Raises SettingsError if `env_file` is no text.
    """
    environ = given(env_file)
    secrets, unread = from_files(environ, secret_names(messengers))
    values = {**environ, **secrets}
    wording = {"chats": chat_examples(messengers), "accounts": account_examples(messengers)}
    own = [read_model(traits.settings, _prefix(traits), values, wording) for traits in messengers]
    configured = tuple(Configured(traits, found) for traits, (found, _) in zip(messengers, own, strict=True))
    settings, lines = read_model(Settings, _PREFIX, values, wording, messengers=configured)
    return settings, dict(chain(unread.items(), lines.items(), *(lines.items() for _, lines in own)))


def _prefix(traits: Traits[Any]) -> str:
    return f"{_PREFIX}{traits.name.upper()}_"
