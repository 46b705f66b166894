"""Commands as people type them, and as they come out of texts that are read from the right."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from bot.messengers.texts import readable
from bot.routing.commands import command_in
from handlers.model.direction import MARKS, TURNS
from handlers.model.messages import Wish
from handlers.table import DESK_TABLE, TABLE

COMMANDS = {row.command: row for row in TABLE if row.command}
DESK = {row.command: row for row in DESK_TABLE if row.command}
SIGNS = [chr(sign) for sign in MARKS]
EDGES = ["", "\u200f", "\u2068", "\u200e\u2067", "\u200b", " ", "\ufeff"]


def test_every_command_acts_with_any_marks_around_it_and_turned_round() -> None:
    for name, row in COMMANDS.items():
        for before, after in itertools.product(EDGES, [*EDGES, ".", "。", "،", "؛", "۔", "!", "\u200f."]):
            for typed in (f"/{name}", f"{name}/", f"/\u200e{name}", f"／{name}", f"/{name.upper()}"):
                text = f"{before}{typed}{after}"
                assert command_in(text, COMMANDS) == Wish(row.wish), ascii(text)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{ord(sign):04x}")
def test_no_mark_of_direction_stands_between_a_command_and_its_argument(sign: str) -> None:
    assert unicodedata.category(sign) == "Cf"
    assert command_in(f"{sign}/level{sign} {sign}Thailand", COMMANDS) == Wish("level", "Thailand")
    assert command_in(f"{sign}/r {sign}4F7K-2Q{sign} {sign}words", DESK) is not None


@pytest.mark.parametrize("text", ["/wipe?", "wipe/?", "wipe/ everything", "help/ they are here", "and/or", "/", "wipe"])
def test_what_may_be_words_is_no_command(text: str) -> None:
    assert command_in(text, COMMANDS) is None


def test_a_turned_command_of_staff_names_its_case() -> None:
    assert command_in("ack/ 4F7K-2Q", DESK) == command_in("/ack 4F7K-2Q", DESK)
    assert command_in("r/ \u20684F7K-2Q\u2069 stay where you are", DESK) is not None
    assert command_in("close/ open the door", DESK) is None


def test_signs_that_turn_text_are_gone_before_it_is_read() -> None:
    assert readable("\u2068/wipe\u2069 \u202e4F7K\u202c-2Q \u200fcode") == "/wipe 4F7K-2Q \u200fcode"
    assert not set(map(ord, readable("".join(map(chr, TURNS)))))
