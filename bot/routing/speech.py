"""In which language somebody is answered: their choice, else what they write in, else what their messenger says."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.messengers.contract import Received
from handlers.model.language import Language, Languages
from handlers.model.memory import Memory


class Speech(Languages, Protocol):
    """Languages that can also tell in which one somebody wrote; each returns a shipped code, or an empty text."""

    def negotiate(self, hint: str) -> str:
        """The one that is nearest to what a messenger says of its user."""

    def written(self, text: str) -> str:
        """The one that a text is surely written in."""

    def guessed(self, text: str) -> str:
        """The one that it is perhaps written in."""

    def closer(self, written: str, hinted: str) -> str:
        """The one that a text is written in, or what is said for it where a messenger says that its user is from."""


def with_hints(memory: Memory, received: Received, speech: Speech) -> Memory:
    """The memory with what this message tells of the person's language."""
    hinted, written = speech.negotiate(received.language_hint), speech.written(received.text)
    if not (hinted or written or memory.hinted_language or memory.written_language):
        hinted = speech.guessed(received.text)
    hinted = hinted or memory.hinted_language
    return replace(
        memory,
        hinted_language=hinted,
        written_language=speech.closer(written or memory.written_language, hinted),
    )


def language_for(memory: Memory, speech: Speech) -> Language:
    """English where nothing is known of the person."""
    return speech.of(memory.chosen_language or memory.written_language or memory.hinted_language or "en")
