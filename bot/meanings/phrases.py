"""Reads phrases as `content/meanings/` writes them: `(police|cops) … (door|house)`, `арест*`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

from bot.meanings.folding import all_closed, fold

MOST_WAYS = 2000
"""In which one phrase may be said."""
LONGEST_PHRASE = 60
_SHORTEST_WITHOUT_SPACES = 6
"""Letters of a phrase that is also found where nobody typed the spaces: helpme."""
_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
_GROUP = re.compile(r"\(([^()]*)\)")


class PhraseError(ValueError):
    """A phrase can't be understood; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Part:
    """The ways in which a part of a phrase may be said, folded: as words of their own, and as beginnings of words."""

    words: frozenset[str]
    beginnings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Parts that follow one another, with other words between."""

    parts: tuple[Part, ...]
    marked: str = ""
    """The one word that it is, with its marks, where it has any."""


def read_phrase(written: str) -> Phrase:
    """Raises PhraseError."""
    if written.count("(") != written.count(")"):
        raise PhraseError(f"{written!r}: brackets stand in pairs, and none in another")
    return Phrase(tuple(_part(part, written) for part in _GAP.split(written.strip())), _marked(written))


def _part(part: str, written: str) -> Part:
    pieces = [[_folded(way) for way in piece.split("|")] for piece in _alternatives(part)]
    if prod(map(len, pieces)) > MOST_WAYS:
        raise PhraseError(f"{written!r}: it can be said in more than {MOST_WAYS} ways: make two of it")
    ways = {"".join(way) for way in product(*pieces)}
    words = _closed(way for way in ways if not way.endswith("*"))
    beginnings = _closed(way.replace("*", " ") for way in ways if way.endswith("*"))
    if not all(0 < len(text) <= LONGEST_PHRASE for text in words | beginnings):
        raise PhraseError(f"{written!r}: each part needs a letter, and at most {LONGEST_PHRASE}")
    return Part(frozenset(_with_joined(words)), frozenset(_with_joined(beginnings)))


def _closed(ways: Iterable[str]) -> set[str]:
    texts = list(ways)
    return all_closed(texts) if texts else set()


@lru_cache(maxsize=20_000)  # what stands in the phrases comes again in others; they are no person's words
def _folded(piece: str) -> str:
    """A piece with its edges: a space before or behind it, and the star."""
    before, behind = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip("* ")) :]
    return before + fold(piece) + behind


def _with_joined(texts: set[str]) -> set[str]:
    joined = [
        plain for text in texts if " " in text and len(plain := text.replace(" ", "")) >= _SHORTEST_WITHOUT_SPACES
    ]
    return texts | _closed(joined)


def _alternatives(part: str) -> Iterator[str]:
    """What stands outside of brackets, and the inside of each, in order."""
    for number, piece in enumerate(_GROUP.split(part)):
        if "|" in piece and number % 2 == 0:
            raise PhraseError(f"{part!r}: put what is one of several into brackets: (a|b)")
        yield piece


def _marked(written: str) -> str:
    """A single word that its marks tell from another; else empty."""
    with_marks = fold(written, keeps_marks=True)
    is_one_word = " " not in with_marks and not re.search(r"[()|*…]", written)
    return with_marks if is_one_word and with_marks != fold(written) else ""
