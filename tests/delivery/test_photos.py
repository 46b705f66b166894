"""Photos on their way to the desk: nobody else pays for what one costs, and it comes to an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from bot.delivery.outbox_message import OutboxMessage
from bot.delivery.photo_tries import LEAST_FETCHES, LONGEST_SECONDS, MOST_DRAWINGS, WITHHELD_SECONDS
from bot.delivery.sender import MOST_UNDER_WAY
from bot.messengers.contract import Accepted, Act, DeliveryError, Parcel, Trouble
from handlers.model.messages import Kind, Lane, Room
from tests.delivery.test_pace import put
from tests.patience import PATIENCE
from tests.talk import WITH_BACKUP, FakeMessenger, Talk, code_in

IN_ITS_PLACE = "(The photo could not be passed on.)"
LOST = "could not be shown to the team"
EVERY_TROUBLE = (Trouble.WITHHELD, Trouble.UNDRAWN, Trouble.UNREACHABLE, Trouble.UNKNOWN, Trouble.REFUSED)


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url)
    yield talk
    await talk.close()


class Fetching:
    """How often each photo was asked for; each time there is trouble."""

    def __init__(self, talk: Talk, trouble: Trouble, is_hit: Callable[[str], bool] = lambda _ref: True) -> None:
        self.trouble, self.is_hit = trouble, is_hit
        self.tries: list[str] = []
        talk.messenger.trouble = self

    def __call__(self, parcel: Parcel) -> DeliveryError | None:
        if parcel.act is not Act.FETCH:
            return None
        self.tries.append(parcel.photo_ref)
        return DeliveryError(self.trouble) if self.is_hit(parcel.photo_ref) else None


async def photo(talk: Talk, ref: str = "f", who: str = "501") -> list[str]:
    return await talk.says("", who=who, kind=Kind.PHOTO, photos=(ref,))


async def open_case(talk: Talk, who: str = "501") -> str:
    await talk.says("SOS words", who=who)
    return code_in(await talk.chooses("Send", who=who))


def shown_photos(talk: Talk) -> int:
    return sum(bool(shown.parcel.photo) for shown in talk.messenger.shown)


async def minutes(talk: Talk, number: int) -> None:
    for _ in range(number):
        talk.clock.forward(minutes=1)
        await talk.settle()


async def test_a_photo_that_breaks_the_drawing_is_tried_three_times_and_told_to_both_sides(talk: Talk) -> None:
    fetching = Fetching(talk, Trouble.UNDRAWN)
    await open_case(talk)
    await photo(talk)
    await minutes(talk, 10)
    assert len(fetching.tries) == MOST_DRAWINGS == 3
    assert [IN_ITS_PLACE in text for text in talk.desk()].count(True) == 1
    assert [LOST in text for text in talk.told()].count(True) == 1


async def test_restarts_give_it_no_more_tries(url: str) -> None:
    tries = 0
    talk = Talk(url)
    await open_case(talk)
    for number in range(6):
        fetching = Fetching(talk, Trouble.UNDRAWN)
        if number == 0:
            await photo(talk)
        talk.clock.forward(minutes=1)
        await talk.settle()
        tries += len(fetching.tries)
        clock, updates = talk.clock, talk._updates
        await talk.close()
        talk = Talk(url, clock=clock)
        talk.clock, talk._updates = clock, updates
    await talk.close()
    assert tries == MOST_DRAWINGS


async def test_a_photo_that_is_withheld_is_asked_for_over_two_minutes(talk: Talk) -> None:
    fetching = Fetching(talk, Trouble.WITHHELD)
    await open_case(talk)
    await photo(talk)
    for _ in range(int(WITHHELD_SECONDS // 10) - 1):
        talk.clock.forward(seconds=10)
        await talk.settle()
    assert len(fetching.tries) > LEAST_FETCHES
    assert not any(LOST in text for text in talk.told())
    await minutes(talk, 3)
    assert any(LOST in text for text in talk.told())
    so_often = len(fetching.tries)
    await minutes(talk, 10)
    assert len(fetching.tries) == so_often


async def test_a_late_first_refusal_is_not_the_last_word(talk: Talk) -> None:
    """The messenger was out of reach for an hour; that it then withholds the photo once says nothing yet."""
    fetching = Fetching(talk, Trouble.UNREACHABLE)
    await open_case(talk)
    await photo(talk)
    talk.clock.forward(minutes=60)
    fetching.trouble, fetching.tries = Trouble.UNDRAWN, []
    await minutes(talk, 2)
    assert not any(LOST in text for text in talk.told())
    fetching.is_hit = lambda _ref: False
    await minutes(talk, 2)
    assert shown_photos(talk) == 1


@pytest.mark.parametrize("trouble", [Trouble.UNREACHABLE, Trouble.UNKNOWN])
async def test_a_messenger_that_never_answers_for_a_photo_is_not_asked_for_ever(talk: Talk, trouble: Trouble) -> None:
    Fetching(talk, trouble)
    await open_case(talk)
    await photo(talk)
    await minutes(talk, 3)
    assert not any(LOST in text for text in talk.told())
    talk.clock.forward(seconds=LONGEST_SECONDS)
    await talk.settle()
    assert any(LOST in text for text in talk.told())


@pytest.mark.parametrize("trouble", EVERY_TROUBLE)
async def test_no_photo_is_asked_for_once_its_case_is_closed(talk: Talk, trouble: Trouble) -> None:
    fetching = Fetching(talk, Trouble.UNREACHABLE)
    code = await open_case(talk)
    await photo(talk)
    await talk.staff_says(f"/close {code} done")
    fetching.trouble, fetching.tries = trouble, []
    await minutes(talk, 10)
    assert len(fetching.tries) == 1
    assert any(IN_ITS_PLACE in text for text in talk.desk())
    assert not any(LOST in text for text in talk.told())


async def test_what_a_closed_case_shows_again_has_its_tries(talk: Talk) -> None:
    code = await open_case(talk)
    await photo(talk)
    await talk.staff_says(f"/close {code} done")
    talk.clock.forward(minutes=1)
    fetching = Fetching(talk, Trouble.UNDRAWN)
    await talk.staff_says(f"/show {code}")
    await minutes(talk, 10)
    assert len(fetching.tries) == MOST_DRAWINGS


async def test_the_person_hears_it_once_when_two_desks_know_the_case(url: str) -> None:
    talk = Talk(url, desk=WITH_BACKUP)
    Fetching(talk, Trouble.REFUSED)
    await open_case(talk)
    await talk.later(minutes=30)
    before = len(talk.told())
    await photo(talk)
    await talk.settle()
    assert [IN_ITS_PLACE in text for text in [*talk.desk(), *talk.desk("-100600")]].count(True) == 2
    assert [LOST in text for text in talk.told()[before:]].count(True) == 1
    await talk.close()


async def test_nobody_who_is_gone_or_says_that_it_is_over_is_told(talk: Talk) -> None:
    fetching = Fetching(talk, Trouble.UNREACHABLE)
    for who, word in (("501", "cancel"), ("502", "/wipe")):
        await open_case(talk, who)
        await photo(talk, who=who)
        await talk.says(word, who=who)
    fetching.trouble = Trouble.REFUSED
    await minutes(talk, 10)
    assert not any(LOST in text for who in ("501", "502") for text in talk.told(who))


async def test_a_photo_in_trouble_makes_the_house_neither_late_nor_its_desk_dead(talk: Talk) -> None:
    fetching = Fetching(talk, Trouble.UNREACHABLE)
    await open_case(talk)
    await photo(talk)
    await minutes(talk, 20)
    assert len(fetching.tries) > 10
    assert not (await talk.app.health()).is_late


async def test_a_photo_that_is_fetched_again_is_no_repeat(talk: Talk) -> None:
    fetching = Fetching(talk, Trouble.UNKNOWN)
    await open_case(talk)
    await photo(talk)
    fetching.is_hit = lambda _ref: False
    await minutes(talk, 3)
    assert shown_photos(talk) == 1
    assert not any("already" in text for text in talk.desk())


async def test_a_photo_waits_for_a_desk_that_is_gone_as_words_do(talk: Talk) -> None:
    await open_case(talk)
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.GONE) if parcel.photo else None
    await photo(talk)
    await minutes(talk, 5)
    talk.messenger.trouble = lambda _parcel: None
    await minutes(talk, 5)
    assert shown_photos(talk) == 1
    assert not any(LOST in text for text in talk.told())


# whose turn it is


class SlowPhotos(FakeMessenger):
    """Photos come when `go_on` is set; everything else at once."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way: list[str] = []
        self.begun: list[str] = []
        self.most = 0
        self.go_on = asyncio.Event()

    async def deliver(self, parcel: Parcel) -> Accepted:
        if parcel.act is Act.FETCH:
            self.under_way.append(parcel.photo_ref)
            self.begun.append(parcel.photo_ref)
            self.most = max(self.most, len(self.under_way))
            await self.go_on.wait()
            self.under_way.remove(parcel.photo_ref)
        return await super().deliver(parcel)


def wanted(ref: str, code: str) -> OutboxMessage:
    parcel = Parcel(chat="", text=f"photo {ref}", photo_ref=ref)
    return OutboxMessage(
        parcel=parcel, lane=Lane.ANSWER, platform="telegram", photo_platform="telegram", room=Room.DESK, code=code
    )


def post(number: int) -> OutboxMessage:
    parcel = Parcel(chat="", text=f"post {number}")
    return OutboxMessage(parcel=parcel, lane=Lane.ANSWER, platform="telegram", room=Room.DESK, code=f"C{number}")


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 (the outbox tells nobody)
            await asyncio.sleep(0.01)


async def test_photos_take_no_place_of_what_is_sent_and_come_one_by_one(talk: Talk) -> None:
    slow = SlowPhotos()
    await put(talk, *(wanted(f"p{number}", f"P{number}") for number in range(10)))
    work = asyncio.create_task(talk.app.sender.work({"telegram": slow}, "telegram"))
    await until(lambda: bool(slow.under_way))
    await put(talk, *(post(number) for number in range(3 * MOST_UNDER_WAY)))
    talk.app.sender.wake()
    await until(lambda: len(slow.shown) == 3 * MOST_UNDER_WAY)
    assert slow.begun == ["p0"]
    slow.go_on.set()
    await until(lambda: len(slow.shown) == 3 * MOST_UNDER_WAY + 10)
    assert slow.most == 1
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def test_one_person_with_many_photos_makes_no_other_wait_for_all_of_them(talk: Talk) -> None:
    slow = SlowPhotos()
    slow.go_on.set()
    await put(talk, *(wanted(f"many {number}", "A") for number in range(30)), wanted("one", "B"))
    while await talk.app.sender.work_once({"telegram": slow}, "telegram"):
        pass
    assert slow.begun.index("one") <= 1


async def test_a_stop_waits_for_no_photo_for_long(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.sender.LAST_SECONDS", 0.1)
    slow = SlowPhotos()
    await put(talk, wanted("p", "A"))
    work = asyncio.create_task(talk.app.sender.work({"telegram": slow}, "telegram"))
    await until(lambda: bool(slow.under_way))
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    assert [task for task in asyncio.all_tasks() if "_send" in repr(task)] == []
