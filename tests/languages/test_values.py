"""Values that never turn round: every sentence, in every language of either direction, with values of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import cycle

import pytest
from babel import Locale, localedata
from babel.core import get_global, parse_locale
from babel.messages.pofile import read_po

from bot.languages.catalogue_files import Sentences
from bot.languages.catalogues import CatalogueLanguage
from handlers.model.direction import END, ISOLATE, MARKS, in_order, isolated
from tests.sample import SHIPPED_LOCALES

FROM_THE_RIGHT = sorted(
    code
    for code in localedata.locale_identifiers()
    if Locale.parse(code).text_direction == "rtl" and not Locale.parse(code).territory
)
"""Every language of CLDR that is read from the right, in each of its scripts that is."""
LETTERS = {"Adlm": "𞤀𞤣𞤤𞤥", "Nkoo": "ߒߞߏ", "Rohg": "𐴀𐴁𐴂", "Syrc": "ܐܒܓ", "Thaa": "ހށނ", "Hebr": "אבג"}
ARABIC = "ابتث"
_KEPT = re.compile(r"(<code>.*?</code>|\{\w+\}|</?[a-z]+>|/[a-z]+|\n)")
_TAG = re.compile(r"</?[a-z]+>")

WESTERN: Mapping[str, str] = {
    "place": "🇹🇭 Mae Sot",
    "phone": "+66 (0)2 288-1234",
    "code": "4F7K-2Q",
    "newer": "90T3-XD",
    "date": "30/11/2015",
    "moment": "30 November 2015, 14:05 UTC+7",
    "time": "14:05 UTC-3:30",
    "latitude": "-13.75643",
    "longitude": "100.50176",
    "staff": "<at>79D</at> <at>1B2</at>",
    "codes": "4F7K-2Q, 9T3M-XD",
    "desk": "telegram:-100500",
    "command": "signal-challenge",
}
FROM_RIGHT: Mapping[str, str] = {
    "place": "🇮🇷 ایران (تهران)",
    "staff": "نگار",
    "date": "۳۰ نوامبر ۲۰۱۵",
    "messenger": "تلگرام",
}


def bidi_of(text: str) -> tuple[str, int]:
    """The text as it is displayed from left to right, and the level of its line: 1 is from the right."""
    bidi = pytest.importorskip("bidi")
    return bidi.get_display(text).translate(MARKS), bidi.get_base_level(text)


@cache
def sentences() -> Sequence[str]:
    """Each sentence of code, and both forms of a plural."""
    with (SHIPPED_LOCALES / "messages.pot").open("rb") as template:
        found = [message.id for message in read_po(template) if message.id]
    return [one for some in found for one in ([some] if isinstance(some, str) else some)]


def shipped(code: str) -> Sequence[str]:
    """The translations of a shipped language."""
    with (SHIPPED_LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as catalogue:
        found = [message.string for message in read_po(catalogue) if message.id]
    return [one for some in found for one in ([some] if isinstance(some, str) else some or ()) if one]


def letters_of(code: str) -> str:
    locale = Locale.parse(code)
    names = "".join(locale.months["format"]["wide"].values()) if code in ("ar", "ur", "ug", "fa", "he") else ""
    script = locale.script or parse_locale(get_global("likely_subtags").get(code, code))[2] or ""
    return re.sub(r"[\W\d_]", "", names) or LETTERS.get(script, ARABIC)


def framed(sentence: str, code: str) -> str:
    """The sentence with its own words in letters of this language."""
    letters = cycle(letters_of(code))
    pieces = _KEPT.split(sentence)
    return "".join(
        piece if number % 2 else "".join(next(letters) if sign.isalpha() else sign for sign in piece)
        for number, piece in enumerate(pieces)
    )


def language(code: str) -> CatalogueLanguage:
    return CatalogueLanguage(code, Sentences(), {})


def values_in(sentence: str, known: Mapping[str, str]) -> dict[str, str]:
    return {
        name: known.get(name, f"{len(name)}0{number}" if known is WESTERN else f"قیمت{number}")
        for number, name in enumerate(re.findall(r"\{(\w+)\}", sentence), 1)
    }


def plain(markup: str) -> str:
    return unescape(_TAG.sub("", markup))


def turned(sentence: str, code: str, known: Mapping[str, str]) -> Iterator[str]:
    """The values and commands that are displayed in another order than by themselves, and the lines that begin on the
    other side."""
    reader, values = language(code), values_in(sentence, known)
    text = reader.in_order(reader.gettext(sentence).format(**values))
    wanted = [*values.values(), *re.findall(r"<code>.*?</code>", text), *re.findall(r"(?<![\w<])/[a-z]+\b", text)]
    shown = [bidi_of(line) for line in plain(text).split("\n") if line]
    for value in map(plain, wanted):
        by_itself, _ = bidi_of(in_order(value, is_right_to_left=False))
        if not any(by_itself in line for line, _ in shown):
            yield f"{code}: {value!a} in {text!a}"
    has_own_letters = any(sign.isalpha() for sign in plain(re.sub(r"\{\w+\}|<code>.*?</code>|/[a-z]+", "", sentence)))
    for line, level in shown:
        if level != (code in FROM_THE_RIGHT) and (has_own_letters or code in FROM_THE_RIGHT):
            yield f"{code}: {line!a} begins on the wrong side"


@pytest.mark.parametrize("values", [WESTERN, FROM_RIGHT], ids=["western", "from the right"])
def test_no_value_turns_round_in_any_language(values: Mapping[str, str]) -> None:
    frames = {letters_of(code): code for code in FROM_THE_RIGHT}  # of two with the same letters one is enough
    said: dict[str, Sequence[str]] = {
        code: [framed(sentence, code) for sentence in sentences()] for code in frames.values()
    }
    said |= {"en": sentences(), **{code: shipped(code) for code in ("zh_Hant", "zh_TW", "zh_Hans")}}
    filled = ((code, one) for code, some in said.items() for one in some if re.search(r"\{\w+\}|/[a-z]{2}", one))
    assert [fault for code, sentence in filled for fault in turned(sentence, code, values)] == []


@pytest.mark.parametrize("code", ["ar", "he", "ur", "ug", "ckb", "yi", "dv", "ks", "sd", "ff_Adlm"])
def test_cldr_tells_which_languages_are_read_from_the_right(code: str) -> None:
    assert code in FROM_THE_RIGHT
    assert language(code).is_right_to_left
    assert not language(code.partition("_")[0] if "_" in code else "en").is_right_to_left


def test_what_is_copied_is_clean() -> None:
    said = [language("ur").gettext(sentence) for sentence in sentences()]
    copied = [found for sentence in said for found in re.findall(r"<code>(.*?)</code>", sentence)]
    assert copied
    assert [text for text in copied if text != text.translate(MARKS)] == []


def test_each_value_is_isolated_once_and_a_command_with_what_stands_behind_it() -> None:
    english = language("en")
    assert english.gettext("{place}: <b>{level}</b>") == f"{isolated('{place}')}: <b>{isolated('{level}')}</b>"
    assert english.gettext("Write /show {code}.") == f"Write {isolated('/show {code}')}."
    assert english.gettext("Note <code>/r {code}</code>") == f"Note {isolated('<code>/r {code}</code>')}"
    assert english.gettext("a </b> b/c 1/2") == "a </b> b/c 1/2"


def test_of_several_values_in_a_row_the_first_is_where_reading_begins() -> None:
    bidi = pytest.importorskip("bidi")
    for made in (
        language("ar").gettext("{hours} {minutes}").format(hours="1 h", minutes="5 m"),
        language("ar").moment(datetime(2015, 11, 30, 14, 5, tzinfo=UTC)),
        language("ar").list(["AB", "CD"]),
    ):
        assert bidi.get_base_level(made) == 1
        line, _ = bidi_of(f"\u0627 {isolated(made)}")
        assert line.endswith(" ا")
    assert bidi_of(language("ar").list(["AB", "CD"]))[0].startswith("CD")
    assert bidi_of(language("en").list(["AB", "CD"]))[0].startswith("AB")


@pytest.mark.parametrize(
    ("text", "code", "begins"),
    [
        ("Thai", "en", ""),
        ("14:05", "en", ""),
        ("سلام", "ar", ""),
        ("14:05", "ar", "\u200f"),
        ("<b>+66 2</b>", "ar", "\u200f"),
        ("SOS: سلام", "ar", "\u200f"),
        ("This was not translated.", "ar", ""),
        (isolated("ایران") + " is the place", "en", "\u200e"),
        (isolated("Iran") + " خطر", "ar", "\u200f"),
        (isolated("Iran") + ", " + isolated("Iraq"), "ar", "\u200f"),
        (isolated("ایران") + " not translated", "ar", "\u200e"),
        ("", "ar", ""),
    ],
)
def test_a_line_begins_where_its_language_does(text: str, code: str, begins: str) -> None:
    assert language(code).in_order(text) == begins + text
    assert language(code).in_order(f"{text}\n{text}") == f"{begins}{text}\n{begins}{text}"


def test_what_stands_alone_in_an_answer_is_isolated_too() -> None:
    phone, flag = "<code>+66 2 288</code>", "🇹🇭"
    assert in_order(f"• {phone}", is_right_to_left=True) == f"\u200f• {ISOLATE}{phone}{END}"
    assert in_order(f"{isolated(flag + ' ایران')} {flag}", is_right_to_left=False).count(isolated(flag)) == 2
    assert in_order(isolated(phone), is_right_to_left=False) == isolated(phone)


def test_every_flag_shows_before_its_name_as_its_language_is_read() -> None:
    named, _ = bidi_of(language("fa").in_order(isolated("🇮🇷 ایران") + " الف"))
    assert named.endswith("🇮🇷")
    assert bidi_of(language("fa").in_order("🇮🇷 ایران"))[0].endswith("🇮🇷")
    assert bidi_of(language("en").in_order("🇹🇭 Thailand"))[0].startswith("🇹🇭")
