"""Where long texts are cut: in every language, at every limit, between two words where there is one, and never within
what is read as one sign."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise

import pytest
from babel import Locale, localedata
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker

from bot.messengers.markup import Run, runs_of
from bot.messengers.parts import in_messages, split, words_in_parts
from bot.messengers.seams import Size, octets, seam, units
from bot.messengers.telegram.showing import to_html
from handlers.model.direction import END, ISOLATE, isolated

WITHOUT_SPACES = {"th", "lo", "km", "my", "bo", "dz", "zh_Hans", "zh_Hant", "ja"}
SIGNS = ["👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇹🇭", "👍🏽", "e\u0301", "क्षि", "한", "1️⃣", "ࡀ", "ที่", "ལྷུན", "ខ្មែរ", "a", " ", "\n", "-"]
SIZES: Sequence[Size] = (units, octets, len)


@cache
def words_of(code: str) -> Sequence[str]:
    """Real words of a language: the names of territories and months in CLDR."""
    locale = Locale.parse(code)
    months = locale.months["format"]["wide"].values()
    return sorted({str(name) for name in (*locale.territories.values(), *months) if name}) or ["—"]


LANGUAGES = sorted(code for code in localedata.locale_identifiers() if not Locale.parse(code).territory)


@st.composite
def texts(draw: st.DrawFn, codes: Sequence[str] = LANGUAGES) -> tuple[str, str]:
    """A language and a long text in it."""
    code = draw(st.sampled_from(codes))
    words = draw(st.lists(st.sampled_from(words_of(code)), min_size=20, max_size=60))
    return code, ("" if code in WITHOUT_SPACES else " ").join(words)


def seams(text: str, limit: int, size: Size) -> list[tuple[int, int]]:
    """All seams of a text, as positions in it."""
    found, done = [], 0
    while done < len(text):
        end, start = seam(text[done:], limit, size)
        found.append((done + end, done + start))
        done += start
    return found[:-1]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def signs_cut(text: str, limit: int, size: Size) -> list[int]:
    """The seams within a sign that fits a message."""
    ends = list(accumulate(map(len, CharacterBreaker(text, "")), initial=0))
    short = [(begin, end) for begin, end in pairwise(ends) if size(text[begin:end]) <= limit]
    return [cut for cut, _ in seams(text, limit, size) if any(begin < cut < end for begin, end in short)]


@given(texts(), st.integers(60, 400), st.sampled_from(SIZES))
def test_in_every_language_nothing_is_lost_every_part_fits_and_no_sign_is_cut(
    text: tuple[str, str], limit: int, size: Size
) -> None:
    _, words = text
    parts = words_in_parts(limit, size)(words)
    assert squeezed("".join(parts)) == squeezed(words)
    assert all(size(part) <= limit for part in parts)
    assert signs_cut(words, limit, size) == []
    assert [part for part in parts if unicodedata.category(part[0]).startswith("M")] == []


@given(
    st.lists(st.sampled_from(SIGNS), min_size=1, max_size=80).map("".join), st.integers(1, 40), st.sampled_from(SIZES)
)
def test_at_the_smallest_limits_too_only_a_sign_that_is_longer_is_cut(text: str, limit: int, size: Size) -> None:
    parts = words_in_parts(limit, size)(text)
    assert squeezed("".join(parts)) == squeezed(text)
    assert signs_cut(text, limit, size) == []
    assert all(size(part) <= limit or len(part) == 1 for part in parts)


@given(texts(sorted(WITHOUT_SPACES)), st.integers(90, 400))
def test_what_has_no_spaces_is_cut_between_words_or_syllables(text: tuple[str, str], limit: int) -> None:
    code, words = text
    for part in words_in_parts(limit, len)(words)[:-1]:
        last = part[-1]
        assert code not in ("th", "lo") or last not in "เแโใไເແໂໃໄ"  # a vowel that is written before its consonant
        assert code != "km" or last != "\u17d2"  # what binds the next letter below
        assert code != "my" or last != "\u1039"
        assert code not in ("bo", "dz") or not unicodedata.category(last).startswith("L")  # a tsheg or a shad


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("คุณสามารถขอความช่วยเหลือได้ที่นี่", 20, ["คุณสามารถขอความช่วย", "เหลือได้ที่นี่"]),
        ("བོད་སྐད་དང་ཡི་གེ་འབྲི་ཤེས།", 13, ["བོད་སྐད་དང་", "ཡི་གེ་འབྲི་", "ཤེས།"]),
        ("អ្នកអាចសុំជំនួយនៅទីនេះ", 14, ["អ្នកអាចសុំ", "ជំនួយនៅទីនេះ"]),
        ("ဒီမှာအကူအညီတောင်းနိုင်ပါတယ်", 14, ["ဒီမှာအကူအညီ", "တောင်းနိုင်ပါ", "တယ်"]),
        ("你好，世界。有人在門外。", 6, ["你好，世界。", "有人在門外。"]),
        ("one two-three  four", 8, ["one two-", "three", "four"]),
    ],
)
def test_each_script_is_cut_as_its_readers_would(text: str, limit: int, parts: list[str]) -> None:
    assert words_in_parts(limit, len)(text) == parts


@given(texts(), texts(), st.integers(130, 500))
def test_with_markup_and_headings_every_part_fits_is_numbered_and_closes_its_tags(
    bold: tuple[str, str], plain: tuple[str, str], limit: int
) -> None:
    runs = [Run(bold[1], ("b",)), Run(" "), Run(plain[1], ("code",)), Run(f"› {plain[1]}", is_words=True)]
    messages = in_messages(runs, limit, units, "<b>4F7K-2Q</b> ({part} of {parts})")
    for number, message in enumerate(messages, 1):
        shown = "".join(run.text for run in message)
        assert units(shown) <= limit
        assert number == 1 or shown.startswith(f"4F7K-2Q ({number} of {len(messages)})\n")
        assert all(to_html(message).count(f"<{tag}>") == to_html(message).count(f"</{tag}>") for tag in ("b", "code"))


@pytest.mark.parametrize("limit", range(30, 70))
def test_a_value_stands_in_one_message_whole(limit: int) -> None:
    phone, words = isolated("+66 2 288 1234"), f"{ISOLATE}سلام {'من و تو ' * 20}{END}"
    parts = words_in_parts(limit, len)(f"You can try to phone them at {phone} or at {phone} until noon")
    assert "".join(parts).count(phone) == sum(part.count(phone) for part in parts) == 2
    assert squeezed("".join(words_in_parts(limit, len)(words))) == squeezed(words)


def test_half_a_character_is_no_reason_to_keep_a_text() -> None:
    assert words_in_parts(4, units)("ab\ud83dcd ef") == ["ab\ud83dc", "d ef"]
    assert [run.text for part in split(runs_of("<b>a</b> b"), 1) for run in part] == ["a", "b"]


def test_a_bot_that_meets_no_long_text_has_no_icu_in_its_memory() -> None:
    code = "import sys, bot.app, bot.messengers.signal.sending; print('icu4py' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
