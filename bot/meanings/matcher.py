"""Finds all that a message may mean, in one walk over its text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import marisa_trie

from bot.meanings.folding import beginnings, ends_word, fold, is_unspaced, without_signs
from bot.meanings.phrases import LONGEST_PHRASE, Part, PhraseError, read_phrase
from handlers.model.meanings import Heard, Meaning, Reading, Sort

__all__ = ["Matcher", "PhraseError"]

MOST_PLACES = 8
"""Of one part of a phrase in a text; those behind them are not looked at."""
_LONGEST_GAP = 30
"""Characters between two parts of a phrase."""
_LONGEST_UNSPACED_GAP = 12
_STRICT = (Sort.CANCEL, Sort.WIPE, Sort.SAFE, Sort.YES, Sort.NO, Sort.SEND)
"""What is grave when it was not meant: a single word of these is read with its marks."""

Span = tuple[int, int]
"""From where to where, in a folded text."""
_Says = tuple[tuple[int, bool], ...]
"""The numbers of the parts that a word says, and whether more letters may follow there."""
Places = Mapping[int, list[Span]]
"""By the number of a part, where it stands."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A phrase as it is looked for: the numbers of its parts."""

    meaning: str
    sort: Sort
    parts: tuple[int, ...]
    is_alone: bool
    marked: str
    wish: str


class Matcher:
    """The phrases of all meanings in one tree of letters. What it costs grows with the text, which is cut at
    `LONGEST_TEXT`, and hardly with the number of phrases."""

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        """Raises PhraseError for a phrase that can't be read."""
        numbers: dict[Part, int] = {}
        said = [(name, one, is_alone, text) for name, one in meanings.items() for is_alone, text in _said(one)]
        excepted = [(name, one, False, text) for name, one in meanings.items() for text in _excepted(one)]
        self._rules = _rules(said, numbers)
        self._unless = _rules(excepted, numbers)
        words = _words(numbers)
        self._tree = marisa_trie.Trie(words)
        self._parts = _by_number(self._tree, words)
        self._beginnings = frozenset(word[:2] for word in words)

    def hear(self, text: str) -> Heard:
        """All readings of a message."""
        folded = fold(text)
        places = self._places(folded)
        excepted: dict[str, list[Span]] = defaultdict(list)
        for rule, span in _spans(self._unless, places, folded):
            excepted[rule.meaning].append(span)
        marked = _MarkedWords(text)
        found = [
            (rule, span)
            for rule, span in _spans(self._rules, places, folded)
            if not any(_overlap(span, other) for other in excepted.get(rule.meaning, ()))
            and (not rule.marked or rule.sort not in _STRICT or rule.marked in marked)
        ]
        return Heard(tuple(_readings(folded, found)))

    def _places(self, text: str) -> Places:
        """Where each part of a phrase stands."""
        found: dict[int, list[Span]] = defaultdict(list)
        for start in beginnings(text):
            if text[start : start + 2] in self._beginnings or text[start] in self._beginnings:
                for word, number in self._tree.iter_prefixes_with_ids(text[start : start + LONGEST_PHRASE]):
                    end = start + len(word)
                    is_whole = ends_word(text, end)
                    for part, goes_on in self._parts[number]:
                        if (goes_on or is_whole) and len(found[part]) < MOST_PLACES:
                            found[part].append((start, end))
        return found


class _MarkedWords:
    """The words of a text with their marks; folded once, and only when one is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, word: str) -> bool:
        return word in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(fold(self._text, keeps_marks=True).split(" "))


def _by_number(tree: marisa_trie.Trie, words: Mapping[str, _Says]) -> list[_Says]:
    found: list[_Says] = [()] * len(words)
    for word, number in tree.iteritems():
        found[number] = words[word]
    return found


def _said(meaning: Meaning) -> Iterator[tuple[bool, str]]:
    for phrases in meaning.phrases.values():
        yield from ((True, text) for text in phrases.alone)
        yield from ((False, text) for text in phrases.inside)


def _excepted(meaning: Meaning) -> Iterator[str]:
    for texts in meaning.unless.values():
        yield from texts


def _rules(phrases: Iterable[tuple[str, Meaning, bool, str]], numbers: dict[Part, int]) -> Mapping[int, list[_Rule]]:
    """The rules by the number of their first part; parts that are new get a number."""
    found: dict[int, list[_Rule]] = defaultdict(list)
    for name, meaning, is_alone, written in phrases:
        phrase = read_phrase(written)
        parts = tuple(numbers.setdefault(part, len(numbers)) for part in phrase.parts)
        found[parts[0]].append(_Rule(name, meaning.sort, parts, is_alone, phrase.marked, meaning.wish))
    return found


def _words(numbers: Mapping[Part, int]) -> dict[str, tuple[tuple[int, bool], ...]]:
    """From each word to the parts that it says, and whether more letters may follow there."""
    found: dict[str, tuple[tuple[int, bool], ...]] = {}
    for part, number in numbers.items():
        for goes_on, words in ((False, part.words), (True, part.beginnings)):
            says = ((number, goes_on),)
            for word in words:
                found[word] = (*found[word], *says) if word in found else says
    return found


def _spans(rules: Mapping[int, list[_Rule]], places: Places, text: str) -> list[tuple[_Rule, Span]]:
    """Where the phrases stand."""
    return [
        (rule, (start, end))
        for number, spans in places.items()
        for rule in rules.get(number, ())
        if all(part in places for part in rule.parts)
        for start, behind in spans
        if (end := _end(rule.parts[1:], places, behind, text))
    ]


def _end(parts: Iterable[int], places: Places, behind: int, text: str) -> int:
    """The end of a phrase whose first part ends here; 0 if the others don't follow."""
    for part in parts:
        farthest = behind + (_LONGEST_UNSPACED_GAP if is_unspaced(text[behind - 1]) else _LONGEST_GAP)
        following = [span for span in places[part] if behind <= span[0] <= farthest]
        if not following:
            return 0
        behind = min(following)[1]
    return behind


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _readings(text: str, found: list[tuple[_Rule, Span]]) -> Iterator[Reading]:
    by_sort: dict[Sort, list[Span]] = defaultdict(list)
    for rule, span in found:
        by_sort[rule.sort].append(span)
    fillers = by_sort.pop(Sort.FILLER, [])
    letters = without_signs(text)
    first_left = {sort: _first_left(letters, [*fillers, *spans]) for sort, spans in by_sort.items()}
    seen = set()
    for rule, (start, end) in sorted(found, key=lambda one: one[1]):
        if rule.sort is Sort.FILLER or (rule.is_alone and first_left[rule.sort] < len(text)):
            continue
        if (rule.meaning, start, end) not in seen:
            seen.add((rule.meaning, start, end))
            left = first_left[rule.sort]
            is_alone, is_first = left == len(text), left >= start
            yield Reading(rule.meaning, rule.sort, start, end, is_alone, is_first, rule.wish)


def _first_left(letters: str, spans: list[Span]) -> int:
    """Where the first letter stands that is in none of these; the length of the text if there is none. `letters`: the
    text as `without_signs` leaves it."""
    at = 0
    for start, end in sorted(spans):
        if letters[at:start].strip("\0"):
            break
        at = max(at, end)
    return len(letters) - len(letters[at:].lstrip("\0"))
