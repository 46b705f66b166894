"""Check-ins, the word that was agreed, and what becomes of somebody who asks without end."""

from __future__ import annotations

import pytest

from bot.messengers.contract import DeliveryError, Trouble
from bot.routing.flood_limit import MOST_LOOKUPS
from handlers.cases.batching import MOST_POSTS
from tests.talk import DESK, Talk, code_in


async def set_up(talk: Talk, how_long: str = "90 min", words: str = "I went to the station") -> list[str]:
    await talk.says("/checkin")
    await talk.says(how_long)
    await talk.says(words)
    return await talk.chooses("Start check-in")


async def test_somebody_who_does_not_answer_is_helped(talk: Talk) -> None:
    [said] = await set_up(talk)
    assert "I will ask you at 24 November 2026, 15:35 UTC." in said
    await talk.later(minutes=89)
    assert talk.told()[-1] == said
    await talk.later(minutes=1)
    assert "are you all right? Answer before 15:50 UTC" in talk.told()[-1]
    await talk.later(minutes=14)
    assert talk.desk() == []
    await talk.later(minutes=1)
    assert talk.desk()[0].endswith("I went to the station")
    assert "Check-in: the person did not answer" in talk.desk()[0]
    code = code_in(talk.told())
    assert "The team has your note" in talk.told()[-1]
    assert "delivered" in (await talk.staff_says(f"/r {code} Where are you?"))[-1]


async def test_somebody_who_can_no_longer_be_asked_is_helped_too(talk: Talk) -> None:
    await set_up(talk)
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.GONE) if parcel.chat == "501" else None
    await talk.later(minutes=105)
    assert talk.desk()[0].endswith("I went to the station")


@pytest.mark.parametrize("answer", ["I am all right", "/cancel", "i am safe"])
async def test_somebody_who_answers_is_left_alone(talk: Talk, answer: str) -> None:
    await set_up(talk)
    await talk.later(minutes=95)
    said = await (talk.says(answer) if answer != "I am all right" else talk.chooses(answer))
    assert said == ["Good. The check-in is over. Nothing was sent."]
    await talk.later(hours=5)
    assert talk.desk() == []


async def test_another_message_is_no_answer(talk: Talk) -> None:
    await set_up(talk)
    await talk.later(minutes=91)
    said = await talk.says("Thailand")
    assert "Are you all right? Answer yes or no." in said[0]
    assert "Thailand" in said[1]
    await talk.later(minutes=15)
    assert talk.desk()[0].endswith("I went to the station\n\nThailand")
    assert "did not answer" not in talk.desk()[0]


@pytest.mark.only_on("telegram", "a number after a note goes to the team")
async def test_it_can_be_sent_at_once_or_taken_back_before(talk: Talk) -> None:
    await set_up(talk)
    assert "I will ask you at" in (await talk.says("check on me"))[0]
    assert "The check-in is over" in (await talk.chooses("Cancel check-in"))[0]
    await set_up(talk)
    await talk.later(minutes=90)
    await talk.chooses("Send it now")
    assert "Check-in: the person asked to send this now." in talk.desk()[0]
    posts = len(talk.desk())
    await talk.chooses("Send it now")
    assert len(talk.desk()) == posts


async def test_with_a_case_that_is_open_it_joins_that(talk: Talk) -> None:
    await set_up(talk)
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.later(minutes=105)
    assert any(
        text.startswith(f"<b>{code}</b>: more from the person") and text.endswith("I went to the station")
        for text in talk.desk()
    )


async def test_nothing_is_set_before_it_was_seen_and_agreed_to(talk: Talk) -> None:
    await talk.says("/checkin 3 hours")
    [shown] = await talk.says("I went to the station")
    assert "<b>If you don't answer, this is sent to the security team:</b>" in shown
    assert shown.startswith("I will ask you in 3 hours (24 November 2026, 17:05 UTC).")
    await talk.later(hours=6)
    assert talk.desk() == []
    assert not any("are you all right" in text for text in talk.told())


@pytest.mark.parametrize(
    ("typed", "moment"), [("in 3 hours", "17:05"), ("45 minutes", "14:50"), ("5小時", "19:05"), ("30分鐘", "14:35")]
)
async def test_a_time_may_be_written_as_people_do(talk: Talk, typed: str, moment: str) -> None:
    await talk.says("/checkin")
    assert f"{moment} UTC" in (await talk.says(typed))[0]


async def test_a_clock_time_asks_whose_clock_and_says_it_back(talk: Talk) -> None:
    await talk.says("/checkin")
    assert "What time is it where you are now?" in (await talk.says("at 23:30"))[0]
    assert "What time is it where you are now?" in (await talk.says("evening"))[0]
    [said] = await talk.says("21:05")
    assert "I will ask you in 2 hours 25 minutes (24 November 2026, 23:30 UTC+7)." in said


@pytest.mark.parametrize("typed", ["5 min", "30 hours", "23:10"])
async def test_a_time_that_is_too_near_or_too_far_is_asked_for_again(talk: Talk, typed: str) -> None:
    await talk.says("/checkin")
    said = await talk.says(typed)
    if typed == "23:10":
        said = await talk.says("23:05")
    assert "between 10 minutes and 20 hours" in said[0]
    assert "I will ask you in 1 hour" in (await talk.says("1 hour"))[0]


@pytest.mark.only_on("telegram", "it presses a button above the newest")
async def test_what_is_no_time_and_what_is_no_text_is_asked_for_again(talk: Talk) -> None:
    await talk.says("/checkin")
    assert "I did not understand the time" in (await talk.says("soon"))[0]
    assert "in 3 hours" in (await talk.chooses("3 hours"))[0]
    assert await talk.says("", photos=("f",)) == ["Please write it in words."]
    assert "Not sent yet" in (await talk.says("SOS they are here"))[0]


async def test_a_call_for_help_is_stronger_than_the_open_question(talk: Talk) -> None:
    await talk.says("/checkin")
    assert "they are here, 救命" in (await talk.says("they are here, 救命"))[0]
    assert code_in(await talk.chooses(talk.labels()[0]))


async def test_a_wipe_takes_the_check_in_along(talk: Talk) -> None:
    await set_up(talk)
    await talk.says("/wipe")
    told = len(talk.told())
    await talk.later(hours=5)
    assert len(talk.told()) == told
    assert talk.desk() == []


@pytest.mark.only_on("telegram", "buttons stay where they are")
async def test_old_buttons_of_a_check_in_do_nothing(talk: Talk) -> None:
    await set_up(talk)
    assert "I will ask you at" in (await talk.chooses("Start check-in"))[0]
    await talk.says("/checkin")
    await talk.chooses("Cancel check-in")
    assert "No check-in is set" in (await talk.chooses("Start check-in"))[0]
    for wish in ("checkin.ask", "checkin.raise"):
        from handlers.model.messages import Wish

        await talk.app.store.run(
            lambda session, wish=wish: talk.app.router.happen(session, Wish(wish), "nobody")  # type: ignore[misc]
        )
    await talk.settle()
    assert talk.desk() == []


async def test_without_a_team_nobody_is_promised_anything() -> None:
    talk = Talk(has_desk=False)
    assert "nobody would be told" in (await talk.says("/checkin"))[-1]
    await talk.close()


async def test_many_check_ins_at_once_become_lines_of_a_list_and_say_what_they_are(talk: Talk) -> None:
    for number in range(12):
        who = f"7{number:03}"
        await talk.says("/checkin", who=who)
        await talk.says("90 min", who=who)
        await talk.says(f"I went out {number}", who=who)
        await talk.chooses("Start check-in", who=who)
    await talk.later(minutes=105)
    assert len([text for text in talk.desk() if text.startswith("<b>SOS")]) == MOST_POSTS
    await talk.later(seconds=10)
    [listed] = [text for text in talk.desk() if "new cases at once" in text]
    hidden = [number for number in range(12) if code_in(talk.told(f"7{number:03}")) in listed]
    assert len(hidden) == 12 - MOST_POSTS
    assert "The team has your note" in talk.told(f"7{hidden[0]:03}")[-1]
    said = await talk.staff_says(f"/ack {code_in(talk.told(f'7{hidden[0]:03}'))}")
    assert any("Check-in: the person did not answer" in text for text in said)
    assert any(text.endswith(f"I went out {hidden[0]}") for text in said)


async def test_the_word_is_compared_and_never_shown(talk: Talk) -> None:
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    assert "no word was agreed" in (await talk.staff_says(f"/word {code} blue"))[0]
    assert "for example: /word blue table" in (await talk.says("/word"))[0]
    [kept] = await talk.says("/word  Blue   TABLE ")
    assert "I never show it" in kept
    assert "this is the word that was agreed" in (await talk.staff_says(f"/word {code} blue table"))[0]
    assert "this is <b>not</b> the word" in (await talk.staff_says(f"/word {code} red table"))[0]
    assert "table" not in "\n".join([*talk.desk(), *(await talk.says("/word"))[1:]]).lower()
    talk.clock.forward(days=30)
    from bot.jobs.retention import forget_once

    await forget_once(talk.app.store, talk.app.sealing)
    assert any("this is the word that was" in text for text in await talk.staff_says(f"/word {code} blue table"))


async def test_who_asks_without_end_is_told_once_and_then_hears_nothing_but_help_is_never_counted(talk: Talk) -> None:
    for _ in range(MOST_LOOKUPS):
        assert await talk.says("/alerts")
    assert "many questions at once" in (await talk.says("/alerts"))[0]
    for _ in range(5):
        assert await talk.says("Thailand") == []
    assert await talk.says("Thailand", who="502")
    assert "Not sent yet" in (await talk.says("SOS they are here"))[0]
    assert "Saved" in (await talk.chooses("Send"))[0]
    assert "Added to your note" in (await talk.says("they are upstairs"))[0]
    talk.clock.forward(seconds=61)
    assert await talk.says("/alerts")
    assert [shown.chat for shown in talk.messenger.shown].count(DESK) == 2
