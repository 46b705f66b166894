"""How much of a phone an answer fills: what to do must not stand where nobody scrolls to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from bot.content.source import Fault
from handlers.lookups.level_text import BULLET, View, level_text
from handlers.model.language import Languages
from handlers.ports import AlertBook

COLUMNS = 40
"""Letters of a line on a small phone; a Chinese one takes the room of two."""
LAST_LINE_OF_ADVICE = 6
"""The advice has to begin in this line or above it."""
MOST_LINES = 17
_TAG = re.compile(r"<[^>]+>")
_PIECES = re.compile(r"\s|[\u2e80-\U0003ffff]|[^\s\u2e80-\U0003ffff]+")
_WIDE = ("W", "F")


def too_long(book: AlertBook, places: Iterable[str], languages: Languages, today: date) -> Iterator[Fault]:
    """A warning for each of these places and each language whose answer is too long, or tells too late what to do."""
    for place in places:
        for code in languages.codes():
            text = _TAG.sub("", level_text(View(languages.of(code), book, today), place))
            above, _, advice = text.partition(f"\n{BULLET}")
            begins, lines = lines_of(above) + 1, lines_of(text)
            where = f"places/{place}.yaml", 1
            if advice and begins > LAST_LINE_OF_ADVICE:
                message = f"on a phone the advice begins in line {begins} ({code}): shorten what stands above it"
                yield Fault(*where, message, is_warning=True)
            if lines > MOST_LINES:
                message = f"the answer fills {lines} lines of a phone ({code}): shorten `summary` or `advice`"
                yield Fault(*where, message, is_warning=True)


def lines_of(text: str) -> int:
    """The lines that a text fills on a phone; words are not broken, Chinese is."""
    return sum(map(_lines_of_paragraph, text.split("\n")))


def _lines_of_paragraph(text: str) -> int:
    lines, filled = 1, 0
    for piece in _PIECES.findall(text):
        width = columns(piece)
        if filled + width > COLUMNS and not piece.isspace():
            lines, filled = lines + 1, 0
        filled += width if filled or not piece.isspace() else 0
    return lines


def columns(text: str) -> int:
    """The letters that a text has room for: a Chinese one counts as two."""
    return sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
