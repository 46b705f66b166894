"""Finds the names in a row of words: the leftmost first, and the longest of those."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml

from bot.places import chinese, names
from bot.places.entries import MARKED
from bot.places.index import Index, Kind, Meaning
from bot.places.words import CASED, ETHIOPIC, TABLES, Token, are_vietnamese, is_mark, is_pause, is_unspaced, joined, key

LONGEST_NAME = 60
_FEWEST_LETTERS_BEHIND_A_PREFIX = 4
_FEWEST_SYLLABLES = 3
"""The same in Ethiopic, where a letter is a syllable."""
_FEW_WORDS = 4
_MARKED_WORDS = 3
"""Words of a name in which the first marks stand."""
_MOST_HITS = 20
"""Nobody names more places in a message; what is behind them is not read."""
_NOTHING: tuple[int, None] = (0, None)

Found = tuple[int, Meaning | None]
"""How many words a name takes, and what it means."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name in a text: what it stands for, the words that it takes, and how they are written."""

    meaning: Meaning
    words: tuple[Token, ...]
    first: int
    """The place of its first word in the text."""

    @property
    def places(self) -> tuple[str, ...]:
        return self.meaning.places

    @property
    def is_capitalised(self) -> bool:
        """As a name is; of three letters all have to be."""
        return is_capitalised(self.words[0].written)


def is_capitalised(word: str) -> bool:
    """As a name is, where letters have capitals; of three letters of English all have to be."""
    if not CASED.match(word):
        return True
    return word.isupper() if len(word) <= 3 and word.isascii() else not word[0].islower()


class Line:
    """The words of a text as the index writes them, and where each begins and ends."""

    def __init__(self, row: Sequence[Token], words: Sequence[str], prefix: str) -> None:
        self.row, self.words, self.prefix = row, words, prefix
        # Whether each word is another one without its marks; never so in the line without them.
        self.marks = [word != token.folded for word, token in zip(words, row, strict=True)]
        self.text = joined(words)
        self.starts, self._ends = [], {}
        end = 0
        for number, word in enumerate(words):
            start = self.text.index(word, end)
            end = start + len(word)
            self.starts.append(start)
            self._ends[end] = number + 1

    def words_to(self, position: int, end: int) -> int:
        """How many words a name takes that begins in one and ends there; 0 if it ends inside of a word."""
        if number := self._ends.get(end):
            return 0 if self._goes_on(number) else number - position
        number = position
        while number + 1 < len(self.starts) and self.starts[number + 1] < end:
            number += 1
        rest = self.words[number][end - self.starts[number] :]
        return number + 1 - position if rest in _affixes("endings", _script(rest[:1])) else 0

    def _goes_on(self, number: int) -> bool:
        """Whether the last character of a name has a mark, or closes a syllable that the name ends in."""
        after = self.words[number : number + 2]
        return bool(after) and (is_mark(after[0]) or (len(after) > 1 and after[1] in "\u103a\u1039\u17d2"))

    def skips(self, position: int) -> Iterator[int]:
        """Where in a word a name may begin: at its start, or behind what is written together with it."""
        yield 0
        word = self.words[position]
        for beginning in _affixes("beginnings", _script(word[:1])):
            if word.startswith(beginning):
                yield len(beginning)


class Reader:
    """Reads texts with an index and the spellings of content."""

    def __init__(self, index: Index, aliases: Mapping[str, str]) -> None:
        self._index = index
        table = _table("codes")
        dialogue = table["dialogue"].split()
        self._codes = {code: place for code, place in names.codes().items() if code not in dialogue}
        self._abbreviations = frozenset(table["abbreviations"].split())
        self._places = frozenset(aliases.values())
        words_too = table["words_too"].split()
        self._own: dict[str, list[tuple[str, Meaning]]] = defaultdict(list)
        for spelling, place in aliases.items():
            if words := key(spelling):
                kind = Kind.WORD_TOO if spelling in words_too else Kind.SURE
                self._learn(joined(words), words[0], Meaning(kind, (place,)))

    def _learn(self, name: str, first: str, meaning: Meaning) -> None:
        # An alias that only repeats a name has nothing to outrank a trap with.
        if self._index.get(name) != meaning:
            self._own[first].append((name, meaning))
            self._own[first].sort(key=lambda pair: -len(pair[0]))

    def read(self, row: Sequence[Token], limit: int) -> list[Hit]:
        """The names that begin within `limit` characters."""
        lines = [Line(row, [token.folded for token in row], "")]
        if any(token.exact != token.folded and not is_unspaced(token.folded) for token in row):
            lines.append(Line(row, [token.exact for token in row], MARKED))
        are_codes_meant, is_vietnamese = self._are_codes_meant(row), are_vietnamese(row)
        count = sum(not is_pause(token) for token in row)
        hits: list[Hit] = []
        position = 0
        while position < len(row) and row[position].start < limit and len(hits) < _MOST_HITS:
            length, meaning = self._longest(lines, position, is_vietnamese=is_vietnamese)
            if meaning is None and are_codes_meant:
                length, meaning = 1, self._code(row[position], count)
            if meaning is not None and meaning.places:
                hits.append(Hit(meaning, tuple(row[position : position + length]), position))
            is_doubtful = meaning is not None and meaning.kind in (Kind.FAINT, Kind.MISSPELT)
            position += 1 if is_doubtful else length or 1  # a name may begin inside of what is hardly one
        return hits

    def _longest(self, lines: Sequence[Line], position: int, *, is_vietnamese: bool) -> Found:
        token = lines[0].row[position]
        if is_pause(token) or is_mark(token.folded):
            return _NOTHING
        own = self._of_content(lines[0], position)
        # Only words with marks are others with them: Trung Quốc.
        is_marked = len(lines) > 1 and any(lines[1].marks[position : position + _MARKED_WORDS])
        marked = self._of_index(lines[1], position) if is_marked else _NOTHING
        plain = self._of_index(lines[0], position)
        if is_marked and is_vietnamese and any(lines[1].marks[position : position + plain[0]]):
            plain = _NOTHING  # with other marks it is another word: ba lần, three times, and Ba Lan, Poland
        longest = max(own, marked, plain, key=_length)
        return own if own[1] and not self._is_longer_word(longest, own, lines[0], position) else longest

    def _is_longer_word(self, found: Found, own: Found, line: Line, position: int) -> bool:
        """Whether the spelling of content only begins it: 大陆 in 大陆架, but not in the trap 上海地 of 上海地铁."""
        length, meaning = found
        if length <= own[0] or meaning is None or meaning.kind is not Kind.TRAP:
            return length > own[0]
        start = line.starts[position]
        end = line.starts[position + length - 1] + len(line.words[position + length - 1])
        return self._is_whole(line, start, end, is_alias=False)

    def _of_content(self, line: Line, position: int) -> Found:
        start = line.starts[position]
        for name, meaning in self._own.get(line.words[position], ()):
            end = start + len(name)
            length = line.words_to(position, end) if line.text.startswith(name, start) else 0
            if length and self._is_whole(line, start, end, is_alias=True):
                return length, meaning
        return _NOTHING

    def _of_index(self, line: Line, position: int) -> Found:
        faint: Found = _NOTHING
        is_ethiopic = ETHIOPIC.match(line.words[position]) is not None
        for skipped in line.skips(position):
            start = line.starts[position] + skipped
            for name in self._index.beginnings(line.prefix + line.text[start : start + LONGEST_NAME]):
                end = start + len(name) - len(line.prefix)
                if skipped and end - start < (_FEWEST_SYLLABLES if is_ethiopic else _FEWEST_LETTERS_BEHIND_A_PREFIX):
                    continue
                length = line.words_to(position, end)
                meaning = self._whole(name, line, start, end) if length else None
                if meaning and (meaning.kind is not Kind.WEAK or _stands_apart(line.row, position, length)):
                    return length, meaning
                if meaning and faint is _NOTHING and not skipped:
                    faint = length, replace(meaning, kind=Kind.FAINT)
        return faint

    def _whole(self, name: str, line: Line, start: int, end: int) -> Meaning | None:
        meaning = self._index.meaning(name)
        is_whole = meaning.kind is Kind.TRAP or self._is_whole(line, start, end, is_alias=False)
        return meaning if is_whole else None

    def _is_whole(self, line: Line, start: int, end: int, *, is_alias: bool) -> bool:
        is_chinese = chinese.is_written_so(line.text[start:end])
        return not is_chinese or chinese.is_whole(self._index, line.text, start, end, is_alias=is_alias)

    def _are_codes_meant(self, row: Sequence[Token]) -> bool:
        """Not when somebody shouts: then capital letters don't tell a code from a word."""
        latin = [token.written for token in row if token.written.isascii() and token.written.isalpha()]
        return any(not word.isupper() for word in latin) or all(word in self._codes for word in latin)

    def _code(self, token: Token, words: int) -> Meaning | None:
        """A code counts alone, or for a place of content; beside a few other words it is asked about."""
        place = self._codes.get(token.written)
        if place is None or (words > 1 and token.written in self._abbreviations):
            return None
        if place in self._places or words == 1:
            return Meaning(Kind.ONE_OF if token.written in self._abbreviations else Kind.SURE, (place,))
        return Meaning(Kind.ONE_OF, (place,)) if words <= _FEW_WORDS else None


def _length(found: Found) -> int:
    return found[0]


def _stands_apart(row: Sequence[Token], start: int, length: int) -> bool:
    """Between pauses, or the ends of the text."""
    end = start + length
    return (start == 0 or is_pause(row[start - 1])) and (end == len(row) or is_pause(row[end]))


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""


@cache
def _affixes(side: str, script: str) -> tuple[str, ...]:
    return tuple(_table("affixes")[side].get(script, "").split())


@cache
def _table(name: str) -> Any:
    return yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
