"""Whom an open case calls, and when: the model of `content/routing.yaml`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, field_validator

from handlers.model.knowledge import Noun


class Callee(StrEnum):
    """Where a call for somebody goes."""

    DESK = "desk"
    BACKUP = "backup"
    PAGER = "alarm"


class Mention(StrEnum):
    """Who is named in a call, so that a silent phone rings."""

    DUTY = "duty"
    EVERYONE = "everyone"


class Step(Noun):
    """One step of the escalation of a case that nobody has acknowledged."""

    after: int = Field(ge=1, le=60, description="minutes after the step before it; the first: after it was saved")
    to: tuple[Callee, ...] = Field(min_length=1, description="desk, backup (the desk when there is none), alarm")
    mention: Mention = Mention.DUTY


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Weekly(Noun):
    """A time that comes once a week."""

    day: Weekday
    hour: int = Field(ge=0, le=23, description="UTC")


_STEPS = (
    Step(after=3, to=(Callee.DESK,)),
    Step(after=4, to=(Callee.DESK, Callee.BACKUP), mention=Mention.EVERYONE),
    Step(after=5, to=(Callee.DESK, Callee.BACKUP, Callee.PAGER), mention=Mention.EVERYONE),
)


class Routing(Noun):
    """Whom an open case calls, and when: minutes throughout. The defaults are safe ones."""

    steps: tuple[Step, ...] = Field(default=_STEPS, min_length=1, description="the last one repeats without end")
    acknowledgement: int = Field(
        default=15, ge=5, le=60, description="how long an acknowledgement without an answer holds"
    )
    snooze: int = Field(default=30, ge=5, le=30, description="the longest that an acknowledged case may be put off")
    reminder: int = Field(default=240, ge=30, le=720, description="how often an answered case asks to be closed")
    drill: Weekly | None = Field(default=None, description="when an exercise is held without being asked for")

    @field_validator("steps")
    @classmethod
    def _last_one_reaches_people(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if steps and set(steps[-1].to) == {Callee.PAGER}:
            raise ValueError("the last step repeats until somebody acknowledges: let it go to the desk, too")
        return steps

    def step(self, number: int) -> Step:
        """The step of this number, from 0; the last one for all that come after it."""
        return self.steps[min(max(number, 0), len(self.steps) - 1)]
