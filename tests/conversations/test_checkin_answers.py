"""What somebody answers who is asked whether they are all right; and who may end a check-in."""

from __future__ import annotations

import pytest

from bot.messengers.contract import Event
from tests.conversations.test_checkin import set_up
from tests.talk import Talk

OVER = "Good. The check-in is over. Nothing was sent."
IN_DOUBT = "All right. You can write again at any time."


async def asked(talk: Talk) -> None:
    await set_up(talk)
    await talk.later(minutes=91)


@pytest.mark.parametrize(
    "yes",
    [
        "yes",
        "Yes!",
        "I'm fine",
        "I’m fine",
        "ok",
        "👍",
        "👍🏽",
        "1",
        "1️⃣",
        "yes, I'm fine 👍",
        "我没事",
        "我沒事",
        "平安",
        "冇事",
        "all good",
    ],
)
async def test_yes_ends_it_however_it_is_said(talk: Talk, yes: str) -> None:
    await asked(talk)
    await talk.says("/language en")
    if yes in "11️⃣" and not talk.messenger.has_buttons:
        return  # that number is of the newest list, which is the one of languages
    assert await talk.says(yes) == [OVER]
    await talk.later(hours=5)
    assert talk.desk() == []


async def test_who_says_nothing_is_said_to_have_said_nothing(talk: Talk) -> None:
    await asked(talk)
    await talk.later(minutes=15)
    assert "Check-in: the person did not answer at the time that was agreed." in talk.desk()[0]


async def test_who_says_neither_yes_nor_no_is_not_said_to_be_silent(talk: Talk) -> None:
    await asked(talk)
    await talk.says("the bus is late")
    await talk.later(minutes=15)
    said = "Check-in: the person wrote, but neither that they are all right nor that they are not."
    assert said in talk.desk()[0]


@pytest.mark.parametrize(
    "no", ["no they are here", "No. Two men followed me", "I'm not safe", "不好，他们来了", "👎", "有事 快來", "not ok"]
)
async def test_no_is_raised_at_once_with_its_words(talk: Talk, no: str) -> None:
    await asked(talk)
    await talk.says(no)
    assert talk.desk()[0].endswith(f"I went to the station\n\n{no}")
    assert "Check-in: the person answered that they are not all right." in talk.desk()[0]
    assert "did not answer" not in "\n".join(talk.desk())
    await talk.later(minutes=30)
    assert sum("I went to the station" in text for text in talk.desk()) == 1


@pytest.mark.parametrize(
    "unclear", ["no, I'm fine", "ok but they are here", "who is this?", "fine weather", "nobody came", "yes or no?"]
)
async def test_what_is_neither_is_asked_about_and_goes_to_the_team(talk: Talk, unclear: str) -> None:
    await asked(talk)
    assert "Are you all right? Answer yes or no." in (await talk.says(unclear))[0]
    await talk.later(minutes=15)
    assert talk.desk()[0].endswith(f"I went to the station\n\n{unclear}")
    assert "the person wrote, but neither" in talk.desk()[0]
    assert "did not answer" not in talk.desk()[0]


async def test_after_what_was_unclear_a_yes_still_ends_it(talk: Talk) -> None:
    await asked(talk)
    await talk.says("wait a minute")
    assert await talk.says("yes") == [OVER]
    await talk.later(hours=1)
    assert talk.desk() == []


async def test_everything_that_was_unclear_goes_along_also_what_was_changed(talk: Talk) -> None:
    await asked(talk)
    for number in range(30):
        await talk.says(f"wait {number}")
    await talk.says("wait for me", event=Event.EDIT)
    await talk.later(minutes=15)
    posts = "\n".join(talk.desk())
    assert all(f"wait {number}" in posts for number in [*range(30), "for me"])


async def test_a_photo_instead_of_an_answer_goes_along(talk: Talk) -> None:
    await asked(talk)
    assert "Not sent yet" in (await talk.says("", photos=("a",)))[0]
    await talk.later(minutes=15)
    assert any(text.endswith(": a photo") for text in talk.desk())


async def test_yes_sets_what_is_shown_and_no_drops_it(talk: Talk) -> None:
    await talk.says("/checkin 2h meeting")
    assert "I will ask you at" in (await talk.says("yes"))[0]
    await talk.later(hours=3)
    assert talk.desk()[0].endswith("meeting")
    await talk.says("/checkin 2h meeting", who="502")
    assert "is over" in (await talk.says("no", who="502"))[0]


async def test_yes_beside_an_open_case_ends_the_check_in_and_reaches_the_team(talk: Talk) -> None:
    await talk.says("SOS the case")
    await talk.chooses("Send")
    await asked(talk)
    said = await talk.says("I'm fine")
    assert OVER in said
    assert talk.desk()[-1].endswith("I'm fine")
    posts = len(talk.desk())
    await talk.later(minutes=16)
    assert not any("Check-in" in text for text in talk.desk()[posts:])


async def agreed(talk: Talk) -> None:
    await talk.says("/word blue table")
    await set_up(talk)


@pytest.mark.parametrize("ending", ["stop", "cancel", "/cancel", "i am safe", "Cancel check-in"])
async def test_where_a_word_was_agreed_nobody_ends_it_without_the_word(talk: Talk, ending: str) -> None:
    await agreed(talk)
    said = await (talk.chooses(ending) if ending == "Cancel check-in" else talk.says(ending))
    assert "Write your secret word" in said[0]
    assert await talk.says("Blue  TABLE.") == [IN_DOUBT]
    await talk.later(hours=5)
    assert talk.desk() == []


@pytest.mark.parametrize("answer", ["yes", "I am all right", "👍"])
async def test_the_question_is_not_answered_without_the_word(talk: Talk, answer: str) -> None:
    await agreed(talk)
    await talk.later(minutes=91)
    said = await (talk.chooses(answer) if answer == "I am all right" else talk.says(answer))
    assert "Write your secret word" in said[0]
    await talk.later(minutes=15)
    assert "somebody wanted to end it and did not write the agreed word" in talk.desk()[0]


@pytest.mark.parametrize("wrong", ["red table", "1234", "I don't know any word"])
@pytest.mark.parametrize("after", [30, 91])
async def test_a_wrong_word_looks_as_if_it_was_over_and_the_team_is_told(talk: Talk, wrong: str, after: int) -> None:
    await agreed(talk)
    await talk.later(minutes=after)
    await talk.says("stop")
    assert await talk.says(wrong) == [IN_DOUBT], "as with the right one"
    told = talk.told()
    await talk.later(hours=5)
    assert talk.told() == told, "nothing of it is seen on the phone"
    assert "it was ended with a wrong word" in talk.desk()[0]
    assert talk.desk()[0].endswith("I went to the station")


async def test_after_a_wrong_word_the_phone_shows_no_check_in(talk: Talk) -> None:
    await agreed(talk)
    await talk.says("stop")
    await talk.says("red table")
    assert "I can ask you later" in (await talk.says("/checkin"))[0]
    await talk.says("cancel")
    await talk.later(hours=2)
    assert "it was ended with a wrong word" in talk.desk()[0]


async def test_a_new_word_does_not_end_what_was_set_under_the_old_one(talk: Talk) -> None:
    await agreed(talk)
    await talk.says("/word my own")
    await talk.says("stop")
    assert await talk.says("my own") == [IN_DOUBT]
    await talk.later(hours=2)
    assert "it was ended with a wrong word" in talk.desk()[0]


async def test_somebody_may_let_it_go_on(talk: Talk) -> None:
    await agreed(talk)
    await talk.says("stop")
    assert "I will ask you at" in (await talk.chooses("Keep the check-in"))[0]
    await talk.later(minutes=106)
    assert "did not answer" in talk.desk()[0]


async def test_a_wipe_takes_one_in_doubt_along(talk: Talk) -> None:
    await agreed(talk)
    await talk.says("stop")
    await talk.says("red table")
    await talk.says("/wipe")
    await talk.later(hours=5)
    assert talk.desk() == []


@pytest.mark.parametrize("chance", ["eh?", "ha", "o", "to", "may", "Nam", "co", "hm"])
async def test_a_sound_or_a_chance_word_is_no_yes(talk: Talk, chance: str) -> None:
    await asked(talk)
    assert "Are you all right? Answer yes or no." in (await talk.says(chance))[0]
