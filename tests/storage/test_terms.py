"""The table of what is stored and for how long names each table of the database, with the figures of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bot.delivery.inbox import SEEN_HOURS
from bot.delivery.retries import GIVE_UP_AFTER
from bot.jobs.retention import ASIDE_DAYS
from bot.messengers.signal.receiving.leftovers import KEPT_SECONDS
from bot.repositories.person_rows import CONVERSATION_HOURS, LANGUAGE_DAYS
from bot.repositories.traces import DELETABLE_HOURS
from bot.routing.contents import MOST_CONTENTS
from bot.storage.erasure_log import KEPT_DAYS
from handlers.model.cases import LONGEST_RETENTION_DAYS
from handlers.sos.checkin_end import GRACE
from handlers.sos.checkin_set import LATEST
from handlers.staff.ban import DAYS
from tests.talk import ROOT

PAGE = Path(ROOT, "docs", "adr", "0004-what-is-stored-and-for-how-long.md")
ROWS = [line.split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]


def told(where: str) -> str:
    return "\n".join(" | ".join(row[1:]) for row in ROWS if where in row[0])


def test_each_table_of_the_database_is_named_and_no_other() -> None:
    named = {name for row in ROWS for name in re.findall(r"`([a-z_]+)`", row[0])}
    assert named - {"graveyard"} == set(SQLModel.metadata.tables)


@pytest.mark.parametrize(
    ("where", "figure"),
    [
        ("`inbox`", f"{ASIDE_DAYS} days"),
        ("`seen`", f"{SEEN_HOURS} hours"),
        ("`outbox`", f"given up after {GIVE_UP_AFTER / 3600:.0f} hours"),
        ("`person`", f"{CONVERSATION_HOURS} hours"),
        ("`person`", f"{LANGUAGE_DAYS} days"),
        ("`person`", f"newest {MOST_CONTENTS} messages"),
        ("`offer`", f"{CONVERSATION_HOURS} hours"),
        ("`ban`", f"{DAYS} days"),
        ("`trace`", f"{DELETABLE_HOURS} hours"),
        ("`sos_case`", f"at most {LONGEST_RETENTION_DAYS}"),
        ("`aside`", f"{ASIDE_DAYS} days"),
        ("`graveyard`", f"{KEPT_DAYS} days"),
    ],
)
def test_each_figure_is_that_of_the_code(where: str, figure: str) -> None:
    assert figure in told(where)


def test_a_check_in_and_the_files_on_signal_are_kept_no_longer_than_it_says() -> None:
    assert LATEST * 60 + GRACE.total_seconds() <= 21 * 3600
    assert "21 hours at most" in told("`person`")
    assert KEPT_SECONDS == 86_400
    assert "a day after" in told("signal-cli")


def test_each_file_that_is_to_hold_a_promise_is_there() -> None:
    page = Path(ROOT, "SECURITY.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if "/test_" in line]
    assert lines
    for line in lines:
        folder = Path()
        for name in re.findall(r"`([a-z_/]+\.py)`", line):
            folder = Path(name.removeprefix("tests/")).parent if "/" in name else folder
            assert Path(ROOT, "tests", folder, Path(name).name).is_file(), name
