"""Our markup (<b>, <i>, <code>, <at>) and persons' own words, made into what a messenger shows, in parts that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from bot.messengers.contract import Parcel
from bot.messengers.words import MARK, is_cut, quoted
from handlers.model.direction import END, ISOLATE, in_order, isolated

_TAG = re.compile(r"(</?(?:b|i|code|at)>)")


@dataclass(frozen=True, slots=True)
class Run:
    """Text with the tags that hold for all of it."""

    text: str
    tags: tuple[str, ...] = ()
    is_mention: bool = False
    """Whether it is the label of somebody who is called by name."""
    is_words: bool = False
    """Whether it is of somebody's own words, with their mark before each line."""


ShowWords = Callable[[str], Sequence[Run]]
"""From quoted words to their runs: how a messenger keeps links in them from being tapped."""


def as_they_are(words: str) -> Sequence[Run]:
    return [Run(words, is_words=True)]


def runs_of(text: str, words: str = "", show_words: ShowWords = as_they_are) -> list[Run]:
    """Our text parsed; the words stand below it, each line with its mark, and are never markup."""
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
    if shown := quoted(words):
        runs += [*([Run("\n\n")] if runs else []), *show_words(shown)]
    return runs


def to_plain(text: str, words: str = "") -> str:
    """Without any markup."""
    return "".join(run.text for run in runs_of(text, words))


def choices_in_words(parcel: Parcel, *, is_group: bool) -> list[str]:
    """The choices of a parcel as lines, for a messenger without buttons: numbered for a person, as commands in a group,
    where nobody would know whose number counts. There, a choice without a command is left out."""
    lines = (
        [f"{isolated(button.label)}: {isolated(button.command)}" for button in parcel.buttons if button.command]
        if is_group
        else [f"{number}. {isolated(button.label)}" for number, button in enumerate(parcel.buttons, 1)]
    )
    return [in_order(line, is_right_to_left=parcel.is_right_to_left) for line in lines]


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


def parts_of(runs: Sequence[Run], limit: int, size: Size = units, heading: str = "") -> list[list[Run]]:
    """As `split`, and each further part begins with its heading (our markup, with {part} and {parts}) and goes on to
    mark somebody's words. A limit leaves room for both: it is a hundred at least."""
    parts = split(runs, limit, size)
    if len(parts) < 2 or not (heading or any(run.is_words for run in runs)):
        return parts
    longest = size(to_plain(_numbered(heading, 999, 999))) + size(f"\n{MARK}{ISOLATE}{END}")
    parts = split(runs, limit - longest, size)
    for number, part in enumerate(parts[1:], 2):
        before = parts[number - 2]
        was_cut = is_cut("".join(run.text for run in before if run.is_words))
        if was_cut:
            before.append(Run(END, is_words=True))
        title = runs_of(_numbered(heading, number, len(parts)))
        part[:0] = [*title, *([Run("\n")] if title else []), *_mark_again(part, was_cut=was_cut)]
    return parts


def _numbered(heading: str, part: int, parts: int) -> str:
    return heading.replace("{part}", str(part)).replace("{parts}", str(parts))


def _mark_again(part: Sequence[Run], *, was_cut: bool) -> list[Run]:
    """The mark of a line that was cut; a new line has its own."""
    goes_on = part[0].is_words and not part[0].text.startswith(MARK[0])
    return [Run(MARK + (ISOLATE if was_cut else ""), is_words=True)] if goes_on else []


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
            yield replace(run, text=run.text[low:high])
        position += len(run.text)
