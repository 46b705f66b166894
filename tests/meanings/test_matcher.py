"""What is typed in a hurry is understood; what looks like it is not."""

from __future__ import annotations

import time

import pytest

from bot.meanings import Matcher, PhraseError
from bot.meanings.folding import LONGEST_TEXT, fold
from handlers.model.meanings import Heard, Meaning, Phrases, Sort


def meaning(
    sort: Sort, *inside: str, alone: tuple[str, ...] = (), unless: tuple[str, ...] = (), wish: str = ""
) -> Meaning:
    return Meaning(sort=sort, wish=wish, phrases={"x": Phrases(inside=inside, alone=alone)}, unless={"x": unless})


CRY = meaning(
    Sort.CRY,
    "sos", "rescue me", "بچاؤ", "дом горит", "тону*", "살려주세요", "たすけて", "ช่วยลูก", "救火", "སྐྱོབས་ཀྱེ", "🔥",
    alone=("fire",),
    unless=("(救火|消防)车", "what is … sos"),
)  # fmt: skip
FILLER = meaning(Sort.FILLER, "please", "now")
LOST = meaning(Sort.SITUATION, "(lost|stolen) … (key|keys|wallet)", "钥匙…丢了")
BACK = meaning(Sort.CANCEL, alone=("zurück", "take it back"))
MATCHER = Matcher({"cry": CRY, "filler": FILLER, "lost": LOST, "back": BACK})


def heard(text: str) -> list[str]:
    return [reading.meaning for reading in MATCHER.hear(text).readings]


@pytest.mark.parametrize(
    "text",
    [
        "RESCUE ME",
        "rescueme",
        "please rescue   meee!!!",
        "ｒｅｓｃｕｅ　ｍｅ",
        "res\u200bcue me",
        "SOS我在这里",
        "sos2 men",
        "Дом горит",
        "тонуу",
        "тонуть",
        "بچــاو",
        "살려 주세요",
        "제발살려주세요",
        "タスケテー",
        "ใครก็ได้ช่วยลูกที",
        "快來救火",
        "སྐྱོབས་ཀྱེ།",
        "🔥🔥",
        "fire",
        "Please, fire now!",
    ],
)
def test_a_cry_is_heard_however_it_is_typed(text: str) -> None:
    assert "cry" in heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "rescue men",
        "sosial",
        "mesos",
        "the fire brigade",
        "救火车",
        "what is an sos",
        "горит дом",
        "ทช่วยลู",
        "",
        "...",
    ],
)
def test_what_only_looks_like_it_is_none(text: str) -> None:
    assert "cry" not in heard(text)


def test_words_may_stand_between_the_parts_of_a_phrase_but_not_a_whole_story() -> None:
    assert heard("I lost my good old keys") == ["lost"]
    assert heard("钥匙昨天丢了") == ["lost"]
    assert heard("lost in the woods we were for many days and then at home I found the keys") == []
    assert heard("my keys are lost") == []


def test_a_reading_tells_whether_it_stands_alone_and_whether_it_stands_first() -> None:
    [alone] = MATCHER.hear("please, SOS now 🙏").readings
    [first] = MATCHER.hear("please SOS they broke the door").readings
    [inside] = MATCHER.hear("they broke the door, SOS").readings
    assert [(one.is_alone, one.is_first) for one in (alone, first, inside)] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    assert MATCHER.hear("rescue me, SOS!").alone([Sort.WIPE, Sort.CRY]) is not None
    assert Heard().alone(Sort) is None


def test_all_that_is_said_is_told_and_a_situation_once() -> None:
    found = MATCHER.hear("I lost my keys, rescue me, somebody has stolen my wallet")
    assert found.situations == ("lost",)
    assert [one.meaning for one in found.of(Sort.CRY)] == ["cry"]


def test_a_single_word_that_takes_something_back_needs_its_marks() -> None:
    assert heard("Zurück!") == ["back"]
    assert heard("zuruck") == []
    assert heard("take it back please") == ["back"]


@pytest.mark.parametrize("phrase", ["(a|b", "a|b", "…", "lost … ", "ab" * 50, "(a|b|c|d|e|f|g)" * 5])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        Matcher({"broken": meaning(Sort.CRY, phrase)})


@pytest.mark.parametrize("piece", ["sos ", "lost ", "救火", "살려 ", "🔥", "a\u0301", "ﷺ", "ช่วย", "'"])
def test_no_text_takes_long(piece: str) -> None:
    begin = time.process_time()
    MATCHER.hear(piece * LONGEST_TEXT)
    assert time.process_time() - begin < 1
    assert len(fold(piece * LONGEST_TEXT)) <= LONGEST_TEXT
