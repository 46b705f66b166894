"""A text that is made to take long holds nobody up: what it costs grows with its length and no faster."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Mapping

import pytest

from bot.messengers.texts import MOST_MARKS, readable
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


@pytest.mark.untraced
@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("wrapped", ["{}", "SOS {}", "/level {}", "what is the level for {}?"])
async def test_what_is_written_to_the_bot_costs_its_length(what: str, wrapped: str) -> None:
    text = wrapped.format((HOSTILE[what] * LENGTH)[:LENGTH])
    talk = Talk()
    try:
        await talk.says("hello")
        before = time.process_time()
        await talk.says(text)
        spent = time.process_time() - before
        await talk.says("SOS they are here", who="900")
        assert code_in(await talk.chooses("Send", who="900"))
    finally:
        await talk.close()
    assert spent < 2.0


def test_words_keep_all_that_belongs_to_them() -> None:
    for text in ("Việt Nam", "ប្រទេសកម្ពុជា", "བོད་ལྗོངས", "नेपाल", "الشرطة", "שָׁלוֹם", "e" + "\u0301" * MOST_MARKS):
        assert readable(text) == text
    assert readable("a" + "\u0316\u0301" * 500 + "b") == "a" + "\u0316\u0301" * (MOST_MARKS // 2) + "b"
    assert len(unicodedata.normalize("NFD", readable("a" + "\u0f73" * 500))) <= 1 + MOST_MARKS
    assert readable("\ud800!") == "?!"
