"""Finds the names of an index in a row of tokens: the leftmost first, and the longest of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.places.words import Token


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: places that are sure, or one of several; no place at all when it is only a trap."""

    places: tuple[str, ...]
    is_sure: bool = True


@dataclass(slots=True)
class _Node:
    after: dict[str, _Node] = field(default_factory=dict)
    meaning: Meaning | None = None


class Index:
    """Names by their tokens. A name that is added twice keeps its last meaning."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, key: Sequence[str], meaning: Meaning) -> None:
        node = self._root
        for token in key:
            node = node.after.setdefault(token, _Node())
        node.meaning = meaning

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[int, Meaning | None]:
        """How many tokens from `start` on the longest name takes, and what it means."""
        node, best, meaning = self._root, 0, None
        for position in range(start, len(tokens)):
            following = node.after.get(tokens[position].folded)
            if following is None:
                break
            node = following
            if node.meaning is not None:
                best, meaning = position - start + 1, node.meaning
        return best, meaning
