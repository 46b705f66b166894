"""The outbox under the messengers' limits: who goes first, and that nothing hides what may go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.delivery.outbox_message import OutboxMessage
from bot.messengers import MESSENGERS
from bot.messengers.contract import Act, DeliveryError, Parcel, Trouble
from bot.messengers.limits import Limit, Limits
from bot.storage.engines import StoreError
from handlers.cases import digest
from handlers.cases.batching import GATHERS
from handlers.model.messages import Lane, Room
from tests.talk import BACKUP, DESK, OTHER_STAFF, WITH_BACKUP, Talk, code_in

LIMITS = {traits.name: traits.limits for traits in MESSENGERS}


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url, limits=LIMITS)
    yield talk
    await talk.close()


def item(words: str, chat: str = "501", lane: Lane = Lane.LOOKUP, **more: Any) -> OutboxMessage:
    return OutboxMessage(parcel=Parcel(chat=chat, text=words), lane=lane, platform="telegram", **more)


async def put(talk: Talk, *items: OutboxMessage) -> None:
    def put_all(session: Session) -> None:
        for one in items:
            talk.app.outbox.put(session, one)

    await talk.app.store.run(put_all)


async def test_a_receipt_passes_a_crowd_that_looks_things_up(talk: Talk) -> None:
    await put(talk, *(item("level", chat=f"asker{number}") for number in range(100)))
    await talk.settle()
    assert len(talk.messenger.shown) == 20
    await put(talk, item("Saved", chat="person", lane=Lane.RECEIPT))
    await talk.settle()
    assert talk.messenger.shown[-1].text == "Saved"
    for _ in range(4):
        talk.clock.forward(seconds=1.1)
        await talk.settle()
    assert len(talk.messenger.shown) == 101


async def test_a_full_desk_hides_no_person_and_the_next_in_the_desk_goes_when_its_time_has_come(talk: Talk) -> None:
    posts = [item(f"post {number}", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(50)]
    await put(talk, *posts, item("hello", lane=Lane.NOTICE))
    await talk.settle()
    at_first = len(talk.desk())
    assert 0 < at_first <= LIMITS["telegram"].group.shares[Lane.DESK]  # type: ignore[union-attr]
    assert talk.told() == ["hello"]
    await put(talk, item("list", lane=Lane.RECEIPT, room=Room.DESK))
    await talk.settle()
    assert talk.desk()[-1] == "list"
    talk.clock.forward(seconds=61)
    await talk.settle()
    assert talk.desk()[-1] == f"post {2 * at_first - 1}"


async def test_a_chat_that_the_messenger_holds_back_does_not_stop_the_others(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: (
        DeliveryError(Trouble.SLOW_DOWN, retry_after=40) if parcel.chat == DESK else None
    )
    await put(talk, item("post", lane=Lane.DESK, room=Room.DESK), item("Saved", lane=Lane.RECEIPT))
    await talk.settle()
    assert talk.told() == ["Saved"]
    talk.messenger.trouble = lambda _parcel: None
    await put(talk, item("other", lane=Lane.DESK, room=Room.DESK, code="C1"))
    talk.clock.forward(seconds=39)
    await talk.settle()
    assert talk.desk() == []
    talk.clock.forward(seconds=2)
    await talk.settle()
    assert sorted(talk.desk()) == ["other", "post"]


async def test_a_desk_that_the_messenger_holds_back_is_crowded(talk: Talk) -> None:
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.staff_says(f"/ack {code}")
    slow = DeliveryError(Trouble.SLOW_DOWN, retry_after=20)
    talk.messenger.trouble = lambda parcel: slow if parcel.chat == DESK else None
    await fill_the_desk(talk)
    await talk.says("they have a car")
    talk.messenger.trouble = lambda _parcel: None
    await talk.later(seconds=15)
    assert any("<b>1 case: more from the person.</b>" in text for text in talk.desk())


async def test_who_was_sent_least_is_next(talk: Talk) -> None:
    loud = [item(f"answer {number}", chat=f"loud{number % 30}") for number in range(90)]
    await put(talk, *loud, item("level", chat="quiet"))
    for _ in range(2):
        await talk.settle()
        talk.clock.forward(seconds=1.1)
    assert talk.told("quiet") == ["level"]


async def test_the_newest_preview_takes_the_place_of_one_that_still_waits(talk: Talk) -> None:
    await put(talk, item("first", slot="preview"))
    await talk.settle()
    await put(talk, item("second", slot="preview"), item("third", slot="preview"), item("other", slot=""))
    await put(talk, item("another's", chat="502", slot="preview"))
    talk.clock.forward(seconds=5)
    await talk.settle()
    assert talk.told() == ["first", "third", "other"]
    assert talk.told("502") == ["another's"]


async def test_a_board_is_shown_once_however_often_it_changed(talk: Talk) -> None:
    await put(talk, item("board", lane=Lane.ANSWER, room=Room.DESK, slot="board"))
    await talk.settle()
    edit = Parcel(act=Act.EDIT, chat="", message="1000", text="changed")
    edits = [
        OutboxMessage(parcel=edit, lane=Lane.NOTICE, platform="telegram", room=Room.DESK, slot="board")
        for _ in range(5)
    ]
    await put(talk, *edits)
    await talk.settle()
    assert talk.desk() == ["board", "changed"]


async def test_a_post_that_is_refused_holds_up_no_other(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.REFUSED) if parcel.text == "odd" else None
    await put(talk, item("odd", lane=Lane.DESK, room=Room.DESK, code="C1"))
    await talk.settle()
    await put(talk, item("sound", lane=Lane.DESK, room=Room.DESK, code="C2"))
    await talk.settle()
    assert "sound" in talk.desk()


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.GONE])
async def test_what_a_dead_desk_has_refused_again_and_again_hides_no_new_case_from_the_backup_desk(
    url: str, trouble: Trouble
) -> None:
    talk = Talk(url, limits=LIMITS, desk=WITH_BACKUP)
    talk.messenger.trouble = lambda parcel: DeliveryError(trouble) if parcel.chat == DESK else None
    await put(talk, *(item("old", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(20)))
    for _ in range(6):
        await talk.later(minutes=1.1)
    await talk.says("SOS they are here")
    await talk.chooses("Send")
    await talk.later(minutes=1.1)
    assert any(text.endswith("they are here") for text in talk.desk(BACKUP))
    await talk.close()


async def test_a_photo_that_can_not_be_fetched_now_holds_up_no_desk(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.UNREACHABLE) if parcel.act is Act.FETCH else None
    await put(talk, item("a photo", lane=Lane.ANSWER, room=Room.DESK, code="C1", photo_platform="telegram"))
    await talk.settle()
    await put(talk, item("a case", lane=Lane.DESK, room=Room.DESK, code="C2"))
    await talk.settle()
    assert talk.desk() == ["a case"]


async def test_places_are_free_again_when_a_claim_could_not_be_stored(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(url, limits={"telegram": Limits(account=Limit(2, 1.0))})
    await put(talk, *(item("level", chat=f"asker{number}") for number in range(2)))
    whole = talk.app.store.run_each

    async def broken(jobs: list[Callable[..., Any]]) -> list[Any]:
        await whole([*jobs, _undo])
        raise StoreError("OperationalError")

    monkeypatch.setattr(talk.app.store, "run_each", broken)
    for _ in range(3):
        assert await talk.app.sender.work_once(talk.messengers, "telegram") == 0
    monkeypatch.setattr(talk.app.store, "run_each", whole)
    await talk.settle()
    assert len(talk.messenger.shown) == 2
    await talk.close()


def _undo(session: Any) -> None:
    session.execute(text("UPDATE outbox SET not_before = 0, is_unsure = :no, tries = 0"), {"no": False})


async def test_cases_gather_while_the_desk_is_full_and_staff_see_them_in_a_list(talk: Talk) -> None:
    await put(talk, *(item("post", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(30)))
    await talk.settle()
    talk.clock.forward(seconds=6)
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    assert "they are here" not in "\n".join(talk.desk())
    await talk.later(seconds=GATHERS.total_seconds())
    assert "<b>1 new case.</b>" in talk.desk()[-1]
    assert code in talk.desk()[-1]
    talk.clock.forward(seconds=5)
    await talk.settle()
    assert "The team has your note" in talk.told()[-1]


async def test_the_backup_desk_is_shown_what_a_person_adds_while_the_desk_is_full(url: str) -> None:
    talk = Talk(url, limits=LIMITS, desk=WITH_BACKUP)
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.later(minutes=8)
    await talk.staff_says(f"/ack {code}", chat=BACKUP)
    await put(talk, *(item("post", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(30)))
    await talk.settle()
    talk.clock.forward(seconds=6)
    await talk.says("they have a car")
    await talk.says("and a dog")
    assert [text.splitlines()[-1] for text in talk.desk(BACKUP)[-2:]] == ["they have a car", "and a dog"]
    assert "they have a car" not in "\n".join(talk.desk())
    await talk.close()


async def test_the_long_record_of_one_case_makes_no_crowd(talk: Talk) -> None:
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.staff_says(f"/ack {code}")
    for number in range(20):
        await talk.later(minutes=1)
        await talk.says(f"more {number}")
    await talk.staff_says(f"/r {code} We read you.")
    await talk.later(minutes=2)
    await talk.staff_says(f"/show {code}")
    talk.clock.forward(seconds=6)
    await talk.says("SOS another call", who="502")
    await talk.chooses("Send", who="502")
    assert talk.desk()[-1].endswith("another call")


async def test_what_is_damaged_makes_no_crowd(talk: Talk) -> None:
    await put(talk, *(item("post", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(5)))
    await talk.app.store.run(lambda session: session.execute(text("UPDATE outbox SET body = :no"), {"no": b"\0" * 99}))
    await talk.settle()
    talk.clock.forward(seconds=6)
    await talk.says("SOS they are here")
    await talk.chooses("Send")
    assert talk.desk()[-1].endswith("they are here")


async def test_what_is_damaged_is_kept_and_holds_up_nobody(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    await put(talk, item("damaged", lane=Lane.RECEIPT))
    await talk.app.store.run(lambda session: session.execute(text("UPDATE outbox SET body = :no"), {"no": b"\0" * 99}))
    await put(talk, item("sound", lane=Lane.RECEIPT), item("another's", chat="502"))
    await talk.settle()
    assert talk.told() == ["sound"]
    assert talk.told("502") == ["another's"]
    kept = await talk.app.store.run(lambda session: session.execute(text("SELECT count(*) FROM outbox")).scalar())
    assert kept == 1
    assert any(record.levelname == "CRITICAL" and "can't be read" in record.message for record in caplog.records)


async def test_what_a_person_adds_while_the_desk_is_full_is_named_in_a_list_and_calls_who_has_the_case(
    talk: Talk,
) -> None:
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.staff_says(f"/ack {code}")
    await put(talk, *(item("post", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(30)))
    await talk.settle()
    talk.clock.forward(seconds=6)
    await talk.says("they have a car")
    assert "Added to your note" in talk.told()[-1]
    assert "they have a car" not in "\n".join(talk.desk())
    await talk.later(seconds=GATHERS.total_seconds())
    assert "<b>1 case: more from the person.</b>" in talk.desk()[-1]
    assert f"<code>{code}</code> <at>" in talk.desk()[-1]
    for _ in range(8):
        await talk.later(minutes=1.1)
    shown = await talk.staff_says(f"/show {code}")
    assert shown[-1].endswith("they have a car")


async def fill_the_desk(talk: Talk) -> None:
    """More than it is shown in a minute, for longer than it takes to be called crowded."""
    await put(talk, *(item("post", lane=Lane.DESK, room=Room.DESK, code=f"C{number}") for number in range(30)))
    await talk.settle()
    talk.clock.forward(seconds=6)


async def test_a_pause_ends_when_the_clock_is_set_back(talk: Talk) -> None:
    slow = DeliveryError(Trouble.SLOW_DOWN, retry_after=40)
    talk.messenger.trouble = lambda parcel: slow if parcel.chat == DESK else None
    await put(talk, item("post", lane=Lane.DESK, room=Room.DESK))
    await talk.settle()
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(hours=-1)
    await put(talk, item("a case", lane=Lane.DESK, room=Room.DESK, code="C1"))
    await talk.settle()
    assert talk.desk() == ["a case"]


async def test_who_acknowledges_sees_that_the_person_said_it_is_over_while_the_desk_was_full(talk: Talk) -> None:
    await fill_the_desk(talk)
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.later(seconds=GATHERS.total_seconds())
    await talk.says("cancel")
    await talk.staff_says(f"/ack {code}")
    for _ in range(5):
        await talk.later(minutes=1.1)
    [record] = [text for text in talk.desk() if "This is its record" in text]
    assert "Somebody else may be holding the phone" in record
    await talk.staff_says(f"/close {code} checked")
    for _ in range(2):
        await talk.later(minutes=1.1)
    await talk.staff_says(f"/show {code}")
    assert sum("The case stays open" in text for text in talk.desk()) == 1


async def test_who_takes_a_case_over_sees_what_was_added_while_the_desk_was_full(talk: Talk) -> None:
    await talk.says("SOS they are here")
    code = code_in(await talk.chooses("Send"))
    await talk.staff_says(f"/ack {code}")
    await talk.staff_says(f"/handoff {code}")
    await fill_the_desk(talk)
    await talk.says("they have a car")
    await talk.staff_says(f"/ack {code}", sender=OTHER_STAFF)
    for _ in range(5):
        await talk.later(minutes=1.1)
    assert any(text.endswith("they have a car") for text in talk.desk())


async def test_what_a_list_has_no_line_for_stands_in_the_next(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "MOST_LINES", 2)
    codes = []
    for number in range(3):
        await talk.says("SOS they are here", who=f"60{number}")
        codes.append(code_in(await talk.chooses("Send", who=f"60{number}")))
        await talk.later(seconds=20)
    await fill_the_desk(talk)
    for number in range(3):
        await talk.says("they have a car", who=f"60{number}")
    for _ in range(3):
        await talk.later(seconds=GATHERS.total_seconds())
    named = [[code for code in codes if code in text] for text in talk.desk() if "more from the person" in text]
    assert [len(some) for some in named] == [2, 1]
    assert sorted(code for some in named for code in some) == sorted(codes)
