"""From text to places: what is answered, what is asked, what is suggested, and what is left alone."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.places import PlaceFinder, names
from bot.places.finder import LONGEST_TEXT
from bot.places.index import Index
from handlers.model.places import Outcome
from tests.places.finder import found as found_with

ALIASES = {"HK": "HK", "Bangkok": "TH", "曼谷": "TH", "กรุงเทพ": "TH", "Mae Sot": "TH", "大马": "MY"}
FINDER = PlaceFinder(ALIASES)


def found(text: str, finder: PlaceFinder = FINDER) -> str:
    return found_with(text, finder)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("what is the level for Thailand", "TH"),
        ("WHAT IS THE LEVEL FOR THAILAND", "TH"),
        ("is it safe in Thailand's south?", "TH"),
        ("泰國而家幾級?", "TH"),
        ("泰国安全吗", "TH"),
        ("内蒙古", "CN-NM"),
        ("我在泰国，救命", "TH"),
        ("去Thailand嗎", "TH"),
        ("🇹🇭", "TH"),
        ("level 🇭🇰 please", "HK"),
        ("曼谷", "TH"),
        ("from Mae Sot", "TH"),
        ("กรุงเทพปลอดภัยไหม", "TH"),
        ("Thai\u200bland", "TH"),
        ("Ｔｈａｉｌａｎｄ", "TH"),
    ],
)
def test_a_place_is_found_alone_and_inside_a_sentence(text: str, places: str) -> None:
    assert found(text) == f"answer {places}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Türkiye", "TR"),
        ("Turkiye", "TR"),
        ("Burma", "MM"),
        ("Myanmar", "MM"),
        ("Czech Republic", "CZ"),
        ("Ivory Coast", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("COTE D'IVOIRE", "CI"),
        ("uk", "GB"),
        ("U.K.", "GB"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("in the US", "US"),
        ("UAE", "AE"),
        ("Bosnia and Herzegovina", "BA"),
        ("Saint Lucia", "LC"),
        ("St Lucia", "LC"),
        ("são tomé and príncipe", "ST"),
        ("象牙海岸", "CI"),
        ("寮國", "LA"),
        ("老撾", "LA"),
        ("老挝", "LA"),
    ],
)
def test_spellings_beside_the_official_one(text: str, place: str) -> None:
    assert found(text) == f"answer {place}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Guinea-Bissau", "GW"),
        ("Papua New Guinea", "PG"),
        ("Equatorial Guinea", "GQ"),
        ("French Guyana", "GF"),
        ("South Sudan", "SS"),
        ("Northern Ireland", "GB"),
        ("Ireland", "IE"),
        ("American Samoa", "AS"),
        ("British Virgin Islands", "VG"),
        ("US Virgin Islands", "VI"),
        ("DR Congo", "CD"),
        ("Republic of Georgia", "GE"),
        ("South Korea", "KR"),
        ("北韓", "KP"),
        ("南韓", "KR"),
        ("韩国", "KR"),
        ("朝鲜", "KP"),
        ("赤道几内亚", "GQ"),
        ("印度尼西亚", "ID"),
        ("尼日利亚", "NG"),
        ("北爱尔兰", "GB"),
    ],
)
def test_the_longest_name_wins(text: str, place: str) -> None:
    assert found(text) == f"answer {place}"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("China", "CN"),
        ("中国", "CN"),
        ("中國", "CN"),
        ("People's Republic of China", "CN"),
        ("Republic of China", "TW"),
        ("Taiwan", "TW"),
        ("臺灣", "TW"),
        ("中国台湾", "TW"),
        ("Taiwan, Province of China", "TW"),
        ("中国、台湾", "CN TW"),
        ("hong kong", "HK"),
        ("香港", "HK"),
        ("中国香港", "HK"),
        ("中國香港特別行政區", "HK"),
        ("Hong Kong China", "HK"),
        ("Hong Kong, China", "HK"),
        ("China or Hong Kong?", "CN HK"),
        ("Macau", "MO"),
        ("澳門", "MO"),
    ],
)
def test_china_and_its_neighbours_are_told_apart(text: str, places: str) -> None:
    assert found(text) == f"answer {places}"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Congo", "CD CG"),
        ("刚果安全吗", "CD CG"),
        ("Korea", "KR KP"),
        ("Guinea", "GN GQ GW PG"),
        ("what about sudan", "SD SS"),
        ("St Martin", "MF SX"),
        ("Saint Martin", "MF SX"),
        ("圣马丁", "MF SX"),
        ("Virgin Islands", "VG VI"),
        ("Samoa", "WS AS"),
        ("Micronesia", "FM"),
        ("Georgia", "GE"),
        ("turkey", "TR"),
        ("chad", "TD"),
        ("jordan", "JO"),
        ("ask Jordan", "JO"),
        ("US", "US"),
        ("ID", "ID"),
        ("Congo and Thailand", "CD CG TH"),
    ],
)
def test_what_may_mean_several_things_is_asked_about(text: str, places: str) -> None:
    assert found(text) == f"ask {places}"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Thailand and Hong Kong", "TH HK"),
        ("from Hong Kong to Thailand", "HK TH"),
        ("泰国和香港", "TH HK"),
        ("🇹🇭🇭🇰", "TH HK"),
        ("TH, HK", "TH HK"),
        ("Thailand, I mean Thailand", "TH"),
    ],
)
def test_several_places_are_all_answered_in_the_order_in_which_they_were_named(text: str, places: str) -> None:
    assert found(text) == f"answer {places}"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("TH", "answer TH"),
        ("THA", "answer TH"),
        ("is TH safe?", "answer TH"),
        ("泰國 TH", "answer TH"),
        ("th", "none"),
        ("Th", "none"),
        ("tha", "none"),
        ("in my", "none"),
        ("XK", "answer XK"),
        ("ZZ", "none"),
        ("EU", "none"),
        ("I LOST TH BOOK", "none"),
        ("I lost my ID", "none"),
        ("at 5 PM", "none"),
    ],
)
def test_codes_are_upper_case_words_that_nothing_else_is_meant_by(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "me",
        "it",
        "in",
        "so",
        "yes",
        "ok",
        "NO",
        "ME",
        "IT",
        "IN",
        "SO",
        "YES",
        "OK",
        "No!",
        "CAN",
        "AND",
        "IT IS",
    ],
)
def test_short_replies_are_never_places(text: str) -> None:
    assert found(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "宪法国家",
        "今日本",
        "明智利用",
        "我也门",
        "上海地铁",
        "发展中国家",
        "欧美国家",
        "理查德",
        "好多哥",
        "New Jersey",
        "family reunion",
    ],
)
def test_words_that_only_contain_a_name_are_left_alone(text: str) -> None:
    assert found(text) == "none"


@pytest.mark.parametrize(("text", "place"), [("在上海地震，泰国呢", "TH"), ("New Jersey or Thailand", "TH")])
def test_a_trap_does_not_hide_a_place_beside_it(text: str, place: str) -> None:
    assert found(text) == f"answer {place}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Tailand", "TH"),
        ("thialand", "TH"),
        ("Thailland", "TH"),
        ("thailamd", "TH"),
        ("hong kng", "HK"),
        ("level for Thialand please", "TH"),
        ("Gorgia", "GE"),
    ],
)
def test_a_misspelt_name_is_suggested_and_never_answered(text: str, place: str) -> None:
    assert found(text) == f"suggest {place}"


def test_aliases_outrank_names_codes_traps_and_ambiguity() -> None:
    finder = PlaceFinder({"hk": "HK", "Georgia": "GE", "no": "NO", "上海": "CN", "Thailand": "LA", "": "FR"})
    assert found("hk?", finder) == "answer HK"
    assert found("georgia", finder) == "answer GE"
    assert found("no", finder) == "answer NO"
    assert found("上海地铁", finder) == "answer CN"
    assert found("Thailand", finder) == "answer LA"


def test_an_alias_that_repeats_a_name_does_not_open_its_traps() -> None:
    assert found("宪法国家", PlaceFinder({"法国": "FR"})) == "none"


def test_every_territory_is_found_by_its_code_and_its_flag() -> None:
    plain = PlaceFinder({})
    assert len(names.territories()) == 249
    assert all(found(names.flag(code), plain) == f"answer {code}" for code in names.territories())
    answers = {found(code, plain).split(" ")[0] for code in names.territories()}
    assert answers == {"answer", "ask", "none"}


def test_every_spelling_finds_its_place_or_asks_for_it() -> None:
    plain = PlaceFinder({})
    territories = names.territories()
    wrong = [
        (name, place)
        for locale in ("en", "zh_Hant", "zh_Hant_HK", "zh_Hans")
        for place, name in Locale.parse(locale).territories.items()
        if place in territories
        if place not in (finding := plain.find(name)).places
        or (finding.outcome is Outcome.ANSWER and finding.places != (place,))
    ]
    assert not wrong


def test_a_name_that_the_limit_cuts_in_two_is_read_whole() -> None:
    filler = "x " * ((LONGEST_TEXT - 6) // 2)
    assert found(filler + "Nigeria") == "answer NG"
    assert found(filler + "Guinea-Bissau") == "answer GW"
    assert found(filler + "x x x x Nigeria") == "none"


@given(st.text(max_size=700))
def test_any_text_gets_an_answer(text: str) -> None:
    finding = FINDER.find(text)
    assert bool(finding.places) is (finding.outcome is not Outcome.NONE)


@given(
    st.lists(
        st.sampled_from(["Guinea", "-", "Bissau", "中国", "香港", "也门", "我", ",", " ", "TH", "no", "🇹", "\u0301"])
    )
)
def test_any_row_of_fragments_gets_territories_only(fragments: list[str]) -> None:
    assert set(FINDER.find("".join(fragments)).places) <= names.territories()


class CountingIndex(Index):
    """Counts how often it is asked anything."""

    asked = 0

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("_") and name != "asked":
            self.asked += 1
        return super().__getattribute__(name)


@pytest.mark.parametrize("length", [4096, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        *("a", "\u0301", "e\u0301\u0302", "a\u0301", "\0", "国", "x ", "\ufdfa", "🇹", "\u202e", "guinea ", "中国香"),
        *("中国香港", "Thailand ", "ไทย", "конго ", "ก", "གྲ་", "태국은", "بالصين ", "Thailnd ", "Tailnd, "),
    ],
)
def test_hostile_text_is_looked_up_a_bounded_number_of_times(text: str, length: int) -> None:
    index = CountingIndex()
    PlaceFinder(ALIASES, index).find(text * (length // len(text)))
    assert 0 < index.asked < 20 * LONGEST_TEXT  # how long that takes stands in `make bench-places`
