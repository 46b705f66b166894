"""Our markup (<b>, <i>, <code>, <at>) and persons' own words, made into what a messenger shows, in parts that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from bot.messengers.contract import Button

_TAG = re.compile(r"(</?(?:b|i|code|at)>)")


@dataclass(frozen=True, slots=True)
class Run:
    """Text with the tags that hold for all of it."""

    text: str
    tags: tuple[str, ...] = ()
    is_mention: bool = False
    """Whether it is the label of somebody who is called by name."""


def runs_of(text: str, words: str = "") -> list[Run]:
    """Our text parsed; the words stand below it, untouched."""
    runs: list[Run] = []
    tags: list[str] = []
    is_mention = False
    for piece in _TAG.split(text):
        if not _TAG.fullmatch(piece):
            runs += [Run(unescape(piece), tuple(tags), is_mention)] if piece else []
        elif piece in ("<at>", "</at>"):
            is_mention = piece == "<at>"
        elif piece.startswith("</"):
            tags = [tag for tag in tags if tag != piece[2:-1]]
        else:
            tags.append(piece[1:-1])
    if words:
        runs.append(Run(f"\n\n{words}" if runs else words))
    return runs


def to_plain(text: str, words: str = "") -> str:
    """Without any markup."""
    return "".join(run.text for run in runs_of(text, words))


def choices_in_words(buttons: Sequence[Button], *, is_group: bool) -> list[str]:
    """The choices as lines, for a messenger without buttons: numbered for a person, as commands in a group, where
    nobody would know whose number counts. There, a choice without a command is left out."""
    if is_group:
        return [f"{button.label}: {button.command}" for button in buttons if button.command]
    return [f"{number}. {button.label}" for number, button in enumerate(buttons, 1)]


Size = Callable[[str], int]
"""The length of a text as a messenger counts it; never shorter for a longer one."""


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def split(runs: Sequence[Run], limit: int, size: Size = units) -> list[list[Run]]:
    """The runs in parts that fit; only white space at the seams is left out."""
    parts = []
    rest = list(runs)
    while rest:
        visible = "".join(run.text for run in rest)
        end, start = _seam(visible, limit, size)
        head = list(_slice(rest, 0, end))
        if any(run.text.strip() for run in head):
            parts.append(head)
        rest = list(_slice(rest, start, len(visible)))
    return parts


def _seam(text: str, limit: int, size: Size) -> tuple[int, int]:
    """The position at which the first part ends, and the one at which the rest begins."""
    if size(text) <= limit:
        return len(text), len(text)
    longest = _fitting(text, limit, size)
    for gap in ("\n\n", "\n", " "):
        end = text.rfind(gap, 0, longest + 1)
        if end > longest // 3:
            return end, end + len(gap)
    return longest, longest


def _fitting(text: str, limit: int, size: Size) -> int:
    """The number of characters that fit, at least one."""
    used = 0
    for position, character in enumerate(text):
        used += size(character)
        if used > limit:
            return max(position, 1)
    return len(text)


def _slice(runs: Sequence[Run], start: int, end: int) -> Iterator[Run]:
    position = 0
    for run in runs:
        low, high = max(start - position, 0), min(end - position, len(run.text))
        if low < high:
            yield Run(run.text[low:high], run.tags, run.is_mention)
        position += len(run.text)
