"""One text for every messenger: nothing of it is lost, and persons' words are never markup."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.markup import to_plain
from bot.messengers.seams import units
from bot.messengers.telegram.showing import html_parts
from handlers.model.messages import escape

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def visible(html: str) -> str:
    return unescape(re.sub(r"</?(b|i|code)>", "", html))


@given(TEXTS, st.integers(8, 60))
def test_nothing_is_lost_and_every_part_fits(bold: str, limit: int) -> None:
    parts = html_parts(f"<b>{escape(bold)}</b> and", "", limit)
    assert all(units(visible(part)) <= limit for part in parts)
    whole = "".join(visible(part) for part in parts)
    assert re.sub(r"\s", "", whole) == re.sub(r"\s", "", f"{bold} and")


@given(TEXTS, st.integers(8, 60))
def test_tags_are_closed_in_each_part(text: str, limit: int) -> None:
    for part in html_parts(f"<b>{escape(text)} <code>x</code></b>", "", limit):
        for tag in ("b", "i", "code"):
            assert part.count(f"<{tag}>") == part.count(f"</{tag}>")


def test_it_splits_at_paragraphs_then_lines_then_words() -> None:
    assert html_parts("one two\n\nthree four", "", 12) == ["one two", "three four"]
    assert html_parts("one two\nthree four", "", 12) == ["one two", "three four"]
    assert html_parts("one two three", "", 9) == ["one two", "three"]
    assert html_parts("😀" * 5, "", 4) == ["😀😀", "😀😀", "😀"]


def test_plain_has_no_tags() -> None:
    assert to_plain("<b>a &lt; b</b>", "<i>") == "a < b\n\n› <i>"
