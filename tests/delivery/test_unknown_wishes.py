"""A wish that the table doesn't have, in a database that another version wrote: told once, and nothing else stops."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.messengers.contract import DeliveryError, Parcel, Trouble
from bot.repositories.schedule import ScheduleRepository
from handlers.model.memory import ASKED_PLACE, Memory
from handlers.model.messages import Choice, Inbound, Lane, Person, Reply, Room, Thread, Wish
from handlers.ports import Ports
from handlers.table import ROWS, Row
from tests.conversations.test_case import open_case
from tests.talk import BACKUP, DESK, WITH_BACKUP, Talk, answer_with

OF_TOMORROW = Wish("tomorrow", "4F7K-2Q")


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url, desk=WITH_BACKUP)
    yield talk
    await talk.close()


@pytest.fixture
def happened() -> list[str]:
    """The persons' tags for whom tomorrow's handler was called."""
    return []


def know(monkeypatch: pytest.MonkeyPatch, happened: list[str]) -> None:
    """From now on it is tomorrow's version."""

    def handler(ask: Inbound, _ports: Ports) -> Sequence[Reply]:
        happened.append(ask.person.tag)
        return []

    monkeypatch.setitem(ROWS, OF_TOMORROW.name, Row(OF_TOMORROW.name, handler))


async def schedule(talk: Talk, name: str, wish: Wish, person: Person | None = None) -> None:
    now = talk.clock.now()
    await talk.app.store.run(lambda session: ScheduleRepository(session).set(name, wish, now, person))


async def pass_minutes(talk: Talk, number: int) -> None:
    """Many leases go by."""
    for _ in range(number):
        talk.clock.forward(seconds=61)
        await talk.app.store.run(talk.app.scheduler.mend)
        await talk.settle()


def alerts(caplog: pytest.LogCaptureFixture, words: str = "that this version doesn't know") -> int:
    """What the operator is told of it."""
    told = [record for record in caplog.records if record.levelname == "CRITICAL"]
    return sum(words in record.getMessage() for record in told)


async def test_an_event_is_set_aside_with_one_alert_and_happens_once_it_is_known(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, happened: list[str]
) -> None:
    await schedule(talk, "something", OF_TOMORROW, Person("ann"))
    await pass_minutes(talk, 5)
    assert alerts(caplog) == 1
    assert not (await talk.app.health()).is_late
    know(monkeypatch, happened)
    await pass_minutes(talk, 2)
    assert happened == ["ann"]


async def test_an_event_that_was_set_aside_is_dropped_and_forgotten_as_any_other(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, happened: list[str]
) -> None:
    tag = talk.app.sealing.tags.of("person", "telegram", "501")
    await schedule(talk, "taken back", OF_TOMORROW)
    await schedule(talk, "of a person", OF_TOMORROW, Person(tag))
    await pass_minutes(talk, 1)
    await talk.app.store.run(lambda session: ScheduleRepository(session).drop("taken back"))
    await talk.says("/wipe")
    know(monkeypatch, happened)
    await pass_minutes(talk, 2)
    assert happened == []


async def test_a_case_whose_event_is_unknown_calls_on(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    code = await open_case(talk)
    await schedule(talk, code, OF_TOMORROW)
    await talk.settle()
    assert alerts(caplog) == 1
    await pass_minutes(talk, 12)
    assert alerts(caplog) == 1
    assert any(f"<b>{code}</b>: nobody is on it" in post for post in talk.desk())
    assert any(code in post for post in talk.desk(BACKUP))


async def test_a_place_that_was_asked_for_something_unknown_is_a_place_like_any_other(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_place(ask: Inbound, ports: Ports) -> Sequence[Reply]:
        ports.people.remember(ask.person, Memory(step=f"{ASKED_PLACE}{OF_TOMORROW.name}"))
        return [Reply("Which place?")]

    answer_with(monkeypatch, "facts", ask_place)
    assert "Which place?" in (await talk.says("/facts"))[-1]
    assert "Thailand" in (await talk.says("Thailand"))[0]


def offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has /alerts answered with a choice of tomorrow and one of today."""
    choices = (Choice("Tomorrow", OF_TOMORROW), Choice("Help", Wish("help")))
    answer_with(monkeypatch, "alerts", lambda _ask, _ports: [Reply("Two.", choices=choices)])


async def test_a_choice_is_over_with_one_alert_and_the_one_beside_it_is_not(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch)
    await talk.says("/alerts")
    for _ in range(3):
        assert "Nothing is waiting" in (await talk.chooses("Tomorrow"))[0]
    assert alerts(caplog) == 1
    assert "/alerts: all alerts" in (await talk.chooses("Help"))[0]


@pytest.mark.parametrize(("number", "answer"), [("1", "Nothing is waiting"), ("2", "/alerts: all alerts")])
async def test_the_choices_of_a_list_keep_their_numbers(
    url: str, number: str, answer: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch)
    talk = Talk(url, messenger="signal")
    await talk.says("/alerts")
    assert answer in (await talk.says(number))[0]
    assert alerts(caplog) == 1
    await talk.close()


async def test_a_choice_at_the_desk_does_nothing(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = (Choice("Tomorrow", OF_TOMORROW),)
    answer_with(monkeypatch, "staff.board", lambda _ask, _ports: [Reply("One.", to=Thread(), choices=choices)])
    with monkeypatch.context() as tomorrow:
        know(tomorrow, [])
        await talk.staff_says("/board")
    for _ in range(3):
        assert await talk.staff_presses("Tomorrow") == []
    assert alerts(caplog) == 1


async def test_what_follows_from_a_delivery_is_set_aside_with_one_alert(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, happened: list[str]
) -> None:
    answer_with(monkeypatch, "alerts", lambda _ask, _ports: [Reply("Said once.", then=OF_TOMORROW)])
    await talk.says("/alerts")
    await pass_minutes(talk, 3)
    assert alerts(caplog) == 1
    assert [text for text in talk.told() if "Said once." in text] == ["Said once."]
    know(monkeypatch, happened)
    await pass_minutes(talk, 2)
    assert happened == [talk.app.sealing.tags.of("person", "telegram", "501")]


async def test_what_follows_from_a_refusal_is_set_aside_with_one_alert(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, "alerts", lambda _ask, _ports: [Reply("Nobody gets it.", otherwise=OF_TOMORROW)])
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.GONE) if parcel.text == "Nobody gets it." else None
    await talk.says("hello")
    await talk.says("/alerts")
    await pass_minutes(talk, 3)
    assert alerts(caplog) == 1
    assert not (await talk.app.health()).waiting


async def test_what_a_desk_refuses_reaches_the_backup_although_what_should_follow_is_unknown(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await open_case(talk)

    def post(_ask: Inbound, _ports: Ports) -> Sequence[Reply]:
        return [Reply("More of it.", to=Thread(code, Room.DESK), otherwise=OF_TOMORROW, lane=Lane.DESK)]

    def refuses(parcel: Parcel) -> DeliveryError | None:
        return DeliveryError(Trouble.REFUSED) if parcel.chat == DESK and "More of it." in parcel.text else None

    answer_with(monkeypatch, "alerts", post)
    talk.messenger.trouble = refuses
    await talk.says("/alerts")
    await talk.settle()
    assert any(code in text for text in talk.desk(BACKUP))
    await pass_minutes(talk, 3)
    assert alerts(caplog) == 1
