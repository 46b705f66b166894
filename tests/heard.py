"""Plays what people type through the whole house with the shipped content, and prints how much of it was understood:

    python -m tests.heard FILE.jsonl [KIND...]

A line is `{"lang": "sw", "kind": "situation", "input": "…"}`. It counts as understood if a handler of `UNDERSTOOD`
answers it; of other kinds, lines are not played.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from handlers.table import ROWS, Handler
from tests.talk import ROOT, Talk

_NOTE = ("sos", "sos.collect")
UNDERSTOOD: Mapping[str, Sequence[str]] = {
    "help": _NOTE,
    "situation": _NOTE,
    "level": ("level",),
    "who": ("contacts",),
    "what": ("incidents",),
    "cancel": ("cancel",),
    "wipe": ("wipe", "wipe.ask"),
    "thanks": ("thanks",),
}
"""By kind: the rows of `handlers/table.py` that answer it well."""
NEUTRAL = "neutral"
"""The kind of lines that must not be taken for a note."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody typed, and what it has to be taken for."""

    language: str
    kind: str
    text: str


def read(text: str, kinds: Sequence[str] = ()) -> list[Line]:
    """The lines of these kinds; of all that can be judged where none are named."""
    entries = [json.loads(line) for line in text.splitlines() if line.strip()]
    lines = [Line(entry["lang"], entry["kind"], entry["input"]) for entry in entries]
    return [line for line in lines if line.kind in (kinds or (*UNDERSTOOD, NEUTRAL))]


async def play(lines: Iterable[Line], talk: Talk) -> list[tuple[Line, bool]]:
    """Each line with whether it was understood; it is the first message of somebody else."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        answered: list[str] = []
        for name, row in list(ROWS.items()):
            patch.setitem(ROWS, name, replace(row, handler=_noting(name, row.handler, answered)))
        for number, line in enumerate(lines):
            answered.clear()
            await talk.says(line.text, who=str(5000 + number))
            found.append((line, _is_understood(line.kind, answered)))
    return found


def table(played: Sequence[tuple[Line, bool]]) -> str:
    """How many were tried and understood, by kind and language; below them, those that were not."""
    tried, understood = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line, is_understood in played:
        for key in ((line.kind, line.language), (line.kind, "all")):
            tried[key] += 1
            understood[key] += is_understood
    rows = [f"{kind:<10} {of:<8} {tried[kind, of]:>5} {understood[kind, of]:>10}" for kind, of in sorted(tried)]
    missed = [f"not: {line.kind} {line.language} {line.text}" for line, is_understood in played if not is_understood]
    return "\n".join([f"{'kind':<10} {'language':<8} {'tried':>5} {'understood':>10}", *rows, *missed])


def _is_understood(kind: str, answered: Sequence[str]) -> bool:
    if kind == NEUTRAL:
        return not any(name in _NOTE for name in answered)
    return any(name in UNDERSTOOD[kind] for name in answered)


def _noting(name: str, handler: Handler, answered: list[str]) -> Handler:
    def note(*given: Any) -> Any:
        answered.append(name)
        return handler(*given)

    return note


async def _main(text: str, kinds: Sequence[str]) -> None:
    talk = Talk(content=ROOT / "content", locales=ROOT / "locales")
    print(table(await play(read(text, kinds), talk)))
    await talk.close()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]).read_text("utf-8"), sys.argv[2:]))
