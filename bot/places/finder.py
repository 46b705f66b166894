"""Decides which places a text names: sure ones, one of several, a misspelt one, or none."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.places.borders import BORDERS
from bot.places.index import Index, Kind, Meaning
from bot.places.reader import LONGEST_NAME, Hit, Reader
from bot.places.typos import SHORTEST_PART, Typos, shortened
from bot.places.words import Token, is_pause, is_unspaced, tokens
from handlers.conversation import Point
from handlers.ports import Finding, Outcome

LONGEST_TEXT = 500
"""Names are looked for that begin within so many characters; the rest of a longer message isn't read."""
_MOST_SUGGESTIONS = 3
_LONGEST_NAME_ALONE = 6
"""Words of a text that may be nothing but the name of a place."""
_LONGEST_PARTICLE = 3
"""Letters of a word like "in", which also begins names in some languages."""
_ALWAYS_ASKED = (Kind.ONE_OF, Kind.WORD_TOO, Kind.DEMONYM_TOO)
_CHINA = ("CN",)
_SAID_WITH_CHINA = (("HK",), ("MO",), ("TW",))
_SAR = frozenset(shortened("sar"))
_DEMONYMS = (Kind.DEMONYM, Kind.DEMONYM_TOO)
_NEAR_ENGLISH = (Kind.NEAR, Kind.FOREIGN)
_ELSEWHERE = (*_NEAR_ENGLISH, Kind.HOMOGRAPH)
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")
"""Marks of no other language; what comes from a place stands behind its noun there, and a person's second name, too."""
_THAI = "Thái"
"""Short for Thailand in Vietnamese, and a name of families and of children: Thái Vân, Xuân Thái."""
_NEAR = 3
"""Words between a name and one that makes it another name."""
_ENGLISH_WORDS = (
    "the what from how with please safe about there does where who this that you are was were when going travel"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
"""Words that tell an English sentence from those of other languages that are written in these letters."""


class PlaceFinder:
    """The `Places` port: names of territories in all languages, of cities, and what content adds."""

    def __init__(self, aliases: Mapping[str, str], index: Index | None = None) -> None:
        """`aliases`: the spellings of `content/` and the place each stands for; they outrank everything else."""
        self._index = index or Index()
        self._reader = Reader(self._index, aliases)
        self._typos = Typos(self._index, aliases)

    def at(self, point: Point) -> Finding:
        return BORDERS.at(point)

    def find(self, text: str) -> Finding:
        row = tokens(text, LONGEST_TEXT + LONGEST_NAME)
        words = [token for token in row if not is_pause(token)]
        hits = self._completed(_counted(self._reader.read(row, LONGEST_TEXT), words), words)
        places = tuple(dict.fromkeys(place for hit in hits for place in hit.places))
        if not places:
            return self._suggest(words)
        longer = [*self._misspelt(hits, words), *self._before_china(hits, row)]
        if longer or any(hit.meaning.kind in _NEAR_ENGLISH for hit in hits):
            return Finding(Outcome.SUGGEST, tuple(dict.fromkeys((*longer, *places)))[:_MOST_SUGGESTIONS])
        return Finding(Outcome.ANSWER if all(map(_is_sure, hits)) else Outcome.ASK, places)

    def _completed(self, hits: list[Hit], words: Sequence[Token]) -> list[Hit]:
        """A name that other words make the name of another place is asked about, or left out if that one is found."""
        is_name = len(words) <= _LONGEST_NAME_ALONE
        named = {place for hit in hits for place in hit.places}
        taken = {id(word) for hit in hits for word in hit.words}
        beside = [word.folded for word in words if id(word) not in taken and not is_unspaced(word.folded)]
        found = []
        for hit in hits:
            longer = {other for place in hit.places for word in beside for other in self._index.longer(place, word)}
            others = longer - set(hit.places)
            if is_name and others and not others & named:
                hit = replace(hit, meaning=Meaning(Kind.ONE_OF, (*hit.places, *sorted(others))))
            if not others & named and not _is_said_with_its_part(hit, hits) and not self._is_an_island(hit, hits):
                found.append(hit)
        return found

    def _is_an_island(self, hit: Hit, hits: Sequence[Hit]) -> bool:
        """Iceland, as many languages call it, right behind a name that has the word in English: Faroe Islandy."""
        return hit.places == ("IS",) and any(
            not set(other.places).isdisjoint(self._index.longer("IS", word.folded))
            for other in hits
            for word in other.words
            if hit.first == other.first + len(other.words)
        )

    def _misspelt(self, hits: Sequence[Hit], words: Sequence[Token]) -> list[str]:
        """What is meant when all of the text looks like one longer name: Careibbean Netherlands."""
        taken = {id(word) for hit in hits for word in hit.words}
        is_name = len(words) <= _LONGEST_NAME_ALONE
        is_more = any(len(word.folded) > _LONGEST_PARTICLE for word in words if id(word) not in taken)
        whole = self._typos.guess_whole(words) if is_name and is_more else []
        return whole or [place for hit in hits for place in self._almost_longer(hit, words, taken)]

    def _almost_longer(self, hit: Hit, words: Sequence[Token], taken: Container[int]) -> Iterator[str]:
        """The same when only a word near the name is misspelt, anywhere in the text: Virigin, in US Virigin Islands."""
        first = next(number for number, word in enumerate(words) if word is hit.words[0])
        for word in words[max(first - _NEAR, 0) : first + len(hit.words) + _NEAR]:
            if id(word) in taken or not _may_be_misspelt(word) or self._index.is_known(word.folded):
                continue
            for place in hit.places:
                if not self._index.longer(place, word.folded):
                    found = {one for slip in shortened(word.folded) for one in self._index.almost_longer(place, slip)}
                    yield from found if self._is_english(hit, place) else found - {place}

    def _before_china(self, hits: Sequence[Hit], row: Sequence[Token]) -> Iterator[str]:
        """Whose part of China a misspelt word makes it: Hong Kong ASR China, MacaooSAR China."""
        ends = {hit.first + len(hit.words): hit.places for hit in hits if hit.places in _SAID_WITH_CHINA}
        for hit in hits:
            if hit.places == _CHINA and hit.first:
                for begin in range(max(hit.first - _NEAR, 0), hit.first):
                    guessed = self._typos.guess_whole(row[begin : hit.first])
                    yield from (place for place in guessed if (place,) in _SAID_WITH_CHINA)
                if not _SAR.isdisjoint(shortened(row[hit.first - 1].folded)):
                    yield from ends.get(hit.first - 1, ())

    def _is_english(self, hit: Hit, place: str) -> bool:
        """Whether a word of it is in the English name, so that the others of that may be misspelt: Arab Emirates."""
        return any(place in self._index.longer(place, word.folded) for word in hit.words)

    def _suggest(self, words: Sequence[Token]) -> Finding:
        places = self._typos.guess(words)[:_MOST_SUGGESTIONS]
        return Finding(Outcome.SUGGEST, tuple(places)) if places else Finding(Outcome.NONE)


def _may_be_misspelt(word: Token) -> bool:
    return word.written.isascii() and len(word.written) >= SHORTEST_PART - 1


def _is_said_with_its_part(hit: Hit, hits: Sequence[Hit]) -> bool:
    """China, right beside Hong Kong."""
    return hit.places == _CHINA and any(
        other.places in _SAID_WITH_CHINA and hit.first in (other.first + len(other.words), other.first - len(hit.words))
        for other in hits
    )


def _is_sure(hit: Hit) -> bool:
    is_short = len(hit.words) == 1 or is_unspaced(hit.words[0].folded)
    is_doubtful = hit.meaning.kind in _ALWAYS_ASKED or (hit.meaning.kind is Kind.WEAK and is_short)
    return len(hit.places) == 1 and not is_doubtful


def _counted(hits: Sequence[Hit], words: Sequence[Token]) -> list[Hit]:
    """The hits that count in this text."""
    hits = [_alone_or_doubted(hit, words) if hit.meaning.kind is Kind.ALONE else hit for hit in hits]
    weak = [hit for hit in hits if hit.meaning.kind is Kind.WEAK]
    is_all = sum(len(hit.words) for hit in hits) == len(words) and len(weak) <= 1
    hits = _told_from_english(hits, words)
    named = [hit for hit in hits if hit.meaning.kind not in _DEMONYMS and (is_all or _counts_in_a_sentence(hit, words))]
    found = named or _demonyms(hits, words)
    sure = {place for hit in found if _is_sure(hit) for place in hit.places}
    found = [hit for hit in found if _is_sure(hit) or not sure.intersection(hit.places)]
    return [_doubted(hit) for hit in found] if _looks_like_a_person(found, words) else found


def _alone_or_doubted(hit: Hit, words: Sequence[Token]) -> Hit:
    is_alone = len(hit.words) == len(words) and hit.is_capitalised
    return replace(hit, meaning=Meaning(Kind.SURE, hit.places)) if is_alone else _doubted(hit)


def _told_from_english(hits: Sequence[Hit], words: Sequence[Token]) -> Sequence[Hit]:
    """What is right in another language and misspelt in English is told apart by the words around it."""
    if not any(hit.meaning.kind in _ELSEWHERE for hit in hits) or not _ENGLISH.isdisjoint(w.folded for w in words):
        return hits
    is_all = sum(len(hit.words) for hit in hits) == len(words)
    return [_meant(hit, is_all=is_all) for hit in hits]


def _meant(hit: Hit, *, is_all: bool) -> Hit:
    match hit.meaning.kind:
        case Kind.NEAR:
            return _doubted(hit)
        case Kind.FOREIGN:
            return replace(hit, meaning=Meaning(Kind.SURE, hit.places))
        case Kind.HOMOGRAPH if not hit.is_capitalised and not is_all:
            return replace(hit, meaning=Meaning(Kind.ONE_OF, hit.places))
    return hit


def _demonyms(hits: Sequence[Hit], words: Sequence[Token]) -> list[Hit]:
    """Alone it is as often a language."""
    found = [hit for hit in hits if hit.meaning.kind in _DEMONYMS]
    return [_doubted(hit) for hit in found] if len(words) == 1 else found


def _counts_in_a_sentence(hit: Hit, words: Sequence[Token]) -> bool:
    match hit.meaning.kind:
        case Kind.WEAK:
            return False
        case Kind.WORD_TOO | Kind.CAPITALS:
            # At the beginning of a sentence every word has a capital letter.
            return hit.is_capitalised and hit.words[0] is not words[0] and not _ends_a_name(hit, words)
    return True


def _ends_a_name(hit: Hit, words: Sequence[Token]) -> bool:
    """Behind another capital letter in a sentence with small ones: a word of a longer name, as in Bouvet Island."""
    before = next(words[number - 1] for number, word in enumerate(words) if word is hit.words[0])
    small = any(word.written[0].islower() for word in words)
    return small and hit.meaning.kind is Kind.WORD_TOO and before is not words[0] and before.written[0].isupper()


def _looks_like_a_person(hits: Sequence[Hit], words: Sequence[Token]) -> bool:
    """Two or three words, all with a capital letter, and one of them a city, or not the last: Paris Hilton, Mỹ Linh."""
    is_titled = 2 <= len(words) <= 3 and all(word.written.istitle() for word in words)
    if not is_titled or len(hits) != 1 or len(hits[0].words) != 1:
        return False
    (word,) = hits[0].words
    is_in_front = _VIETNAMESE.search(word.written) is not None and word is not words[-1]
    return hits[0].meaning.kind is Kind.CITY or word.written == _THAI or is_in_front


def _doubted(hit: Hit) -> Hit:
    return replace(hit, meaning=Meaning(Kind.WORD_TOO, hit.places))
