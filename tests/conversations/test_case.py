"""An SOS once it is saved: stages, staff, answers both ways, the end."""

from pathlib import Path
from typing import Any

import pytest

from bot.messengers.contract import Act, DeliveryError, Event, Parcel, Trouble
from handlers.model.messages import Kind, Wish
from tests.conversations.conftest import OpenHouse
from tests.talk import DESK, OTHER_STAFF, STAFF, Talk, code_in


async def open_case(talk: Talk, words: str = "they are here", who: str = "501") -> str:
    await talk.says(f"SOS {words}", who=who)
    return code_in(await talk.chooses("Send", who=who))


async def test_an_acknowledgement_is_told_to_the_person_and_to_the_desk(talk: Talk) -> None:
    code = await open_case(talk)
    [confirmed] = await talk.staff_says(f"/ack {code}")
    assert "has acknowledged" in confirmed
    assert (
        talk.told()[-1] == f"Somebody from the team has taken your note <code>{code}</code>. Their answer comes here."
    )


async def test_the_button_acknowledges_too(talk: Talk) -> None:
    await open_case(talk)
    assert "has acknowledged" in (await talk.staff_presses("Acknowledge"))[0]
    assert "was already acknowledged by" in (await talk.staff_presses("Acknowledge", sender=OTHER_STAFF))[0]


@pytest.mark.parametrize("typed", ["{code}", "{lower}", "{bare}"])
async def test_a_code_may_be_typed_in_any_way(talk: Talk, typed: str) -> None:
    code = await open_case(talk)
    text = typed.format(code=code, lower=code.lower(), bare=code.replace("-", ""))
    assert "has acknowledged" in (await talk.staff_says(f"/ack {text}"))[0]


async def test_answers_go_both_ways_and_delivery_is_confirmed(talk: Talk) -> None:
    code = await open_case(talk)
    desk = await talk.staff_says(f"/r {code} Stay inside. <Lock> the door.")
    assert desk == [f"<b>{code}</b>: delivered."]
    assert talk.told()[-1].startswith(f"<b>Answer from the team (note {code})</b>")
    assert talk.told()[-1].endswith("Stay inside. <Lock> the door.")
    assert "never asks for login codes" in talk.told()[-1]
    assert await talk.says("I did.") == [f"Added to your note <code>{code}</code>."]
    assert talk.desk()[-1].endswith("I did.")


@pytest.mark.parametrize("answer", ["1", "2", "3", "３"])
async def test_a_number_after_the_note_answers_the_team_and_chooses_nothing(talk: Talk, answer: str) -> None:
    code = await open_case(talk)
    await talk.staff_says(f"/r {code} How many men are there?")
    assert await talk.says(answer) == [f"Added to your note <code>{code}</code>."]
    assert talk.desk()[-1].endswith(f"\n\n{answer}")


async def test_a_number_still_chooses_from_what_was_looked_up_in_a_note(talk: Talk) -> None:
    await open_case(talk)
    await talk.says("/contacts Thailand")
    assert "⚫" in (await talk.chooses("Level"))[-1]


async def test_an_answer_while_quoting_needs_no_code(talk: Talk) -> None:
    code = await open_case(talk)
    [post] = [shown for shown in talk.messenger.shown if shown.chat == DESK]
    assert await talk.staff_says("/r We read you.", quoted=post.reference) == [f"<b>{code}</b>: delivered."]
    assert talk.told()[-1].endswith("We read you.")


async def test_an_answer_that_cannot_be_delivered_is_said_to_staff(talk: Talk) -> None:
    code = await open_case(talk)
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.GONE) if parcel.chat == "501" else None
    desk = await talk.staff_says(f"/r {code} Are you there?")
    assert "not delivered: the person can't be reached" in desk[0]


async def test_an_empty_answer_is_refused(talk: Talk) -> None:
    code = await open_case(talk)
    assert "nothing to send" in (await talk.staff_says(f"/r {code}"))[0]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TEXT])
async def test_what_staff_attach_is_refused_before_anything_is_sent(talk: Talk, kind: Kind) -> None:
    code = await open_case(talk)
    told, [before] = len(talk.told()), await talk.open_cases()
    attached: dict[str, Any] = {"kind": kind, "photos": ("file",) if kind is Kind.PHOTO else ()}
    [said] = await talk.staff_says(f"/r {code} follow the red line", **attached)
    assert said.startswith(f"<b>{code}</b>: nothing was sent.")
    assert len(talk.told()) == told
    assert await talk.open_cases() == [before]
    post = next(shown.reference for shown in talk.messenger.shown if shown.chat == DESK)
    [said] = await talk.staff_says("/r the same without a code", quoted=post, **attached)
    assert said.startswith(f"<b>{code}</b>: nothing was sent.")
    assert "red line" not in "".join(await talk.staff_says(f"/show {code}"))


async def test_a_reason_with_a_picture_closes_all_the_same(talk: Talk) -> None:
    code = await open_case(talk)
    assert "closed by" in (await talk.staff_says(f"/close {code} see the picture", kind=Kind.PHOTO, photos=("p",)))[0]


async def test_chatter_in_the_desk_never_reaches_the_person(talk: Talk) -> None:
    code = await open_case(talk)
    before = len(talk.told())
    for text in (f"I think {code} is a trap", "r hello", "/unknown x", "hello", "/start", "SOS", "/sos help"):
        assert await talk.staff_says(text) == []
    assert len(talk.told()) == before


async def test_a_command_without_a_case_asks_which(talk: Talk) -> None:
    assert "Which case?" in (await talk.staff_says("/ack"))[0]
    assert "Which case?" in (await talk.staff_says("/r hello"))[0]
    assert "Which case?" in (await talk.staff_says("/r hello", quoted="77"))[0]


async def test_closing_needs_a_reason_and_is_told(talk: Talk) -> None:
    code = await open_case(talk)
    assert "Write a reason" in (await talk.staff_says(f"/close {code}"))[0]
    [closed] = await talk.staff_says(f"/close {code} safe with friends")
    assert "closed by" in closed
    assert "after 7 days" in closed
    assert "has closed your note" in talk.told()[-1]
    assert "safe with friends" not in talk.told()[-1]
    assert "is closed. Nothing was changed." in (await talk.staff_says(f"/ack {code}"))[0]


async def test_after_closing_a_new_sos_is_a_new_case(talk: Talk) -> None:
    first = await open_case(talk)
    await talk.staff_says(f"/close {first} done")
    second = await open_case(talk)
    assert second != first


async def test_a_case_is_handed_over_only_when_somebody_takes_it(talk: Talk) -> None:
    code = await open_case(talk)
    assert "nobody has acknowledged it yet" in (await talk.staff_says(f"/handoff {code}"))[0]
    await talk.staff_says(f"/ack {code}")
    [asked] = await talk.staff_says(f"/handoff {code}")
    assert "asks a colleague to take over" in asked
    told = len(talk.told())
    assert "was already acknowledged" in (await talk.staff_presses("Take over"))[0]
    assert "has taken over from" in (await talk.staff_presses("Take over", sender=OTHER_STAFF))[0]
    assert len(talk.told()) == told


async def test_the_board_shows_open_cases_unacknowledged_first(talk: Talk) -> None:
    assert await talk.staff_says("/board") == ["No case is open."]
    first = await open_case(talk, who="501")
    talk.clock.forward(minutes=1)
    second = await open_case(talk, who="502")
    talk.clock.forward(seconds=1)
    third = await open_case(talk, who="503")
    await talk.staff_says(f"/ack {first}")
    await talk.says("I am safe", who="503")
    [board] = await talk.staff_says("/board")
    lines = board.split("\n")
    assert [line[:7] for line in lines[1:]] == [second, third, first]
    assert "nobody is on it" in lines[1]
    assert "the person says they are safe, or deleted everything: check" in lines[2]
    assert "is on it" in lines[3]


async def test_staff_help_lists_the_commands(talk: Talk) -> None:
    [text] = await talk.staff_says("/help")
    assert "/handoff CODE" in text


async def test_cancel_is_not_close(talk: Talk) -> None:
    code = await open_case(talk)
    assert await talk.says("I am safe") == ["All right. It is noted. You can write again at any time."]
    assert "Somebody else may be holding the phone" in talk.desk()[-1]
    assert talk.desk()[-1].endswith("I am safe"), "what exactly was said: it may be an answer to a question of staff"
    await talk.says("cancel")
    assert "the person says again that they are safe" in talk.desk()[-1]
    [board] = await talk.staff_says("/board")
    assert code in board
    await talk.says("no, I am not")
    assert talk.desk()[-1].endswith("no, I am not")


async def test_a_withdrawn_case_is_acknowledged_without_a_word_to_the_phone(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.says("cancel")
    told = len(talk.told())
    await talk.staff_says(f"/ack {code}")
    assert len(talk.told()) == told


async def test_follow_ups_of_every_kind_are_shown_or_named(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.says("", kind=Kind.PHOTO, photos=("f",))
    assert f"<b>{code}</b>: a photo" in talk.desk()[-1]
    await talk.says("", kind=Kind.POINT, latitude=1.5, longitude=2.5)
    assert "location, to about 1 km, not the house: 1.50, 2.50" in talk.desk()[-1]
    [answer] = await talk.says("", kind=Kind.VOICE)
    assert "a voice tells who you are" in answer
    assert "sent something that can't be passed on" in talk.desk()[-1]
    assert "Write what you want to add" in (await talk.says("SOS"))[0]
    assert "wrote SOS again" in talk.desk()[-1]
    await talk.says("corrected", event=Event.EDIT)
    assert "changed an earlier message" in talk.desk()[-1]


async def test_a_person_with_an_open_case_may_still_use_commands(talk: Talk) -> None:
    await open_case(talk)
    posts = len(talk.desk())
    assert "Thailand" in "\n".join(await talk.says("/level Thailand"))
    assert len(talk.desk()) == posts
    await talk.says("what is the level for Thailand?")
    assert len(talk.desk()) == posts + 1


@pytest.mark.only_on("telegram", "only its groups have topics")
async def test_a_deleted_topic_is_opened_again_with_the_whole_record(talk: Talk) -> None:
    talk.messenger.is_forum = True
    code = await open_case(talk, "first words")
    await talk.says("", kind=Kind.PHOTO, photos=("f",))
    await talk.says("", kind=Kind.POINT, latitude=1.5, longitude=2.5)
    await talk.staff_says(f"/r {code} an answer")
    old = next(shown.parcel.topic for shown in talk.messenger.shown if shown.chat == DESK)
    assert old

    def gone(parcel: Parcel) -> DeliveryError | None:
        return DeliveryError(Trouble.TOPIC_GONE) if parcel.topic == old and parcel.act is Act.SEND else None

    talk.messenger.trouble = gone
    before = len(talk.desk())
    await talk.says("more words")
    new = "\n".join(talk.desk()[before:])
    for words in (
        "first words",
        "an answer",
        "more words",
        "1.50, 2.50",
        "a photo",
        "The topic of this case was deleted",
    ):
        assert words in new
    topics = {shown.parcel.topic for shown in talk.messenger.shown[-4:] if shown.chat == DESK}
    assert old not in topics


@pytest.mark.only_on("telegram", "only its groups have topics")
async def test_where_no_topic_takes_messages_the_case_goes_on_outside_of_them(talk: Talk) -> None:
    talk.messenger.is_forum = True
    code = await open_case(talk, "first words")

    def closed(parcel: Parcel) -> DeliveryError | None:
        return DeliveryError(Trouble.TOPIC_GONE) if parcel.topic and parcel.act is Act.SEND else None

    talk.messenger.trouble = closed
    await talk.says("more words")
    outside = [shown.text for shown in talk.messenger.shown if shown.chat == DESK and not shown.parcel.topic]
    assert "more words" in "\n".join(outside)
    assert sum("first words" in text for text in outside) == 1
    assert await talk.staff_says(f"/ack {code}")
    assert len([parcel for parcel in talk.messenger.acts if parcel.act is Act.OPEN_TOPIC]) == 2


@pytest.mark.only_on("telegram", "only its groups have topics")
async def test_a_desk_that_is_closed_within_and_without_its_topics_is_told_and_tried_until_it_opens(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    def closed(parcel: Parcel) -> DeliveryError | None:
        return DeliveryError(Trouble.TOPIC_GONE) if parcel.chat == DESK and parcel.act is Act.SEND else None

    talk.messenger.trouble = closed
    await talk.says("SOS they are at the door")
    await talk.chooses("Send")
    assert any("does not take messages" in one.message for one in caplog.records if one.levelname == "CRITICAL")
    assert not any("The team has your note" in text for text in talk.told())
    talk.messenger.trouble = lambda parcel: None
    talk.messenger.is_forum = True
    await talk.later(seconds=61)
    assert sum("they are at the door" in text for text in talk.desk()) == 1
    assert any("The team has your note" in text for text in talk.told())


@pytest.mark.only_on("telegram", "only its groups have topics")
async def test_in_a_topic_no_code_is_needed(talk: Talk) -> None:
    talk.messenger.is_forum = True
    code = await open_case(talk)
    topic = next(shown.parcel.topic for shown in talk.messenger.shown if shown.chat == DESK)
    assert await talk.staff_says("/r We read you.", topic=topic) == [f"<b>{code}</b>: delivered."]


@pytest.mark.only_on("telegram", "only its groups change their id")
async def test_the_desk_is_followed_when_its_id_changes(talk: Talk) -> None:
    def moved(parcel: Parcel) -> DeliveryError | None:
        return DeliveryError(Trouble.MOVED, moved_to="-1007") if parcel.chat == DESK else None

    talk.messenger.trouble = moved
    code = await open_case(talk)
    new_desk = [shown.text for shown in talk.messenger.shown if shown.chat == "-1007"]
    assert any(text.startswith(f"<b>SOS {code}") for text in new_desk)
    assert any("telegram:-1007" in text for text in new_desk)
    assert await talk.staff_says(f"/ack {code}") == []
    await talk.staff_says(f"/ack {code}", chat="-1007")
    assert "has taken your note" in talk.told()[-1]


@pytest.mark.only_on("telegram", "only its groups change their id")
async def test_a_notice_of_the_move_is_followed_too(talk: Talk) -> None:
    await talk.hear(talk.received(DESK, STAFF, event=Event.MOVED, moved_to="-1007"))
    assert "-1007" in talk.messenger.shown[-1].text
    await talk.hear(talk.received("-1", STAFF, event=Event.MOVED, moved_to="-666"))
    await open_case(talk)
    assert any(shown.chat == "-1007" and shown.text.startswith("<b>SOS") for shown in talk.messenger.shown)


async def test_wipe_leaves_nothing_and_looks_ordinary(talk: Talk) -> None:
    code = await open_case(talk)
    assert await talk.says("/wipe") == ["Hello. Write the name of a place, or /help."]
    assert talk.desk()[-1].startswith(f"<b>{code}</b>: the person withdrew")
    deleted = [parcel for parcel in talk.messenger.acts if parcel.act is Act.DELETE]
    assert len(deleted) == 1
    assert len(deleted[0].messages) >= 4
    assert "not delivered: the person withdrew" in (await talk.staff_says(f"/r {code} hello?"))[0]
    assert "has acknowledged" in (await talk.staff_says(f"/ack {code}"))[0]
    told = len(talk.told())
    assert "closed by" in (await talk.staff_says(f"/close {code} checked"))[0]
    assert len(talk.told()) == told


async def test_wipe_stops_what_has_not_been_forwarded_yet(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.chat == DESK else None
    await open_case(talk, "a secret")
    await talk.says("/wipe")
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=2)
    await talk.settle()
    assert "a secret" not in "\n".join(talk.desk())
    assert "the person withdrew" in talk.desk()[-1]


async def test_wipe_works_for_somebody_unknown_and_in_a_draft(talk: Talk) -> None:
    await talk.says("SOS a draft")
    assert await talk.says("/wipe") == ["Hello. Write the name of a place, or /help."]
    assert await talk.says("/wipe", who="777") == ["Hello. Write the name of a place, or /help."]
    assert talk.desk() == []


@pytest.fixture
def apart(house: OpenHouse) -> Talk:
    """Persons on Signal, the desk on Telegram."""
    return house(at_desk="telegram")


@pytest.mark.only_on("signal", "nobody but Signal keeps words from its own servers")
async def test_words_from_signal_are_not_shown_on_telegram(apart: Talk) -> None:
    [asked] = await apart.says("SOS")
    assert "your words, photos and location are not shown there" in asked
    assert "Telegram itself can read" not in asked
    [preview] = await apart.says("a secret")
    assert "your words, photos and location are not shown there" in preview
    assert "the team gets this" not in preview
    receipt, posted = await apart.chooses("Send")
    assert "The team is being told that you wrote." in receipt
    assert "your words, photos and location are not shown there" in receipt
    assert "The team knows that you wrote" in posted
    assert "It can't see your words." in posted
    [joined] = await apart.says("another secret")
    assert "your words, photos and location are not shown there" in joined
    assert "The words were written on Signal and are not shown on Telegram." in apart.desk()[0]
    assert "The words were written on Signal and are not shown on Telegram." in apart.desk()[1]
    assert "secret" not in "\n".join(apart.desk())
    [case] = await apart.open_cases()
    await apart.staff_says(f"/ack {case.code}")
    assert "They can't see your words. Their answer comes here." in apart.told()[-1]
    await apart.says("i am safe")
    assert "i am safe" not in "\n".join(apart.desk())


@pytest.mark.only_on("signal", "nobody but Signal keeps words from its own servers")
async def test_who_gets_ready_is_told_what_the_team_will_learn(apart: Talk) -> None:
    assert "your words, photos and location are not shown there" in (await apart.says("/ready"))[-1]
    await apart.chooses("I agree")
    await apart.chooses("Rehearse")
    [rehearsed] = await apart.says("SOS this is a test")
    assert "your words, photos and location are not shown there" in rehearsed
    await apart.chooses("It was a rehearsal")
    assert "your words, photos and location are not shown there" in (await apart.says("SOS a secret"))[0]
    assert "secret" not in "\n".join(apart.desk())


@pytest.mark.only_on("signal", "nobody but Signal keeps words from its own servers")
async def test_what_was_changed_deleted_or_said_to_be_over_is_told_without_the_words(apart: Talk) -> None:
    assert "only sees that you wrote" in (await apart.says("/privacy"))[-1]
    code = await open_case(apart, "a secret")
    await apart.says("the corrected secret", event=Event.EDIT)
    assert apart.desk()[-1].endswith("The person changed an earlier message.")
    await apart.says("", event=Event.RETRACTED, message="m1")
    await apart.says("I am safe")
    await apart.staff_says(f"/close {code} the reason")
    assert "secret" not in "\n".join(apart.desk())


@pytest.mark.only_on("signal", "nobody but Signal keeps words from its own servers")
async def test_a_new_topic_shows_what_the_team_wrote_and_not_what_the_person_did(apart: Talk) -> None:
    code = await open_case(apart, "a secret")
    await apart.says("", kind=Kind.PHOTO, photos=("f",))
    await apart.says("", kind=Kind.POINT, latitude=1.5, longitude=2.5)
    await apart.staff_says(f"/r {code} an answer")
    posts = len(apart.desk())
    await apart.app.store.run(lambda session: apart.app.router.happen(session, Wish("case.topic_lost", code), ""))
    await apart.settle()
    again = "\n".join(apart.desk()[posts:])
    assert "an answer" in again
    for kept in ("secret", "1.5", "a photo"):
        assert kept not in again


@pytest.mark.only_on("signal", "nobody but Signal keeps words from its own servers")
async def test_an_operator_may_allow_words_from_signal_on_telegram(house: OpenHouse) -> None:
    talk = house(at_desk="telegram", allows_downgrade=True)
    assert "The team's channel is on Telegram, and Telegram can read it." in (await talk.says("SOS"))[0]
    await talk.says("a secret")
    await talk.chooses("Send")
    assert talk.desk()[0].endswith("a secret")


@pytest.mark.only_on("signal", "the other direction is as usual")
async def test_an_answer_crosses_from_the_desk_to_the_other_messenger(apart: Talk) -> None:
    code = await open_case(apart)
    assert await apart.staff_says(f"/r {code} We read you.") == [f"<b>{code}</b>: delivered."]
    assert apart.told()[-1].endswith("We read you.")


async def test_a_withdrawn_case_is_posted_without_a_word_to_the_phone(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.chat == DESK else None
    await open_case(talk)
    await talk.says("I am safe")
    told = len(talk.told())
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=2)
    await talk.settle()
    assert len(talk.desk()) == 2
    assert len(talk.told()) == told


async def test_a_topic_that_is_deleted_after_closing_stays_deleted(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.staff_says(f"/close {code} done")
    posts = len(talk.desk())
    await talk.app.store.run(lambda session: talk.app.router.happen(session, Wish("case.topic_lost", code), ""))
    await talk.app.store.run(lambda session: talk.app.router.happen(session, Wish("case.posted", "0000-00"), ""))
    await talk.app.store.run(lambda session: talk.app.router.happen(session, Wish("staff.delivered", "0000-00"), ""))
    await talk.settle()
    assert len(talk.desk()) == posts


async def test_a_desk_that_is_taken_away_is_said_at_send(house: OpenHouse, tmp_path: Path) -> None:
    before = house(f"sqlite:///{tmp_path}/bot.db")
    await before.says("SOS words")
    after = house(f"sqlite:///{tmp_path}/bot.db", has_desk=False)
    assert "No team is connected" in (await after.says("Send", key="another update"))[-1]
