"""A group that is no desk, at the messengers' own interfaces."""

from __future__ import annotations

import pytest

from bot.delivery import strangers
from tests.fakes.telegram_state import Chat
from tests.messengers.doors import SignalDoor, TelegramDoor


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "PATIENCE_SECONDS", 0.0)


async def test_on_telegram_it_is_left_and_a_person_is_answered(telegram: TelegramDoor) -> None:
    state = telegram.server.state
    chat = state.chats.setdefault(-100777, Chat(-100777, type="supergroup"))
    sender = {"id": 666, "is_bot": False, "first_name": "Invented"}
    state.add_update({"message": {"message_id": 5, "date": 1, "chat": chat.raw(), "from": sender, "text": "/level"}})
    telegram.says("Thailand")
    await telegram.hears("Black")
    await telegram.server.wait_until(lambda: not chat.has_bot)
    assert chat.messages == {}


async def test_on_signal_it_is_left_and_a_person_is_answered(signal: SignalDoor) -> None:
    state = signal.server.state
    group = state.group("aW52ZW50ZWQgc3RyYW5nZXJzIDAwMDAwMDAwMDA=", ["666"])
    state.says("bad0bad0-0000-4000-8000-000000000001", "Thailand", group=group.internal_id)
    signal.says("Thailand")
    await signal.hears("Black")
    await signal.server.wait_until(lambda: not group.is_member)
