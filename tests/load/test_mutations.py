"""A short rain of mutated messages; the long one is `make mutations COUNT=1000000`."""

import pytest

from tests.load.mutations import mutate
from tests.monitoring.test_redaction import logged as logged  # the fixture: it puts the log back as it was


@pytest.mark.usefixtures("logged")
async def test_no_mutated_message_deafens_the_house_or_shows_in_its_log() -> None:
    figures = await mutate(1200, seed=2026)
    assert figures.broken == {}, figures.lines()
    assert figures.heard == 7
