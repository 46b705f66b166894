"""Long texts in parts that one message each takes, and what each part begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.messengers.markup import Run, runs_of, to_plain
from bot.messengers.seams import Size, seam, units
from bot.messengers.words import MARK, is_cut
from handlers.model.direction import END, ISOLATE

Parts = Callable[[str], Sequence[str]]
"""Cuts words into the parts that a messenger takes, in order; only white space at the seams is left out."""


def words_in_parts(limit: int, size: Size) -> Parts:
    """Cuts somebody's words, of which each part is kept, sent and tried again by itself. The limit leaves room for a
    heading and for the choices."""
    return lambda words: ["".join(run.text for run in part) for part in split([Run(words)], limit, size)]


def numbered(heading: str, part: int, parts: int) -> str:
    """What a part begins with: the heading of `Parcel.part_heading`, with its numbers."""
    return heading.replace("{part}", str(part)).replace("{parts}", str(parts))


def split(runs: Sequence[Run], limit: int, size: Size = units) -> list[list[Run]]:
    """The runs in parts that fit; only white space at the seams is left out."""
    parts = []
    rest = list(runs)
    while rest:
        visible = "".join(run.text for run in rest)
        end, start = seam(visible, limit, size)
        head = list(_slice(rest, 0, end))
        if any(run.text.strip() for run in head):
            parts.append(head)
        rest = list(_slice(rest, start, len(visible)))
    return parts


def in_messages(runs: Sequence[Run], limit: int, size: Size = units, heading: str = "") -> list[list[Run]]:
    """As `split`, and each further part begins with its heading (our markup, with {part} and {parts}) and goes on to
    mark somebody's words. A limit leaves room for both: it is a hundred at least."""
    parts = split(runs, limit, size)
    if len(parts) < 2 or not (heading or any(run.is_words for run in runs)):
        return parts
    longest = size(to_plain(numbered(heading, 999, 999))) + size(f"\n{MARK}{ISOLATE}{END}")
    parts = split(runs, limit - longest, size)
    for number, part in enumerate(parts[1:], 2):
        before = parts[number - 2]
        was_cut = is_cut("".join(run.text for run in before if run.is_words))
        if was_cut:
            before.append(Run(END, is_words=True))
        title = runs_of(numbered(heading, number, len(parts)))
        part[:0] = [*title, *([Run("\n")] if title else []), *_mark_again(part, was_cut=was_cut)]
    return parts


def _mark_again(part: Sequence[Run], *, was_cut: bool) -> list[Run]:
    """The mark of a line that was cut; a new line has its own."""
    goes_on = part[0].is_words and not part[0].text.startswith(MARK[0])
    return [Run(MARK + (ISOLATE if was_cut else ""), is_words=True)] if goes_on else []


def _slice(runs: Sequence[Run], start: int, end: int) -> Iterator[Run]:
    position = 0
    for run in runs:
        low, high = max(start - position, 0), min(end - position, len(run.text))
        if low < high:
            yield replace(run, text=run.text[low:high])
        position += len(run.text)
