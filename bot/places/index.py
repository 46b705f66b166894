"""The names of all places, in a file that is mapped into memory and not read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import marisa_trie

from bot.places.entries import ALMOST_PART, KNOWN, PART, PERSON, SLIP, WORD
from bot.places.trie import open_trie

_FIRST_STEP = 3
"""Letters after which it is asked whether any spelling goes on."""


class Kind(StrEnum):
    """How far a spelling is to be trusted."""

    SURE = "n"
    ONE_OF = "q"
    """The name of several places: asked about."""
    WORD_TOO = "h"
    """Also a word or a first name: asked about; in a sentence only when it is capitalised."""
    ALONE = "a"
    """The same, answered when it is all that is written, with a capital letter."""
    CAPITALS = "s"
    """Short: counts when it is written in capitals, or when nothing else is."""
    CITY = "c"
    WEAK = "w"
    """Counts when nothing else is written; elsewhere it is read as FAINT."""
    DEMONYM = "d"
    """What comes from a place: counts when no place is named."""
    DEMONYM_TOO = "e"
    """A demonym that is a language too: asked about."""
    HOMOGRAPH = "g"
    """Also a word elsewhere: asked about in small letters between words that aren't English."""
    NEAR = "m"
    """One letter off an English name, and right in some language: asked about."""
    FOREIGN = "f"
    """The same, right in big languages: only in an English sentence it is misspelt."""
    TRAP = "x"
    """Not a place."""
    MISSPELT = "y"
    """A letter or a character off a name in Chinese, Korean or Thai: suggested."""
    FAINT = "?"
    """Weak, and not all that is written: asked about if nothing else is named. Never in the index."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a spelling stands for."""

    kind: Kind
    places: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> Meaning:
        text = value.decode("ascii")
        return cls(Kind(text[0]), tuple(text[1:].split()))

    def pack(self) -> bytes:
        return (self.kind.value + " ".join(self.places)).encode("ascii")


class Index:
    """Spellings, folded and joined (`bot.places.words`), with their meaning."""

    def __init__(self) -> None:
        """Raises IndexFileError."""
        self._trie = _shared()

    def beginnings(self, text: str) -> list[str]:
        """The spellings that the text begins with, the longest first."""
        # The trie looks every beginning up on its own: no more of them are asked for than a spelling goes on for.
        end = _FIRST_STEP
        while end < len(text) and next(self._trie.iterkeys(text[:end]), None) is not None:
            end *= 2
        found: list[str] = self._trie.prefixes(text[:end])
        return found[::-1]

    def meaning(self, spelling: str) -> Meaning:
        return Meaning.parse(self._trie[spelling][0])

    def get(self, spelling: str) -> Meaning | None:
        found = self._trie.get(spelling)
        return Meaning.parse(found[0]) if found else None

    def words(self, text: str) -> list[tuple[str, int]]:
        """The Chinese words that the text begins with, and 8 × log2 of how often each is met."""
        return [(word[1:], self._trie[word][0][0]) for word in self._trie.prefixes(WORD + text)]

    def slips(self, spelling: str) -> tuple[str, ...]:
        return self._places_at(SLIP + spelling)

    def is_known(self, word: str) -> bool:
        return KNOWN + word in self._trie

    def is_name_of_a_person(self, word: str) -> bool:
        return PERSON + word in self._trie

    def almost_longer(self, place: str, slip: str) -> tuple[str, ...]:
        """The same when the word is misspelt; `slip`: the word with a letter left out, or as it is."""
        return self._places_at(ALMOST_PART + place + slip)

    def longer(self, place: str, word: str) -> tuple[str, ...]:
        """The places that may be meant when this word stands beside the name of a place."""
        return self._places_at(PART + place + word)

    def _places_at(self, entry: str) -> tuple[str, ...]:
        found = self._trie.get(entry)
        return tuple(found[0].decode("ascii").split()) if found else ()


@cache
def _shared() -> marisa_trie.BytesTrie:
    """Verified once in a process: content that changes makes a new finder of the same index."""
    return open_trie()
