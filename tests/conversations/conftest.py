"""Every conversation is held on each messenger, and on each database, from the same script, in a fresh house."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import pytest
from sqlmodel import Session

from bot.delivery.outbox import Outbox
from bot.delivery.outbox_message import OutboxMessage
from bot.messengers.contract import Act
from bot.repositories.offered_choices import Offers
from bot.repositories.people import PeopleRepository
from bot.repositories.schedule import ScheduleRepository
from bot.routing.replying.replies import Poster
from handlers.model.memory import Memory
from handlers.model.messages import Choice, Lane, Person, Reply, Wish
from handlers.table import ROWS
from tests.postgres import database as postgres_database
from tests.talk import MESSENGERS, WITH_BACKUP, Talk

SAMPLE = {"postgresql": 12, "signal": 3}
"""Of so many conversations one is held there."""


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On Telegram and SQLite every conversation is held; on PostgreSQL and on Signal a sample, always the same ones, so
    that a run repeats; `EVERY=1` holds them all (`make every`).

    Handlers know neither. What the statements do on PostgreSQL is tested in tests/delivery and tests/storage, what
    Signal is like in tests/messengers/signal, and what is read there stands whole in tests/transcripts.
    """
    if os.environ.get("EVERY"):
        return
    left_out = {item for item in items if _is_left_out(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_left_out(item: pytest.Item) -> bool:
    if Path(__file__).parent not in item.path.parents or not hasattr(item, "callspec"):
        return False
    if item.get_closest_marker("only_on"):
        return False
    params = item.callspec.params
    one_of = SAMPLE.get(params.get("engine", ""), SAMPLE.get(params.get("messenger", ""), 1))
    return crc32(item.nodeid.encode()) % one_of != 0


@pytest.fixture(autouse=True)
def _what_may_not_get_lost_is_in_a_lane_where_nothing_does(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lookup that can't be brought is dropped: nothing for a desk may be one, nor what a person is told of a note."""
    droppable: list[str] = []
    put, post = Outbox.put, Poster._post

    def see_message(self: Outbox, session: Session, message: OutboxMessage) -> None:
        if message.room and message.parcel.act is Act.SEND and message.lane > Lane.ANSWER:
            droppable.append(message.parcel.text)
        put(self, session, message)

    def see_reply(self: Poster, context: Any, reply: Reply, target: Any) -> None:
        if reply.is_about_note and reply.lane > Lane.CONSENT:
            droppable.append(reply.text)
        post(self, context, reply, target)

    monkeypatch.setattr(Outbox, "put", see_message)
    monkeypatch.setattr(Poster, "_post", see_reply)
    yield
    assert droppable == []


@pytest.fixture(autouse=True)
def _only_wishes_that_say_so_are_stored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a conversation puts into the database is declared in the table, also what a handler has computed."""
    stored: set[str] = set()
    add, put, keep, schedule = Offers.add, Outbox.put, PeopleRepository.keep, ScheduleRepository.set

    def see_offer(self: Offers, owner: str, code: str, choices: Sequence[Choice]) -> list[str]:
        stored.update(choice.wish.name for choice in choices)
        return add(self, owner, code, choices)

    def see_message(self: Outbox, session: Session, message: OutboxMessage) -> None:
        stored.update(wish[0] for wish in (message.then, message.otherwise) if wish)
        put(self, session, message)

    def see_memory(self: PeopleRepository, person: Person, memory: Memory, address: str) -> None:
        stored.add(memory.wish_for_place)
        keep(self, person, memory, address)

    def see_event(self: ScheduleRepository, name: str, wish: Wish, at: datetime, person: Person | None = None) -> None:
        stored.add(wish.name)
        schedule(self, name, wish, at, person)

    monkeypatch.setattr(Offers, "add", see_offer)
    monkeypatch.setattr(Outbox, "put", see_message)
    monkeypatch.setattr(PeopleRepository, "keep", see_memory)
    monkeypatch.setattr(ScheduleRepository, "set", see_event)
    yield
    assert stored - {""} <= {row.wish for row in ROWS.values() if row.is_stored}


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
