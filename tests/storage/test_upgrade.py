"""A database of an older version: what is open there is not forgotten by the update."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.storage import migrations
from bot.storage.engines import open_engine
from tests.talk import FakeClock, Talk


async def test_open_cases_of_an_older_version_call_after_the_update(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = open_engine(empty_url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    now = FakeClock().now().timestamp()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for code, stage, taken in (("AAAA-AA", "posted", None), ("BBBB-BB", "acknowledged", now - 5 * 3600)):
            connection.execute(
                text(
                    "INSERT INTO sos_case (code, person, platform, language, stage, owner, is_offered, is_withdrawn, "
                    "address, opened_at, acknowledged_at) "
                    "VALUES (:code, '', 'telegram', 'en', :stage, 'ABC', false, false, '', :opened, :taken)"
                ),
                {"code": code, "stage": stage, "opened": now - 6 * 3600, "taken": taken},
            )
        connection.commit()
    engine.dispose()
    talk = Talk(empty_url)
    await talk.settle()
    assert any("<b>AAAA-AA</b>: nobody is on it" in post for post in talk.desk())
    assert any("<b>BBBB-BB</b>: still open, quiet since" in post for post in talk.desk())
    await talk.close()


async def test_what_waited_under_the_older_name_of_its_rank_is_handled_and_sent_in_its_order(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Talk(empty_url)
    await before.app.inbox.keep([before.received("501", "501", "/help")])
    await before.app.worker.work_once()  # its answer waits in the outbox, and these in the inbox
    await before.app.inbox.keep([before.received("502", "502", text) for text in ("/help", "/verify")])
    await before.close()
    engine = open_engine(empty_url)
    with engine.begin() as connection:  # as revision 0004 left it
        for table in ("inbox", "outbox"):
            connection.execute(text(f"ALTER TABLE {table} RENAME COLUMN fairness_rank TO behind"))
        for table in ("aside", "answer"):
            connection.execute(text(f"DROP TABLE {table}"))
        for index in ("case_open", "case_listed", "outbox_code", "outbox_age", "ix_ban_until"):
            connection.execute(text(f"DROP INDEX {index}"))
        for table, column in (("sos_case", "stage"), ("outbox", "code")):
            connection.execute(text(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    engine.dispose()
    after = Talk(empty_url)
    ranks = await after.app.store.run(
        lambda session: session.execute(text("SELECT fairness_rank FROM inbox ORDER BY id")).scalars().all()
    )
    assert ranks == [0, 1]
    await after.settle()
    assert any("/verify: check" in told for told in after.told("501"))
    greeting, answer, last = after.told("502")
    assert "Hello" in greeting
    assert "/verify: check" in answer
    assert "We never ask for login codes" in last
    await after.close()
