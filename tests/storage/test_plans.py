"""No statement costs more because more is merely stored: each is answered by an index, or looks at a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import Engine as AnyEngine

from bot.jobs.retention import forget_once
from bot.storage.engines import is_postgres
from tests.storage.full_house import fill
from tests.talk import BACKUP, KEY, Talk

LITERAL = re.compile(r"X?'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
OF_OPEN_CASES = {"case_open", "case_listed"}
"""Indexes of nothing else: all of such a one is no more than what is open."""
ONCE = (
    "count(*) AS count_1 \nFROM aside",  # at a start, for the log
    "substr",  # which keys are in use: at a start, and page by page where rows are sealed anew
    "NOT BETWEEN",  # what isn't of its column's kind: once a minute, or when a transaction broke over it
    "pg_typeof",
    "alembic",
    "sqlite_master",
)
"""What marks statements that have to look at everything, and run now and then."""


@dataclass
class Recorder:
    """What was handed to the driver, each statement once."""

    said: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def note(self, statement: str, values: Any = None) -> None:
        if re.match(r"\s*(?:SELECT|UPDATE|DELETE|INSERT)", statement) and not any(mark in statement for mark in ONCE):
            self.said.setdefault(LITERAL.sub("?", statement), (statement, values))


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Records every connection that is made meanwhile."""
    made = Recorder()

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
            made.note(query if isinstance(query, str) else query.decode(), params)
            return super().execute(query, params, **more)

    def record(connection: Any, _record: Any) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.cursor_factory = Cursor
        else:
            connection.set_trace_callback(made.note)

    event.listen(AnyEngine, "connect", record)
    yield made
    event.remove(AnyEngine, "connect", record)


async def use_everything(url: str) -> Talk:
    """Every kind of row is made, looked at, rung and purged."""
    talk = (await fill(url, [KEY])).talk
    for command in ("/board", "/duty", "/show QQQQ-QQ", "/drill"):
        await talk.staff_says(command)
    await talk.staff_says("/board", chat=BACKUP)
    await talk.app.health()
    await talk.later(hours=3)
    await forget_once(talk.app.store, talk.app.sealing, talk.app._happen_at_desk)
    return talk


def scans(engine: Engine, statement: str, values: Any) -> list[str]:
    """The steps of a statement's plan that read a table, or an index, from one end to the other."""
    with engine.connect() as connection:
        if not is_postgres(engine):
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            found = [re.match(r"SCAN (\w+)(?: USING(?: COVERING)? INDEX (\w+))?$", step) for step in plan]
            is_page = " LIMIT " in statement and not any("TEMP B-TREE FOR ORDER BY" in step for step in plan)
            return [] if is_page else [step[0] for step in found if step and step[2] not in OF_OPEN_CASES]
        connection.exec_driver_sql("SET enable_seqscan = off")  # where it is done all the same, no index answers it
        driver: Any = connection.connection.driver_connection
        steps = [row[0] for row in driver.execute(f"EXPLAIN {statement}", values)]
        return [step.strip() for step in steps if "Seq Scan" in step]


async def test_no_statement_reads_a_table_from_one_end_to_the_other(url: str, recorder: Recorder) -> None:
    talk = await use_everything(url)
    assert len(recorder.said) > 100
    found = {
        plain: bad
        for plain, (statement, values) in recorder.said.items()
        if (bad := scans(talk.app.store.engine, statement, values))
    }
    await talk.close()
    assert found == {}


def test_a_scan_is_seen(url: str, recorder: Recorder) -> None:
    talk = Talk(url)
    statement = "SELECT code FROM sos_case WHERE language = 'en'"
    [step] = scans(talk.app.store.engine, statement, None)
    assert "sos_case" in step
