"""Places in all languages, and the seven errors that matter: each has a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from bot.content import load
from bot.places import PlaceFinder, index, names
from bot.places.index import Index, IndexFileError
from handlers.ports import Outcome

ROOT = Path(__file__).parents[1]
FINDER = PlaceFinder(load(ROOT / "content").aliases())
QUESTIONS = ROOT / "tests/bench/places/questions.txt"


def found(text: str, finder: PlaceFinder = FINDER) -> str:
    finding = finder.find(text)
    return " ".join([finding.outcome.value, *finding.places])


def test_questions_in_thirty_languages_find_their_places() -> None:
    lines = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    results = [(set(found(text).split()) - {"answer"}, set(places.split())) for places, text in lines]
    assert sum(here == wanted for here, wanted in results) / len(results) >= 0.95


def test_hardly_a_name_of_cldr_in_any_language_finds_another_place() -> None:
    territories = names.territories()
    spoken = sorted(locale for locale in locale_identifiers() if "_" not in locale)
    known = {(name, place) for locale in spoken for place, name in Locale.parse(locale).territories.items()}
    rows = [(FINDER.find(name), place) for name, place in sorted(known) if place in territories]
    right = sum(place in finding.places for finding, place in rows)
    wrong = sum(finding.outcome is Outcome.ANSWER and finding.places != (place,) for finding, place in rows)
    assert right / len(rows) > 0.97
    assert wrong / len(rows) < 0.002


class TestTheSevenErrors:
    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ("روسيا البيضاء", "answer BY"),
            ("French Guyana", "answer GF"),
            ("中国台湾", "answer TW"),
            ("Südgeorgien und die Südlichen Sandwichinseln", "answer GS"),
            ("República Popular Democrática de Corea", "answer KP"),
            ("Hong Kong Special Administrative Region of the People's Republic of China", "answer HK"),
        ],
    )
    def test_1_a_name_is_not_taken_for_a_part_of_it(self, text: str, result: str) -> None:
        assert found(text) == result

    @pytest.mark.parametrize(
        "text", ["no", "me", "it", "in", "NE", "nu", "si", "да", "нет", "ja", "nein", "不", "是", "ok"]
    )
    def test_2_short_replies_are_no_places(self, text: str) -> None:
        assert found(text) == "none"

    @pytest.mark.parametrize(
        "text",
        [
            "şifrenizi girin",
            "ondo dago",
            "a nice day",
            "I am reading",
            "my mobile is off",
            "can you help",
            "girin",
            "ondo",
        ],
    )
    def test_3_words_that_are_names_elsewhere_are_words(self, text: str) -> None:
        assert found(text) == "none"

    @pytest.mark.parametrize("text", ["宪法国家", "憲法國家", "今日本", "明智利用", "我也门", "发展中国家", "合法国民"])
    def test_4_chinese_words_are_not_cut_in_two(self, text: str) -> None:
        assert found(text) == "none"

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("Mae Sot", "TH"),
            ("清迈", "TH"),
            ("美索", "TH"),
            ("ئۇيغۇر ئېلى", "CN-XJ"),
            ("བོད", "CN-XZ"),
            ("达兰萨拉", "IN"),
        ],
    )
    def test_5_the_cities_of_these_people_are_known_whatever_their_size(self, text: str, place: str) -> None:
        assert found(text) == f"answer {place}"

    def test_6_aliases_outrank_every_veto(self) -> None:
        assert found("hk?") == "answer HK"
        assert found("我在今日本", PlaceFinder({"今日本": "JP"})) == "answer JP"

    @pytest.mark.parametrize(
        ("text", "place"), [("Jordan", "JO"), ("chad", "TD"), ("ask Jordan", "JO"), ("Georgia", "GE")]
    )
    def test_7_persons_names_are_asked_about(self, text: str, place: str) -> None:
        assert found(text) == f"ask {place}"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Tripoli", {"LY", "LB"}),
        ("Birmingham", {"GB", "US"}),
        ("Конго", {"CD", "CG"}),
        ("Гвинея", {"GN", "GQ"}),
        ("Corée", {"KR", "KP"}),
        ("Korea'da", {"KR", "KP"}),
        ("السودان", {"SD", "SS"}),
        ("조선", {"KR", "KP"}),
        ("Kurdistan", {"TR", "IQ"}),
        ("عمان", {"OM", "JO"}),
        ("Yugoslavia", {"RS", "HR"}),
    ],
)
def test_a_name_of_several_places_is_asked_about_in_every_language(text: str, places: set[str]) -> None:
    finding = FINDER.find(text)
    assert finding.outcome is Outcome.ASK
    assert places <= set(finding.places)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("в Таиланде", "TH"),
        ("из Южной Кореи", "KR"),
        ("Tayland'da", "TH"),
        ("taylandda", "TH"),
        ("Thaimaassa", "TH"),
        ("Thaiföldön", "TH"),
        ("태국에서", "TH"),
        ("بتايلاند", "TH"),
        ("w Polsce", "PL"),
        ("v České republice", "CZ"),
        ("thai police", "TH"),
        ("thailändische Polizei", "TH"),
        ("عُمان", "OM"),
        ("đi Mỹ", "US"),
        ("is my bag there", ""),
        ("タイトル", ""),
        ("a girl called paris", ""),
    ],
)
def test_forms_marks_and_what_comes_from_a_place(text: str, place: str) -> None:
    assert found(text) == (f"answer {place}" if place else "none")


def test_a_broken_index_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "index.marisa"
    broken.write_bytes(index.FILE.read_bytes()[:-1] + b"!")
    with pytest.raises(IndexFileError, match="make places"):
        Index(broken)


def test_the_command_line_answers_a_line_of_json_for_each_line() -> None:
    lines = "泰國安全嗎\nCongo\nThialand\n\nxyzzy\n"
    process = subprocess.run(
        [sys.executable, "-m", "bot", "place"], input=lines, capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert [json.loads(line) for line in process.stdout.splitlines()] == [
        {"outcome": "answer", "places": ["TH"]},
        {"outcome": "ask", "places": ["CD", "CG"]},
        {"outcome": "suggest", "places": ["TH"]},
        {"outcome": "none", "places": []},
        {"outcome": "none", "places": []},
    ]


def test_the_command_line_says_what_a_text_names(capsys: pytest.CaptureFixture[str]) -> None:
    from bot.__main__ import main

    assert main(["place", "Thailand", "or", "Laos"]) == 0
    assert main(["place", "--json", "Thailand"]) == 0
    assert capsys.readouterr().out == 'answer 🇹🇭 TH 🇱🇦 LA\n{"outcome": "answer", "places": ["TH"]}\n'


@pytest.mark.parametrize(
    "text", ["中国香港", "Thailand ", "ไทย", "конго ", "ก", "གྲ་", "태국은", "بالصين ", "a\u0301", "Tailnd, "]
)
def test_long_texts_take_no_time(text: str) -> None:
    started = perf_counter()
    FINDER.find(text * (4096 // len(text)))
    assert perf_counter() - started < 0.2
