"""Whatever our markup and persons' words hold: every part fits, is whole, and nothing is lost."""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.markup import runs_of, to_plain
from bot.messengers.parts import split
from bot.messengers.seams import units
from bot.messengers.telegram.showing import html_parts, to_html

WORDS = st.lists(st.sampled_from([*"ab<>&;/\n \t🐘é泰", "\u0301", "&lt;", "<b>", "</b>"]), max_size=60).map("".join)
PLAIN = WORDS.map(lambda words: escape(words, quote=False))
TIME = 'time at="1795536300"'
OURS = st.recursive(
    PLAIN,
    lambda inner: st.tuples(st.sampled_from(["b", "i", "code", "at", TIME]), inner, PLAIN).map(
        lambda made: f"<{made[0]}>{made[1]}</{made[0].split()[0]}>{made[2]}"
    ),
    max_leaves=5,
)


class Strict(HTMLParser):
    """Reads HTML as Telegram does: tags must be ours, nested and closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b", "i", "code", "tg-time")
        needed = {"a": [("href", "tg://user?id=71")], "tg-time": [("unix", "1795536300"), ("format", "Dt")]}
        assert attrs == needed.get(tag, [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(OURS, st.integers(2, 40))
def test_every_part_fits_is_whole_and_nothing_is_lost(text: str, limit: int) -> None:
    read = [Strict(part).text for part in html_parts(text, "", limit)]
    assert all(0 < units(part) <= limit and part.strip() for part in read)
    assert bare("".join(read)) == bare(to_plain(text))


def test_who_is_called_becomes_a_mention_and_a_stranger_stays_a_label() -> None:
    text = "<b>Notified: <at>79D</at></b> <at>1B2</at>"
    assert html_parts(text, "", 99, {"79D": "71"}) == [
        '<b>Notified: </b><b><a href="tg://user?id=71">79D</a></b> 1B2',
    ]
    assert to_plain(text) == "Notified: 79D 1B2"
    assert html_parts("<at>79D</at>", "", 99, {"79D": '7"><b>'}) == ["79D"]
    assert [Strict(part).text for part in html_parts(text, "79D", 99, {"79D": "71"})] == ["Notified: 79D 1B2\n\n› 79D"]


def test_a_time_is_one_that_each_app_shows_in_its_own_clock() -> None:
    text = 'I will ask you at <b><time at="1795536300">16:05 UTC</time></b>, and <i>not before</i>.'
    assert html_parts(text, "", 99) == [
        'I will ask you at <b><tg-time unix="1795536300" format="Dt">16:05 UTC</tg-time></b>, and <i>not before</i>.'
    ]
    assert to_plain(text) == "I will ask you at 16:05 UTC, and not before."
    assert "tg-time" not in html_parts("", '<time at="1">now</time>', 99)[0], "words are never markup"


@given(WORDS, WORDS)
def test_words_are_never_markup(text: str, words: str) -> None:
    ours = escape(text, quote=False)
    html = to_html(runs_of(ours, words))
    assert "<b>" not in html
    below = "\n".join(f"› {line}".rstrip() for line in words.splitlines()) if words.strip() else ""
    assert unescape(html) == to_plain(ours, words) == "\n\n".join(part for part in (text, below) if part)


def test_tags_are_closed_at_a_seam_and_opened_again() -> None:
    assert html_parts("<b>one two <i>three</i></b>", "", 8) == ["<b>one two</b>", "<b><i>three</i></b>"]


def test_paragraphs_are_preferred_to_lines_and_lines_to_words() -> None:
    assert [to_html(part) for part in split(runs_of("aaa bbb\n\nccc\nddd eee"), 16)] == ["aaa bbb", "ccc\nddd eee"]
    assert html_parts("aaaa bbbb\ncccc dddd", "", 14) == ["aaaa bbbb", "cccc dddd"]
    assert html_parts("aaaa bbbb cccc", "", 10) == ["aaaa bbbb", "cccc"]
    assert html_parts("a" * 25, "", 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_part_is_not_cut_far_too_short_for_a_paragraph() -> None:
    assert html_parts("a\n\n" + "b" * 12, "", 10) == ["a\n\n" + "b" * 7, "b" * 5]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a", 1), ("泰", 1), ("🐘", 2), ("🇹🇭", 4), ("\ud800", 1)])
def test_units_are_counted_as_telegram_counts_them(text: str, count: int) -> None:
    assert units(text) == count


def test_a_letter_of_two_units_is_never_halved() -> None:
    assert html_parts("🐘" * 5, "", 5) == ["🐘🐘", "🐘🐘", "🐘"]


def test_an_end_without_a_beginning_is_left_out() -> None:
    assert html_parts("one</b> two", "", 99) == ["one two"]


@pytest.mark.parametrize(("text", "words"), [("", ""), (" \n ", ""), ("", "\n\n")])
def test_nothing_is_no_part(text: str, words: str) -> None:
    assert html_parts(text, words, 10) == []
