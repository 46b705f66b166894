"""How an open case calls: the numbers that hold where nobody has set any, and the bounds of those that are set."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from handlers.model.escalation_policy import Callee, Mention, Routing, Step, Weekday, Weekly


def test_what_holds_where_nothing_is_set() -> None:
    routing = Routing()
    assert [(step.after, step.to, step.mention) for step in routing.steps] == [
        (3, (Callee.DESK,), Mention.DUTY),
        (4, (Callee.DESK, Callee.BACKUP), Mention.EVERYONE),
        (5, (Callee.DESK, Callee.BACKUP, Callee.PAGER), Mention.EVERYONE),
    ]
    assert (routing.acknowledgement, routing.snooze, routing.reminder, routing.drill) == (15, 30, 240, None)


@pytest.mark.parametrize(
    ("model", "name", "least", "most"),
    [
        (Routing, "acknowledgement", 5, 60),
        (Routing, "snooze", 5, 30),
        (Routing, "reminder", 30, 720),
        (Step, "after", 1, 60),
        (Weekly, "hour", 0, 23),
    ],
)
def test_each_number_has_bounds(model: type[Any], name: str, least: int, most: int) -> None:
    others: dict[str, Any] = {"to": ["desk"], "after": 3} if model is Step else {"day": "monday", "hour": 1}
    given = {} if model is Routing else others
    for number in (least, most):
        assert getattr(model.model_validate(given | {name: number}), name) == number
    for number in (least - 1, most + 1):
        with pytest.raises(ValidationError):
            model.model_validate(given | {name: number})


@pytest.mark.parametrize(
    ("steps", "is_possible"),
    [([], False), (["alarm"], False), (["desk", "alarm"], True), (["backup"], True)],
)
def test_the_last_step_which_repeats_reaches_people(steps: list[str], is_possible: bool) -> None:
    given = {"steps": [{"after": 3, "to": steps}] if steps else []}
    if is_possible:
        assert Routing.model_validate(given).step(99) == Routing.model_validate(given).steps[-1]
        return
    with pytest.raises(ValidationError):
        Routing.model_validate(given)


def test_each_day_has_a_name_that_can_be_written() -> None:
    assert Weekly.model_validate({"day": "sunday", "hour": 23}).day is Weekday.SUNDAY
