"""The finder of places with the content of this repository, for the tests that ask it."""

from __future__ import annotations

from pathlib import Path

from bot.content import load
from bot.places import PlaceFinder

FINDER = PlaceFinder(load(Path(__file__).parents[2] / "content").aliases())


def found(text: str, finder: PlaceFinder = FINDER) -> str:
    """The outcome and the places, in a line: `ask KP KR`."""
    finding = finder.find(text)
    return " ".join([finding.outcome.value, *finding.places])
