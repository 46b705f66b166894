"""Some hostile files while others call; all kinds, many times, are `make bombs FILES=200`."""

from pathlib import Path

import pytest

from tests.load.bombs import besiege


@pytest.mark.parametrize("messenger", ["telegram", "signal"])
async def test_nobody_waits_for_the_photos_of_others(tmp_path: Path, messenger: str) -> None:
    figures = await besiege(messenger, tmp_path, count=8)
    assert figures.broken() == [], "\n".join(figures.lines())
    assert len(figures.receipts) >= 3
    assert figures.drawn
    assert figures.in_words
