"""Every conversation is held on each messenger, and on each database, from the same script, in a fresh house."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

from tests.postgres import database as postgres_database
from tests.talk import MESSENGERS, WITH_BACKUP, Talk


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.only_on("telegram", "why")`: a script about what only one messenger has.

    What a messenger is like and what a database is like have nothing to do with each other: PostgreSQL is tried on one.
    """
    if "messenger" not in metafunc.fixturenames:
        return
    only = metafunc.definition.get_closest_marker("only_on")
    messengers = only.args[:1] if only else MESSENGERS
    own = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    has_own = any("messenger" in str(names) for names in own)
    if "engine" not in metafunc.fixturenames:
        if not has_own:
            metafunc.parametrize("messenger", messengers)
    elif has_own:
        metafunc.parametrize("engine", ["sqlite"])
    else:
        on_sqlite = [(messenger, "sqlite") for messenger in messengers]
        metafunc.parametrize(("messenger", "engine"), [*on_sqlite, (messengers[0], "postgresql")])


class OpenHouse(Protocol):
    """What `Talk` takes, without the messenger."""

    def __call__(self, database: str = "", **plan: Any) -> Talk: ...


@pytest.fixture
async def house(
    messenger: str, engine: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenHouse]:
    """Opens houses that are closed when the test ends."""
    opened: list[Talk] = []
    with ExitStack() as databases:

        def fresh() -> str:
            if engine == "sqlite":
                return "sqlite://"
            monkeypatch.chdir(tmp_path_factory.mktemp("beside"))  # where an erasure log lies
            return databases.enter_context(postgres_database())

        def open_house(database: str = "", **plan: Any) -> Talk:
            opened.append(Talk(database or fresh(), messenger=messenger, **plan))
            return opened[-1]

        yield open_house
        for talk in opened:
            await talk.close()


@pytest.fixture
async def talk(house: OpenHouse) -> Talk:
    return house()


@pytest.fixture
async def night(url: str) -> AsyncIterator[Talk]:
    """A house with a backup desk, on Telegram."""
    talk = Talk(url, desk=WITH_BACKUP)
    yield talk
    await talk.close()
