"""Takes the sentences to translate out of content, for the catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from bot.content.reading import Reading, read_folder
from bot.content.source import ValuePath

WIDEST_BUTTON = 28
"""Columns of a button in a row of its own, on the smallest phone; a Chinese letter takes two."""
FLAG = 3


def sentences(folder: Path) -> Iterator[tuple[str, int, str, str]]:
    """Every sentence to translate: (file below `folder`, line, sentence, comment for the translator)."""
    return sentences_of(read_folder(folder))


def sentences_of(reading: Reading) -> Iterator[tuple[str, int, str, str]]:
    """The same of what was read; a file that could not be read has none."""
    for source, file in reading.files.values():
        for path, text in _translatable(file, ()):
            yield source.file, source.line(path), text, _comment(source.file, path)


def _comment(file: str, path: ValuePath) -> str:
    """Names of places and topics are buttons, too; a flag stands before a place."""
    name = f"content: {'.'.join(part for part in path if isinstance(part, str))}"
    if name == "content: name" and file.startswith("places/"):
        return f"{name}; button, at most {WIDEST_BUTTON - FLAG} characters"
    return f"{name}; button, at most {WIDEST_BUTTON} characters" if name == "content: topics.name" else name


def _translatable(value: Any, path: ValuePath, *, is_marked: bool = False) -> Iterator[tuple[ValuePath, str]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            marked = any(map(_is_mark, (field, *_parts(field.annotation))))
            yield from _translatable(getattr(value, name), (*path, name), is_marked=marked)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _translatable(item, (*path, number), is_marked=is_marked)
    elif is_marked and isinstance(value, str) and value:
        yield path, value


def _parts(annotation: Any) -> Iterator[Any]:
    """What a type is made of: the mark of a Sentence sits deep in `tuple[Sentence, ...]`."""
    for part in get_args(annotation):
        yield part
        yield from _parts(part)


def _is_mark(part: Any) -> bool:
    extra = getattr(part, "json_schema_extra", None)
    return isinstance(extra, dict) and bool(extra.get("translatable"))
