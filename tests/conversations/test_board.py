"""The board, the lists of a flood, and the log of who did what."""

from __future__ import annotations

import pytest

from bot.messengers.contract import Act, DeliveryError, Event, Trouble
from handlers.cases.batching import MOST_POSTS
from handlers.model.messages import Wish
from tests.conversations.test_duty import called, label
from tests.talk import BACKUP, DESK, OTHER_STAFF, STAFF, Talk, code_in


async def open_case(talk: Talk, who: str = "501", words: str = "they are here") -> str:
    await talk.says(f"SOS {words}", who=who)
    return code_in(await talk.chooses("Send", who=who))


def boards(talk: Talk, act: Act, chat: str = DESK) -> list[str]:
    shown = [shown for shown in talk.messenger.shown if shown.chat == chat and shown.parcel.act is act]
    return [one.text for one in shown if "Open cases:" in one.text or "No case is open" in one.text]


async def test_the_board_is_changed_in_its_place(night: Talk) -> None:
    await night.staff_says("/board")
    [first] = [shown.reference for shown in night.messenger.shown]
    code = await open_case(night)
    assert boards(night, Act.EDIT) == []
    await night.later(seconds=20)
    assert f"{code}: <b>nobody is on it</b>" in boards(night, Act.EDIT)[-1]
    assert night.messenger.shown[-1].reference == first
    await night.staff_says(f"/ack {code}")
    await night.staff_says(f"/snooze {code} 20")
    await night.staff_says(f"/handoff {code}")
    await night.later(seconds=20)
    assert "asks a colleague to take over" in boards(night, Act.EDIT)[-1]
    assert "(put off until 14:25 UTC)" in boards(night, Act.EDIT)[-1]


async def test_a_board_that_would_read_the_same_is_left_alone(night: Talk) -> None:
    await open_case(night)
    await night.staff_says("/board")
    await night.later(minutes=10)
    assert boards(night, Act.EDIT) == []


async def test_a_new_board_takes_the_old_one_away(night: Talk) -> None:
    await night.staff_says("/board")
    [first] = [shown.reference for shown in night.messenger.shown]
    await night.staff_says("/board")
    assert [parcel.messages for parcel in night.messenger.acts if parcel.act is Act.DELETE] == [(first,)]


async def test_each_desk_has_a_board_of_its_own_and_none_unasked(night: Talk) -> None:
    await night.staff_says("/board", chat=BACKUP)
    await open_case(night)
    await night.later(seconds=20)
    assert len(boards(night, Act.EDIT, BACKUP)) == 1
    assert boards(night, Act.EDIT) == []


async def test_a_board_that_is_refused_is_let_go(night: Talk) -> None:
    await night.staff_says("/board")
    night.messenger.trouble = lambda parcel: DeliveryError(Trouble.REFUSED) if parcel.act is Act.EDIT else None
    await open_case(night)
    await night.later(minutes=2)
    night.messenger.trouble = lambda _parcel: None
    edits = len(boards(night, Act.EDIT))
    await night.later(seconds=30)
    assert len(boards(night, Act.EDIT)) == edits == 0


async def test_a_long_board_tells_how_many_more_there_are(night: Talk) -> None:
    for number in range(32):
        night.clock.forward(minutes=1)
        await night.says("SOS now", who=f"6{number:02}")
        await night.chooses("Send", who=f"6{number:02}")
    [board] = await night.staff_says("/board")
    assert "<b>Open cases: 32</b>" in board
    assert board.endswith("and 2 more")


async def flood(talk: Talk, number: int) -> list[str]:
    return [await open_case(talk, f"7{one:03}", f"secret {one}") for one in range(number)]


async def test_many_cases_at_once_become_lines_of_a_list_and_everybody_has_a_receipt(night: Talk) -> None:
    codes = await flood(night, 14)
    assert len([text for text in night.desk() if text.startswith("<b>SOS")]) == MOST_POSTS
    assert "The team has your note" not in "\n".join(night.told("7012"))
    await night.later(seconds=10)
    [listed] = [text for text in night.desk() if "new cases at once" in text]
    assert f"<b>{14 - MOST_POSTS} new cases at once.</b>" in listed
    assert all(code in listed for code in codes[MOST_POSTS:])
    assert "secret" not in listed
    assert "The team has your note" in night.told("7012")[-1]


async def test_what_has_no_room_in_the_lists_of_this_time_is_in_the_next(
    night: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.cases.digest.MOST_LINES", 2)
    monkeypatch.setattr("handlers.cases.digest.MOST_LISTS", 2)
    codes = await flood(night, 14)
    await night.later(seconds=10)
    lists = [text for text in night.desk() if "new cases at once" in text]
    assert [sum(code in text for code in codes) for text in lists] == [2, 2]
    await night.later(seconds=20)
    lists = [text for text in night.desk() if "new cases at once" in text]
    assert all(any(code in text for text in lists) for code in codes[MOST_POSTS:])


async def test_a_line_of_a_list_is_opened_by_show_and_who_did_is_in_the_log(night: Talk) -> None:
    codes = await flood(night, 12)
    await night.later(seconds=10)
    await night.says("more words", who="7011")
    assert "more words" not in "\n".join(night.desk())
    shown = await night.staff_says(f"/show {codes[11]}")
    assert shown[-2].endswith("secret 11")
    assert shown[-1].endswith("more words")
    await night.says("even more", who="7011")
    assert night.desk()[-1].endswith("even more")
    [log] = await night.staff_says(f"/log {codes[11]}", sender=OTHER_STAFF)
    house = night.app.dependencies.roster
    first, second = house.label("telegram", STAFF), house.label("telegram", OTHER_STAFF)
    assert f"24 November 2026, 14:05 UTC {first} <code>/show</code>" in log
    assert f"{second} <code>/log</code>" in log


async def test_who_opens_a_case_before_it_is_listed_has_it_and_its_person_hears_so(night: Talk) -> None:
    codes = await flood(night, 12)
    await night.staff_says(f"/show {codes[11]}")
    assert "The team has your note" in night.told("7011")[-1]
    await night.staff_says(f"/show {codes[11]}")
    await night.later(seconds=10)
    assert sum("The team has your note" in text for text in night.told("7011")) == 1


async def test_a_new_key_is_told_with_the_record_of_a_case_of_a_list(night: Talk) -> None:
    await night.says("Thailand", who="7011")
    await night.hear(night.received("7011", "7011", event=Event.KEY_CHANGED))
    codes = await flood(night, 12)
    await night.later(seconds=10)
    said = await night.staff_says(f"/ack {codes[11]}")
    assert any(text.startswith(f"<b>{codes[11]}</b>: New key since the last contact") for text in said)


async def test_who_acknowledges_a_line_of_a_list_sees_all_of_it(night: Talk) -> None:
    codes = await flood(night, 12)
    await night.later(seconds=10)
    said = await night.staff_says(f"/ack {codes[11]}")
    assert any(text.endswith("secret 11") for text in said)
    assert "has taken your note" in night.told("7011")[-1]
    assert (await night.staff_says(f"/r {codes[10]} We read you."))[-1] == f"<b>{codes[10]}</b>: delivered."


async def test_who_answers_a_line_of_a_list_sees_all_of_it(night: Talk) -> None:
    codes = await flood(night, 12)
    await night.later(seconds=10)
    await night.says("they have a car", who="7011")
    said = await night.staff_says(f"/r {codes[11]} Stay inside.")
    assert any(text.endswith("secret 11") for text in said)
    assert any(text.endswith("they have a car") for text in said)
    assert "Notified" not in "\n".join(said)
    await night.says("and a dog", who="7011")
    assert night.desk()[-1].endswith("and a dog")
    assert "record" not in "\n".join(await night.staff_says(f"/r {codes[11]} We are coming."))


async def test_the_cases_of_a_list_call_together_and_each_person_hears_the_truth(
    night: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    codes = await flood(night, 12)
    for code in codes[:10]:
        await night.staff_says(f"/close {code} a test")
    await night.later(minutes=4.5)
    calls = [text for text in night.desk() if " nobody on them" in text]
    assert calls
    assert "<b>2 listed cases have nobody on them.</b>" in calls[-1]
    assert "has taken your note" in night.told("7011")[-1]
    await night.later(minutes=5)
    assert any(" nobody on them" in text for text in night.desk(BACKUP))
    await night.later(minutes=5)
    assert any(record.levelname == "CRITICAL" for record in caplog.records)
    for code in codes[10:]:
        await night.staff_says(f"/close {code} a test")
    await night.later(minutes=2)
    posts = len(night.desk())
    await night.later(hours=1)
    assert len(night.desk()) == posts


async def test_a_list_calls_everybody_once_the_escalation_does(night: Talk) -> None:
    await night.staff_says("/duty on")
    await flood(night, 12)
    await night.later(minutes=9)
    on_duty, everybody = {label(night)}, {label(night), label(night, OTHER_STAFF)}
    calls = [called(text) for text in night.desk() if " nobody on them" in text]
    assert (calls[0], calls[-1]) == (on_duty, everybody)


async def test_the_backup_desk_is_called_while_a_flood_goes_on(night: Talk) -> None:
    """New lists, of which there is one every ten seconds, put nobody's call off."""
    await flood(night, 12)
    for number in range(55):
        await open_case(night, f"80{number}", "and another")
        await night.later(seconds=9)
    assert any("listed cases have nobody on them" in text for text in night.desk(BACKUP))


async def test_a_desk_that_takes_nothing_hides_no_case_from_the_backup_desk(night: Talk) -> None:
    """What waits for a dead desk is no crowd: lists would go there, too."""
    refused = DeliveryError(Trouble.REFUSED)
    night.messenger.trouble = lambda parcel: refused if parcel.chat == DESK else None
    for number in range(16):
        await open_case(night, f"80{number}", f"secret {number:02}")
        await night.later(seconds=16)
    await night.later(minutes=8)
    shown = "\n".join(night.desk(BACKUP))
    assert [number for number in range(16) if f"secret {number:02}" not in shown] == []


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.GONE])
async def test_a_list_that_the_desk_does_not_take_goes_to_the_backup_desk_at_once(
    night: Talk, trouble: Trouble
) -> None:
    night.messenger.trouble = lambda parcel: DeliveryError(trouble) if parcel.chat == DESK else None
    codes = await flood(night, 12)
    await night.later(minutes=2)
    [listed] = [text for text in night.desk(BACKUP) if "new cases at once" in text]
    assert all(code in listed for code in codes[MOST_POSTS:])
    assert "secret 11" in "\n".join(await night.staff_says(f"/show {codes[11]}", chat=BACKUP))
    assert "The team has your note" in night.told("7011")[-1]


async def test_a_list_that_nobody_takes_waits_for_the_desk(talk: Talk) -> None:
    talk.at_desk.trouble = lambda parcel: DeliveryError(Trouble.REFUSED) if parcel.chat == DESK else None
    codes = await flood(talk, 12)
    await talk.later(minutes=2)
    talk.at_desk.trouble = lambda _parcel: None
    assert "The team has your note" not in "\n".join(talk.told("7011"))
    await talk.later(minutes=2)
    assert any(codes[11] in text for text in talk.desk() if "new cases at once" in text)
    assert "The team has your note" in "\n".join(talk.told("7011"))


async def test_a_list_that_is_gone_is_no_trouble(night: Talk) -> None:
    await night.app.store.run(lambda session: night.app.router.happen(session, Wish("digest.post"), ""))
    await night.app.store.run(lambda session: night.app.router.happen(session, Wish("digest.posted", "0000-00"), ""))
    await night.settle()
    assert night.messenger.shown == []
