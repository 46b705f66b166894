"""Inbox, outbox and retention: what trouble does to a message, and what time does to what is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.delivery.inbox_worker import Handle, InboxWorker
from bot.delivery.outbox_message import OutboxMessage
from bot.jobs import retention
from bot.jobs.retention import forget_once, keep_forgetting
from bot.messengers.contract import Accepted, Act, DeliveryError, Parcel, Trouble
from bot.storage.engines import StoreError
from handlers.model.messages import Kind, Lane, Room
from tests.patience import PATIENCE
from tests.sample import change, copy_content
from tests.talk import DESK, Talk, answer_with, code_in


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url)
    yield talk
    await talk.close()


async def rows(talk: Talk, table: str) -> int:
    def count(session: object) -> int:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar())  # type: ignore[attr-defined]

    return await talk.app.store.run(count)


def test_what_an_older_version_left_for_the_desk_goes_to_the_desk() -> None:
    left = '{"parcel": {"chat": "", "text": "words"}, "lane": 1, "platform": "telegram", "is_for_desk": true}'
    assert OutboxMessage.model_validate_json(left).room is Room.DESK


def fails(trouble: Trouble, chat: str, **more: float) -> object:
    return lambda parcel: DeliveryError(trouble, **more) if parcel.chat == chat else None  # type: ignore[arg-type]


async def test_a_chat_that_must_wait_holds_up_no_other(talk: Talk) -> None:
    talk.messenger.trouble = fails(Trouble.SLOW_DOWN, "501", retry_after=30)  # type: ignore[assignment]
    assert await talk.says("Thailand") == []
    assert await talk.says("SOS they are here", who="502")
    talk.messenger.trouble = lambda _parcel: None
    await talk.settle()
    assert talk.told() == []
    talk.clock.forward(seconds=31)
    await talk.settle()
    assert "Black" in talk.told()[-1]


async def test_order_is_kept_in_a_chat_through_trouble(talk: Talk) -> None:
    talk.messenger.trouble = fails(Trouble.UNREACHABLE, "501")  # type: ignore[assignment]
    for place in ("Thailand", "hong kong", "France"):
        await talk.says(place)
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=5)
    await talk.settle()
    flags = [next((flag for flag in ("🇹🇭", "🇭🇰", "🇫🇷") if flag in told), "") for told in talk.told()]
    assert [flag for flag in flags if flag] == ["🇹🇭", "🇭🇰", "🇫🇷"]


async def test_an_old_lookup_that_may_have_been_answered_is_left_alone(talk: Talk) -> None:
    await talk.says("hong kong")
    told = len(talk.told())
    talk.messenger.trouble = fails(Trouble.UNKNOWN, "501")  # type: ignore[assignment]
    await talk.says("Thailand")
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=2)
    await talk.settle()
    assert len(talk.told()) == told
    assert await rows(talk, "outbox") == 0


async def test_a_person_who_is_gone_leaves_nothing_behind(talk: Talk) -> None:
    talk.messenger.trouble = fails(Trouble.GONE, "501")  # type: ignore[assignment]
    await talk.says("Thailand")
    assert await rows(talk, "outbox") == 0


async def test_the_desk_is_never_given_up(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.messenger.trouble = fails(Trouble.REFUSED, DESK)  # type: ignore[assignment]
    await talk.says("SOS they are here")
    await talk.chooses("Send")
    assert any(record.levelname == "CRITICAL" for record in caplog.records)
    for _ in range(20):
        talk.clock.forward(minutes=5)
        await talk.settle()
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=5)
    await talk.settle()
    assert talk.desk()[0].endswith("they are here")
    assert "The team has your note" in talk.told()[-1]


async def test_a_photo_that_the_desk_refuses_goes_as_words(talk: Talk) -> None:
    talk.messenger.trouble = lambda parcel: DeliveryError(Trouble.REFUSED) if parcel.photo else None
    await talk.says("SOS look", kind=Kind.PHOTO, photos=("f",))
    await talk.chooses("Send")
    assert "(The photo could not be passed on.)" in talk.desk()[-1]


async def test_parts_that_arrived_are_not_sent_again(talk: Talk) -> None:
    tries: list[int] = []

    def half(parcel: Parcel) -> DeliveryError | None:
        if parcel.chat != DESK or parcel.act is not Act.SEND:
            return None
        tries.append(parcel.done)
        return DeliveryError(Trouble.UNREACHABLE, done=1, accepted=("77",)) if len(tries) == 1 else None

    talk.messenger.trouble = half
    await talk.says("SOS words")
    code = code_in(await talk.chooses("Send"))
    talk.clock.forward(minutes=1)
    await talk.settle()
    assert tries == [0, 1]
    assert await talk.staff_says("/r by quoting the first part", quoted="77") == [f"<b>{code}</b>: delivered."]


async def test_a_fault_in_an_adapter_is_no_end(talk: Talk) -> None:
    def broken(parcel: Parcel) -> DeliveryError | None:
        if parcel.chat == DESK:
            raise RuntimeError
        return None

    talk.messenger.trouble = broken
    await talk.says("SOS words")
    await talk.chooses("Send")
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=2)
    await talk.settle()
    assert "You may have received this already" in talk.desk()[0]


async def test_a_message_that_never_can_be_handled_is_set_aside_and_tried_at_the_next_start(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answer_with(monkeypatch, "level", lambda _ask, _ports: 1 / 0)
    await talk.says("Thailand")
    for _ in range(6):
        talk.clock.forward(minutes=1)
        await talk.settle()
    assert await rows(talk, "inbox WHERE is_aside") == 1
    sorry, given_up = talk.told()
    assert "I will try again" in sorry
    assert "Please write it again" in given_up
    answer_with(monkeypatch, "level", whole)
    work = asyncio.create_task(talk.app.worker.work(talk.app.sender.wake))
    async with asyncio.timeout(PATIENCE):
        while await rows(talk, "inbox"):  # noqa: ASYNC110 (the end is seen in the database)
            await asyncio.sleep(0.01)
    work.cancel()
    await talk.settle()
    assert "Black" in talk.told()[-1]


async def test_an_apology_that_fails_loses_nothing(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from handlers.person import welcome

    answer_with(monkeypatch, "level", lambda _ask, _ports: 1 / 0)
    monkeypatch.setattr(welcome, "sorry", lambda _ask, _ports: 1 / 0)
    assert await talk.says("Thailand") == []
    assert await rows(talk, "inbox") == 1


@pytest.mark.parametrize("trouble", [StoreError("full"), sqlite3.OperationalError("full")])
async def test_a_database_that_fails_for_a_while_is_waited_for_also_at_the_start(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    run, failures = talk.app.store.run, [trouble] * 6  # the first statement of each chore, and more

    async def sometimes(job: object) -> object:
        if failures:
            raise failures.pop()
        return await run(job)  # type: ignore[arg-type]

    await talk.app.inbox.keep([talk.received("501", "501", "Thailand")])
    monkeypatch.setattr(talk.app.store, "run", sometimes)
    work = asyncio.create_task(talk.app.run({"telegram": talk.messenger}))
    async with asyncio.timeout(PATIENCE):
        while len(talk.told()) < 2 or failures:
            talk.app.sender.wake()
            await asyncio.sleep(0.02)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    assert "Black" in talk.told()[-1]


async def test_what_was_sent_while_the_database_failed_is_not_sent_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_each, sent = talk.app.store.run_each, asyncio.Event()
    failures = [StoreError("full")] * 3
    deliver = talk.messenger.deliver

    async def delivers(parcel: Parcel) -> object:
        sent.set()
        return await deliver(parcel)

    async def fails_once_something_was_sent(jobs: Sequence[object]) -> object:
        if sent.is_set() and failures:
            raise failures.pop()
        return await run_each(jobs)  # type: ignore[arg-type]

    monkeypatch.setattr(talk.messenger, "deliver", delivers)
    monkeypatch.setattr(talk.app.store, "run_each", fails_once_something_was_sent)
    await talk.app.inbox.keep([talk.received("501", "501", "Thailand")])
    await talk.app.worker.work_once()
    work = asyncio.create_task(talk.app.sender.work(talk.messengers, "telegram"))
    async with asyncio.timeout(PATIENCE):
        while failures or await rows(talk, "outbox"):  # noqa: ASYNC110 (it is the database that tells)
            await asyncio.sleep(0.05)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    assert len(talk.told()) == len(set(talk.told())) == 2
    assert not any("You may have received this already" in told for told in talk.told())


async def test_a_wipe_on_its_way_leaves_nothing_to_follow(talk: Talk) -> None:
    gate, is_at_it = asyncio.Event(), asyncio.Event()
    deliver = talk.messenger.deliver

    async def slow(parcel: Parcel) -> object:
        if parcel.chat == DESK:
            is_at_it.set()
            await gate.wait()
        return await deliver(parcel)

    talk.messenger.deliver = slow  # type: ignore[method-assign, assignment]
    await talk.app.inbox.keep([talk.received("501", "501", "SOS words")])
    await talk.app.worker.work_once()
    await talk.app.sender.work_once(talk.messengers, "telegram")
    shown, button = talk.button("Send", "501")
    await talk.app.inbox.keep([talk.pressed(button.token, message=shown.reference)])
    await talk.app.worker.work_once()
    posting = asyncio.create_task(talk.app.sender.work_once(talk.messengers, "telegram"))
    await is_at_it.wait()
    await talk.app.inbox.keep([talk.received("501", "501", "/wipe")])
    await talk.app.worker.work_once()
    gate.set()
    await posting
    await talk.settle()
    assert not any("The team has your note" in told for told in talk.told())


@pytest.mark.parametrize("is_whole", [True, False])
async def test_an_answer_on_its_way_during_a_wipe_does_not_stay_in_the_chat(talk: Talk, is_whole: bool) -> None:
    """Neither a whole one, nor the first part of one that was too long for a single message."""
    gate = asyncio.Event()
    deliver = talk.messenger.deliver

    async def confirmed_late(parcel: Parcel) -> Accepted:
        accepted = await deliver(parcel)
        await gate.wait()
        if parcel.act is Act.SEND and not is_whole:
            raise DeliveryError(Trouble.UNKNOWN, accepted=accepted.messages, done=1)
        return accepted

    talk.messenger.deliver = confirmed_late  # type: ignore[method-assign]
    await talk.app.inbox.keep([talk.received("501", "501", "SOS words")])
    await talk.app.worker.work_once()
    answering = asyncio.create_task(talk.app.sender.work_once(talk.messengers, "telegram"))
    async with asyncio.timeout(PATIENCE):
        while not talk.messenger.shown:  # noqa: ASYNC110 (the chat tells nobody that it has changed)
            await asyncio.sleep(0)
    answers = {shown.reference for shown in talk.messenger.shown}
    await talk.app.inbox.keep([talk.received("501", "501", "/wipe")])
    await talk.app.worker.work_once()
    gate.set()
    await answering
    talk.messenger.deliver = deliver  # type: ignore[method-assign]
    await talk.settle()
    deleted = {name for parcel in talk.messenger.acts if parcel.act is Act.DELETE for name in parcel.messages}
    assert answers <= deleted
    assert await rows(talk, "trace") == 0


async def test_what_could_not_be_read_is_kept_once_and_not_for_ever(talk: Talk) -> None:
    for _ in range(2):
        await talk.app.inbox.set_aside("telegram", "update 9", b"raw")
    assert await rows(talk, "inbox") == 1
    talk.clock.forward(days=8)
    assert await forget_once(talk.app.store, talk.app.sealing)
    assert await rows(talk, "inbox") == 0


async def test_urgent_messages_come_first_and_take_their_chat_with_them(talk: Talk) -> None:
    batch = [
        talk.received(who, who, words)
        for who, words in (("501", "Thailand"), ("502", "Thailand"), ("501", "SOS now"), ("501", "and more"))
    ]
    await talk.app.inbox.keep(batch)
    lanes = await talk.app.store.run(
        lambda session: session.execute(text("SELECT lane FROM inbox ORDER BY id")).scalars().all()
    )
    assert list(lanes) == [Lane.RECEIPT, Lane.LOOKUP, Lane.RECEIPT, Lane.RECEIPT]


@pytest.mark.only_with("sqlite", "looks into the files")
async def test_a_closed_case_is_emptied_in_time_and_not_before(talk: Talk, tmp_path: Path) -> None:
    await talk.says("SOS Zq7mArKeR words")
    code = code_in(await talk.chooses("Send"))
    await talk.staff_says(f"/close {code} done")
    talk.clock.forward(days=6, hours=23)
    await forget_once(talk.app.store, talk.app.sealing)
    assert await rows(talk, "case_key") == 1
    talk.clock.forward(hours=2)
    assert await forget_once(talk.app.store, talk.app.sealing)
    for table in ("case_key", "entry", "post", "offer", "person", "trace", "seen"):
        assert await rows(talk, table) == 0, table
    assert await rows(talk, "sos_case") == 1
    assert not _files_with(b"Zq7mArKeR", tmp_path)


def _files_with(marker: bytes, folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file() and marker in path.read_bytes()]


async def test_an_open_case_is_never_emptied(talk: Talk) -> None:
    await talk.says("SOS words")
    code = code_in(await talk.chooses("Send"))
    talk.clock.forward(days=400)
    await forget_once(talk.app.store, talk.app.sealing)
    assert await talk.staff_says(f"/r {code} still here?") == [f"<b>{code}</b>: delivered."]


async def test_of_an_old_conversation_only_the_choice_of_language_stays(talk: Talk) -> None:
    await talk.says("/language zh_Hant")
    await talk.says("SOS a draft")
    await talk.says("Thailand", who="502")
    talk.clock.forward(hours=25)
    await forget_once(talk.app.store, talk.app.sealing)
    assert await rows(talk, "person") == 1
    assert "泰國" in (await talk.says("Thailand"))[-1]
    talk.clock.forward(days=100)
    await forget_once(talk.app.store, talk.app.sealing)
    await forget_once(talk.app.store, talk.app.sealing)
    assert await rows(talk, "person") == 0


async def test_a_busy_log_is_an_alert_for_the_operator(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def busy() -> bool:
        return False

    monkeypatch.setattr(talk.app.store, "truncate_wal", busy)
    monkeypatch.setattr(retention, "TRUNCATE_TRIES", 1)
    assert not await forget_once(talk.app.store, talk.app.sealing)
    assert caplog.records[-1].levelname == "CRITICAL"


async def test_forgetting_goes_on_after_a_failure(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    async def fails_once(*_: object) -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise StoreError("full")
        return True

    monkeypatch.setattr(retention, "forget_once", fails_once)
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0)
    work = asyncio.create_task(keep_forgetting(talk.app.store, talk.app.sealing))
    async with asyncio.timeout(PATIENCE):
        while len(tries) < 3:  # noqa: ASYNC110 (three turns of a loop that never rests)
            await asyncio.sleep(0)
    work.cancel()


async def test_changed_content_is_taken_into_use_while_running(tmp_path: Path) -> None:
    folder = copy_content(tmp_path)
    talk = Talk(content=folder)
    change(folder, "places/CN-XZ.yaml", "name: Tibet\naliases: [", "name: Land of Kites\naliases: [Tibet, ")
    for _ in range(2):
        await talk.app.look_for_content()
    assert "Land of Kites" in (await talk.says("Tibet"))[-1]
    (folder / "places/CN-XZ.yaml").write_text("broken: [", "utf-8")
    for _ in range(2):
        await talk.app.look_for_content()
    assert "Land of Kites" in (await talk.says("Tibet"))[-1]
    await talk.close()


async def handled_in_turn(talk: Talk) -> list[tuple[str, str]]:
    """(chat, text) in the order of handling, until nothing waits."""
    handled: list[tuple[str, str]] = []
    worker = a_worker(talk, lambda _session, received: handled.append((received.chat, received.text)))
    while await worker.work_once():
        pass
    return handled


def a_worker(talk: Talk, handle: Handle) -> InboxWorker:
    """One that does something else with what came in."""
    return InboxWorker(talk.app.store, talk.app.sealing, talk.app.inbox, handle, lambda *_: None, lambda *_: None)


async def test_a_flood_from_one_chat_holds_up_no_other(talk: Talk) -> None:
    flood = [talk.received("666", "666", f"Thailand {number}") for number in range(200)]
    await talk.app.inbox.keep(flood)
    await a_worker(talk, lambda *_: None).work_once()
    await talk.app.inbox.keep([talk.received("501", "501", "Thailand"), talk.received("501", "501", "Taiwan")])
    handled = await handled_in_turn(talk)
    assert [chat for chat, _ in handled[:4]] == ["501", "666", "501", "666"]
    assert [text for chat, text in handled if chat == "666"] == [f"Thailand {number}" for number in range(1, 200)]


async def test_a_flood_at_one_messenger_takes_turns_with_the_other(talk: Talk) -> None:
    await talk.app.inbox.keep([talk.received(str(n), str(n), "Thailand", platform="signal") for n in range(200)])
    await talk.app.inbox.keep([talk.received("501", "501", "Thailand")])
    chats: list[str] = []
    await a_worker(talk, lambda _session, received: chats.append(received.chat)).work_once()
    assert "501" in chats
    assert len(chats) == 11


async def test_what_may_have_gone_out_once_stays_marked_through_later_trouble(talk: Talk) -> None:
    talk.messenger.trouble = fails(Trouble.UNKNOWN, DESK)  # type: ignore[assignment]
    await talk.says("SOS words")
    await talk.chooses("Send")
    talk.messenger.trouble = fails(Trouble.UNREACHABLE, DESK)  # type: ignore[assignment]
    for _ in range(3):
        talk.clock.forward(minutes=2)
        await talk.settle()
    talk.messenger.trouble = lambda _parcel: None
    talk.clock.forward(minutes=2)
    await talk.settle()
    assert "You may have received this already" in talk.desk()[0]
