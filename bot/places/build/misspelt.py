"""How names are misspelt in Chinese, Korean and Thai, which are written without spaces or in syllables."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations

from pypinyin import Style, pinyin

from bot.places.build import chinese
from bot.places.index import Kind, Meaning
from bot.places.words import HAN

_CHINESE = re.compile(f"[{HAN}]{{3,8}}")
_COMMON = 3000
"""Characters that somebody may choose by mistake."""
_SAME_SOUND = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
"""What many speakers don't tell apart."""

_KOREAN = re.compile("[\uac00-\ud7a3]{2,10}")
_FEW_SYLLABLES = 2
"""Of so short a name only the letters that are taken for each other most."""
_MANY_SYLLABLES = 5
"""Of so long a name two letters may be wrong."""
_JAMO = (
    *("\u1100\u1101\u110f", "\u1103\u1104\u1110", "\u1107\u1108\u1111", "\u1109\u110a", "\u110c\u110d\u110e"),
    *("\u1102\u1105", "\u1161\u1163\u1165", "\u1162\u1166\u1164\u1168", "\u1165\u1169\u1167", "\u1175\u1173\u1174"),
    *("\u1169\u116d", "\u116e\u1172", "\u11ab\u11bc\u11b7"),
)
"""Letters that are taken for each other: plain, tense and aspirated ones, vowels that sound alike."""
_MOST_TAKEN = "\u1162\u1166"

_THAI = re.compile("[\u0e01-\u0e4e]{5,25}")
_SHORT_THAI = 5
"""Of such a name no letter may be missing: it would be a word too often."""
_THAI_LETTERS = ("ซชสศษ", "ทธตถดฐ", "นณ", "รล", "พภผฟ", "ขคก", "ไใ", "ิีืึ", "ุู", "เแ", "็่้๊๋")


def names(found: Mapping[str, Meaning], guessable: Iterable[str]) -> dict[str, Meaning]:
    """The misspelt forms that aren't names, or words, themselves."""
    places: dict[str, set[str]] = defaultdict(set)
    for name in guessable:
        meaning = found.get(name)
        if meaning and meaning.kind in (Kind.SURE, Kind.ONE_OF, Kind.WORD_TOO):
            for form in _forms(name):
                if form not in found and chinese.is_place_name(form):
                    places[form].update(meaning.places)
    return {form: Meaning(Kind.MISSPELT, tuple(sorted(meant))) for form, meant in places.items()}


def _forms(name: str) -> Iterator[str]:
    if _CHINESE.fullmatch(name):
        yield from _sounding_alike(name)
    elif _KOREAN.fullmatch(name):
        yield from _with_another_letter(name)
    elif _THAI.fullmatch(name):
        yield from _thai(name)


def _sounding_alike(name: str) -> Iterator[str]:
    for position, character in enumerate(name):
        for other in _characters_by_sound().get(_sound(character), ()):
            yield name[:position] + other + name[position + 1 :]


@cache
def _characters_by_sound() -> dict[str, list[str]]:
    single = [(count, word) for word, (count, _) in chinese.dictionary().items() if len(word) == 1]
    found: dict[str, list[str]] = defaultdict(list)
    for _, character in sorted(single, reverse=True)[:_COMMON]:
        found[_sound(character)].append(character)
    return found


def _sound(character: str) -> str:
    sound = str(pinyin(character, style=Style.NORMAL)[0][0])
    for one, other in _SAME_SOUND:
        sound = sound.replace(one, other)
    return sound


def _with_another_letter(name: str) -> Iterator[str]:
    letters = unicodedata.normalize("NFD", name)
    groups = [_MOST_TAKEN] if len(name) <= _FEW_SYLLABLES else _JAMO
    changes = [
        (position, other)
        for position, letter in enumerate(letters)
        for group in groups
        if letter in group
        for other in group
        if other != letter
    ]
    most = 2 if len(name) >= _MANY_SYLLABLES else 1
    for count in range(1, most + 1):
        for chosen in combinations(changes, count):
            changed = list(letters)
            for position, other in chosen:
                changed[position] = other
            yield unicodedata.normalize("NFC", "".join(changed))


def _thai(name: str) -> Iterator[str]:
    for position, letter in enumerate(name):
        before, after = name[:position], name[position + 1 :]
        if len(name) > _SHORT_THAI:
            yield before + after
        if after:
            yield before + after[0] + letter + after[1:]
        for group in _THAI_LETTERS:
            if letter in group:
                yield from (before + other + after for other in group if other != letter)
    if "ัม" in name:
        yield name.replace("ัม", "ำ")
