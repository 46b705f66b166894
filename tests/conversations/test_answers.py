"""Every question understands yes, no and its choices in words and signs; what answers none of them is asked about."""

from __future__ import annotations

import pytest

from handlers.model.messages import Kind
from tests.talk import Talk

NOT_SENT = "Your note is not sent yet."
ASKED = "Shall we start again from the beginning?"
WIPED = "Hello. Write the name of a place, or /help."


async def drafted(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("SOS they took him")


@pytest.mark.parametrize(
    "yes", ["yes", "Yes!", "ok", "好", "👍", "👍🏽", "send now", "发送", "傳送", "да", "envoyer", "send it please"]
)
async def test_what_agrees_sends_the_note_that_was_shown(talk: Talk, yes: str) -> None:
    await drafted(talk)
    assert "Saved" in (await talk.says(yes))[0]
    assert talk.desk()[0].endswith("they took him")


@pytest.mark.parametrize("said", ["no", "нет", "不要", "thanks", "👎"])
async def test_what_says_neither_send_nor_cancel_is_asked_about_and_is_no_part_of_the_note(
    talk: Talk, said: str
) -> None:
    await drafted(talk)
    [shown] = await talk.says(said)
    assert NOT_SENT in shown
    assert shown.endswith("they took him")
    assert talk.labels()[0] == "Send"
    await talk.chooses("Send")
    assert talk.desk()[0].endswith("they took him")


@pytest.mark.parametrize(
    "said", ["it was a mistake", "отмена", "按錯了", "I’m safe now", "güvendeyim", "annuler", "/stop"]
)
async def test_what_takes_it_back_drops_the_note(talk: Talk, said: str) -> None:
    await drafted(talk)
    assert await talk.says(said) == ["Cancelled. Nothing was sent."]
    assert await talk.says("/status") == ["Nothing is waiting to be sent. You can write at any time."]
    assert talk.desk() == []


@pytest.mark.parametrize("said", ["stop the men", "acha", "para", "huy", "they deleted everything", "cancelled flight"])
async def test_a_chance_word_takes_nothing_back(talk: Talk, said: str) -> None:
    await drafted(talk)
    assert said in (await talk.says(said))[-1]
    await talk.chooses("Send")
    assert said in talk.desk()[0]


@pytest.mark.parametrize("said", ["yes", "no", "send", "thank you", "add more"])
async def test_before_anything_is_written_it_is_no_note(talk: Talk, said: str) -> None:
    await talk.says("/language en")
    await talk.says("SOS")
    assert "Write here what is happening" in (await talk.says(said))[0]
    assert "they took him" in (await talk.says("they took him"))[0]


async def test_a_second_sos_shows_the_note_again_and_the_first_choice_still_sends(talk: Talk) -> None:
    await drafted(talk)
    [shown] = await talk.says("SOS")
    assert shown.endswith("they took him")
    assert talk.labels()[:2] == ["Send", "Add more"]


@pytest.mark.parametrize("command", ["/privacy", "/help", "/language", "/alerts", "/verify", "/menu"])
async def test_a_note_that_waits_stays_in_sight(talk: Talk, command: str) -> None:
    await drafted(talk)
    assert (await talk.says(command))[-1].startswith(NOT_SENT)
    for number in "1234":  # is of the list above
        await talk.says(number, who="501")
        assert talk.desk() == []
    assert "they took him" in (await talk.says("SOS"))[0]
    assert "Saved" in (await talk.says("send"))[0]


async def test_it_is_told_of_in_the_language_that_was_chosen(talk: Talk) -> None:
    await drafted(talk)
    await talk.says("/language")
    assert "你的留言还没有发送" in (await talk.chooses("简体中文"))[-1]


@pytest.mark.parametrize("said", ["Delete everything", "刪晒佢", "удалить всё", "wipe", "forget me"])
@pytest.mark.parametrize("begins", ["", "SOS a draft"])
async def test_what_is_said_in_words_is_asked_once_before_all_goes(talk: Talk, begins: str, said: str) -> None:
    await talk.says("/language en")
    if begins:
        await talk.says(begins)
    assert await talk.says(said) == [ASKED]
    assert talk.labels() == ["No, go on", "Yes, start again"]
    assert await talk.says("yes") == [WIPED]
    assert "Nothing is waiting" in (await talk.says("/status"))[-1]


async def test_what_is_asked_before_all_goes_may_be_declined(talk: Talk) -> None:
    await drafted(talk)
    await talk.says("delete everything")
    assert (await talk.says("no"))[0].endswith("they took him")
    await talk.chooses("Send")
    assert await talk.says("delete everything") == [ASKED]
    assert await talk.says("no") == ["All right. Nothing has changed."]
    assert len(await talk.open_cases()) == 1


async def test_with_an_open_case_a_wipe_in_words_is_asked_about_too(talk: Talk) -> None:
    await drafted(talk)
    await talk.chooses("Send")
    assert await talk.says("forget me") == [ASKED]
    assert await talk.chooses("Yes, start again") == [WIPED]
    assert "the person withdrew" in talk.desk()[-1]


@pytest.mark.parametrize("said", ["yes", "no", "ok", "thanks", "👍"])
async def test_in_an_open_case_an_answer_is_for_the_team(talk: Talk, said: str) -> None:
    await drafted(talk)
    await talk.chooses("Send")
    await talk.says(said)
    assert talk.desk()[-1].endswith(said)


async def test_yes_and_no_answer_whether_somebody_wants_to_be_ready(talk: Talk) -> None:
    await talk.says("/ready")
    assert "You will always see a preview first" in (await talk.says("no"))[0]
    await talk.says("/ready")
    assert "You are ready" in (await talk.says("да"))[0]
    assert "Saved" in (await talk.says("sos"))[0]


async def test_words_that_were_not_understood_are_one_tap_from_the_team(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("qwrtz plmok")
    [preview] = await talk.chooses("I need help now (SOS)")
    assert preview.endswith("qwrtz plmok")
    assert talk.desk() == []
    await talk.chooses("Send")
    assert talk.desk()[0].endswith("qwrtz plmok")


async def test_with_a_case_of_its_own_the_tap_adds_them(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("qwrtz plmok", who="502")
    await talk.says("SOS fire", who="502")
    await talk.chooses("Send", who="502")
    if talk.messenger.has_buttons:
        await talk.chooses("I need help now (SOS)", who="502")
        assert talk.desk()[-1].endswith("qwrtz plmok")


async def test_without_a_team_it_says_so(house: object) -> None:
    talk: Talk = house(has_desk=False)  # type: ignore[operator]
    await talk.says("qwrtz plmok")
    assert "No team is connected" in (await talk.chooses("I need help now (SOS)"))[0]


async def test_status_tells_what_became_of_it(talk: Talk) -> None:
    await talk.says("/language en")
    assert "Nothing is waiting" in (await talk.says("is it sent?"))[0]
    await talk.says("SOS they took him")
    assert NOT_SENT in (await talk.says("is my note with the team?"))[0]
    await talk.chooses("Send")
    said = await talk.says("is it sent?")
    assert talk.desk()[-1].endswith("is it sent?")
    assert any("The team has your note" in text for text in said)
    [case] = await talk.open_cases()
    await talk.staff_says(f"/close {case.code} over")
    assert f"The team has closed your note {case.code}" in (await talk.says("/status"))[0]


async def test_status_tells_of_a_check_in(talk: Talk) -> None:
    for text in ("/language en", "/checkin", "90 minutes", "I went to the station"):
        await talk.says(text)
    await talk.says("yes")
    assert "I will ask you at" in (await talk.says("/status"))[0]


async def test_thanks_are_answered(talk: Talk) -> None:
    await talk.says("/language en")
    assert await talk.says("Thank you!") == ["Take care. You can write here at any time."]


async def test_a_note_that_is_not_sent_is_reminded_of_twice_and_no_more(talk: Talk) -> None:
    await drafted(talk)
    before = len(talk.told())
    await talk.later(seconds=119)
    assert len(talk.told()) == before
    await talk.later(seconds=1)
    assert talk.told()[-1].startswith(NOT_SENT)
    assert "they took him" not in talk.told()[-1]
    await talk.later(minutes=14)
    assert len(talk.told()) == before + 2
    await talk.later(hours=5)
    assert len(talk.told()) == before + 2
    await talk.chooses("Send")
    assert talk.desk()[0].endswith("they took him")


@pytest.mark.parametrize("ends", ["Send", "Cancel", "/wipe"])
async def test_of_what_was_sent_or_dropped_nobody_is_reminded(talk: Talk, ends: str) -> None:
    await drafted(talk)
    await (talk.says(ends) if ends.startswith("/") else talk.chooses(ends))
    before = len(talk.told())
    await talk.later(minutes=20)
    assert not any(NOT_SENT in text for text in talk.told()[before:])


async def test_what_is_written_meanwhile_puts_the_reminder_off(talk: Talk) -> None:
    await drafted(talk)
    await talk.later(seconds=100)
    await talk.says("in a white car")
    before = len(talk.told())
    await talk.later(seconds=100)
    assert len(talk.told()) == before


async def test_of_a_rehearsal_nobody_is_reminded(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("/ready")
    await talk.chooses("I agree")
    await talk.chooses("Rehearse")
    await talk.says("SOS this is a test")
    before = len(talk.told())
    await talk.later(minutes=20)
    assert len(talk.told()) == before


@pytest.mark.parametrize("said", ["ok", "yes", "thanks", "好", "👍", "no"])
async def test_what_is_said_to_a_rehearsal_sends_nothing(talk: Talk, said: str) -> None:
    await talk.says("/language en")
    await talk.says("/ready")
    await talk.chooses("I agree")
    await talk.chooses("Rehearse")
    assert "This was a rehearsal" in (await talk.says("SOS this is a test"))[0]
    await talk.says(said)
    assert talk.desk() == []
    assert not any(NOT_SENT in text for text in await talk.says("/privacy"))


async def test_a_link_opens_the_way_to_the_team(talk: Talk) -> None:
    await talk.says("/language en")
    assert "Write here what is happening" in (await talk.says("/start sos"))[0]


async def test_the_desk_reads_what_the_words_tell_of(talk: Talk) -> None:
    await talk.says("/language en")
    said = await talk.says("SOS they arrested my brother")
    assert "I understood: somebody was taken away." in said[0]
    await talk.chooses("Send")
    assert "Maybe: taken away" in talk.desk()[0]
    assert "they arrested my brother" in talk.desk()[0]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.VIDEO, Kind.CALL])
async def test_whoever_speaks_or_films_is_two_taps_from_the_team(talk: Talk, kind: Kind) -> None:
    await talk.says("/language en")
    await talk.sends(kind)
    assert talk.labels()[0] == "Call the team, no words"
    assert "the team sees that you call, without words" in (await talk.chooses("Call the team, no words"))[0]
    assert talk.desk() == []
    assert "Saved" in (await talk.chooses("Send"))[0]
    assert talk.desk()[0].startswith("<b>SOS ")


async def test_of_a_sticker_no_call_without_words_is_offered(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.sends(Kind.STICKER)
    assert "Call the team, no words" not in talk.labels()


async def test_while_a_note_is_begun_a_voice_offers_it_too(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("SOS")
    await talk.sends(Kind.VOICE)
    assert talk.labels() == ["Call the team, no words", "Cancel"]


async def test_what_was_written_meanwhile_is_shown_and_sent_instead(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.sends(Kind.VOICE)
    await talk.chooses("Call the team, no words")
    token = talk.button("Send", "501")[1].token
    await talk.says("SOS they took him")
    if talk.messenger.has_buttons:
        await talk.hear(talk.pressed(token))
        assert talk.told()[-1].endswith("they took him")
        assert talk.desk() == []


async def test_in_an_open_case_it_calls_again(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.sends(Kind.VOICE)
    await talk.says("SOS they took him", who="501")
    await talk.chooses("Send")
    if talk.messenger.has_buttons:
        await talk.chooses("Call the team, no words")
        assert "The person wrote SOS again." in talk.desk()[-1]


async def test_without_a_team_it_is_said_there_too(house: object) -> None:
    talk: Talk = house(has_desk=False)  # type: ignore[operator]
    await talk.says("/language en")
    await talk.sends(Kind.VOICE)
    assert "No team is connected" in (await talk.chooses("Call the team, no words"))[0]


@pytest.mark.parametrize(
    ("question", "place"), [("level for Turkey", "Türkiye"), ("incidents Chad", "Chad"), ("level Turkey", "Türkiye")]
)
async def test_a_question_about_a_word_that_may_be_a_place_means_the_place(
    talk: Talk, question: str, place: str
) -> None:
    await talk.says("/language en")
    [answer] = await talk.says(question)
    assert place in answer
    assert "Which one do you mean?" not in answer


@pytest.mark.parametrize("said", ["Turkey", "chad called me"])
async def test_the_word_alone_is_asked_about_or_is_none(talk: Talk, said: str) -> None:
    await talk.says("/language en")
    assert "nothing is on record" not in (await talk.says(said))[-1]


async def test_a_word_that_was_asked_for_is_kept_and_no_call_for_help_is(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("/word")
    assert "Not sent yet" in (await talk.says("SOS they are here"))[-1]
    await talk.chooses("Cancel")
    await talk.says("/word")
    assert "Your secret word is saved" in (await talk.says("blue table"))[0]
    assert "did not understand" in (await talk.says("qwrtz plmok"))[0]
    await talk.says("/word")
    assert await talk.says("cancel") == ["Nothing is waiting to be sent. You can write at any time."]


async def test_while_something_else_is_asked_no_word_is(talk: Talk) -> None:
    await talk.says("/language en")
    await talk.says("SOS")
    await talk.says("/word")
    assert (await talk.says("they are here"))[-1].endswith("they are here")
