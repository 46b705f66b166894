"""Languages that are read from the right, as messengers show them: what is bold, what is numbered, and a desk in which
several languages stand beside one another."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from bot.messengers.contract import Button, Parcel
from bot.messengers.markup import choices_in_words, runs_of
from bot.messengers.signal.showing import shown, to_signs
from bot.messengers.telegram.showing import html_parts
from bot.messengers.words import MARK, quoted
from handlers.model.direction import MARKS, in_order, isolated
from tests.fakes.signal_state import _read_styled
from tests.languages.test_values import FROM_RIGHT, WESTERN, bidi_of, framed, language, plain, sentences, values_in

LANGUAGES = ("ar", "he", "ug", "ur", "fa")
ARABIC, HEBREW, ENGLISH = "ساعدوني في بانكوك", "הם בדלת 12:30", "They are at the door, call +66 2 288."
_STYLE = {"b": "BOLD", "i": "ITALIC", "code": "MONOSPACE"}


def in_units(text: str, start: int, length: int) -> str:
    """A range of UTF-16 units, as Signal's apps count."""
    return text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("values", [WESTERN, FROM_RIGHT], ids=["western", "from the right"])
def test_on_signal_exactly_what_is_bold_here_is_bold_there(code: str, values: Mapping[str, str]) -> None:
    reader, seen = language(code), 0
    for sentence in sentences():
        filled = {name: f"🇹🇭 {value}" for name, value in values_in(sentence, values).items()}
        text = reader.in_order(reader.gettext(framed(sentence, code)).format(**filled))
        runs = shown(Parcel(chat="+1", text=text))
        signed = to_signs(runs)
        if signed is None or not any(run.tags for run in runs):
            continue
        seen += 1
        read, styles = _read_styled(signed)
        assert read == "".join(run.text for run in runs)
        wanted = [
            (piece, _STYLE[run.tags[0]])
            for run in runs
            if run.tags
            for piece in re.split(r"\s*\n\s*|^\s+|\s+$", run.text)
            if piece.strip()
        ]
        assert [(in_units(read, start, length), style) for start, length, style in styles] == wanted
    assert seen > 50


@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_a_choice_has_its_number_where_its_readers_begin_and_its_words_in_order(is_right_to_left: bool) -> None:
    labels = ["إرسال", "🇹🇭 Thailand", "🇮🇷 ایران (تهران)", "14:05 UTC", "SOS", "٣ ساعات"]
    buttons = tuple(Button(label=label, token="t") for label in labels)
    parcel = Parcel(chat="+1", text="x", buttons=buttons, is_right_to_left=is_right_to_left)
    for number, (line, label) in enumerate(zip(choices_in_words(parcel, is_group=False), labels, strict=True), 1):
        displayed, level = bidi_of(line)
        by_itself, _ = bidi_of(in_order(label, is_right_to_left=False))
        assert by_itself in displayed
        assert level == is_right_to_left
        assert displayed.endswith(f".{number}") if is_right_to_left else displayed.startswith(f"{number}.")


@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_a_choice_of_the_desk_has_its_command_in_order(is_right_to_left: bool) -> None:
    button = Button(label="استلام", token="t", command="/ack 4F7K-2Q")
    parcel = Parcel(chat="group.x", text="x", buttons=(button,), is_right_to_left=is_right_to_left)
    [line] = choices_in_words(parcel, is_group=True)
    displayed, level = bidi_of(line)
    assert "/ack 4F7K-2Q" in displayed
    assert bidi_of("استلام")[0] in displayed
    assert level == is_right_to_left


@pytest.mark.parametrize("desk", ["en", "ar", "he", "zh_TW"])
@pytest.mark.parametrize("words", [ARABIC, HEBREW, ENGLISH, "有人在門外", f"{ENGLISH}\n{ARABIC}\n有人在門外"])
def test_at_a_desk_each_language_keeps_its_order_whatever_stands_above_it(desk: str, words: str) -> None:
    reader = language(desk)
    sentence = "<b>{code}</b>: more from the person. Notified: {staff}"
    sentence = framed(sentence, desk) if reader.is_right_to_left else sentence
    text = reader.in_order(reader.gettext(sentence).format(code="4F7K-2Q", staff="79D 1B2"))
    heading, _, *lines = "".join(run.text for run in runs_of(text, words)).split("\n")
    assert bidi_of(heading)[1] == reader.is_right_to_left
    for value in ("4F7K-2Q", "79D 1B2"):
        assert value in bidi_of(heading)[0]
    assert len(lines) == len(words.split("\n"))
    for line, said in zip(lines, words.split("\n"), strict=True):
        displayed, _ = bidi_of(line)
        assert displayed.strip(MARK) == bidi_of(said)[0]
        assert MARK[0] in (displayed[0], displayed[-1])


def test_words_that_turn_text_turn_nothing_of_ours() -> None:
    hostile = f"\u202e{ENGLISH}\u2066\n\u2069\u202dABC"
    shown_to_staff = quoted(hostile)
    assert shown_to_staff.translate(MARKS) == f"{MARK}{ENGLISH}\n{MARK}ABC"
    [html] = html_parts(in_order(f"<b>{isolated('4F7K-2Q')}</b>", is_right_to_left=True), hostile, 4096)
    lines = plain(html).split("\n")
    assert "4F7K-2Q" in bidi_of(lines[0])[0]
    assert [bidi_of(line)[0] for line in lines[2:]] == [f"{MARK}{ENGLISH}", f"{MARK}ABC"]
