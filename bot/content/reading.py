"""Reads every file by the model of its name, and says of every value that doesn't fit what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.content.files import MODELS, ContentFile, PlaceFile
from bot.content.source import Fault, Source, SourceError, ValuePath, read

File = TypeVar("File", bound=ContentFile)


@dataclass
class Reading:
    """The files as they were read, and what is wrong with them."""

    files: dict[str, tuple[Source, ContentFile]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: set[type[ContentFile]] = field(default_factory=set)
    """Of what kind the files are that could not be read: what they define is not known."""

    def of(self, model: type[File]) -> Iterator[tuple[Source, File]]:
        return ((source, file) for source, file in self.files.values() if isinstance(file, model))


def read_folder(folder: Path) -> Reading:
    """Reads all there is; a file with a fault is left out of `files`."""
    reading = Reading()
    for pattern, model in MODELS.items():
        paths = sorted(folder.glob(pattern))
        if not paths and "*" not in pattern:
            reading.faults.append(Fault(pattern, 1, "this file is missing: copy it from an older version"))
            reading.broken.add(model)
        for path in paths:
            name = path.relative_to(folder).as_posix()
            faults = _read_file(reading, path, name, model)
            if faults:
                reading.faults += faults
                reading.broken.add(model)
    return reading


def _read_file(reading: Reading, path: Path, name: str, model: type[ContentFile]) -> list[Fault]:
    try:
        source = read(path, name)
    except SourceError as error:
        return [error.fault]
    value = source.value
    if model is PlaceFile and isinstance(value, dict) and isinstance(value.get("alert"), dict):
        value = value | {"alert": {"place": path.stem} | value["alert"]}
    try:
        reading.files[name] = (source, model.model_validate(value))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        return [source.fault(problem["loc"], _remedy(problem["loc"], problem)) for problem in problems]
    return []


_REMEDIES = {
    "extra_forbidden": "there is no such key: correct it; the schema that the first line names lists them all",
    "missing": "it is missing: add it",
    "too_short": "it is empty: add at least one",
    "too_long": "there are too many: leave out what can wait",
    "string_too_short": "it is empty: fill it in or remove it",
    "string_type": "write a text here",
    "tuple_type": "write a list here: a line with a dash for each",
    "int_parsing": "write a whole number",
    "bool_parsing": "write true or false",
    "model_type": "write keys and values here, as in the other files",
}
"""What to do, by pydantic's type of fault; for any other its own message will do."""

_FORMS = {
    "phone": "write it with the country code, as +852 3957 1999",
    "place": "the file name is no code of a place: rename it, e.g. TH.yaml or TH-mae-sot.yaml, and leave `place` out",
}
"""What a value with a pattern looks like, by its key."""


def _remedy(path: ValuePath, problem: Any) -> str:
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in path) or "the file"
    if problem["type"] == "enum":
        return f"{where}: write one of these: {problem['ctx']['expected']}"
    if problem["type"] == "string_pattern_mismatch" and path[-1] in _FORMS:
        return f"{where}: {_FORMS[str(path[-1])]}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {_REMEDIES.get(problem['type'], message)}"
