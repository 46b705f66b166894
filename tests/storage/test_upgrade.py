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
