"""Somebody's words in parts that one message each surely takes: a part is kept, sent and tried again by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.messengers.markup import Run, Size, split

Parts = Callable[[str], Sequence[str]]
"""Cuts words into the parts that a messenger takes, in order; only white space at the seams is left out."""


def parts_of(limit: int, size: Size) -> Parts:
    """Cuts into parts of at most this size; `limit` leaves room for a heading and for the choices."""
    return lambda words: ["".join(run.text for run in part) for part in split([Run(words)], limit, size)]
