"""Groups that are no desk: nothing from there is kept, nobody waits for them, and the bot leaves."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.delivery.strangers import AGAIN_SECONDS, MOST_GROUPS, PATIENCE_SECONDS, Strangers
from bot.messengers.contract import Act, DeliveryError, Parcel, Trouble
from tests.talk import BACKUP, DESK, STAFF, WITH_BACKUP, Talk, code_in

GROUPS = [f"-1007{number:02}" for number in range(24)]


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    talk = Talk(desk=WITH_BACKUP)
    yield talk
    await talk.close()


class Door:
    """A house with this door, and a clock in seconds."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.now = 0.0
        self.strangers = Strangers(talk.app.inbox, talk.messenger, lambda: self.now)

    async def hears(self, *groups: str, words: str = "SOS buy our pills") -> None:
        await self.strangers.keep([self.talk.received(group, "666", words) for group in groups])
        await asyncio.sleep(0)  # what leaves is a task of its own

    def left(self) -> list[str]:
        return [parcel.chat for parcel in self.talk.messenger.acts if parcel.act is Act.LEAVE]


async def count(talk: Talk, table: str) -> int:
    rows = text(f"SELECT count(*) FROM {table}")
    return int(await talk.app.store.run(lambda session: session.execute(rows).scalar_one()))


async def test_a_rain_from_groups_is_not_stored_and_holds_up_nobody(talk: Talk) -> None:
    door, before = Door(talk), await count(talk, "seen")
    for _ in range(50):
        await door.hears(*GROUPS)
    assert (await count(talk, "inbox"), await count(talk, "seen")) == (0, before)
    await talk.says("SOS they are here")
    assert code_in(await talk.chooses("Send")) in "".join(talk.desk())


async def test_the_bot_leaves_once_somebody_has_had_time_to_set_it_up_there(talk: Talk) -> None:
    door = Door(talk)
    await door.hears(*GROUPS[:2])
    door.now += PATIENCE_SECONDS - 1
    await door.hears(GROUPS[0])
    assert door.left() == []
    door.now += 1
    await door.hears(GROUPS[0])
    await door.hears(GROUPS[0])
    assert door.left() == [GROUPS[0]]
    door.now += AGAIN_SECONDS
    await door.hears(GROUPS[0])
    assert door.left() == [GROUPS[0]] * 2


@pytest.mark.parametrize("desk", [DESK, BACKUP])
async def test_no_desk_is_left(talk: Talk, desk: str) -> None:
    door = Door(talk)
    for _ in range(3):
        await door.strangers.keep([talk.received(desk, STAFF, "hello"), talk.received(desk, "666", "hello")])
        door.now += PATIENCE_SECONDS * 10
    assert door.left() == []


async def test_a_group_that_can_not_be_left_stops_nothing(talk: Talk) -> None:
    def refuses(parcel: Parcel) -> DeliveryError | None:
        return DeliveryError(Trouble.UNREACHABLE) if parcel.act is Act.LEAVE else None

    talk.messenger.trouble = refuses
    door = Door(talk)
    await door.hears(GROUPS[0])
    door.now += PATIENCE_SECONDS
    await door.hears(GROUPS[0])
    talk.messenger.trouble = lambda _parcel: None
    assert await talk.says("Thailand")


async def test_of_more_groups_than_are_remembered_the_first_wait_anew(talk: Talk) -> None:
    door = Door(talk)
    many = [f"-2{number:05}" for number in range(MOST_GROUPS + 1)]
    await door.hears(*many)
    door.now += PATIENCE_SECONDS
    await door.hears(*many)
    assert len(door.left()) == MOST_GROUPS


async def test_leaving_goes_on_when_nobody_else_waits_for_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def deliver(parcel: Parcel) -> None:
        try:
            await asyncio.get_running_loop().create_future()  # an answer that is on its way
        except GeneratorExit:
            ended.append(parcel.chat)  # nobody held on to the task

    monkeypatch.setattr(talk.messenger, "deliver", deliver)
    door = Door(talk)
    await door.hears(GROUPS[0])
    door.now += PATIENCE_SECONDS
    await door.hears(GROUPS[0])
    gc.collect()
    assert ended == []
    for task in door.strangers._leaving:
        task.cancel()


async def test_one_group_is_left_at_a_time(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    may_end = asyncio.Event()

    async def deliver(parcel: Parcel) -> None:
        begun.append(parcel.chat)
        await may_end.wait()

    monkeypatch.setattr(talk.messenger, "deliver", deliver)
    door = Door(talk)
    await door.hears(*GROUPS)
    door.now += PATIENCE_SECONDS
    await door.hears(*GROUPS)
    assert len(begun) == 1
    may_end.set()
    await asyncio.gather(*door.strangers._leaving)
    assert sorted(begun) == GROUPS
