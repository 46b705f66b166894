"""How long a closed case is kept: staff hear before it goes, what happens puts it off, an outage never shortens it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
from sqlalchemy import text

from bot.jobs.retention import forget_once
from bot.messengers.contract import Act, DeliveryError, Parcel, Trouble
from handlers.model.messages import Wish
from tests.conversations.test_case import open_case
from tests.delivery.test_delivery import rows
from tests.talk import BACKUP, DESK, WITH_BACKUP, Talk


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url)
    yield talk
    await talk.close()


async def closed_case(talk: Talk, words: str = "MARKER", who: str = "501") -> str:
    code = await open_case(talk, words, who=who)
    await talk.staff_says(f"/close {code} done")
    return code


async def passes(talk: Talk, **time: float) -> list[str]:
    """Time goes by, and retention looks; what was told in the desk."""
    before = len(talk.messenger.shown)
    talk.clock.forward(**time)
    await talk.settle()
    await looks(talk)
    return [shown.text for shown in talk.messenger.shown[before:] if shown.chat == DESK]


async def looks(talk: Talk) -> None:
    assert await forget_once(talk.app.store, talk.app.sealing, talk.app.router.happen)
    await talk.settle()


def warnings(texts: list[str]) -> list[str]:
    return [text for text in texts if "closed. The bot deletes its record after" in text]


async def entries(talk: Talk) -> int:
    return await rows(talk, "entry")


def refuses(chat: str) -> Callable[[Parcel], DeliveryError | None]:
    """A desk that does not take messages."""
    return lambda parcel: (
        DeliveryError(Trouble.UNREACHABLE) if parcel.chat == chat and parcel.act is not Act.DELETE else None
    )


async def test_staff_are_warned_once_a_day_before_by_the_code_and_nothing_else(talk: Talk) -> None:
    code = await closed_case(talk)
    assert warnings(await passes(talk, days=5, hours=23)) == []
    assert warnings(await passes(talk, hours=2)) == [
        f"<b>{code}</b>: closed. The bot deletes its record after 1 December 2026, 14:05 UTC. "
        f"<code>/show {code}</code> shows it and keeps it longer."
    ]
    assert warnings(await passes(talk, hours=22)) == []
    assert await entries(talk) > 0
    await passes(talk, hours=3)
    assert (await entries(talk), await rows(talk, "case_key"), await rows(talk, "sos_case")) == (0, 0, 1)
    names = await talk.app.store.run(lambda session: session.execute(text("SELECT name FROM sealed")).scalars().all())
    assert not [name for name in names if code in name]


async def test_showing_a_closed_case_keeps_it_longer_and_warns_anew(talk: Talk) -> None:
    code = await closed_case(talk)
    await passes(talk, days=6, hours=1)
    shown = await talk.staff_says(f"/show {code}")
    assert any("MARKER" in text for text in shown)
    assert not any("Notified:" in text for text in shown)  # nobody is: it is closed
    assert not [button for post in talk.messenger.shown[-3:] for button in post.parcel.buttons]
    assert warnings(await passes(talk, days=5, hours=23)) == []
    assert await entries(talk) > 0
    assert len(warnings(await passes(talk, hours=2))) == 1
    await passes(talk, days=1)
    assert await entries(talk) == 0
    assert await talk.staff_says(f"/show {code}") == [f"<b>{code}</b> is closed. Nothing was changed."]


@pytest.mark.parametrize("who", ["person", "staff"])
async def test_what_is_said_in_a_later_note_keeps_the_earlier_one_of_the_same_person(talk: Talk, who: str) -> None:
    first = await closed_case(talk)
    other = await closed_case(talk, "another", who="502")
    second = await open_case(talk)
    await passes(talk, days=5)
    await (talk.says("they are back") if who == "person" else talk.staff_says(f"/r {second} We are here."))
    await passes(talk, days=1, hours=1)
    await passes(talk, days=1)
    assert any("MARKER" in text for text in await talk.staff_says(f"/show {first}"))
    assert "Nothing was changed" in (await talk.staff_says(f"/show {other}"))[0]


async def test_nothing_keeps_a_closed_case_for_longer_than_thirty_days(talk: Talk) -> None:
    code = await closed_case(talk)
    for _ in range(9):
        await passes(talk, days=3)
        assert any("MARKER" in text for text in await talk.staff_says(f"/show {code}"))
    assert await entries(talk) > 0
    talk.at_desk.trouble = refuses(DESK)
    await passes(talk, days=3, minutes=5)
    assert await entries(talk) == 0


async def test_without_a_delivered_warning_nothing_is_deleted_and_a_day_is_left_after_it(talk: Talk) -> None:
    code = await closed_case(talk)
    talk.at_desk.trouble = refuses(DESK)
    await passes(talk, days=6, hours=1)
    await passes(talk, days=2)
    assert await entries(talk) > 0
    talk.at_desk.trouble = lambda _parcel: None
    assert len(warnings(await passes(talk, minutes=5))) == 1
    await passes(talk, hours=23)
    assert any("MARKER" in text for text in [post.text for post in talk.messenger.shown if post.chat == DESK])
    assert await entries(talk) > 0
    await passes(talk, hours=2)
    assert await entries(talk) == 0
    assert "Nothing was changed" in (await talk.staff_says(f"/show {code}"))[0]


async def test_while_something_urgent_is_late_nothing_is_deleted_and_afterwards_it_is(talk: Talk) -> None:
    await closed_case(talk)
    await passes(talk, days=6, hours=1)
    await open_case(talk, "a new call", who="502")
    kept = await entries(talk)
    talk.at_desk.trouble = refuses(DESK)
    await talk.says("more words", who="502")
    talk.clock.forward(days=1)
    await looks(talk)
    assert await entries(talk) == kept + 1
    talk.at_desk.trouble = lambda _parcel: None
    await talk.settle()
    await passes(talk, minutes=10)
    assert await entries(talk) == 2


async def test_of_what_was_wiped_nobody_has_to_be_warned(talk: Talk) -> None:
    await closed_case(talk)
    await talk.says("/wipe")
    assert warnings(await passes(talk, days=6, hours=1)) == []
    await passes(talk, days=1)
    assert await rows(talk, "post") == 0


async def test_of_an_open_case_and_of_none_there_is_nothing_to_warn(talk: Talk) -> None:
    code = await open_case(talk)
    for name, argument in (("case.ending", code), ("case.ending", "0000-00"), ("case.warned", "0000-00")):
        wish = Wish(name, argument)
        await talk.app.store.run(partial(talk.app.router.happen, wish=wish, tag=""))
    before = talk.desk()
    await talk.settle()
    assert talk.desk() == before


async def test_both_desks_that_know_a_case_are_warned(url: str) -> None:
    talk = Talk(url, desk=WITH_BACKUP)
    code = await open_case(talk)
    await talk.later(hours=2)
    await talk.staff_says(f"/close {code} done")
    await passes(talk, days=6, hours=1)
    assert (len(warnings(talk.desk())), len(warnings(talk.desk(BACKUP)))) == (1, 1)
    await talk.close()


async def test_a_person_is_not_given_up_while_delivery_is_unwell(talk: Talk) -> None:
    code = await open_case(talk)
    talk.messenger.trouble = lambda _parcel: DeliveryError(Trouble.UNREACHABLE)
    await talk.staff_says(f"/r {code} Are you there?")
    waiting = await rows(talk, "outbox")
    talk.clock.forward(hours=25)
    await talk.settle()
    assert await rows(talk, "outbox") >= waiting
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.chat == "501" else None
    for _ in range(3):
        talk.clock.forward(minutes=5)
        await talk.settle()
    assert any("not delivered" in told for told in talk.desk())


async def test_a_closed_case_whose_end_was_lost_to_damage_is_not_kept_for_ever(talk: Talk) -> None:
    await closed_case(talk)
    lose = text("UPDATE sos_case SET purge_at = NULL, closed_at = NULL")
    await talk.app.store.run(lambda session: session.execute(lose))
    await looks(talk)
    assert len(warnings(await passes(talk, days=29, hours=1))) == 1
    await passes(talk, days=2)
    assert await entries(talk) == 0
