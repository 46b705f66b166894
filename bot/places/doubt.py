"""How far what looks like a name is to be trusted: by its kind, by how it is written, by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.places.index import Kind, Meaning
from bot.places.reader import Hit
from bot.places.words import CASED, Token, are_vietnamese, is_unspaced

_ALWAYS_ASKED = (Kind.ONE_OF, Kind.WORD_TOO, Kind.DEMONYM_TOO)
_DEMONYMS = (Kind.DEMONYM, Kind.DEMONYM_TOO)
NEAR_ENGLISH = (Kind.NEAR, Kind.FOREIGN)
_ELSEWHERE = (*NEAR_ENGLISH, Kind.HOMOGRAPH)
_LONGEST_SYLLABLES = 9
"""Letters of several words that may be the syllables of a person's name as well as a town: Wei-An, Chang-Feng."""
_SHORTEST_FAINT = 4
"""Characters of a town's name that is asked about in a sentence; of the first word with capital letters one more."""
_SHORTEST_FIRST = 4
"""Letters of a word that is asked about at the beginning of a sentence."""
_LONG_WITHOUT_CAPITAL = 6
"""Letters of a name that is asked about in small letters, too: stuck in agadez."""
_ISLANDS = ("ເກາະ", "កោះ", "ដែនដី", "ដែនសមុទ្រ", "ດິນແດນ")
"""Lao and Khmer for island, territory, territorial waters."""
_FAR = 30
"""Characters in front of a name that may be the beginning of a longer one."""
_CHINESE_LANGUAGE = re.compile("[语话]|文(?![化学明物件艺])")
"""What stands behind a language in Chinese; culture, literature, civilisation begin with one of these, too."""
_LANGUAGE = ("ภาษา", "ພາສາ", "ភាសា", "tiếng")
"""What stands in front of a language: Thai, Lao, Khmer, Vietnamese."""
_LONGEST_LANGUAGE = 4
"""Tokens of those."""
_BEGINNINGS = frozenset(["anh", "benim", "heiti"])
"""How sentences begin in Vietnamese (you), Turkish (my) and Icelandic (the name of)."""
_ENGLISH_WORDS = (
    "the what from how with please safe about there does where who this that you are was were when going travel"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
"""Words that tell an English sentence from those of other languages that are written in these letters."""


_ASKED_OF_PLACES = frozenset(["safe", "unsafe", "safety", "level", "alert", "alerts", "danger", "dangerous", "risk"])
_ASKING = (
    "is it are in to go for of the a an at now today still there what whats how about and travel visit country me us"
)
_IN_SUCH_A_QUESTION = frozenset([*_ASKING.split(), "uyghurs", "refugees", "dissidents", "please"])


def asks_about_a_place(words: Sequence[str]) -> bool:
    """Whether words say nothing but a question after a place's safety; `words`: folded, without the name."""
    asked = set(words)
    return not asked.isdisjoint(_ASKED_OF_PLACES) and asked <= _ASKED_OF_PLACES | _IN_SUCH_A_QUESTION


def is_sure(hit: Hit) -> bool:
    is_short = len(hit.words) == 1 or is_unspaced(hit.words[0].folded) or _are_syllables(hit)
    is_doubtful = hit.meaning.kind in _ALWAYS_ASKED or (hit.meaning.kind is Kind.WEAK and is_short)
    return len(hit.places) == 1 and not is_doubtful


def _are_syllables(hit: Hit) -> bool:
    words = [word.written for word in hit.words]
    return all(word.isascii() and len(word) > 1 for word in words) and sum(map(len, words)) <= _LONGEST_SYLLABLES


def counted(hits: Sequence[Hit], words: Sequence[Token]) -> list[Hit]:
    """The hits that count in this text."""
    hits = [_alone_or_doubted(hit, words) if hit.meaning.kind is Kind.ALONE else hit for hit in hits]
    weak = [hit for hit in hits if hit.meaning.kind is Kind.WEAK]
    is_all = sum(len(hit.words) for hit in hits) == len(words) and len(weak) <= 1
    hits = _told_from_english(hits, words)
    named = [hit for hit in hits if hit.meaning.kind not in _DEMONYMS and (is_all or _counts_in_a_sentence(hit, words))]
    found = named or _demonyms(hits, words)
    sure = {place for hit in found if is_sure(hit) for place in hit.places}
    return [hit for hit in found if is_sure(hit) or not sure.intersection(hit.places)]


def _alone_or_doubted(hit: Hit, words: Sequence[Token]) -> Hit:
    is_alone = len(hit.words) == len(words) and hit.is_capitalised
    return replace(hit, meaning=Meaning(Kind.SURE, hit.places)) if is_alone else doubted(hit)


def _told_from_english(hits: Sequence[Hit], words: Sequence[Token]) -> Sequence[Hit]:
    """What is right in another language and misspelt in English is told apart by the words around it."""
    if not any(hit.meaning.kind in _ELSEWHERE for hit in hits) or _is_english(words):
        return hits
    is_all = sum(len(hit.words) for hit in hits) == len(words)
    return [_meant(hit, is_all=is_all) for hit in hits]


def _meant(hit: Hit, *, is_all: bool) -> Hit:
    match hit.meaning.kind:
        case Kind.NEAR:
            return doubted(hit)
        case Kind.FOREIGN:
            return replace(hit, meaning=Meaning(Kind.SURE, hit.places))
        case Kind.HOMOGRAPH if not hit.is_capitalised and not is_all:
            return replace(hit, meaning=Meaning(Kind.ONE_OF, hit.places))
    return hit


def _demonyms(hits: Sequence[Hit], words: Sequence[Token]) -> list[Hit]:
    """Alone it is as often a language."""
    found = [hit for hit in hits if hit.meaning.kind in _DEMONYMS]
    return [doubted(hit) for hit in found] if len(words) == 1 else found


def _counts_in_a_sentence(hit: Hit, words: Sequence[Token]) -> bool:
    match hit.meaning.kind:
        case Kind.WEAK:
            return False
        case Kind.WORD_TOO | Kind.CAPITALS:
            # At the beginning of a sentence every word has a capital letter.
            is_inside = hit.words[0] is not words[0] or not CASED.match(hit.words[0].written) or _are_all_titled(hit)
            return _is_capitalised(hit, words) and is_inside and not _ends_a_name(hit, words)
    return True


def _are_all_titled(hit: Hit) -> bool:
    """Several words, each with a capital letter, which only the first has where a sentence begins: Ba Lan."""
    return len(hit.words) > 1 and all(word.written[0].isupper() for word in hit.words)


def _ends_a_name(hit: Hit, words: Sequence[Token]) -> bool:
    """Behind another capital letter in a sentence with small ones: a word of a longer name, as in Bouvet Island."""
    before = next(words[number - 1] for number, word in enumerate(words) if word is hit.words[0])
    small = any(word.written[0].islower() for word in words)
    return small and hit.meaning.kind is Kind.WORD_TOO and before is not words[0] and before.written[0].isupper()


def stands_out(hit: Hit, words: Sequence[Token]) -> bool:
    """Whether something that may be a place deserves a question, when nothing else in the text names one."""
    kind, (first, *_) = hit.meaning.kind, hit.words
    if kind in (Kind.ALONE, Kind.WORD_TOO, Kind.CAPITALS, Kind.NEAR):
        is_long = kind is Kind.CAPITALS and len(first.folded) >= _LONG_WITHOUT_CAPITAL
        return is_long or _has_its_capital(hit, words)
    if kind is not Kind.FAINT:
        return False
    if not CASED.match(first.written):
        return sum(len(word.folded) for word in hit.words) >= _SHORTEST_FAINT
    is_sentence = any(word.written[0].islower() for word in words)
    return is_sentence and len(first.written) > _SHORTEST_FAINT and first.written.istitle()


def _has_its_capital(hit: Hit, words: Sequence[Token]) -> bool:
    """Where a sentence begins, every word has one; there it tells little, and nothing in English.

    Cezayir güvenli mi, Nga giờ sao rồi, but not: Nice to meet you.
    """
    first = hit.words[0]
    if not _is_capitalised(hit, words):
        return False
    if hit.meaning.kind in (Kind.ALONE, Kind.CAPITALS) or first is not words[0]:
        return True
    if first.folded in _BEGINNINGS:
        return False
    return are_vietnamese(words) or (len(first.written) >= _SHORTEST_FIRST and not _is_english(words))


def _is_english(words: Sequence[Token]) -> bool:
    return not _ENGLISH.isdisjoint(word.folded for word in words)


def _is_capitalised(hit: Hit, words: Sequence[Token]) -> bool:
    is_titled = hit.is_capitalised or _are_all_titled(hit)
    return is_titled or (hit.words[0].written.istitle() and are_vietnamese(words))


def seen_in_its_place(hit: Hit, row: Sequence[Token]) -> Hit:
    """Doubted, if what it is written together with makes it another thing."""
    return doubted(hit) if _is_a_language(hit, row) or _ends_an_island(hit, row) else hit


def _is_a_language(hit: Hit, row: Sequence[Token]) -> bool:
    """Whether the word for a language stands beside it: 越南語, ภาษาไทย, tiếng Thái."""
    end = hit.first + len(hit.words)
    before = "".join(token.exact for token in row[max(hit.first - _LONGEST_LANGUAGE, 0) : hit.first])
    behind = "".join(token.folded for token in row[end : end + 2])
    return _CHINESE_LANGUAGE.match(behind) is not None or before.endswith(_LANGUAGE)


def _ends_an_island(hit: Hit, row: Sequence[Token]) -> bool:
    """Whether it may end the name of an island: there is a word for one in front, without a space: កោះកំណើតអាមេរិក."""
    if not is_unspaced(hit.words[0].folded):
        return False
    begin = hit.first
    while begin and row[begin - 1].start + len(row[begin - 1].written) == row[begin].start and begin > hit.first - _FAR:
        begin -= 1
    before = "".join(token.exact for token in row[begin : hit.first])
    return any(island in before for island in _ISLANDS)


def doubted(hit: Hit) -> Hit:
    return replace(hit, meaning=Meaning(Kind.WORD_TOO, hit.places))
