"""`python -m bot place`: the finder of places from the command line."""

from __future__ import annotations

import json
from typing import TextIO

from bot.content import load
from bot.places import PlaceFinder
from bot.settings.environment import load as load_settings
from handlers.lookups.asking import flag
from handlers.model.places import Finding


def say(text: str, *, as_json: bool) -> int:
    """Prints what a text names."""
    finding = _finder().find(text)
    places = " ".join(f"{flag(place)} {place}" for place in finding.places)
    print(_line(finding) if as_json else f"{finding.outcome.value} {places}".strip())
    return 0


def answer_lines(source: TextIO, target: TextIO) -> int:
    """For each line, a line of JSON: `{"outcome": "answer|ask|suggest|none", "places": ["TH", …]}`."""
    finder = _finder()
    for line in source:
        print(_line(finder.find(line.rstrip("\n"))), file=target, flush=True)
    return 0


def _finder() -> PlaceFinder:
    return PlaceFinder(load(load_settings().content).aliases())


def _line(finding: Finding) -> str:
    return json.dumps({"outcome": finding.outcome.value, "places": list(finding.places)})
