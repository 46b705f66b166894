"""The direction of text: each value keeps its own among words that run the other way, and so does each line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

ISOLATE, END = "\u2068", "\u2069"
"""What stands between them takes its direction from its own first letter, and turns nothing outside (UAX #9)."""
TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""For `str.translate`: takes out the signs that turn what follows them, also what isn't theirs."""
MARKS = TURNS | dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
"""For `str.translate`: takes out all that says how text runs, and nothing that is read."""

_TO_THE_RIGHT, _TO_THE_LEFT = "\u200e", "\u200f"
_DIRECTIONS = {"L": _TO_THE_RIGHT, "R": _TO_THE_LEFT, "AL": _TO_THE_LEFT}
_TAG = re.compile(r"</?[a-z]+>")
_ALONE = r"<code>[^<]*</code>|[\U0001f1e6-\U0001f1ff]{2}"
"""What is copied, and flags, of which Unicode says that they run to the right."""
_BARE = re.compile(rf"{ISOLATE}(?:{_ALONE}){END}|({_ALONE})")


def isolated(value: str) -> str:
    """The value with a direction of its own, for one line."""
    return f"{ISOLATE}{value}{END}"


def in_order(text: str, *, is_right_to_left: bool) -> str:
    """Text in our markup, whose values are isolated, for readers of a language that runs so: each line begins where
    they begin to read, unless all of its letters are of the other direction; flags and what is in code are isolated."""
    lines = _BARE.sub(lambda found: isolated(found[1]) if found[1] else found[0], text).split("\n")
    own = _TO_THE_LEFT if is_right_to_left else _TO_THE_RIGHT
    return "\n".join(_begun(line, own) for line in lines)


def _begun(line: str, own: str) -> str:
    """A mark is put before the line where its first letter would tell another direction: the first outside of values,
    as Unicode has it, or the first of all, as some apps do."""
    plain = _TAG.sub("", line)
    outside = "".join(_outside(plain))
    letters = set(_directions(outside))
    direction = own if own in letters or not letters else letters.pop()
    is_told = all(next(_directions(text), _TO_THE_RIGHT) == direction for text in (outside, plain))
    return line if is_told or not plain.strip() else direction + line


def _outside(text: str) -> Iterator[str]:
    """The signs that stand in no isolate."""
    depth = 0
    for sign in text:
        depth = max(depth + (sign == ISOLATE) - (sign == END), 0)
        if not depth:
            yield sign


def _directions(text: str) -> Iterator[str]:
    """Of each letter that has one."""
    return (_DIRECTIONS[kind] for kind in map(unicodedata.bidirectional, text) if kind in _DIRECTIONS)
