"""Reads YAML so that each value knows its line; nothing but mappings, lists and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LARGEST_FILE = 1_000_000
DEEPEST = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ValuePath = tuple[str | int, ...]
"""The keys and positions that lead to a value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend in a file: where, and what to do."""

    file: str
    line: int
    message: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file's content, every scalar as text (so that `NO` stays NO), and the line of each value by its path."""

    file: str
    text: str = field(repr=False)
    value: Any = field(repr=False)
    lines: dict[ValuePath, int] = field(repr=False)

    def line(self, path: ValuePath) -> int:
        """The line of the value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: ValuePath, message: str, *, is_warning: bool = False) -> Fault:
        return Fault(self.file, self.line(path), message, is_warning)


class SourceError(Exception):
    """The file can't be read at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read(path: Path, name: str) -> Source:
    """Raises SourceError: too large, not UTF-8, broken off, no YAML, or with anchors, tags, empty or repeated keys."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError:
        raise SourceError(Fault(name, 1, "the file can't be read: check its permissions")) from None
    if len(raw) > LARGEST_FILE:
        raise SourceError(Fault(name, 1, "the file is larger than 1 MB: split it"))
    try:
        return parse(raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(Fault(name, line, "this is not UTF-8 text: save the file as UTF-8")) from None


def parse(text: str, name: str) -> Source:
    """Raises SourceError."""
    # A file that is still being copied may be sound YAML by chance, with the alert cut off.
    if text and not text.endswith("\n"):
        line = text.count("\n") + 1
        raise SourceError(Fault(name, line, "the last line breaks off: complete it and end it with a line break"))
    try:
        _refuse_extras(text, name)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or "this is no YAML"
        raise SourceError(Fault(name, _line_of(error), f"{problem}: check indentation and quotes")) from None
    except yaml.YAMLError:
        raise SourceError(Fault(name, 1, "this is no YAML: check for stray characters")) from None
    if node is None:
        raise SourceError(Fault(name, 1, "the file is empty: fill it in or delete it"))
    lines: dict[ValuePath, int] = {}
    return Source(name, text, _value(node, (), lines, name), lines)


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Where to mend it: what was opened and not closed is noticed much later only."""
    is_unclosed = any(word in (error.context or "") for word in ("quoted", "flow"))
    mark = (error.context_mark if is_unclosed else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _refuse_extras(text: str, name: str) -> None:
    """Goes through the file without building anything, so that nothing in it can grow."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise SourceError(Fault(name, line, "anchors and aliases (& and *) are not allowed: write it out"))
        if getattr(event, "tag", None):
            raise SourceError(Fault(name, line, "tags (!) are not allowed: put the text in quotes"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise SourceError(Fault(name, line, f"nested deeper than {DEEPEST} levels: the indentation has gone wrong"))


def _value(node: Any, path: ValuePath, lines: dict[ValuePath, int], name: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        # `alert:` with nothing behind it must not read as "there is no alert".
        if not node.style and node.value in ("", "~", "null"):
            raise SourceError(Fault(name, lines[path], "there is nothing here: fill it in or remove it"))
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, number), lines, name) for number, item in enumerate(node.value)]
    return _mapping(node, path, lines, name)


def _mapping(node: Any, path: ValuePath, lines: dict[ValuePath, int], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise SourceError(Fault(name, line, "a key must be plain text"))
        key = key_node.value
        if key in found:
            raise SourceError(Fault(name, line, f"{key!r} stands here twice: keep one"))
        lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), lines, name)
    return found
