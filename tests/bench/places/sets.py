"""The messages of this folder, for the benchmark and for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def questions() -> Iterator[tuple[str, set[str]]]:
    """Text, and the places that it names."""
    for places, text, *_ in _rows("questions.txt"):
        yield text, set(places.split())


def messages() -> Iterator[tuple[str, str, str]]:
    """Language, what is named (codes of places; `-`: none; `~` before the code of a misspelt name), and the text."""
    yield from ((language, named, text) for language, named, text in _rows("messages.tsv"))


def _rows(file: str) -> Iterator[list[str]]:
    for line in (_HERE / file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")
