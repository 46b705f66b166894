"""Places in all languages, and the seven errors that matter: each has a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from bot.places import PlaceFinder, names
from bot.places.index import Index
from bot.places.words import key
from handlers.model.places import Outcome
from tests.bench.places.sets import questions
from tests.places.finder import FINDER, found

ROOT = Path(__file__).parents[2]


def test_questions_in_thirty_languages_find_their_places() -> None:
    results = [(set(found(text).split()) - {"answer"}, places) for text, places in questions()]
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


@pytest.mark.parametrize("text", ["Kosovo", "Косово", "科索沃", "Kosova", "XK", "XKX", "🇽🇰", "is Kosovo safe?"])
def test_kosovo_is_found_although_iso_3166_1_leaves_it_out(text: str) -> None:
    assert found(text) == "answer XK"


@pytest.mark.parametrize("text", ["Pattaya", "I am in pattaya", "芭提雅", "พัทยา"])
def test_pattaya_is_found(text: str) -> None:
    assert found(text) == "answer TH"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ROC 8k", "none"),
        ("prc 32k", "none"),
        ("Număr de coloane", "none"),
        ("coloane", "ask MO"),
        ("I am in Coloane", "ask MO"),
        ("ROC", "ask TW"),
        ("路環", "answer MO"),
    ],
)
def test_an_alias_that_is_a_word_too_is_asked_about(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Kongó", "ask CD CG"),
        ("Congo (Rep. Dem.)", "answer CD"),
        ("aplikasi baku", "ask AZ"),
        ("cuba keluar aplikasi", "ask CU"),
        ("cuba", "answer CU"),
        ("is it safe in cuba", "answer CU"),
        ("¿Es segura Cuba?", "answer CU"),
        ("Heiti sniðs", "none"),
        ("hindi tanggap", "none"),
        ("読みこもうとしました", "none"),
        ("في هوية كائن", "none"),
        ("多明尼加", "ask DO DM"),
    ],
)
def test_a_name_that_is_a_word_elsewhere_is_not_answered(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize("text", ["次大陆的气候", "法国号", "蒙古大夫", "四川话怎么说", "主控臺中開啟"])
def test_chinese_words_that_hold_the_name_of_a_place_are_left_alone(text: str) -> None:
    assert found(text) == "none"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("level for Ucited Arab Emirates please", "AE"),
        ("is Saudi Arasia safe", "SA"),
        ("level for Bosnia & Herzegovian please", "BA"),
        ("Central African Resublic", "CF"),
        ("Trinidad & Tobaco", "TT"),
        ("what about Naorth Macedonia", "MK"),
        ("Hong Kong SAR Chzina", "HK"),
        ("the level for Tailand", "TH"),
        ("how safe is Singapor", "SG"),
        ("Vatican Cty", "VA"),
        ("US Virigin Islands", "VI"),
    ],
)
def test_a_slip_anywhere_in_a_name_is_suggested_and_never_answered(text: str, place: str) -> None:
    outcome, *places = found(text).split()
    assert outcome == "suggest"
    assert place in places


@pytest.mark.parametrize("text", ["Vietna", "Singapor", "Montserat", "Maali", "Hristmas Island", "Marshall Ijslands"])
def test_a_slip_that_another_language_writes_so_is_not_answered(text: str) -> None:
    assert not found(text).startswith("answer")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Vietnã", "VN"),
        ("Brasil", "BR"),
        ("é seguro no Japão", "JP"),
        ("Federale Democratische Republiek Nepal", "NP"),
        ("v České republice", "CZ"),
    ],
)
def test_what_is_right_in_another_language_is_no_slip(text: str, place: str) -> None:
    assert found(text) == f"answer {place}"


def test_a_slip_in_an_english_name_is_hardly_ever_answered() -> None:
    random = Random(7)
    english = {code: name for code, name in Locale("en").territories.items() if code in names.territories()}
    slips = [(code, _slip(name, random)) for code, name in sorted(english.items()) for _ in range(8)]
    answers = [(text, code, places) for code, text in slips if (places := found(text).split())[0] == "answer"]
    assert len(answers) / len(slips) < 0.015
    assert all(code in places for _, code, places in answers)


def _slip(name: str, random: Random) -> str:
    """The name with one letter too few, too many or wrong, or two of them exchanged."""
    at, other = random.randrange(1, len(name) - 1), random.choice("abcdefghijklmnopqrstuvwxyz")
    changed = random.choice(
        [name[at + 1 :], other + name[at:], other + name[at + 1 :], name[at + 1] + name[at] + name[at + 2 :]]
    )
    slip = name[:at] + changed
    return slip if key(slip) != key(name) else _slip(name, random)


@pytest.mark.parametrize(
    "text",
    [
        "我现在人在曼谷，想知道泰国警察会不会把中国来的难民送回去，有没有律师可以帮忙？",
        "我想问一下在柬埔寨和老挝转机安全吗，护照快过期了怎么办？",
        "宪法国家，今日本人明智利用，我也门口等，上海地铁站发展中国家合法国民。",
        "ตอนนี้ฉันอยู่ที่แม่สอดและกลัวว่าตำรวจไทยจะส่งฉันกลับประเทศจีนมีใครช่วยได้บ้างไหม",
        "เปิดเอกสารที่เลือกในโปรแกรมอื่นแล้วบันทึกไว้ในโฟลเดอร์ที่ต้องการ",
        "ဘန်ကောက်မှာ ရဲတွေက ဖမ်းနေတယ်၊ ထိုင်းနိုင်ငံကနေ ဘယ်လို ထွက်ရမလဲ",
    ],
)
def test_a_dense_text_is_looked_up_about_once_a_character(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, beginnings, asked = (text * 20)[:500], Index.beginnings, 0

    def count(self: Index, part: str) -> list[str]:
        nonlocal asked
        asked += 1
        return beginnings(self, part)

    monkeypatch.setattr(Index, "beginnings", count)
    FINDER.find(text)
    assert 100 < asked <= 2 * len(text)  # how long that takes stands in `make bench-places`


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Chypre", "CY"),
        ("Japonsko", "JP"),
        ("Norvège", "NO"),
        ("Ranska", "FR"),
        ("Србија", "RS"),
        ("Мадагаскар", "MG"),
        ("Қырғызстан", "KG"),
        ("Bolivija", "BO"),
        ("Syrien", "SY"),
        ("in Polen", "PL"),
    ],
)
def test_a_name_that_hardly_is_a_word_elsewhere_is_answered_when_it_stands_alone(text: str, place: str) -> None:
    assert found(text) == f"answer {place}"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("chypre", "ask CY"),
        ("un chypre boisé", "none"),
        ("c'est Chypre", "ask CY"),
        ("Того", "ask TG"),
        ("Судан", "ask SD SS"),
        ("Moloko", "ask MA"),
        ("Израиль", "ask IL"),
        ("Salvador", "ask SV"),
        ("Cezayir", "ask DZ"),
        ("Island", "ask IS"),
    ],
)
def test_it_is_asked_about_otherwise_and_persons_and_families_always_are(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("大陆架", "none"),
        ("大陸架", "none"),
        ("大陆性气候", "none"),
        ("大陸性氣候", "none"),
        ("新大陆", "none"),
        ("旧大陆", "none"),
        ("次大陆", "none"),
        ("南极大陆", "answer AQ"),
        ("大陆法系", "none"),
        ("北京猿人", "none"),
        ("哈密瓜多少钱", "none"),
        ("隆重庆祝", "none"),
        ("华北平原", "none"),
        ("我東躲西藏三年了", "none"),
        ("被遣返大陆会怎样", "answer CN"),
        ("大陆军队", "answer CN"),
        ("我是大陸來的", "answer CN"),
        ("大陆警察", "answer CN"),
        ("普吉岛", "answer TH"),
        ("上海地区", "answer CN"),
        ("我和美索的朋友", "answer TH"),
    ],
)
def test_an_alias_is_not_found_inside_a_longer_chinese_word(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Mỹ Linh", "ask US"),
        ("Nguyễn Mỹ Linh", "ask US"),
        ("Nước Mỹ", "answer US"),
        ("Thái Vân", "ask TH"),
        ("Xuân Thái", "ask TH"),
        ("ở Thái có an toàn không", "answer TH"),
    ],
)
def test_a_vietnamese_name_of_a_person_is_no_country(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Hong Kong ASR China", "HK"),
        ("level for Hong Kong SRA China please", "HK"),
        ("Macau SAAR China", "MO"),
        ("level for MacaooSAR China please", "MO"),
        ("Macao SA China", "MO"),
        ("level for Hog Kong SAR China please", "HK"),
    ],
)
def test_a_slip_before_china_does_not_make_it_the_answer(text: str, place: str) -> None:
    outcome, *places = found(text).split()
    assert (outcome, places[0]) == ("suggest", place)


@pytest.mark.parametrize("text", ["level for Faroe Islandy please", "level for Pitcairn Islandl please"])
def test_a_slip_in_island_does_not_add_iceland(text: str) -> None:
    assert "IS" not in found(text).split()


@pytest.mark.parametrize("text", ["Hong Kong or China", "Hong Kong and China", "from Hong Kong to China"])
def test_hong_kong_and_china_are_two_places(text: str) -> None:
    assert found(text) == "answer HK CN"


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
    ("text", "result"),
    [
        ("Is Turkey safe", "answer TR"),
        ("how dangerous is chad today?", "answer TD"),
        ("turkey sandwich is safe to eat", "ask TR"),
        ("melbourne", "answer AU"),
        ("is paris safe for refugees", "answer FR"),
        ("he is named Sydney", "none"),
        ("los lagos de mi país", "ask NG"),
        ("bali", "answer ID"),
        ("bali ang paa", "none"),
        ("西港安全吗", "answer KH"),
        ("去金門", "answer TW"),
        ("https://example.org/china/thai", "none"),
        ("泰国 www.example.org/japan", "answer TH"),
        ("a china plate", "none"),
        ("列出清單", "none"),
    ],
)
def test_a_question_after_safety_means_the_place_and_an_address_or_a_plate_does_not(text: str, result: str) -> None:
    assert found(text) == result
