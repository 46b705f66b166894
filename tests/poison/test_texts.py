"""A text that is made to take long holds nobody up: what it costs grows with its length and no faster."""

from __future__ import annotations

import asyncio
import json
import time
import unicodedata
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from bot.messengers.signal.receiving.storing import Intake as SignalIntake
from bot.messengers.telegram.receiving import Intake as TelegramIntake
from bot.messengers.texts import MOST_MARKS, readable
from tests.fakes.signal_state import BOT_NUMBER, State
from tests.messengers.signal.test_fuzz import places
from tests.talk import Talk, code_in

LENGTH = 60_000
"""Characters: beyond what a messenger lets through at once."""
HOSTILE: Mapping[str, str] = {
    "marks of one kind": "a\u0301",
    "marks in turn": "\u0316\u0301",
    "marks that are taken apart": "\u0344\u0316",
    "vowel signs that are taken apart": "\u0f73",
    "directions": "\u202e\u2066\u200f",
    "joiners": "👩\u200d",
    "nothing": "\u200b",
    "one long word": "x",
    "calls for help": "help me ",
    "markup": "<b>&amp;",
    "places": "🇹🇭 Thailand ",
    "one letter": "救",
    "lines": "\n",
    "half characters": "\ud800",
    "links": "https://example.org/a ",
    "brackets": "((((",
    "digits": "1 ",
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("wrapped", ["{}", "SOS {}", "/level {}", "what is the level for {}?"])
async def test_what_is_written_to_the_bot_costs_its_length(what: str, wrapped: str) -> None:
    words = wrapped.format((HOSTILE[what] * LENGTH)[:LENGTH])
    talk = Talk()
    try:
        await talk.says("hello")
        before = time.process_time()
        await talk.says(words)
        spent = time.process_time() - before
        await talk.says("SOS they are here", who="900")
        assert code_in(await talk.chooses("Send", who="900"))
    finally:
        await talk.close()
    assert spent < 2.0


MANY = 10_000
ENTITIES: Mapping[str, Mapping[str, object]] = {
    "links": {"type": "text_link", "url": f"https://example.org/{'a' * 200}"},
    "commands": {"type": "bot_command"},
    "mentions": {"type": "text_mention", "user": {"id": 1, "is_bot": False, "first_name": "x"}},
    "unknown": {"type": "of a later version"},
}


@pytest.mark.parametrize("kind", ENTITIES)
async def test_ten_thousand_entities_of_telegram_hold_nobody_up(kind: str) -> None:
    entities = [{**ENTITIES[kind], "offset": number % 4000, "length": 1} for number in range(MANY)]
    message = {"text": "SOS " * 1000, "entities": entities}
    photo = {"photo": [{"file_id": "f", "width": 9, "height": 9}], "caption": "x", "caption_entities": entities}
    await _costs_little("telegram", [_update(10_001, message), _update(10_002, photo)])


@pytest.mark.parametrize("field", ["mentions", "textStyles", "previews", "attachments"])
async def test_ten_thousand_entities_of_signal_hold_nobody_up(field: str) -> None:
    frames: list[Any] = []
    State(deliver=frames.append).says("bad0bad0-0000-4000-8000-000000000001", "SOS " + "\ufffc" * MANY)
    entity = {"length": 1, "uuid": "0", "number": "+1", "name": "x", "style": "BOLD", "url": "x", "id": "x"}
    many = [entity | {"start": 4 + number, "contentType": "image/jpeg"} for number in range(MANY)]
    [message] = [found for container, key in places(frames[0]) if key == "dataMessage" for found in [container[key]]]
    message[field] = many
    await _costs_little("signal", frames)


def _update(number: int, content: Mapping[str, object]) -> Mapping[str, object]:
    sender = {"id": 501, "is_bot": False, "first_name": "x"}
    chat = {"id": 501, "type": "private", "first_name": "x"}
    message = {"message_id": number, "date": 1_700_000_000, "from": sender, "chat": chat, **content}
    return {"update_id": number, "message": message}


async def _costs_little(messenger: str, raw: Sequence[Mapping[str, object]]) -> None:
    """It is handled in little time, nothing is set aside, and somebody else is heard."""
    talk = Talk(messenger=messenger)
    inbox = talk.app.inbox
    try:
        await talk.says("hello")
        before = time.process_time()
        if messenger == "telegram":
            named: Any = SimpleNamespace(username="invented_bot")
            await TelegramIntake(inbox.keep, inbox.set_aside, named).store(raw)
        else:
            frames = [json.dumps(frame).encode() for frame in raw]
            await SignalIntake(asyncio.Queue(), BOT_NUMBER, 0, inbox.keep, inbox.set_aside).store(frames)
        await talk.settle()
        spent = time.process_time() - before
        await talk.says("SOS they are here", who="900")
        assert code_in(await talk.chooses("Send", who="900"))
        aside = text("SELECT count(*) FROM inbox WHERE is_aside")
        assert await talk.app.store.run(lambda session: session.execute(aside).scalar()) == 0
    finally:
        await talk.close()
    assert spent < 2.0


def test_words_keep_all_that_belongs_to_them() -> None:
    for words in ("Việt Nam", "ប្រទេសកម្ពុជា", "བོད་ལྗོངས", "नेपाल", "الشرطة", "שָׁלוֹם", "e" + "\u0301" * MOST_MARKS):
        assert readable(words) == words
    assert readable("a" + "\u0316\u0301" * 500 + "b") == "a" + "\u0316\u0301" * (MOST_MARKS // 2) + "b"
    assert len(unicodedata.normalize("NFD", readable("a" + "\u0f73" * 500))) <= 1 + MOST_MARKS
    assert readable("\ud800!") == "?!"
