"""The most that is kept of a note before it is sent: far beyond what anybody writes, and what is left out is named."""

from __future__ import annotations

from dataclasses import replace

from handlers.model.memory import Draft
from handlers.model.messages import Inbound

MOST_PHOTOS = 100
MOST_WORDS = 200_000
"""Characters in one draft. More goes into the open case afterwards."""


def within_bounds(ask: Inbound, draft: Draft) -> tuple[Inbound, list[str]]:
    """The message with what of it still goes into the draft, and a sentence for each thing that doesn't."""
    others = [part for part in draft.parts if not (ask.is_edit and ask.message in part.messages)]
    words = max(MOST_WORDS - sum(len(part.words) for part in others), 0)
    photos = max(MOST_PHOTOS - sum(len(part.photos) for part in others), 0)
    left_out = [*_words_left_out(ask, ask.text[words:].strip()), *_photos_left_out(ask, len(ask.photos[photos:]))]
    return replace(ask, text=ask.text[:words].rstrip(), photos=ask.photos[:photos]), left_out


def _words_left_out(ask: Inbound, rest: str) -> list[str]:
    if not rest:
        return []
    text = ask.language.ngettext(
        "One note can't hold all of this. {number} character of your last message was left out. "
        "Send your note first, then send the rest.",
        "One note can't hold all of this. The last {number} characters of your last message were left out. "
        "Send your note first, then send the rest.",
        len(rest),
    )
    return [text.format(number=ask.language.number(len(rest)))]


def _photos_left_out(ask: Inbound, number: int) -> list[str]:
    if not number:
        return []
    text = ask.language.ngettext(
        "One note can't hold all of this. {number} photo was left out. "
        "Send your note first, then send the photo again.",
        "One note can't hold all of this. {number} photos were left out. Send your note first, then send them again.",
        number,
    )
    return [text.format(number=ask.language.number(number))]
