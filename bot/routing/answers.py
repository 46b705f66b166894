"""Yes and no to a check-in's question, in all shipped languages at once, and in signs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.routing.keywords import Keyword, begin_of, plain_answer
from handlers.model.language import Languages
from handlers.model.meanings import Sort
from handlers.table import NO_WORDS, ROWS, SIGNS_OF_NO, SIGNS_OF_YES, YES_WORDS


class Answer(StrEnum):
    """What somebody answers who is asked whether they are all right."""

    YES = "yes"
    NO = "no"
    NEITHER = ""


class Answers:
    """Reads answers. Only words of yes, and nothing else, are a yes; a no may say more."""

    def __init__(self, languages: Languages) -> None:
        self._words: dict[str, Answer] = {}
        everywhere = [languages.of(code) for code in languages.codes()]
        for words, signs, answer in ((NO_WORDS, SIGNS_OF_NO, Answer.NO), (YES_WORDS, SIGNS_OF_YES, Answer.YES)):
            for text in (words, signs, *(language.gettext(words) for language in everywhere)):
                self._words |= dict.fromkeys(filter(None, map(plain_answer, text.split("|"))), answer)
        self._longest_first = [Keyword(word, ROWS["checkin"]) for word in sorted(self._words, key=len, reverse=True)]

    def of(self, text: str, said: Sequence[Sort] = ()) -> Answer:
        """What the whole message says; a yes with anything beside it is neither. `said`: what it says in any language,
        as from `said_alone`."""
        own = self._of_words(text)
        if own is not Answer.NEITHER:
            return own
        if Sort.NO in said:
            return Answer.NO
        return Answer.YES if Sort.YES in said or Sort.SAFE in said else Answer.NEITHER

    def _of_words(self, text: str) -> Answer:
        rest, found = plain_answer(text), set()
        while rest and (keyword := next((word for word in self._longest_first if word.begins(rest)), None)):
            found.add(self._words[keyword.word])
            rest = begin_of(rest[len(keyword.word) :])
        if found == {Answer.NO}:
            return Answer.NO
        return Answer.YES if found == {Answer.YES} and not rest else Answer.NEITHER
