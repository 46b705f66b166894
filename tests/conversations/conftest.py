"""Every conversation is held on each messenger, from the same script, in a fresh house."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

import pytest

from tests.talk import MESSENGERS, Talk


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.only_on("telegram", "why")`: a script about what only one messenger has."""
    own = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "messenger" in metafunc.fixturenames and not any("messenger" in str(names) for names in own):
        only = metafunc.definition.get_closest_marker("only_on")
        metafunc.parametrize("messenger", only.args[:1] if only else MESSENGERS)


class OpenHouse(Protocol):
    """What `Talk` takes, without the messenger."""

    def __call__(self, database: str = "sqlite://", **plan: Any) -> Talk: ...


@pytest.fixture
async def house(messenger: str) -> AsyncIterator[OpenHouse]:
    """Opens houses that are closed when the test ends."""
    opened: list[Talk] = []

    def open_house(database: str = "sqlite://", **plan: Any) -> Talk:
        opened.append(Talk(database, messenger=messenger, **plan))
        return opened[-1]

    yield open_house
    for talk in opened:
        await talk.close()


@pytest.fixture
async def talk(house: OpenHouse) -> Talk:
    return house()
