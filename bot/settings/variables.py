"""The variables that an operator sets: in the environment, in `.env`, or in a file of its own for each secret."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from dotenv import dotenv_values
from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError

from bot.parsing import UnreadableError

ENV_FILE = Path(".env")

Model = TypeVar("Model", bound=BaseModel)


class SettingsError(Exception):
    """The settings can't be used; a line for each reason, with the variable and the remedy and never its value."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def fields_of(model: type[BaseModel], prefix: str) -> dict[str, str]:
    """From the name of each variable (an alias, or prefix and field) to the field of the model that it sets.

    A field without a description is set by no variable.
    """
    fields = model.model_fields.items()
    return {
        str(field.validation_alias or f"{prefix}{name.upper()}"): name for name, field in fields if field.description
    }


def secret_names_of(model: type[BaseModel], prefix: str) -> list[str]:
    """The variables that may stand in a file of their own, which NAME_FILE points to: each that holds a secret."""
    fields = fields_of(model, prefix)
    return [name for name, field in fields.items() if _is_secret(model.model_fields[field].annotation)]


def _is_secret(annotation: Any) -> bool:
    return annotation in (SecretStr, SecretBytes) or any(map(_is_secret, get_args(annotation)))


def given(env_file: Path = ENV_FILE) -> Mapping[str, str]:
    """All variables by name, in capitals; the environment wins over the file, unless it is empty there.

    Raises SettingsError if the file is no text.
    """
    try:
        in_file = dotenv_values(env_file, encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError([f"{env_file.name} is not UTF-8 text: save it as UTF-8"]) from None
    both = [*in_file.items(), *os.environ.items()]
    return {name.upper(): value for name, value in both if value}


def from_files(environ: Mapping[str, str], secrets: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The secrets that NAME_FILE points to, and a line for each file that is of no use; both by variable."""
    values: dict[str, str] = {}
    lines: dict[str, str] = {}
    for name in secrets:
        path = environ.get(f"{name}_FILE")
        if not path:
            continue
        if environ.get(name):
            lines[name] = f"{name} and {name}_FILE are both set: remove one of them"
            continue
        try:
            values[name] = Path(path).read_text("utf-8").strip()
        except (OSError, ValueError):
            lines[name] = f"{name}_FILE can't be read: it must name a text file that this user may read"
            continue
        if not values[name]:
            lines[name] = f"{name}_FILE names an empty file: write the secret into it"
    return values, lines


def read_model(
    model: type[Model], prefix: str, values: Mapping[str, str], wording: Mapping[str, str], **more: Any
) -> tuple[Model, dict[str, str]]:
    """A model from variables, with the default of what can't be read, and a line for each of those by variable.

    `wording` fills the braces of the fields' descriptions; `more` are fields that no variable sets.
    """
    fields = fields_of(model, prefix)
    found = {field: text for name, field in fields.items() if (text := values.get(name, "").strip())}
    try:
        return model(**more, **found), {}
    except ValidationError as error:
        unreadable = {fields.get(place, place): reason for place, reason in _reasons(error)}
    lines = {
        name: f"{name} must be {(model.model_fields[field].description or '').format_map(wording)}{unreadable[field]}"
        for name, field in fields.items()
        if field in unreadable
    }
    return model(**more, **{field: text for field, text in found.items() if field not in unreadable}), lines


def _reasons(error: ValidationError) -> Iterator[tuple[str, str]]:
    """By field or alias; only our own reasons are known to hold nothing of the value."""
    for fault in error.errors(include_url=False, include_input=False):
        reason = fault.get("ctx", {}).get("error")
        yield str(fault["loc"][0]), f" ({reason})" if isinstance(reason, UnreadableError) else ""
