"""A fresh house for each conversation."""

from collections.abc import AsyncIterator

import pytest

from tests.talk import Talk


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    talk = Talk()
    yield talk
    await talk.close()
