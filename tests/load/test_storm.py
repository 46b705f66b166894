"""A short storm of kill -9; the long one is `make storm KILLS=200`."""

from pathlib import Path

import pytest

from tests.load.storm import storm


@pytest.mark.parametrize("messenger", ["telegram", "signal"])
async def test_no_receipted_sos_is_lost_when_the_bot_is_killed_again_and_again(tmp_path: Path, messenger: str) -> None:
    figures = await storm(3, seed=7, folder=tmp_path, messenger=messenger)
    assert figures.broken() == [], figures
    assert figures.kills == 3
    assert figures.receipts == figures.persons >= 3
    assert "marker1" not in figures.log
    assert "123456:invented" not in figures.log


async def test_no_receipted_sos_is_lost_when_processes_databases_and_servers_die(tmp_path: Path) -> None:
    figures = await storm(3, seed=11, folder=tmp_path, database="postgresql")
    assert figures.broken() == [], figures
    assert figures.kills == 3
    assert figures.receipts == figures.persons >= 3
    assert "marker1" not in figures.log
    assert "123456:invented" not in figures.log
