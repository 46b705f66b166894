"""The short version of `python -m tests.load.histories`; its doubles are tried in `tests/handlers/`."""

from __future__ import annotations

from tests.load.histories import Figures, History, play


def test_in_no_history_an_open_case_goes_quiet() -> None:
    figures = play(300, seed=20261124)
    assert not figures.broken
    assert figures.cases > 300
    assert figures.closed > 50
    assert figures.due > 3000


def test_a_promise_that_is_broken_is_found() -> None:
    history = History(1, figures := Figures())
    history.person_calls()
    history.schedule.due.clear()
    history._check()
    assert figures.broken == {"an open case without an event": 1}
