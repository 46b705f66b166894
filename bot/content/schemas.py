"""Writes the JSON Schemas by which editors help with content files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.content.files import SCHEMAS, ContentFile, PlaceFile


def write_schemas(folder: Path) -> None:
    """A schema for every kind of file."""
    folder.mkdir(exist_ok=True)
    for model, name in SCHEMAS.items():
        (folder / f"{name}.json").write_text(schema_text(model), "utf-8")


def schema_text(model: type[ContentFile]) -> str:
    schema: dict[str, Any] = model.model_json_schema()
    if model is PlaceFile:
        schema["$defs"]["Alert"]["required"].remove("place")  # the file's name says it
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def first_line(name: str, model: type[ContentFile]) -> str:
    """What the first line of a file says, so that editors find its schema."""
    return f"# yaml-language-server: $schema={'../' * name.count('/')}schema/{SCHEMAS[model]}.json"
