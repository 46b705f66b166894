"""The table of what a message is taken for that says one thing: it is whole, and nothing in it does harm by chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.routing.policy import ANSWERS, LET_BE, TABLE, State, decide, said_alone
from handlers.model.meanings import Heard, Reading, Sort
from handlers.model.messages import Choice, Wish
from handlers.table import ROWS

DESTROYS = ("wipe", "wipe.now")
states = st.sampled_from(State)
sorts = st.lists(st.sampled_from(ANSWERS), unique=True)


def heard(*said: Sort) -> Heard:
    return Heard(tuple(Reading("m", sort, 0, 1, is_alone=True, is_first=True) for sort in said))


def test_the_table_is_whole_and_names_rows_that_there_are() -> None:
    assert set(TABLE) == set(State)
    for state, row in TABLE.items():
        assert set(row) == set(ANSWERS), state
        assert all(name == LET_BE or name in ROWS for name in row.values())


def test_nothing_is_deleted_but_by_an_answer_to_the_question_about_it() -> None:
    assert not any(name in DESTROYS for row in TABLE.values() for name in row.values())
    assert all(ROWS[name].said_by == (Sort.YES, Sort.WIPE) for name in DESTROYS if ROWS[name].said_by)


@given(states, sorts)
def test_only_what_cancels_cancels_and_only_what_sends_sends(state: State, said: list[Sort]) -> None:
    decided = decide(state, said_alone(heard(*said)), ())
    if decided and decided.name == "cancel":
        assert {Sort.CANCEL, Sort.SAFE} & set(said)
    if decided and decided.name == "sos.send":
        assert Sort.SEND in said


@given(states, st.lists(st.sampled_from([Sort.YES, Sort.NO]), min_size=2, max_size=2, unique=True))
def test_what_means_yes_here_and_no_there_means_neither(state: State, said: list[Sort]) -> None:
    assert said_alone(heard(*said)) == []
    assert decide(state, [], ()) is None


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        (Sort.YES, "sos.send"),
        (Sort.SEND, "sos.send"),
        (Sort.MORE, "sos.more"),
        (Sort.CANCEL, "cancel"),
        (Sort.NO, "sos.show"),
    ],
)
def test_a_choice_that_is_offered_is_chosen_by_what_says_it(said: Sort, wish: str) -> None:
    offered = [Choice("", Wish(name, "version")) for name in ("sos.send", "sos.more", "cancel")]
    decided = decide(State.DRAFT, [said], offered)
    assert decided
    assert decided.name == wish
    assert decided.argument == ("" if wish == "sos.show" else "version")


@given(st.sampled_from([State.CASE, State.AFTER]), st.sampled_from(ANSWERS))
def test_beside_an_open_case_an_old_list_answers_nothing(state: State, said: Sort) -> None:
    offered = [Choice("", Wish(name)) for name in ROWS if name not in ("wipe.now", "wipe.not")]
    assert decide(state, [said], offered) == decide(state, [said], ())
