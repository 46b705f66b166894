"""Whatever a person writes, however long: on both messengers it is visibly theirs, and nobody can tap what is in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.contract import Parcel
from bot.messengers.parts import in_messages
from bot.messengers.seams import octets, units
from bot.messengers.signal import showing as on_signal
from bot.messengers.signal.limits import LONGEST_TEXT as LONGEST_ON_SIGNAL
from bot.messengers.telegram import showing as on_telegram
from bot.messengers.telegram.limits import LONGEST_TEXT as LONGEST_ON_TELEGRAM

HEADING = "<b>4F7K-2Q</b> ({part} of {parts})"
NOTE = "(links note)"
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def telegram_parts(words: str) -> list[str]:
    runs = in_messages(on_telegram.shown("<b>SOS 4F7K-2Q</b>", words), LONGEST_ON_TELEGRAM, units, HEADING)
    return [on_telegram.to_html(part) for part in runs]


def signal_parts(words: str) -> list[str]:
    parcel = Parcel(chat="group.x", text="<b>SOS 4F7K-2Q</b>", words=words, links_note=NOTE)
    runs = in_messages(on_signal.shown(parcel), LONGEST_ON_SIGNAL, octets, HEADING)
    return ["".join(run.text for run in part) for part in runs]


def visible(html: str) -> str:
    return unescape(re.sub(r"</?(?:b|i|code)>", "", html))


RENDERINGS: dict[str, tuple[Callable[[str], list[str]], Callable[[str], str], Callable[[str], int], int]] = {
    "telegram": (telegram_parts, visible, units, LONGEST_ON_TELEGRAM),
    "signal": (signal_parts, str, octets, LONGEST_ON_SIGNAL),
}
PIECES = [
    *("SF63-XT: closed by 437.", "<b>4F7K-2Q</b>: delivered.", "SOS 4F7K-2Q", "› ", "4F7K-2Q (2 of 3)", "Notified: 71"),
    *("\n", "\n\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1c", " ", "  ", "\u00a0", "\t"),
    *TURNS,
    *("\u200e", "\u200f", "\u061c", "\u200b", "\u0301", "שלום", "مرحبا", "٠١٢", "水", "🐘", "a", "word ", "x" * 300),
    *(
        "https://evil.example/x?y=1",
        "evil.example",
        "@desk_bot",
        "/ack 4F7K-2Q",
        "#tag",
        "a@b.example",
        "+49 151 12345678",
    ),
    *("t.me/x", "tg://resolve?domain=x", "http://1.2.3.4/", "1.2.3.4", "signal.group/#x", "$USD", "4111111111111111"),
]
HOSTILE = st.tuples(st.lists(st.sampled_from(PIECES), min_size=1, max_size=60), st.integers(1, 25)).map(
    lambda made: "".join(made[0]) * made[1]
)


def lines_of(part: str) -> Sequence[str]:
    return part.split("\n")


@pytest.mark.parametrize("messenger", RENDERINGS)
@given(words=HOSTILE)
def test_every_line_in_every_part_is_ours_or_marked(messenger: str, words: str) -> None:
    parts_in, shown, size, limit = RENDERINGS[messenger]
    parts = [shown(part) for part in parts_in(words)]
    ours = {"SOS 4F7K-2Q", "", NOTE} | {f"4F7K-2Q ({n} of {len(parts)})" for n in range(2, len(parts) + 1)}
    for number, part in enumerate(parts, 1):
        assert size(part) <= limit
        first, *others = lines_of(part)
        assert first == ("SOS 4F7K-2Q" if number == 1 else f"4F7K-2Q ({number} of {len(parts)})")
        assert all(line.startswith("›") or line in ours - {first} for line in others)


@pytest.mark.parametrize("messenger", RENDERINGS)
@given(words=HOSTILE)
def test_no_line_turns_the_order_of_anything_outside_of_it(messenger: str, words: str) -> None:
    parts_in, shown, _size, _limit = RENDERINGS[messenger]
    for part in parts_in(words):
        assert len(re.split("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", shown(part))) == len(lines_of(shown(part)))
        for line in lines_of(shown(part)):
            signs = [sign for sign in line if sign in TURNS]
            assert signs in ([], ["\u2068", "\u2069"])
            inside = re.fullmatch(r"› \u2068(.*)\u2069", line)
            if any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in line):
                assert inside, ascii(line)


@pytest.mark.parametrize("messenger", RENDERINGS)
@given(words=HOSTILE)
def test_nothing_of_the_words_is_lost(messenger: str, words: str) -> None:
    parts_in, shown, _size, _limit = RENDERINGS[messenger]

    def bare(text: str) -> str:
        text = text.replace("[.]", ".").replace("[:]", ":").replace(NOTE, "")
        return re.sub(rf"[\s›{TURNS}\x1c-\x1f]|4F7K-2Q\(\d+of\d+\)|SOS4F7K-2Q", "", re.sub(r"\s", "", text))

    assert bare("".join(shown(part) for part in parts_in(words))) == bare(words)


@given(words=HOSTILE)
def test_nothing_can_be_tapped_on_telegram(words: str) -> None:
    for part in telegram_parts(words):
        assert part.count("<code>") < 100
        outside = unescape(re.sub(r"<code>[^<]*</code>", "", part))
        assert not re.search(r"https?:|\w\.example|tg:|t\.me|@\w|(?:^|\s)/\w|#\w|\$\w|\d{5}|\d\.\d\.\d", outside)


@given(words=HOSTILE)
def test_nothing_can_be_tapped_on_signal(words: str) -> None:
    for part in signal_parts(words):
        assert not re.search(r"\w://|\w\.example|t\.me|\d\.\d\.\d\.\d|signal\.group", part)


def test_what_is_copied_on_telegram_is_what_was_written_and_on_signal_it_is_said() -> None:
    words = "see https://evil.example/a.b and mail a@b.example, 3.5 km."
    [html], [text] = telegram_parts(words), signal_parts(words)
    assert "<code>https://evil.example/a.b</code>" in html
    assert text == (
        "SOS 4F7K-2Q\n\n› see https[:]//evil[.]example/a[.]b and mail a@b[.]example, 3.5 km.\n\n(links note)"
    )
    assert NOTE not in signal_parts("at the bridge. Come. 3.5 km")[0]


def test_words_without_anything_hostile_are_shown_as_they_are() -> None:
    assert telegram_parts("two lines\n\nand 水") == ["<b>SOS 4F7K-2Q</b>\n\n› two lines\n›\n› and 水"]
    assert signal_parts("two lines") == ["SOS 4F7K-2Q\n\n› two lines"]
