"""A short flood under the messengers' real limits; the long one is `make flood MINUTES=10`."""

from pathlib import Path

import pytest

from tests.load.flood import flood


@pytest.mark.parametrize("messenger", ["telegram", "signal"])
async def test_whoever_calls_in_a_flood_is_told_and_seen(tmp_path: Path, messenger: str) -> None:
    figures = await flood(messenger, tmp_path, minutes=0.1, accounts=80, rate=40)
    assert figures.broken() == [], "\n".join([*figures.lines(), figures.log])
    assert figures.marked >= 2
    assert len(figures.visible) == figures.marked
    assert "marker3" not in figures.log
