"""Staff who change or delete an answer at the desk are told what the person has, and can send a correction."""

import pytest

from bot.messengers.contract import Event
from handlers.model.messages import Kind
from tests.conversations.test_case import open_case
from tests.talk import OTHER_STAFF, Talk

ANSWER = "m1"
"""What the desk's messenger calls the message that the answer was written with."""


async def answered(talk: Talk, words: str = "go to gate 4", who: str = "501", message: str = ANSWER) -> str:
    code = await open_case(talk, who=who)
    await talk.staff_says(f"/r {code} {words}", message=message)
    return code


async def test_staff_who_change_an_answer_see_what_the_person_has_and_can_correct_it(talk: Talk) -> None:
    code = await answered(talk)
    told = len(talk.told())
    [said, unsent] = await talk.staff_says(f"/r {code} go to gate 7", event=Event.EDIT, message=ANSWER)
    assert said.startswith(f"<b>{code}</b>: a message that is changed does nothing. The person still has this answer.")
    assert f"write <code>/r {code}</code>" in said
    assert said.endswith("\n\ngo to gate 4")
    assert unsent == f"<b>{code}</b>: these words were not sent:\n\ngo to gate 7"
    assert len(talk.told()) == told, "nothing follows by itself"
    assert await talk.staff_presses("Send as correction") == [f"<b>{code}</b>: delivered."]
    assert talk.told()[-1].startswith(f"<b>Correction: answer from the team (note {code})</b>")
    assert talk.told()[-1].endswith("go to gate 7")
    told = len(talk.told())
    [said] = await talk.staff_presses("Send as correction")
    assert "nothing was sent" in said
    assert len(talk.told()) == told, "once is enough"
    record = "\n".join(await talk.staff_says(f"/show {code}"))
    assert record.count("go to gate 7") == 1
    assert "/correct" in "\n".join(await talk.staff_says(f"/log {code}"))


async def test_it_is_the_answer_that_was_changed_and_not_the_newest(talk: Talk) -> None:
    code = await answered(talk)
    await talk.staff_says(f"/r {code} and take water", message="m2")
    [said, _unsent] = await talk.staff_says(f"/r {code} go to gate 7", event=Event.EDIT, message=ANSWER)
    assert said.endswith("\n\ngo to gate 4")


async def test_words_that_were_not_sent_are_in_no_record(talk: Talk) -> None:
    code = await answered(talk)
    await talk.staff_says(f"/r {code} go to gate 7", event=Event.EDIT, message=ANSWER)
    assert "gate 7" not in "\n".join(await talk.staff_says(f"/show {code}"))


async def test_an_edit_that_changes_no_word_is_nothing(talk: Talk) -> None:
    code = await answered(talk)
    assert await talk.staff_says(f"/r {code}  go to gate 4", event=Event.EDIT, message=ANSWER) == []


async def test_an_answer_that_is_changed_to_another_person_reaches_neither(talk: Talk) -> None:
    code = await answered(talk)
    other = await open_case(talk, "a fire", who="502")
    told = len(talk.told()), len(talk.told("502"))
    [said] = await talk.staff_says(f"/r {other} go to gate 4", event=Event.EDIT, message=ANSWER)
    assert said.startswith(f"<b>{code}</b>: a message that is changed does nothing.")
    assert (len(talk.told()), len(talk.told("502"))) == told


@pytest.mark.parametrize("attached", [Kind.PHOTO, Kind.DOCUMENT])
async def test_what_is_attached_can_not_be_sent_as_a_correction(talk: Talk, attached: Kind) -> None:
    code = await answered(talk)
    edit = f"/r {code} follow this"
    [said] = await talk.staff_says(edit, event=Event.EDIT, message=ANSWER, kind=attached)
    assert said.endswith("\n\ngo to gate 4")


async def test_an_answer_that_is_not_known_any_more_is_the_newest_one(talk: Talk) -> None:
    code = await answered(talk)
    [said, unsent] = await talk.staff_says(f"/r {code} gate 8", event=Event.EDIT, message="m9")
    assert "The newest answer to the person is still this one." in said
    assert said.endswith("\n\ngo to gate 4")
    assert unsent.endswith("gate 8")


async def test_staff_who_delete_an_answer_see_what_the_person_has(talk: Talk) -> None:
    code = await answered(talk)
    told = len(talk.told())
    [said] = await talk.staff_says("", event=Event.RETRACTED, message=ANSWER)
    assert said.startswith(f"<b>{code}</b>: deleting a message here takes nothing back.")
    assert said.endswith("\n\ngo to gate 4")
    assert await talk.staff_says("", event=Event.RETRACTED, message="m9") == [], "it was chatter"
    assert await talk.staff_says("", event=Event.RETRACTED, message=ANSWER, sender="999") == []
    assert len(talk.told()) == told


async def test_after_the_end_and_after_a_wipe_nothing_is_shown_or_sent(talk: Talk) -> None:
    code = await answered(talk)
    await talk.staff_says(f"/r {code} go to gate 7", event=Event.EDIT, message=ANSWER)
    await talk.says("/wipe")
    told = len(talk.told())
    assert "nothing was sent" in (await talk.staff_presses("Send as correction"))[-1]
    assert await talk.staff_says("", event=Event.RETRACTED, message=ANSWER) == []
    assert len(talk.told()) == told
    other = await answered(talk, who="502", message="m2")
    await talk.staff_says(f"/close {other} done")
    assert await talk.staff_says("", event=Event.RETRACTED, message="m2") == []


async def test_a_colleague_may_send_the_correction_and_an_outsider_may_not(talk: Talk) -> None:
    code = await answered(talk)
    await talk.staff_says(f"/r {code} go to gate 7", event=Event.EDIT, message=ANSWER)
    told = len(talk.told())
    assert await talk.staff_presses("Send as correction", sender="999") == []
    assert len(talk.told()) == told
    assert await talk.staff_presses("Send as correction", sender=OTHER_STAFF) == [f"<b>{code}</b>: delivered."]


async def test_changed_chatter_stays_chatter_and_an_outsider_is_told_nothing(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.staff_says(f"/r {code} go to gate 4")
    assert await talk.staff_says("I meant gate 7", event=Event.EDIT) == []
    assert await talk.staff_says(f"/r {code} gate 7", sender="999", event=Event.EDIT) == []
    assert await talk.staff_says(f"/r {code} gate 7", event=Event.EDIT, is_anonymous=True) == []
