"""signalbot's own client and models work against the fake: what it can't talk to would be no fake of the real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import cast

import pytest
from signalbot import Config, SignalBot
from signalbot._client import ConnectionMode, ReceiveError, SendError, SignalAPI
from signalbot._generated import SendMessageV2, TextMode
from signalbot.bot_config import InMemoryConfig
from signalbot.contacts import UpdateContact
from signalbot.groups import GroupUpdate
from signalbot.messages import (
    DataMessage,
    EditMessage,
    ReceivedMessage,
    RemoteDelete,
    SendMessage,
    TypingMessage,
    UnknownMessageFormatError,
    parse,
)
from signalbot.reactions import Reaction
from signalbot.receipts import ReceiptType

from tests.fakes.signal_envelopes import bad_frames
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, Fault

ANN = "a1a1a1a1-0000-4000-8000-000000000001"
DESK = "ZGVzayBvZiBpbnZlbnRlZCBwZW9wbGUgMDAwMDAwMDA="


@pytest.fixture
async def server() -> AsyncIterator[FakeSignal]:
    server = await FakeSignal.start()
    server.state.person(ANN, number=None)
    yield server
    await server.close()


@pytest.fixture
async def signal(server: FakeSignal) -> AsyncIterator[SignalAPI]:
    api = SignalAPI(server.address, BOT_NUMBER, connection_mode=ConnectionMode.HTTP_ONLY)
    yield api
    await api.close()


@pytest.fixture
async def bot(server: FakeSignal) -> AsyncIterator[SignalBot]:
    bot = SignalBot(
        Config(
            signal_service=server.address,
            phone_number=BOT_NUMBER,
            storage=InMemoryConfig(),
            connection_mode=ConnectionMode.HTTP_ONLY,
        )
    )
    yield bot
    await bot.close()


async def test_it_finds_the_service_its_version_and_its_groups(server: FakeSignal, bot: SignalBot) -> None:
    group = server.state.group(DESK, [ANN])
    await bot._check_signal_service()
    await bot._check_signal_cli_rest_api_version()
    await bot._check_signal_cli_rest_api_mode()
    await bot.groups.refresh()
    assert bot.groups.get_id(DESK) == group.id
    server.about["version"] = "0.99"
    with pytest.raises(RuntimeError, match="Incompatible"):
        await bot._check_signal_cli_rest_api_version()


async def test_every_kind_of_message_is_read(server: FakeSignal, signal: SignalAPI) -> None:
    state = server.state
    state.group(DESK, [ANN])
    frames = cast("AsyncGenerator[str]", signal.messages.receive())
    reading = await _start_reading(server, frames)
    stamp = state.says(ANN, "hi", attachments=[state.attach(b"photo")])
    state.quotes(ANN, stamp, "about that", author=ANN, group=DESK)
    state.edits(ANN, stamp, "hello")
    state.deletes(ANN, stamp)
    state.reacts(ANN, stamp, "👍", author=ANN)
    state.types(ANN)
    state.changes_group(ANN, DESK)
    state.sets_timer(ANN, 60)
    state.writes_elsewhere("from my laptop", to=ANN)
    raws = [await reading] + [await anext(frames) for _ in range(8)]
    await frames.aclose()
    read: list[ReceivedMessage] = [await parse(signal, raw) for raw in raws]
    kinds = [DataMessage, DataMessage, EditMessage, RemoteDelete, Reaction, TypingMessage, GroupUpdate, DataMessage]
    assert [type(one) for one in read] == [*kinds, DataMessage]
    photo = read[0]
    assert isinstance(photo, DataMessage)
    assert photo.attachments
    assert photo.attachments[0].base64_content == "cGhvdG8="
    assert (photo.source_uuid, photo.source_number, photo.timestamp) == (ANN, None, stamp)
    assert read[1].source_or_group_id() == DESK
    assert read[8].source_uuid == ANN  # a sync message looks as if the person had written it
    with pytest.raises(UnknownMessageFormatError):
        await parse(signal, json.dumps(state.said[0] | {"envelope": _bare(state.said[0]["envelope"])}))


def _bare(envelope: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in envelope.items() if name != "dataMessage"}


async def test_a_clean_close_ends_its_receiving_silently_and_an_abort_raises(
    server: FakeSignal, signal: SignalAPI
) -> None:
    frames = signal.messages.receive()
    reading = await _start_reading(server, frames)
    server.state.says(ANN, "one")
    server.close_readers(1000)
    assert len([await reading] + [raw async for raw in frames]) == 1
    reading = await _start_reading(server, signal.messages.receive())
    server.abort_readers()
    with pytest.raises(ReceiveError):
        await reading


async def _start_reading(server: FakeSignal, frames: AsyncIterator[str]) -> asyncio.Future[str]:
    reading = asyncio.ensure_future(anext(frames))
    await server.wait_until(lambda: bool(server.readers))
    return reading


async def test_its_actions_send_edit_delete_react_and_type(server: FakeSignal, bot: SignalBot) -> None:
    state = server.state
    group = state.group(DESK, [ANN])
    await bot.groups.refresh()
    sent = await bot.messages.send(SendMessage(text="*one*", text_mode=TextMode.STYLED), ANN)
    assert state.texts(ANN) == ["one"]
    await bot.messages.edit(SendMessage(text="two"), sent)
    assert state.texts(ANN) == ["two"]
    await bot.messages.send(SendMessage(text="to all", quote_author=ANN, quote_timestamp=1, quote_text="x"), DESK)
    assert state.messages(group.id)[0].quote == {"timestamp": 1, "author": ANN, "message": "x"}
    assert await bot.messages.remote_delete(sent) > sent.timestamp
    assert state.texts(ANN) == []
    await bot.messages.start_typing(ANN)
    await bot.messages.stop_typing(ANN)
    assert state.typing == [(ANN, True), (ANN, False)]
    await bot.contacts.update(UpdateContact(expiration_in_seconds=600), ANN)
    assert state.timers == {ANN: 600}
    stamp = state.says(ANN, "hi")
    message = await parse(bot._signal, json.dumps(state.said[-1]))
    assert isinstance(message, DataMessage)
    await bot.receipts.send(message, ReceiptType.READ)
    await bot.reactions.react(message, "👍")
    assert (state.receipts[0]["timestamp"], state.reactions[0]["reaction"]) == (stamp, "👍")
    assert server.violations == []


async def test_a_refusal_raises_and_named_errors_come_back(server: FakeSignal, signal: SignalAPI) -> None:
    message = SendMessageV2(message="x", number=BOT_NUMBER, recipients=[ANN])
    server.next("send", Fault(status=429, error="Too many", more={"challenge_tokens": ["t"]}))
    with pytest.raises(SendError):
        await signal.messages.send(message)
    server.next("send", Fault("errors", error="IDENTITY_FAILURE"))
    [answer] = await signal.messages.send(message)
    assert answer.errors
    assert answer.errors.recipients
    assert answer.errors.recipients[0].reason == "IDENTITY_FAILURE"


@pytest.mark.parametrize("name", ["an error", "an exception without envelope", "no server timestamps", "a list"])
async def test_it_can_not_read_the_bad_frames(signal: SignalAPI, name: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        await parse(signal, str(bad_frames(BOT_NUMBER, ANN)[name]))
