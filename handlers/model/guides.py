"""What to do in the first hour: the noun of `content/guides/`."""

from __future__ import annotations

from pydantic import Field

from handlers.model.knowledge import PLACE, Basis, Noun, PartialDate, Sentence, whole_of

REVIEWERS = 2
"""Names of lawyers that must stand under steps before they are shown as reviewed."""


class Steps(Noun):
    """What somebody can do now, and how far we can vouch for it."""

    steps: tuple[Sentence, ...] = Field(min_length=1, max_length=5, description="each a thing to do, in plain words")
    as_of: PartialDate = Field(description="the date of the source, or of the day that it was read")
    source: Sentence
    basis: Basis
    reviewed_by: tuple[str, ...] = Field(default=(), description="lawyers who have read it; they have to be two")

    @property
    def is_reviewed(self) -> bool:
        return len(set(self.reviewed_by)) >= REVIEWERS


class PlaceSteps(Steps):
    """The steps in one place, instead of the general ones."""

    place: str = Field(pattern=PLACE)


class Guide(Steps):
    """The first hour in one or more situations."""

    situations: tuple[str, ...] = Field(min_length=1, description="names of files in meanings/, without .yaml")
    for_places: tuple[PlaceSteps, ...] = ()

    def at(self, place: str) -> Steps:
        """The steps of the place, else of its whole, else the general ones; `place` may be empty."""
        own = {steps.place: steps for steps in self.for_places}
        return own.get(place) or own.get(whole_of(place)) or self
