"""In which language somebody is answered: what is remembered says it all, for who asks them later, too."""

from __future__ import annotations

import pytest

from bot.languages.catalogues import Catalogues
from bot.messengers.contract import Received
from bot.routing.speech import language_for, with_hints
from handlers.model.memory import Memory
from tests.sample import SHIPPED_LOCALES

SPEECH = Catalogues(SHIPPED_LOCALES, {})


def after(*messages: tuple[str, str], memory: Memory | None = None) -> Memory:
    """The memory after these: what somebody wrote, and what their messenger said of their language."""
    memory = memory or Memory()
    for text, hint in messages:
        received = Received(
            platform="x", key="1", chat="5", sender="5", is_private=True, at=0.0, text=text, language_hint=hint
        )
        memory = with_hints(memory, received, SPEECH)
    return memory


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([("泰國安全嗎", "zh-TW")], "zh_TW"),
        ([("泰國安全嗎", "zh-HK")], "zh_Hant"),
        ([("泰國安全嗎", "")], "zh_Hant"),
        ([("泰國安全嗎", "en")], "zh_Hant"),
        ([("泰国安全吗", "zh-TW")], "zh_Hans"),
        ([("救命", "zh-TW")], "zh_TW"),
        ([("救命", "")], "zh_Hant"),
        ([("救命", ""), ("他们来了", "")], "zh_Hans"),
        ([("泰國安全嗎", ""), ("曼谷", "zh-TW")], "zh_TW"),
        ([("what is the level", "zh-TW")], "en"),
        ([("…", "")], "en"),
    ],
)
def test_the_messenger_says_where_somebody_is_from_and_the_text_which_characters_they_write(
    messages: list[tuple[str, str]], code: str
) -> None:
    memory = after(*messages)
    assert language_for(memory, SPEECH).code == code
    assert (memory.written_language or memory.hinted_language or "en") == code


def test_what_was_chosen_counts_for_more() -> None:
    memory = after(("泰國安全嗎", "zh-TW"), memory=Memory(chosen_language="en"))
    assert language_for(memory, SPEECH).code == "en"
