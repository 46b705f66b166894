"""What a maintainer should mend in `content/meanings/`: what isn't heard, and what is heard where it must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.files import MeaningFile
from bot.content.reading import Reading
from bot.content.references import name_of
from bot.content.source import Fault
from bot.meanings import Matcher, PhraseError
from bot.meanings.folding import fold
from handlers.model.meanings import Sort
from handlers.table import TABLE

SHORTEST_WORD = 5
"""Latin letters of a single word that may cancel or delete; a shorter one is a name or another word elsewhere."""
_COMMANDS = {name for row in TABLE for name in (row.command, *row.aliases)}
"""Whoever writes one of these without its slash has read it here."""
_ANSWERS = (Sort.YES, Sort.NO, Sort.SEND, Sort.MORE)
_GRAVE = (Sort.CANCEL, Sort.SAFE, Sort.WIPE)


def misheard(reading: Reading) -> Iterator[Fault]:
    """The examples of every file, tried with the phrases of all; and what may be said by chance."""
    files = [(source, file) for source, file in reading.of(MeaningFile)]
    try:
        matcher = Matcher({name_of(source): file for source, file in files})
    except PhraseError:
        return  # which is told of the file that it stands in
    for source, file in files:
        name = name_of(source)
        for number, text in enumerate(file.heard):
            if all(found.meaning != name for found in matcher.hear(text).readings):
                yield source.fault(("heard", number), f"{text!r} is not understood: add a phrase for it")
        for number, text in enumerate(file.not_heard):
            if any(found.meaning == name for found in matcher.hear(text).readings):
                yield source.fault(("not_heard", number), f"{text!r} is taken for it: add what it is to `unless`")
    yield from _said_by_chance(reading)


def _is_a_letter(phrase: str) -> bool:
    """Once it is folded: oo is o."""
    return re.fullmatch("[a-z]", fold(phrase)) is not None


def _is_short(phrase: str) -> bool:
    return len(phrase) < SHORTEST_WORD and re.fullmatch("[a-z]+", fold(phrase, keeps_marks=True)) is not None


def _said_by_chance(reading: Reading) -> Iterator[Fault]:
    for source, file in reading.of(MeaningFile):
        for language, said in file.phrases.items() if file.sort in _ANSWERS else ():
            for number, phrase in enumerate(said.alone):
                if _is_a_letter(phrase):
                    message = f"{phrase!r} is no more than a letter, as it is read: leave it out"
                    yield source.fault(("phrases", language, "alone", number), message)
        for language, said in file.phrases.items() if file.sort in _GRAVE else ():
            path = ("phrases", language)
            for number, phrase in enumerate(said.inside):
                message = f"{phrase!r} inside of a sentence may be meant otherwise: put it in `alone`"
                yield source.fault((*path, "inside", number), message)
            for number, phrase in enumerate(said.alone):
                if _is_short(phrase) and phrase not in _COMMANDS:
                    message = f"{phrase!r} is a name or another word elsewhere: write a phrase of two words"
                    yield source.fault((*path, "alone", number), message)
