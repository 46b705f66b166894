"""Decides which places a text names: sure ones, one of several, a misspelt one, or none."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.places.borders import BORDERS
from bot.places.doubt import NEAR_ENGLISH, asks_about_a_place, counted, doubted, is_sure, seen_in_its_place, stands_out
from bot.places.index import Index, Kind, Meaning
from bot.places.reader import LONGEST_NAME, Hit, Reader
from bot.places.slips import SHORTEST_PART, shortened
from bot.places.typos import Typos
from bot.places.words import CASED, DOTS_AND_HOOKS, Token, is_pause, is_unspaced, tokens
from handlers.model.messages import Point
from handlers.model.places import Finding, Outcome

LONGEST_TEXT = 500
"""Names are looked for that begin within so many characters; the rest of a longer message isn't read."""
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
"""An address says where a page lies, not what is asked."""
_MOST_SUGGESTIONS = 3
_LONGEST_NAME_ALONE = 6
"""Words of a text that may be nothing but the name of a place."""
_LONGEST_PARTICLE = 3
"""Letters of a word like "in", which also begins names in some languages."""
_CHINA = ("CN",)
_SAID_WITH_CHINA = (("HK",), ("MO",), ("TW",))
_REGIONS = frozenset(["HK", "MO"])
_SAR = frozenset(shortened("sar"))
_CALLED = ("called", "named")
_THAI = "Thái"
"""Short for Thailand in Vietnamese, and a name of families and of children: Thái Vân, Xuân Thái."""
_LONGEST_PERSON = 5
"""Words of a person's name, with many names and titles."""
_USUAL_PERSON = 3
"""The same of most persons."""
_NEAR = 3
"""Words between a name and one that makes it another name."""


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
        row = tokens(_LINK.sub("\n", text[: LONGEST_TEXT + LONGEST_NAME]), LONGEST_TEXT + LONGEST_NAME)
        words = [token for token in row if not is_pause(token)]
        read = self._reader.read(row, LONGEST_TEXT)
        hits = self._completed(self._that_count(read, row, words), words)
        places = tuple(dict.fromkeys(place for hit in hits for place in hit.places))
        if not places:
            return self._suggest(read, words)
        longer = [*self._misspelt(hits, words), *self._before_china(hits, row)]
        if longer or any(hit.meaning.kind in NEAR_ENGLISH for hit in hits):
            return Finding(Outcome.SUGGEST, tuple(dict.fromkeys((*longer, *places)))[:_MOST_SUGGESTIONS])
        is_meant = all(map(is_sure, hits)) or (len(places) == 1 and self._is_asked_about(hits, words))
        return Finding(Outcome.ANSWER if is_meant else Outcome.ASK, places)

    def _is_asked_about(self, hits: Sequence[Hit], words: Sequence[Token]) -> bool:
        """Whether all the rest is a question that is asked of places: *Is Turkey safe* means no bird."""
        taken = {id(word) for hit in hits for word in hit.words}
        return asks_about_a_place([word.folded for word in words if id(word) not in taken])

    def _that_count(self, read: Sequence[Hit], row: Sequence[Token], words: Sequence[Token]) -> list[Hit]:
        """The hits that count in this text; if there are none, what deserves a question."""
        clear = [
            hit
            for hit in read
            if hit.meaning.kind not in (Kind.FAINT, Kind.MISSPELT) and not self._is_what_somebody_is_called(hit, row)
        ]
        found = counted([seen_in_its_place(hit, row) for hit in clear], words)
        if not found:
            return [doubted(hit) for hit in read if stands_out(hit, words)]
        return [doubted(hit) for hit in found] if self._looks_like_a_person(found, words) else found

    def _is_what_somebody_is_called(self, hit: Hit, row: Sequence[Token]) -> bool:
        """A girl called Paris."""
        before = row[hit.first - 1].folded if hit.first else ""
        is_name = len(hit.words) == 1 and self._index.is_name_of_a_person(hit.words[0].folded)
        return is_name and (before in _CALLED or [one.folded for one in row[: hit.first]][-2:] == ["name", "is"])

    def _looks_like_a_person(self, hits: Sequence[Hit], words: Sequence[Token]) -> bool:
        """Few words, one a place and the others names of persons, or titles, none in small letters: Kenya Fischer.

        Of three, with a city or with Vietnamese words that aren't the last, it is enough that they are written so.
        """
        cased = [word.written for word in words if CASED.match(word.written)]
        is_titled = 2 <= len(words) <= _LONGEST_PERSON and all(map(str.istitle, cased))
        if not is_titled or len(hits) != 1 or len(hits[0].words) != 1:
            return False
        (word,) = hits[0].words
        others = [other.folded for other in words if other is not word and len(other.folded) > 1]
        # Without capital letters a word beside a country is as often no name: war, peace.
        is_people = bool(cased) or hits[0].meaning.kind is Kind.DEMONYM
        if others and is_people and all(map(self._index.is_name_of_a_person, others)):
            return True
        is_in_front = DOTS_AND_HOOKS.search(word.written) is not None and word is not words[-1]
        is_written_so = (hits[0].meaning.kind is Kind.CITY and bool(cased)) or word.written == _THAI or is_in_front
        return is_written_so and len(words) <= _USUAL_PERSON

    def _completed(self, hits: list[Hit], words: Sequence[Token]) -> list[Hit]:
        """A name that other words make the name of another place is asked about, or left out if that one is found."""
        named = {place for hit in hits for place in hit.places}
        taken = {id(word) for hit in hits for word in hit.words}
        spaced = [word for word in words if not is_unspaced(word.folded)]
        beside = [word.folded for word in spaced if id(word) not in taken]
        regions = self._regions_of_china(hits, spaced)
        found = []
        for hit in hits:
            others = {other for word in beside for other in self._longer(hit, word)} - set(hit.places)
            others |= regions if hit.places == _CHINA else set()
            if others and not others & named and self._is_a_name(hit, words, beside):
                hit = replace(hit, meaning=Meaning(Kind.ONE_OF, (*hit.places, *sorted(others))))
            if not others & named and not _is_said_with_its_part(hit, hits) and not self._is_an_island(hit, hits):
                found.append(hit)
        return found

    def _is_a_name(self, hit: Hit, words: Sequence[Token], beside: Sequence[str]) -> bool:
        """Whether the text may be nothing but a longer name: it is short, or of words of such a name."""
        return len(words) <= _LONGEST_NAME_ALONE or all(
            len(word) <= _LONGEST_PARTICLE or self._longer(hit, word) for word in beside
        )

    def _regions_of_china(self, hits: Sequence[Hit], words: Sequence[Token]) -> frozenset[str]:
        """Both regions, if a word says that China stands in the name of one: Macao SAR, of China."""
        china = {id(word) for hit in hits if hit.places == _CHINA for word in hit.words}
        others = (word.folded for word in words if china and id(word) not in china)
        return _REGIONS if any(_REGIONS.issubset(self._index.longer(*_CHINA, word)) for word in others) else frozenset()

    def _longer(self, hit: Hit, word: str) -> set[str]:
        """The places whose names the word makes of the hit's."""
        return {other for place in hit.places for other in self._index.longer(place, word)}

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

    def _suggest(self, read: Sequence[Hit], words: Sequence[Token]) -> Finding:
        misspelt = [place for hit in read if hit.meaning.kind is Kind.MISSPELT for place in hit.places]
        places = list(dict.fromkeys([*misspelt, *self._typos.guess(words)]))[:_MOST_SUGGESTIONS]
        return Finding(Outcome.SUGGEST, tuple(places)) if places else Finding(Outcome.NONE)


def _may_be_misspelt(word: Token) -> bool:
    return word.written.isascii() and len(word.written) >= SHORTEST_PART - 1


def _is_said_with_its_part(hit: Hit, hits: Sequence[Hit]) -> bool:
    """China, right beside Hong Kong."""
    return hit.places == _CHINA and any(
        other.places in _SAID_WITH_CHINA and hit.first in (other.first + len(other.words), other.first - len(hit.words))
        for other in hits
    )
