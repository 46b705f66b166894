"""Where a text that is too long may be cut: as its language breaks lines, and never within what is read as one sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from handlers.model.direction import END, ISOLATE

Size = Callable[[str], int]
"""The length of a text as a messenger counts it; never shorter for a longer one."""

_GAPS = ("\n\n", "\n")
_HALF = re.compile("[\ud800-\udfff]")
_WINDOW = 200
"""Characters behind the limit that are looked at, too: what a sign or a word is shows in what follows it."""


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def seam(text: str, limit: int, size: Size) -> tuple[int, int]:
    """The position at which the first part ends, and the one at which the rest begins: between paragraphs, else lines,
    else where a line may break (UAX #14; Thai, Khmer, Burmese and Lao by their words, Tibetan behind its tsheg), else
    between two signs (UAX #29). Only a sign that is longer than the limit by itself is cut."""
    if size(text) <= limit:
        return len(text), len(text)
    longest = _fitting(text, limit, size)
    for gap in _GAPS:
        end = text.rfind(gap, 0, longest + 1)
        if end > longest // 3:
            return end, end + len(gap)
    near = _HALF.sub("\ufffd", text[: longest + _WINDOW])
    return (
        _last(_line_breaks(near), near, longest, longest // 3)
        or _last(_signs(near), near, longest, 0)
        or (longest,) * 2
    )


def _fitting(text: str, limit: int, size: Size) -> int:
    """The number of characters that fit, at least one."""
    used = 0
    for position, character in enumerate(text):
        used += size(character)
        if used > limit:
            return max(position, 1)
    return len(text)


def _last(pieces: Iterable[str], text: str, longest: int, least: int) -> tuple[int, int] | None:
    """The last seam between two of these pieces that leaves a first part of more than `least` and at most `longest`
    characters; where there is one, outside of what is isolated: a phone number is one value, whatever stands in it.
    White space before a seam takes no room."""
    found, outside, end, depth = None, None, 0, 0
    for piece in pieces:
        begin, end = end, end + len(piece)
        visible = begin + len(piece.rstrip())
        depth += piece.count(ISOLATE) - piece.count(END)
        if visible > longest or end >= len(text):
            break
        if visible > least:
            found = visible, end
            outside = outside if depth else found
    return outside or found


# ICU takes 7 MiB: only a bot that meets a long text has it. Its pieces are counted by themselves: it tells positions in
# UTF-16.


def _line_breaks(text: str) -> Iterable[str]:
    from icu4py.breakers import LineBreaker

    return LineBreaker(text, "")


def _signs(text: str) -> Iterable[str]:
    from icu4py.breakers import CharacterBreaker

    return CharacterBreaker(text, "")
