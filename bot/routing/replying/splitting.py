"""A reply whose words are too many for one message, as several: each has its heading, and is sent by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.messengers.parts import numbered
from handlers.model.language import Language
from handlers.model.messages import Reply

_BOLD = re.compile(r"<b>[^\n]*?</b>")
_TAG = re.compile(r"</?\w+>")


def in_parts(reply: Reply, words: Sequence[str], language: Language) -> list[Reply]:
    """The reply with these words in its messages, in order; with one part, as it is. A photo goes with the first; the
    choices, a place and what follows once it is accepted go with the last. What follows if it never is, with each."""
    if len(words) < 2:
        return [reply]
    text, heading, last = reply.text, _heading(reply.text), len(words)
    parts = [numbered(part_heading(language, heading), number, last) for number in range(1, last + 1)]
    first = text.replace(heading, parts[0], 1) if heading else parts[0]
    bare = replace(reply, choices=(), point=None, then=None)
    return [
        replace(bare, text=first, words=words[0]),
        *(
            replace(bare, text=part, words=some, photo=None, replaces=False)
            for part, some in zip(parts[1:-1], words[1:-1], strict=True)
        ),
        replace(reply, text=parts[-1], words=words[-1], photo=None, replaces=False),
    ]


def _heading(text: str) -> str:
    """The first words in bold, else the first line if it has no markup."""
    found = _BOLD.search(text)
    line = text.partition("\n")[0]
    return found[0] if found else "" if _TAG.search(line) else line


def part_heading(language: Language, heading: str) -> str:
    """What each message begins with that is one of several: `numbered` puts in which, where they are counted."""
    # Translators: {heading} is a whole heading, {part} and {parts} are numbers: "SOS 4F7K-2Q (2 of 5)"
    return language.gettext("{heading} ({part} of {parts})").replace("{heading}", heading).strip()
