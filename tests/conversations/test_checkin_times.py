"""When somebody is asked: in their clock, said back before it is set, and by no older choice put off."""

from __future__ import annotations

import pytest

from tests.talk import Talk


async def begin(talk: Talk, typed: str) -> str:
    await talk.says("/checkin")
    return "\n".join(await talk.says(typed))


async def finish(talk: Talk, words: str = "I went to the station") -> str:
    await talk.says(words)
    return "\n".join(await talk.chooses("Start check-in"))


@pytest.mark.only_on("telegram", "buttons stay where they are")
@pytest.mark.parametrize("old", ["1 hour", "12 hours", "Cancel"])
async def test_an_old_choice_leaves_a_check_in_that_stands_as_it_is(talk: Talk, old: str) -> None:
    await talk.says("/checkin")
    await talk.chooses("3 hours")
    stands = await finish(talk)
    assert "17:05 UTC" in stands
    assert await talk.chooses(old) == [stands]
    assert await talk.says("something else") != [stands], "no question is open"
    await talk.later(hours=3, minutes=15)
    assert talk.desk()[0].endswith("I went to the station")


@pytest.mark.only_on("telegram", "buttons stay where they are")
async def test_an_old_choice_before_it_is_set_keeps_the_note_and_is_shown_again(talk: Talk) -> None:
    await talk.says("/checkin")
    await talk.chooses("3 hours")
    await talk.says("I went to the station")
    old = talk.button("Start check-in", "501")[1].token
    [shown] = await talk.chooses("8 hours")
    assert shown.startswith("I will ask you in 8 hours")
    assert shown.endswith("I went to the station")
    again = await talk.hear(talk.pressed(old))
    assert again[-1].text == shown, "what was not shown is not set"
    assert "22:05 UTC" in (await talk.chooses("Start check-in"))[0]


@pytest.mark.only_on("telegram", "buttons stay where they are")
async def test_the_choices_of_a_check_in_that_is_over_end_no_newer_one(talk: Talk) -> None:
    await begin(talk, "90 min")
    await finish(talk)
    await talk.later(minutes=91)
    old = talk.button("I am all right", "501")[1].token
    await talk.hear(talk.pressed(old))
    await begin(talk, "5 hours")
    stands = await finish(talk)
    assert [shown.text for shown in await talk.hear(talk.pressed(old))] == [stands]
    await talk.later(hours=6)
    assert talk.desk()


@pytest.mark.only_on("telegram", "a bare number chooses from a numbered list")
@pytest.mark.parametrize(
    ("typed", "offered"), [("15", ["15 minutes", "15 hours"]), ("٢", ["2 hours"]), ("٩٠", ["1 hour 30 minutes"])]
)
async def test_a_bare_number_is_asked_about(talk: Talk, typed: str, offered: list[str]) -> None:
    assert "Which do you mean?" in await begin(talk, typed)
    assert talk.labels() == [*offered, "Cancel"]
    assert f"I will ask you in {offered[0]}" in (await talk.chooses(offered[0]))[0]


@pytest.mark.only_on("telegram", "a bare number chooses from a numbered list")
@pytest.mark.parametrize(
    ("unit", "time"), [("minutes", "15 minutes"), ("Stunden", "15 hours"), ("минут", "15 minutes")]
)
async def test_what_the_number_meant_may_be_written(talk: Talk, unit: str, time: str) -> None:
    await begin(talk, "15")
    assert f"I will ask you in {time}" in (await talk.says(unit))[-1]


@pytest.mark.parametrize(
    ("typed", "says", "moment"),
    [
        ("23:30 UTC+7", None, "24 November 2026, 23:30 UTC+7"),
        ("6pm", "14:05", "24 November 2026, 18:00 UTC"),
        ("23:30", "9:05 pm", "24 November 2026, 23:30 UTC+7"),
        ("23:30", "UTC+5:30", "24 November 2026, 23:30 UTC+5:30"),
        ("11pm Bangkok time", None, "24 November 2026, 23:00 UTC+7"),
        ("晚上11点 北京时间", None, "2026年11月24日 23:00 UTC+8"),
        ("18h30", "Berlin", "24 November 2026, 18:30 UTC+1"),
        ("١٨:٣٠", "١٧:٣٥", "18:30 UTC+3:30"),
        ("tomorrow 6am", "21:05", "25 November 2026, 06:00 UTC+7"),
    ],
)
async def test_a_time_of_day_is_that_of_the_persons_clock(
    talk: Talk, typed: str, says: str | None, moment: str
) -> None:
    await talk.says("/language en")
    said = await begin(talk, typed)
    if says:
        assert "What time is it where you are now?" in said
        said = "\n".join(await talk.says(says))
    assert moment.replace("2026年11月24日 ", "24 November 2026, ") in said
    stands = await finish(talk)
    assert moment.rpartition(" ")[2] in stands, "their clock is kept"


async def test_morning_or_evening_is_asked(talk: Talk) -> None:
    assert "What time is it where you are now?" in await begin(talk, "at 11")
    assert "Which do you mean?" in (await talk.says("9:05"))[0]
    assert talk.labels() == ["09:05", "21:05", "Cancel"]
    assert "Which do you mean?" in (await talk.chooses("21:05"))[0]
    assert talk.labels() == ["11:00", "23:00", "Cancel"]
    assert "in 1 hour 55 minutes (24 November 2026, 23:00 UTC+7)" in (await talk.chooses("23:00"))[0]


async def test_hours_or_a_time_of_day_is_asked(talk: Talk) -> None:
    assert "Which do you mean?" in await begin(talk, "3 giờ")
    assert talk.labels() == ["3 hours", "03:00", "15:00", "Cancel"]
    assert "What time is it where you are now?" in (await talk.chooses("15:00"))[0]
    assert "(24 November 2026, 15:00 UTC)" in (await talk.says("14:05"))[0]


async def test_a_time_of_day_does_not_slip_while_the_note_is_written(talk: Talk) -> None:
    await begin(talk, "18:00 UTC+0")
    await talk.later(minutes=20)
    assert "18:00 UTC" in await finish(talk)


async def test_a_time_of_day_that_goes_by_while_the_note_is_written_is_asked_for_again(talk: Talk) -> None:
    await begin(talk, "14:30 UTC+0")
    await talk.says("I went to the station")
    await talk.later(minutes=30)
    assert "Choose a time" in (await talk.chooses("Start check-in"))[0]
    assert "I went to the station" in (await talk.says("1 hour"))[0]


async def test_too_far_ahead_says_how_far(talk: Talk) -> None:
    said = await begin(talk, "tomorrow 2pm UTC+0")
    assert "That would be in 23 hours 55 minutes, and that is too far ahead." in said


@pytest.mark.parametrize("typed", ["/checkin 2h meeting a stranger", "/checkin 两个小时 meeting a stranger"])
async def test_the_note_behind_the_time_is_kept(talk: Talk, typed: str) -> None:
    await talk.says("/language en")
    [shown] = await talk.says(typed)
    assert shown.startswith("I will ask you in 2 hours (24 November 2026, 16:05 UTC).")
    assert shown.endswith("\n\nmeeting a stranger")
    await talk.chooses("Start check-in")
    await talk.later(hours=3)
    assert talk.desk()[0].endswith("meeting a stranger")


async def test_the_note_outlives_the_question_for_the_clock(talk: Talk) -> None:
    await talk.says("/checkin 11pm meeting a stranger")
    [shown] = await talk.says("21:05")
    assert "23:00 UTC+7" in shown
    assert shown.endswith("meeting a stranger")


@pytest.mark.parametrize("step", ["checkin:zone:23.30", "checkin:time", "checkin:words"])
async def test_a_question_of_an_older_version_is_still_understood(talk: Talk, step: str) -> None:
    from dataclasses import replace

    from bot.repositories.people import PeopleRepository, person_of
    from handlers.model.memory import CheckIn

    await talk.says("/checkin")
    sealing, person = talk.app.sealing, person_of(talk.app.sealing, talk.messenger.name, "501")

    def put_back(session: object) -> None:
        people = PeopleRepository(session, sealing)  # type: ignore[arg-type]
        people.remember(person, replace(people.recall(person), step=step, check_in=CheckIn(60)))
        people.save()

    await talk.app.store.run(put_back)
    said = (await talk.says({"checkin:zone:23.30": "21:05", "checkin:time": "2 hours"}.get(step, "words")))[0]
    assert ("23:30 UTC+7" in said) or ("in 2 hours" in said) or said.endswith("words")


def test_a_check_in_of_an_older_version_is_opened_as_it_was() -> None:
    """Known answer: what stands in databases of November 2026."""
    from pydantic import TypeAdapter

    from handlers.model.memory import Memory

    stored = """{"check_in": {"minutes": 90, "words": "the station", "platform": "signal", "at": "2026-11-24T15:35:00Z",
        "is_asked": true}, "word": "blue table", "step": "checkin:words"}"""
    memory = TypeAdapter(Memory).validate_json(stored)
    assert memory.check_in
    assert (memory.check_in.words, memory.check_in.is_asked, memory.check_in.offset) == ("the station", True, None)
    assert (memory.check_in.heard, memory.check_in.wanted, memory.doubted) == ((), None, None)
