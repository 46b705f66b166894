"""What seldom happens: what comes when there is nothing left to do, or while the desk is crowded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from sqlmodel import Session

from bot.repositories.people import person_of
from handlers.cases import case, exact_place
from handlers.cases.person_events import reactions, withdrawal
from handlers.model.cases import Case, Digest
from handlers.model.memory import CheckIn, Draft, Memory
from handlers.model.messages import Inbound, Reply, Wish
from handlers.ports import Ports
from handlers.sos import checkin, checkin_due, checkin_end, checkin_raise, checkin_set, times, zones
from handlers.sos.draft import cancel, send
from handlers.staff import reopening
from tests.conversations.test_case import open_case
from tests.talk import DESK, Talk

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
ARMED = CheckIn(60, "I went to the station", "telegram", at=NOW + timedelta(hours=1))

Handler = Callable[[Inbound, Ports], Any]


async def run(talk: Talk, handler: Handler, *, memory: Memory | None = None, text: str = "", **more: Any) -> Any:
    """What a handler answers the person 501, whose memory is this one."""

    def job(session: Session) -> Any:
        app = talk.app
        person = person_of(app.sealing, talk.messenger.name, "501")
        context = app.router._contexts.of_event(session, Wish("unknown"), person.tag)
        if memory:
            context.people.remember(person, memory)
        answer = handler(replace(context.inbound, text=text, **more), context.ports)
        context.people.save()
        return answer

    return await talk.app.store.run(job)


def texts(replies: Sequence[Reply]) -> str:
    return "\n".join(f"{reply.text} {reply.words}" for reply in replies)


@pytest.mark.only_on("telegram", "handlers know no messenger")
class TestNothingIsLeftToDo:
    async def test_a_check_in_that_is_gone(self, talk: Talk) -> None:
        assert "No check-in is set" in texts(await run(talk, checkin_end.keep))
        assert await run(talk, checkin_due.hear, text="wait") == []
        assert await run(talk, checkin_raise.raise_doubted) == []

    async def test_a_reaction_without_a_case(self, talk: Talk) -> None:
        assert await run(talk, reactions.show_taken_back) == []

    async def test_a_person_who_can_not_be_reached_is_not_told_of_a_reopened_case(self, talk: Talk) -> None:
        await open_case(talk)
        [its] = await talk.open_cases()
        gone = replace(its, code="0000-00")
        assert await run(talk, lambda _ask, ports: reopening._tell_person(ports, gone)) == []

    async def test_a_choice_whose_place_can_not_be_read(self, talk: Talk) -> None:
        assert exact_place.read_point("here") is None
        await open_case(talk)
        assert "Nothing is waiting" in texts(await run(talk, case.send_exact_place, wish=Wish("case.exact", "here")))


@pytest.mark.only_on("telegram", "handlers know no messenger")
class TestWhatStandsIsShown:
    async def test_in_the_place_of_another_check_in(self, talk: Talk) -> None:
        armed = Memory(check_in=ARMED, step="checkin:minutes")
        shown = texts(await run(talk, lambda ask, ports: checkin_set.propose(ask, ports, 90), memory=armed))
        assert shown == texts(await run(talk, checkin.take_step, memory=armed, text="90 min"))
        assert "15:05" in shown

    async def test_where_none_of_two_times_is_possible_another_is_asked_for(self, talk: Talk) -> None:
        replies = await run(talk, lambda ask, ports: checkin._ask_which(ask, ports, (), "checkin:which"))
        assert texts(replies)
        assert all(choice.wish.name != "checkin.time" for reply in replies for choice in reply.choices)


@pytest.mark.only_on("telegram", "handlers know no messenger")
class TestWhileTheDeskIsCrowded:
    async def listed(self, talk: Talk) -> Case:
        await open_case(talk)
        [its] = await talk.open_cases()
        return await run(talk, lambda _ask, ports: ports.desk.keep(replace(its, digest=Digest.LISTED)))  # type: ignore[no-any-return]

    async def test_a_reaction_waits_for_the_list(self, talk: Talk) -> None:
        await self.listed(talk)
        assert await run(talk, reactions.show_reaction, text="👍") == []

    async def test_a_draft_waits_for_the_list(self, talk: Talk) -> None:
        its = await self.listed(talk)
        draft = await self.draft(talk)
        assert await run(talk, lambda _ask, ports: case.draft_posts(ports, its, draft)) == []

    async def test_a_draft_beside_an_open_case_joins_it(self, talk: Talk) -> None:
        await open_case(talk)
        memory = Memory(draft=await self.draft(talk))
        said = texts(await run(talk, case.join_case, memory=memory, text="and now this"))
        assert "men at the gate" in said
        assert "and now this" in said

    @pytest.mark.parametrize("end", [cancel, send])
    async def test_a_draft_beside_an_open_case_ends_once(self, talk: Talk, end: Handler) -> None:
        await open_case(talk)
        memory = Memory(draft=await self.draft(talk))

        def end_and_recall(ask: Inbound, ports: Ports) -> Draft | None:
            end(ask, ports)
            return ports.people.recall(ask.person).draft

        assert await run(talk, end_and_recall, memory=memory) is None, "or it would go to the team another day"

    async def draft(self, talk: Talk) -> Any:
        await talk.says("SOS men at the gate", who="502")
        other = person_of(talk.app.sealing, "telegram", "502")
        return await run(talk, lambda _ask, ports: ports.people.recall(other).draft)

    @pytest.mark.parametrize("has_case", [True, False])
    async def test_a_doubted_check_in_is_told(
        self, talk: Talk, has_case: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if has_case:
            await open_case(talk)
        monkeypatch.setattr(checkin_raise, "is_line", lambda *_: True)
        replies = await run(talk, checkin_raise.raise_doubted, memory=Memory(doubted=ARMED))
        [its] = await talk.open_cases()
        assert ("I went to the station" in texts(replies)) is has_case
        assert its.is_withdrawn is not has_case
        assert (its.digest is Digest.NONE) is has_case


@pytest.mark.only_on("telegram", "handlers know no messenger")
async def test_who_says_that_it_is_over_without_a_word_adds_none(talk: Talk) -> None:
    await open_case(talk)
    [its] = await talk.open_cases()
    replies = await run(talk, lambda ask, ports: withdrawal.withdraw(ask, ports, its))
    assert "It is noted" in texts(replies)
    assert len(await run(talk, lambda _ask, ports: ports.desk.record(its))) == 1


async def test_after_the_end_whoever_may_not_be_shown_is_told_what_stays_here() -> None:
    talk = Talk(messenger="signal", at_desk="telegram")
    try:
        code = await open_case(talk)
        await talk.staff_says(f"/close {code} done")
        told = "\n".join(await talk.says("wait, they are back"))
        assert "It hears that you wrote again, but not what." in told
        assert "they are back" not in "\n".join(talk.desk(DESK))
    finally:
        await talk.close()


def test_a_host_without_zones_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_name: str) -> Any:
        raise ZoneInfoNotFoundError

    monkeypatch.setattr(zones, "ZoneInfo", none)
    assert zones._offset("Asia/Bangkok", NOW) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [("三点一刻", (3, 15)), ("٣", (3, 0)), ("6\u200bpm", (18, 0)), ("25:99 7:5:3 6 and a quarter", None)],
)
def test_times_of_day_that_are_written_seldom(text: str, clock: tuple[int, int] | None) -> None:
    found = times.read_clock(text)
    assert (found and (found.hour, found.minute)) == clock


def test_a_length_in_days() -> None:
    reading = times.read("3 jours")
    assert reading is not None
    assert reading.minutes == 3 * 24 * 60
