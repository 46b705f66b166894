"""The words that mean something, in all shipped languages at once; the longest match wins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.routing.commands import command_in
from handlers.model.direction import MARKS
from handlers.model.language import Languages
from handlers.model.meanings import Heard, Sort
from handlers.model.messages import Choice, Wish
from handlers.table import DESK_TABLE, ROWS, TABLE, Row

_KEYCAP = dict.fromkeys(map(ord, "\ufe0f\u20e3"))
"""The code points that make 1️⃣ of a 1."""
LONGEST_KEYWORD = 60
"""Characters of a message in which a keyword is looked for at its beginning."""
_OF_A_PLACE = "level"
"""The wish of a message that names a place and nothing else."""
_OF_A_LANGUAGE = "language"
"""The wish whose question may name what is wanted."""
_EDGES = " \t\r\n.,;:!?¡¿…。，、；：！？「」『』（）()[]\"'“”‘’*_~-"

_SPELT_SOS = re.compile(
    r"[\W_]{0,9}(?:s+[\W_]{0,3}o+[\W_]{0,3}s+(?:o+s+){0,20}(?![a-z\u00c0-\u024f\u1e00-\u1eff])"
    r"|(?-i:[SＳ][OＯ][SＳ])(?-i:(?![A-ZＡ-Ｚ]))"
    r"|с[\W_]{0,3}о[\W_]{0,3}с(?:ос){0,20}(?![а-яё])"
    r"|🆘(?:[\W_]{0,3}🆘){0,20}"
    r"|[.·•]{3}\s?(?:[-–_]{3}|—)\s?[.·•]{3})",
    re.IGNORECASE,
)
"""SOS as it is written in a hurry, with stops, spaces or signs between or before the letters, in capitals also against
a word; in Cyrillic letters; or as it is keyed."""


def fold(text: str) -> str:
    """Case, width, spacing and direction don't matter: what is compared."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text.translate(MARKS)).casefold()).strip(_EDGES)


def _plain(text: str) -> str:
    """`fold` without accents on Latin letters."""
    parts = unicodedata.normalize("NFD", fold(text))
    return unicodedata.normalize("NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", parts))


def plain_answer(text: str) -> str:
    """The beginning of an answer as it is compared; a sign's colour doesn't matter."""
    return _plain(re.sub("[\U0001f3fb-\U0001f3ff\ufe0f\u20e3]", "", text[: LONGEST_KEYWORD * 2]).replace("’", "'"))


def begin_of(rest: str) -> str:
    """What follows a word, without what stands between."""
    return rest.strip(_EDGES)


_label = lru_cache(maxsize=1024)(_plain)
"""For our own texts only: what persons write must not stay in memory."""


def _is_spaced(word: str) -> bool:
    """Whether the script puts spaces between words (not Chinese, Japanese, Thai, Tibetan, …)."""
    return not re.search(r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]", word)


@dataclass(frozen=True, slots=True)
class Keyword:
    word: str
    row: Row

    def begins(self, folded: str) -> bool:
        """Whether the message begins with this word, as a word of its own."""
        if not folded.startswith(self.word):
            return False
        rest = folded[len(self.word) :]
        return not rest or not _is_spaced(self.word) or not rest[0].isalnum()

    def stands_in(self, folded: str) -> bool:
        if self.word not in folded:
            return False
        return not _is_spaced(self.word) or re.search(rf"(?<!\w){re.escape(self.word)}(?!\w)", folded) is not None


class Keywords:
    """Finds the wish in the words of a message."""

    def __init__(self, languages: Languages, hear: Callable[[str], Heard]) -> None:
        """`hear`: what a message means, as `AlertBook.hear`."""
        self._hear = hear
        all_languages = [languages.of(code) for code in languages.codes()]
        found: dict[str, Keyword] = {}
        for row in TABLE:
            for text in (row.words, *(language.gettext(row.words) for language in all_languages if row.words)):
                for word in filter(None, map(_plain, text.split("|"))):
                    found.setdefault(word, Keyword(word, row))
        by_length = sorted(found.values(), key=lambda keyword: -len(keyword.word))
        self._exact = found
        self._inside = tuple(keyword for keyword in by_length if keyword.row.inside)
        [call] = [row for row in TABLE if row.is_call_for_help]
        self._call = call.wish
        self._sos = [keyword for keyword in by_length if keyword.row is call]
        self._commands = {name: row for row in TABLE for name in (row.command, *row.aliases) if name}
        self._desk_commands = {row.command: row for row in DESK_TABLE if row.command}
        self._reactions = {emoji: Wish(row.wish) for row in DESK_TABLE for emoji in row.reactions}

    def sos(self, text: str) -> Wish | None:
        """A message that is a call for help or begins with one. The argument is the note: all that was written, but for
        SOS itself; nothing, where the call is all that it says."""
        if (behind := self._behind_sos(text)) is not None:
            return Wish(self._call, behind)
        cries = [reading for reading in self._hear(text).of(Sort.CRY) if reading.is_first]
        if cries or self._exact.get(_plain(text[: LONGEST_KEYWORD * 2])) in self._sos:
            is_alone = not cries or any(reading.is_alone for reading in cries)
            return Wish(self._call, "" if is_alone else text)
        return None

    def _behind_sos(self, text: str) -> str | None:
        head, rest = text[:LONGEST_KEYWORD], text[LONGEST_KEYWORD:]
        for written in (head, unicodedata.normalize("NFKC", head)):
            if spelt := _SPELT_SOS.match(written):
                return (written[spelt.end() :] + rest).strip(_EDGES)
        return None

    def calls_for_help(self, text: str) -> bool:
        """Whether a call for help stands anywhere in it, or what somebody says who is in danger."""
        return self._behind_sos(text) is not None or bool(self._hear(text).of(Sort.CRY, Sort.SITUATION))

    def only_asks(self, text: str) -> bool:
        """Whether it is a question in the words of which somebody also says what they are in: who helps, and where."""
        heard = self._hear(text)
        asked = heard.of(Sort.ASK)
        situations = heard.of(Sort.SITUATION)
        is_call = self._behind_sos(text) is not None or heard.of(Sort.CRY)
        return not is_call and all(
            any(one.start < ask.end and ask.start < one.end for ask in asked) for one in situations
        )

    def may_call_for_help(self, text: str) -> bool:
        """Whether it begins with words that are a call for help when nothing else explains them ("help me …")."""
        plain = _plain(text[:LONGEST_KEYWORD])
        return any(keyword.begins(plain) for keyword in self._sos)

    def heard(self, text: str) -> Heard:
        """All that it may mean."""
        return self._hear(text)

    def exact(self, text: str) -> Wish | None:
        """A message that asks for something by its name, or in the words of a question, and says nothing else."""
        keyword = self._exact.get(_plain(text[: LONGEST_KEYWORD * 2]))
        if keyword:
            return Wish(keyword.row.wish)
        asked = self._hear(text).alone((Sort.ASK,))
        if asked is None:
            return None
        return Wish(asked.wish, text.strip(_EDGES) if asked.wish == _OF_A_LANGUAGE else "")

    def at_the_beginning(self, text: str) -> Wish | None:
        """`incidents Thailand`: a keyword before its argument."""
        plain = _plain(text[: LONGEST_KEYWORD * 2])
        for keyword in self._inside:
            if keyword.begins(plain) and plain != keyword.word:
                return Wish(keyword.row.wish, _behind(text, keyword.word))
        return None

    def inside(self, text: str) -> str:
        """The wish of a sentence about a place: that of the longest keyword in it, else of the question that it asks,
        else the place's level."""
        named = [keyword.row.wish for keyword in self._standing_in(text)]
        asked = [reading.wish for reading in self._hear(text).of(Sort.ASK) if ROWS[reading.wish].inside]
        return next((wish for wish in (*named, *asked) if wish != _OF_A_PLACE), _OF_A_PLACE)

    def asks_inside(self, text: str) -> bool:
        """Whether a sentence says what it wants to know ("what is the level …"), and doesn't only name a place."""
        return next(self._standing_in(text), None) is not None or bool(self._hear(text).of(Sort.ASK))

    def _standing_in(self, text: str) -> Iterator[Keyword]:
        """The longest first."""
        plain = _plain(text[:500])
        return (keyword for keyword in self._inside if keyword.stands_in(plain))

    def command(self, text: str) -> Wish | None:
        """`/level Thailand`."""
        return command_in(text, self._commands)

    def desk_command(self, text: str) -> Wish | None:
        """`/ack 4F7K-2Q`, as staff write it."""
        return command_in(text, self._desk_commands)

    def reaction(self, emoji: str) -> Wish | None:
        """The wish of staff who put this emoji to a post; None for an emoji that means nothing."""
        return self._reactions.get(emoji)


def chosen(choices: Sequence[Choice], text: str, *, by_number: bool) -> Choice | None:
    """The choice that is meant by its label, or by its number or whole line where the messenger shows numbers."""
    typed = _plain(text[: LONGEST_KEYWORD * 2].translate(_KEYCAP))
    for number, choice in enumerate(choices, 1):
        label = _label(choice.label)
        if typed == label or (by_number and (typed == f"{number}. {label}" or _is_number(typed, number))):
            return choice
    return None


def _is_number(typed: str, number: int) -> bool:
    return typed.isdecimal() and len(typed) <= 2 and int(typed) == number


def _behind(text: str, word: str) -> str:
    """The rest of a text that begins with this word, as it was typed."""
    for end in range(1, min(len(text), 4 * LONGEST_KEYWORD) + 1):
        if _plain(text[:end]) == word and (end == len(text) or _plain(text[: end + 1]) != word):
            return text[end:].strip(_EDGES)
    return text
