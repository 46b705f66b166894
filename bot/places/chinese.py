"""Whether a name in Chinese characters is a word of its own, or the end of one word and the beginning of the next."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.places.index import Index
from bot.places.words import HAN

_AROUND = 5
"""Characters on both sides of a name that are cut into words."""
_TOTAL = 8 * 25.8
"""Eight times the logarithm of all words that were counted."""
_UNKNOWN = -_TOTAL
_NAME = 8 * 9
"""How often a name is taken to be met of which the dictionary knows nothing: about 500 times."""
_ALIAS = 8 * 12
"""The same of a spelling of content: it is a place more surely than a rare word is one."""
_LONGEST_WORD = 4
_RUN = re.compile(f"[{HAN}]+")
_RUN_BEFORE = re.compile(f"[{HAN}]+$")


def is_written_so(name: str) -> bool:
    return _RUN.fullmatch(name) is not None


def is_whole(index: Index, text: str, start: int, end: int, *, is_alias: bool = False) -> bool:
    """Whether the likeliest way to cut the text into words leaves the name in one piece: 宪法|国家, but 去|法国.

    Longer words that begin with a spelling of content (`is_alias`) are about its place, if they are no traps: 普吉岛.
    """
    before, after = _RUN_BEFORE.search(text, max(start - _AROUND, 0), start), _RUN.match(text, end, end + _AROUND)
    left = before.start() if before else start
    around = text[left : after.end() if after else end]
    begin, stop = start - left, end - left
    if len(around) == stop - begin:
        return True
    known = [index.words(around[place : place + _LONGEST_WORD]) for place in range(len(around))]
    if is_alias:
        known[begin] = [(word, weight) for word, weight in known[begin] if begin + len(word) <= stop]
    if not _is_crossed(known, begin, stop):
        return True
    own = [weight for word, weight in known[begin] if begin + len(word) == stop]
    name = max([_ALIAS if is_alias else _NAME, *own])
    whole = _likeliest(known[:begin], begin) + name - _TOTAL + _likeliest([*known[stop:]], len(around) - stop)
    known[begin] = [(word, weight) for word, weight in known[begin] if begin + len(word) != stop]
    return whole >= _likeliest(known, len(around))


def _is_crossed(known: Sequence[Sequence[tuple[str, int]]], begin: int, stop: int) -> bool:
    """Whether any word reaches over an end of the name; mostly none does, and nothing has to be weighed."""
    return any(
        place + len(word) > (begin if place < begin else stop) for place in range(stop) for word, _ in known[place]
    )


def _likeliest(known: Sequence[Sequence[tuple[str, int]]], length: int) -> float:
    """The logarithm of the likeliest way to cut `length` characters; `known`: the words that begin at each."""
    best = [0.0] + [float("-inf")] * length
    for place in range(length):
        best[place + 1] = max(best[place + 1], best[place] + _UNKNOWN)
        for word, weight in known[place]:
            if (end := place + len(word)) <= length:
                best[end] = max(best[end], best[place] + weight - _TOTAL)
    return best[length]
