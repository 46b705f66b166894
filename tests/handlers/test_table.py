"""The table's columns say something sensible of every row, and every wish that can be stored says so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.table import DESK_TABLE, ROWS, TABLE, Row
from tests.talk import ROOT

OF_EARLIER_VERSIONS = re.findall(
    r"\S+",
    """
    alerts another_place board.refresh cancel case.alarm case.posted case.warned checkin.ask checkin.back checkin.doubt
    checkin.drop checkin.keep checkin.raise checkin.set checkin.time contacts digest.call digest.post digest.posted
    digest.refused drill.check drill.planned
    duty.changed facts help incidents language level ready.agree ready.end ready.rehearse sos sos.exact sos.more
    sos.send staff.acknowledge staff.ban staff.confirm staff.delivered staff.lift staff.trusted staff.undelivered
    updates wipe
    """,
)
"""What databases of versions until now may hold. Nothing is taken from this list; what is new is added."""

URGENT = ("sos", "case", "checkin", "staff", "ready", "word", "wipe", "cancel")
"""The first parts of wishes for which somebody's safety may wait."""


def every() -> list[Any]:
    return [pytest.param(row, id=row.wish) for row in (*TABLE, *DESK_TABLE)]


@pytest.mark.parametrize("row", every())
def test_the_columns_of_a_row_go_together(row: Row) -> None:
    if row.menu or row.help:
        assert row.command
    if row.help:
        assert row.help.text.startswith(f"/{row.command}: ") or row.help.position == 1
    if row.inside or row.is_call_for_help:
        assert row.words
    if row.is_limited:
        assert row.wish.split(".")[0] not in URGENT
    if row in DESK_TABLE:
        assert row.wish.startswith("staff.")
        assert row.command or row.reactions
        assert not any((row.words, row.menu, row.help, row.is_limited, row.keeps_place, row.greets_itself))
    else:
        assert not row.reactions


def test_every_wish_command_and_reaction_stands_in_the_table_once() -> None:
    assert len(ROWS) == len(TABLE) + len(DESK_TABLE)
    for table in (TABLE, DESK_TABLE):
        for named in (
            [row.command for row in table if row.command],
            [emoji for row in table for emoji in row.reactions],
        ):
            assert len(named) == len(set(named))


def test_the_help_menu_has_no_gap_and_one_row_is_the_call_for_help() -> None:
    assert sorted(row.help.position for row in TABLE if row.help) == list(range(1, 14))
    assert [row.wish for row in TABLE if row.is_call_for_help] == ["sos"]


def literals(*folders: str) -> Iterator[tuple[str, bool]]:
    """Every wish that is named in the code of these folders; and whether it is decided on at once, not stored."""
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        at_once = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "wish"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Wish" and node.args:
                yield from ((name, id(node) in at_once) for name in _texts(node.args[0]))


def _texts(node: ast.expr) -> list[str]:
    """The texts that an expression may be: one, or either side of a condition."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_no_code_names_a_wish_that_the_table_does_not_have() -> None:
    named = {name for name, _ in literals("handlers", "bot")}
    assert named <= set(ROWS)
    assert len(named) > 40


def test_what_handlers_and_repositories_name_is_declared_as_stored_and_nothing_else() -> None:
    """They only ever put a wish under a button, behind a delivery or into the schedule; the router decides on one at
    once. What they compute, the conversations see to: `tests/conversations/conftest.py`."""
    stored = {name for name, is_at_once in literals("handlers", "bot/repositories", "bot/jobs") if not is_at_once}
    happens_at_once = {"case.ending", "case.plain_call"}  # jobs have them happen in their own transaction
    assert {row.wish for row in ROWS.values() if row.is_stored} == stored - happens_at_once


def test_what_an_earlier_version_has_stored_is_still_known() -> None:
    for name in OF_EARLIER_VERSIONS:
        assert ROWS[name].is_stored
