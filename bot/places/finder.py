"""Decides which places a text names: sure ones, one of several, a misspelt one, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.places import names, traps
from bot.places.borders import BORDERS
from bot.places.index import Index, Meaning
from bot.places.spellings import ONE_OF
from bot.places.typos import Typos
from bot.places.words import Token, is_pause, key, tokens
from handlers.conversation import Point
from handlers.ports import Finding, Outcome

LONGEST_TEXT = 500
"""Names are looked for that begin within so many characters; the rest of a longer message isn't read."""
_LONGEST_NAME = 60
_MOST_SUGGESTIONS = 3

Key = tuple[str, ...]


class PlaceFinder:
    """The `Places` port, for the names of the shipped languages."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        """`aliases`: the spellings of `content/` and the place each stands for; they outrank everything else."""
        dialogue = traps.DIALOGUE.split()
        self._codes = {code: place for code, place in names.codes().items() if code not in dialogue}
        self._abbreviations = frozenset(traps.ABBREVIATIONS.split())
        meanings = _meanings({key(spelling): place for spelling, place in aliases.items()})
        self._index = Index()
        for spelling, meaning in meanings.items():
            self._index.add(spelling, meaning)
        self._typos = Typos(
            (" ".join(spelling), place)
            for spelling, meaning in meanings.items()
            for place in meaning.places
            if spelling[0].isascii()
        )

    def at(self, point: Point) -> Finding:
        return BORDERS.at(point)

    def find(self, text: str) -> Finding:
        row = tokens(text, LONGEST_TEXT + _LONGEST_NAME)
        found = [meaning for meaning in self._read(row) if meaning.places]
        places = tuple(dict.fromkeys(place for meaning in found for place in meaning.places))
        if not places:
            return self._suggest(row)
        return Finding(Outcome.ANSWER if all(meaning.is_sure for meaning in found) else Outcome.ASK, places)

    def _read(self, row: Sequence[Token]) -> Iterator[Meaning]:
        words = [token for token in row if not is_pause(token)]
        are_codes_meant = self._are_codes_meant(words)
        position = 0
        while position < len(row) and row[position].start < LONGEST_TEXT:
            length, meaning = self._index.longest(row, position)
            if meaning is None and are_codes_meant:
                meaning = self._code(row[position], is_alone=len(words) == 1)
            if meaning is not None:
                yield meaning
            position += length or 1

    def _are_codes_meant(self, words: Sequence[Token]) -> bool:
        """Not when somebody shouts: then capital letters don't tell a code from a word."""
        latin = [token.written for token in words if token.written.isascii() and token.written.isalpha()]
        return any(not word.isupper() for word in latin) or all(word in self._codes for word in latin)

    def _code(self, token: Token, *, is_alone: bool) -> Meaning | None:
        place = self._codes.get(token.written)
        if place is None:
            return None
        if token.written not in self._abbreviations:
            return Meaning((place,))
        return Meaning((place,), is_sure=False) if is_alone else None

    def _suggest(self, row: Sequence[Token]) -> Finding:
        words = [token.folded for token in row if not is_pause(token)]
        guesses = [place for spelling in (" ".join(words), *words) for place in self._typos.guess(spelling)]
        places = tuple(dict.fromkeys(guesses))[:_MOST_SUGGESTIONS]
        return Finding(Outcome.SUGGEST, places) if places else Finding(Outcome.NONE)


def _meanings(aliases: Mapping[Key, str]) -> dict[Key, Meaning]:
    """Later entries outrank earlier ones: names, names of several things, traps, aliases."""
    meanings = {key(spelling): Meaning((place,)) for spelling, place in names.spellings()}
    meanings |= {(names.flag(place),): Meaning((place,)) for place in names.territories()}
    for spellings, places in ONE_OF.items():
        meanings |= {key(name): Meaning(tuple(places.split()), is_sure=False) for name in names.listed(spellings)}
    own = {alias: Meaning((place,)) for alias, place in aliases.items() if alias}
    # An alias that only repeats a name has nothing to outrank a trap with.
    new = [alias for alias, meaning in own.items() if meanings.get(alias) != meaning]
    traps_left = [trap for trap in _traps() if not any(_holds(trap, alias) for alias in new)]
    return meanings | dict.fromkeys(traps_left, Meaning(())) | own


def _traps() -> Iterator[Key]:
    for line in traps.NOT_PLACES:
        yield from map(key, line.split())
    yield from map(key, names.listed(traps.NOT_PLACES_EITHER))


def _holds(trap: Key, alias: Key) -> bool:
    return any(trap[start : start + len(alias)] == alias for start in range(len(trap) - len(alias) + 1))
