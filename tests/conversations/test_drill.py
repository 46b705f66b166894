"""An exercise walks the whole way, is measured, says what it is wherever it shows, and leaves nothing behind."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.messengers.contract import DeliveryError, Event, Parcel, Trouble
from bot.monitoring import endpoints
from bot.repositories.drills import read_drill
from handlers.cases.batching import MOST_POSTS
from handlers.model.duty import Drill
from handlers.model.messages import Wish
from tests.conversations.conftest import OpenHouse
from tests.sample import change, copy_content
from tests.talk import BACKUP, DESK, OTHER_STAFF, STAFF, WITH_BACKUP, Talk, code_in

TABLES = ("sos_case", "case_key", "entry", "post", "offer", "deed", "person", "trace", "outbox", "inbox")


async def rows(talk: Talk, *tables: str) -> dict[str, int]:
    def count(session: Any) -> dict[str, int]:
        return {table: session.execute(sql(f"SELECT count(*) FROM {table}")).scalar() for table in tables}

    return await talk.app.store.run(count)


async def newest(talk: Talk) -> Drill:
    found = await talk.app.store.run(lambda session: read_drill(session, talk.app.sealing))
    assert found
    return found


def slow(talk: Talk, seconds: float) -> None:
    """The desk's messenger needs so long for what it is given next."""

    def waits(_parcel: Parcel) -> None:
        talk.clock.forward(seconds=seconds)
        talk.messenger.trouble = lambda _parcel: None

    talk.messenger.trouble = waits
    talk.at_desk.trouble = waits


def drill_code(texts: list[str]) -> str:
    found = re.search(r"EXERCISE ([0-9A-Z]{4}-[0-9A-Z]{2})", "\n".join(texts))
    assert found, texts
    return found[1]


async def test_an_exercise_is_posted_acknowledged_and_over_with_its_figures(talk: Talk) -> None:
    slow(talk, 1.5)
    [post] = await talk.staff_says("/drill")
    code = drill_code([post])
    assert post.startswith(f"<b>EXERCISE {code}</b>")
    assert "Nobody is in danger and nobody has written." in post
    talk.clock.forward(seconds=30)
    [said] = await talk.staff_presses("Acknowledge")
    label = talk.app.dependencies.roster.label(talk.at_desk.name, STAFF)
    assert said == (f"<b>EXERCISE {code} is over.</b> In the desk after 1.5 s, acknowledged by {label} after 31.5 s.")
    assert await newest(talk) == Drill(datetime(2026, 11, 24, 14, 5, tzinfo=UTC), "", 1.5, 31.5, is_over=True)


async def test_one_that_is_there_at_once_took_no_time(talk: Talk) -> None:
    await talk.staff_says("/drill")
    talk.clock.forward(seconds=30)
    assert "In the desk after 0 s, " in (await talk.staff_presses("Acknowledge"))[0]


async def test_it_leaves_nothing_that_could_be_taken_for_a_case(talk: Talk) -> None:
    await talk.staff_says("/drill")
    assert (await rows(talk, "sos_case", "case_key", "entry", "post")) == {
        "sos_case": 1,
        "case_key": 1,
        "entry": 1,
        "post": 1,
    }
    code = drill_code(talk.desk())
    await talk.staff_presses("Acknowledge")
    assert set((await rows(talk, *TABLES)).values()) == {0}
    await talk.later(minutes=2)
    assert await alarm_names(talk) == []
    assert f"No open case {code}" in (await talk.staff_says(f"/ack {code}"))[0]
    posts = len(talk.desk())
    await talk.later(days=2)
    assert len(talk.desk()) == posts


async def alarm_names(talk: Talk) -> list[str]:
    names = await talk.app.store.run(lambda session: session.execute(sql("SELECT name FROM alarm")).scalars().all())
    return sorted(names)


async def test_an_exercise_is_walked_as_a_call_for_help_is(talk: Talk) -> None:
    """Through the inbox, sealed with a key of its own, through the outbox, with a scheduled event."""
    await talk.app.inbox.keep([talk.received(DESK, STAFF, "/drill")])
    assert await talk.app.worker.work_once() == 1
    assert (await rows(talk, "inbox", "sos_case")) == {"inbox": 1, "sos_case": 0}
    assert await talk.app.worker.work_once() == 1
    assert (await rows(talk, "inbox", "sos_case", "outbox")) == {"inbox": 0, "sos_case": 1, "outbox": 1}
    assert (await newest(talk)).code in await alarm_names(talk)
    assert (await newest(talk)).to_desk is None
    await talk.settle()
    assert (await newest(talk)).to_desk == 0.0


async def test_nobody_acknowledges_it_calls_once_and_says_that_nobody_has(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.staff_says("/drill")
    code = drill_code(talk.desk())
    await talk.later(minutes=3)
    assert talk.desk()[-1].startswith(f"<b>EXERCISE {code}</b>: nobody has acknowledged it yet.")
    await talk.later(minutes=4)
    assert talk.desk()[-1].startswith(f"<b>EXERCISE {code} is over: nobody has acknowledged it.</b>")
    await talk.later(hours=5)
    assert len(talk.desk()) == 3
    assert set((await rows(talk, *TABLES)).values()) == {0}
    assert (await newest(talk)).to_staff is None
    assert not caplog.records


async def test_whatever_the_desk_sees_of_it_says_that_it_is_an_exercise(house: OpenHouse) -> None:
    for language, mark in (("en", "EXERCISE"), ("zh_Hant", "【演習】"), ("zh_Hans", "【演习】")):
        talk = house(desk_language=language)
        await talk.staff_says("/drill")
        await talk.staff_says("/drill")
        code = (await newest(talk)).code
        await talk.staff_says(f"/r {code} are you there?")
        await talk.later(minutes=10)
        await talk.staff_says("/drill")
        await talk.staff_says(f"/ack {(await newest(talk)).code}")
        talk.messenger.trouble = talk.at_desk.trouble = lambda _parcel: DeliveryError(Trouble.UNREACHABLE)
        await talk.staff_says("/drill")
        await talk.later(minutes=5)
        talk.messenger.trouble = talk.at_desk.trouble = lambda _parcel: None
        await talk.later(minutes=5)
        assert len(talk.desk()) == 8
        assert all(mark in post for post in talk.desk()), talk.desk()


async def test_triage_does_not_know_it(talk: Talk) -> None:
    await talk.staff_says("/drill")
    assert await talk.open_cases() == []
    assert (await talk.staff_says("/board")) == ["No case is open."]
    assert "EXERCISE" not in (await talk.staff_says("/duty on"))[-1]
    health = await talk.app.health()
    assert health.open_cases == {}
    await talk.later(minutes=1)
    assert "EXERCISE" not in "".join(talk.desk()[1:])


async def test_it_does_not_make_a_burst_of_what_is_none(talk: Talk) -> None:
    await talk.staff_says("/drill")
    for number in range(MOST_POSTS):
        await talk.says("SOS now", who=f"70{number}")
        await talk.chooses("Send", who=f"70{number}")
    assert sum(post.startswith("<b>SOS ") for post in talk.desk()) == MOST_POSTS


async def test_it_names_those_on_duty_and_wakes_nobody_else(talk: Talk) -> None:
    await talk.staff_says("/drill")
    await talk.later(minutes=7)
    assert not any(shown.parcel.mentions for shown in talk.messenger.shown)
    await talk.staff_says("/duty on", sender=OTHER_STAFF)
    before = len(talk.messenger.shown)
    await talk.staff_says("/drill")
    await talk.later(minutes=4)
    called = [shown.parcel.mentions for shown in talk.messenger.shown[before:]]
    assert [set(dict(mentions).values()) for mentions in called] == [{OTHER_STAFF}] * 2


async def test_only_an_acknowledgement_does_something(talk: Talk) -> None:
    await talk.staff_says("/drill")
    code = drill_code(talk.desk())
    for command in ("r", "close", "handoff", "snooze", "show", "log", "word", "ban"):
        [said] = await talk.staff_says(f"/{command} {code} some words")
        assert said == f"<b>EXERCISE {code}</b>: only /ack does something here."
    assert (await rows(talk, "sos_case", "deed", "ban")) == {"sos_case": 1, "deed": 0, "ban": 0}
    assert "is over" in (await talk.staff_says(f"/ack {code.lower()}"))[0]


async def test_a_quote_or_a_thumb_acknowledges_it(talk: Talk) -> None:
    for way in ({"text": "/ack"}, {"text": "👍", "event": Event.REACTED}):
        await talk.staff_says("/drill")
        post = next(shown for shown in reversed(talk.messenger.shown) if "Nobody is in danger" in shown.text)
        [shown] = await talk.hear(talk.received(DESK, STAFF, quoted=post.reference, **way))
        assert "is over" in shown.text


@pytest.mark.only_on("telegram", "topics")
async def test_it_opens_no_topic(talk: Talk) -> None:
    talk.messenger.is_forum = True
    await talk.staff_says("/drill")
    assert [shown.parcel.topic for shown in talk.messenger.shown] == [""]


async def test_there_is_one_at_a_time_and_none_while_somebody_waits(talk: Talk) -> None:
    await talk.staff_says("/drill")
    assert await talk.staff_says("/drill") == ["<b>EXERCISE</b>: there is one already."]
    await talk.staff_presses("Acknowledge")
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    assert "a case waits for somebody" in (await talk.staff_says("/drill"))[0]
    await talk.staff_says(f"/ack {code}")
    assert "EXERCISE" in (await talk.staff_says("/drill"))[0]


async def test_a_call_for_help_during_an_exercise_is_a_call_for_help(talk: Talk) -> None:
    await talk.staff_says("/drill")
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    assert "The team has your note" in talk.told()[-1]
    await talk.later(minutes=3)
    assert any(post.startswith(f"<b>{code}</b>: nobody is on it") for post in talk.desk())


async def test_the_operators_page_is_exercised_when_that_is_asked_for(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.staff_says("/drill")
    assert not caplog.records
    await talk.staff_presses("Acknowledge")
    await talk.staff_says("/drill alarm")
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("CRITICAL", "EXERCISE: this is how an alarm would reach you; nothing is wrong")
    ]


async def test_one_that_does_not_reach_the_desk_is_a_page_for_the_operator(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    talk.at_desk.trouble = talk.messenger.trouble = lambda _parcel: DeliveryError(Trouble.UNREACHABLE)
    await talk.staff_says("/drill")
    await talk.later(seconds=119)
    assert not caplog.records
    await talk.later(seconds=1)
    assert ["the exercise did not reach the desk in time" in record.message for record in caplog.records] == [True]
    await talk.later(hours=1)
    talk.at_desk.trouble = talk.messenger.trouble = lambda _parcel: None
    await talk.later(minutes=2)
    [post] = talk.desk()
    assert post.startswith("<b>EXERCISE: it was not here within 120 seconds.</b>")
    assert set((await rows(talk, *TABLES)).values()) == {0}
    drill = await newest(talk)
    assert (drill.to_desk, drill.is_over) == (None, True)


async def test_one_that_nobody_handles_is_a_page_too_and_does_not_begin_afterwards(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.app.inbox.keep([talk.received(DESK, STAFF, "/drill")])
    await talk.app.worker.work_once()
    talk.clock.forward(seconds=121)
    await talk.app.scheduler.work_once()
    assert any("did not reach the desk" in record.message for record in caplog.records)
    await talk.settle()
    assert len(talk.desk()) == 1
    assert set((await rows(talk, *TABLES)).values()) <= {0, 1}
    assert (await rows(talk, "sos_case", "inbox")) == {"sos_case": 0, "inbox": 0}


async def test_one_whose_acceptance_was_never_heard_of_is_acknowledged_all_the_same(talk: Talk) -> None:
    talk.at_desk.trouble = talk.messenger.trouble = lambda _parcel: DeliveryError(Trouble.UNKNOWN)
    await talk.staff_says("/drill")
    talk.clock.forward(seconds=10)
    talk.at_desk.trouble = talk.messenger.trouble = lambda _parcel: None
    received = talk.received(DESK, STAFF, f"/ack {(await newest(talk)).code}")
    await talk.app.inbox.keep([received])
    await talk.app.worker.work_once()
    await talk.settle()
    assert "In the desk after 10 s" in talk.desk()[-1]


async def test_a_step_of_a_minute_does_not_end_it_before_it_is_in_the_desk(house: OpenHouse, tmp_path: Path) -> None:
    talk = house(content=routing_with(tmp_path, "    - after: 3", "    - after: 1"))
    talk.at_desk.trouble = talk.messenger.trouble = lambda _parcel: DeliveryError(Trouble.UNREACHABLE)
    await talk.staff_says("/drill")
    await talk.later(seconds=90)
    talk.at_desk.trouble = talk.messenger.trouble = lambda _parcel: None
    await talk.later(seconds=25)
    assert (await newest(talk)).to_desk is not None
    await talk.later(minutes=2)
    assert "nobody has acknowledged it yet" in "".join(talk.desk())


async def test_from_the_backup_desk_it_begins_too_and_is_acknowledged_there(house: OpenHouse) -> None:
    talk = house(desk=WITH_BACKUP, staff=frozenset({("telegram", STAFF)}))
    [shown] = [one for one in await at_backup(talk, "/drill") if one.chat == BACKUP]
    assert shown.text == "<b>EXERCISE</b>: it begins now, and shows in the desk."
    code = drill_code(talk.desk())
    shown_there = await at_backup(talk, f"/ack {code}")
    assert [one.chat for one in shown_there] == [DESK, BACKUP]


async def at_backup(talk: Talk, command: str) -> list[Any]:
    return await talk.hear(talk.received(BACKUP, STAFF, command, platform="telegram"))


def routing_with(folder: Path, old: str, new: str) -> Path:
    content = copy_content(folder)
    change(content, "routing.yaml", old, new)
    return content


MONDAYS = ("  reminder: 240\n", "  reminder: 240\n  drill:\n    day: monday\n    hour: 10\n")


async def test_a_planned_one_is_held_every_week_at_its_hour(house: OpenHouse, tmp_path: Path) -> None:
    talk = house(content=routing_with(tmp_path, *MONDAYS))
    assert await talk.next_event() == datetime(2026, 11, 30, 10, tzinfo=UTC)
    await talk.later(days=5, hours=20)
    assert len([post for post in talk.desk() if "Nobody is in danger" in post]) == 1
    assert (await newest(talk)).began == datetime(2026, 11, 30, 10, tzinfo=UTC)
    await talk.later(days=7, hours=1)
    assert (await newest(talk)).began == datetime(2026, 12, 7, 10, tzinfo=UTC)
    assert await talk.next_event() == datetime(2026, 12, 14, 10, tzinfo=UTC)


async def test_a_planned_one_waits_while_a_case_waits_for_somebody(house: OpenHouse, tmp_path: Path) -> None:
    talk = house(content=routing_with(tmp_path, *MONDAYS))
    await talk.later(days=5, hours=19, minutes=50)
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.later(minutes=30)
    assert "EXERCISE" not in "".join(talk.desk())
    await talk.staff_says(f"/close {code} done")
    await talk.later(minutes=40)
    assert "EXERCISE" in talk.desk()[-1]


async def test_without_a_plan_there_is_none_and_a_plan_may_come_and_go(house: OpenHouse, tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    talk = house(content=content)
    assert await talk.next_event() is None
    for there, due in ((True, datetime(2026, 11, 30, 10, tzinfo=UTC)), (False, None)):
        change(content, "routing.yaml", *(MONDAYS if there else MONDAYS[::-1]))
        for _ in range(2):
            await talk.app.look_for_content()
        assert await talk.next_event() == due


async def test_metrics_have_its_times_and_nothing_else(talk: Talk) -> None:
    _, text = await endpoints.metrics(talk.app.health)
    assert "bot_drill" not in text
    slow(talk, 2)
    await talk.staff_says("/drill")
    code = (await newest(talk)).code
    _, text = await endpoints.metrics(talk.app.health)
    assert "bot_drill_desk_seconds 2.0" in text
    assert "bot_drill_acknowledged_seconds" not in text
    assert code not in text
    talk.clock.forward(seconds=5)
    await talk.staff_says(f"/ack {code}")
    _, text = await endpoints.metrics(talk.app.health)
    assert "bot_drill_acknowledged_seconds 7.0" in text
    assert "bot_open_cases{" not in text
    assert json.loads((await endpoints.healthz(talk.app.health))[1])["ready"]


async def test_an_event_of_one_that_is_gone_is_forgotten(talk: Talk) -> None:
    await talk.app.store.run(lambda session: talk.app.router.happen(session, Wish("drill.check"), ""))
    await talk.settle()
    assert talk.messenger.shown == []


async def test_on_each_database(url: str) -> None:
    talk = Talk(url)
    for _ in range(2):
        await talk.staff_says("/drill")
        await talk.later(minutes=3)
        await talk.staff_presses("Acknowledge")
        assert set((await rows(talk, *TABLES)).values()) == {0}
    assert sum("is over" in post for post in talk.desk()) == 2
    assert (await talk.app.health()).drill == await newest(talk)
    await talk.close()
