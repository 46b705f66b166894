"""An answer fits on a phone, and says early what to do: told by `check`, with the content that it is given."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.phone_lines import lines_of, too_long
from tests.handlers.fakes import FakeLanguages
from tests.handlers.samples import THAILAND, book

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("a" * 40, 1),
        ("four " * 8 + "four", 2),
        ("a" * 30 + " " + "b" * 15, 2),
        ("泰" * 20, 1),
        ("泰" * 21, 2),
        ("泰" * 19 + " black", 2),
        ("กี่" * 40, 1),
        ("one\n\ntwo", 3),
    ],
)
def test_lines_are_counted_as_a_phone_breaks_them(text: str, lines: int) -> None:
    assert lines_of(text) == lines


def test_an_answer_that_fits_is_no_fault() -> None:
    assert list(too_long(book(), [THAILAND.place], FakeLanguages(), TODAY)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"summary": ("Many words. " * 60,)}, "lines of a phone (en)"),
        ({"advice": ("Go away.",) * 20}, "lines of a phone (en)"),
    ],
)
def test_an_answer_that_is_too_long_is_named_with_its_place(change: dict[str, tuple[str, ...]], fault: str) -> None:
    long = book()
    long.known_alerts = [THAILAND.model_copy(update=change)]
    first = next(iter(too_long(long, [THAILAND.place], FakeLanguages(), TODAY)))
    assert (first.file, first.is_warning) == ("places/TH.yaml", True)
    assert fault in first.message


def test_advice_that_begins_too_far_below_is_named() -> None:
    late = book()
    [black] = [level for level in late.known_levels if level.key == "black"]
    late.known_levels = [black.model_copy(update={"meaning": "grave danger " * 20})]
    late.known_alerts = [THAILAND]
    faults = too_long(late, [THAILAND.place], FakeLanguages(), TODAY)
    assert any("the advice begins in line" in fault.message for fault in faults)
