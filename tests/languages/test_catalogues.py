"""Languages: what is shown in each, and which one somebody speaks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages.catalogues import Catalogues
from handlers.model.direction import MARKS
from tests.sample import LOCALES

ZH_HANT = """
msgid ""
msgstr ""
"Language: zh_Hant\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Thank you"
msgstr "謝謝"

#, fuzzy
msgid "It is safe"
msgstr "危險"

msgid "Not yet"
msgstr ""

msgctxt "level"
msgid "Black"
msgstr "黑色"

msgid "{n} incident"
msgid_plural "{n} incidents"
msgstr[0] "{n} 宗事件"

msgid "Hong Kong"
msgstr "香港"

#~ msgid "Gone"
#~ msgstr "沒有了"
"""

ZH_TW = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Thank you"
msgstr "感謝"

#, fuzzy
msgid "Hong Kong"
msgstr "東京"
"""

POLISH = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{n} dzień"
msgstr[1] "{n} dni"
msgstr[2] "{n} dni (wiele)"
"""

Locales = Callable[..., Catalogues]


def read(text: str) -> str:
    """Without the marks of direction, which nobody sees; `test_values.py` is about them."""
    return text.translate(MARKS)


@pytest.fixture
def locales(tmp_path: Path) -> Locales:
    def build(**files: str) -> Catalogues:
        for code, text in files.items():
            path = tmp_path / code / "LC_MESSAGES" / "messages.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Catalogues(tmp_path, {"HK": "Hong Kong", "TW": "Taiwan"})

    return build


@pytest.fixture
def shipped(locales: Locales) -> Catalogues:
    return locales(zh_Hant=ZH_HANT, zh_Hans="")


def test_english_needs_no_catalogue(locales: Locales) -> None:
    assert list(locales().codes()) == ["en"]


def test_a_translation_is_shown(shipped: Catalogues) -> None:
    assert shipped.of("zh_Hant").gettext("Thank you") == "謝謝"
    assert shipped.of("zh_Hant").pgettext("level", "Black") == "黑色"


@pytest.mark.parametrize("sentence", ["It is safe", "Not yet", "Gone", "Never heard of", "Black", "{n} incident"])
def test_fuzzy_empty_and_obsolete_translations_are_not_shown_but_the_original(
    shipped: Catalogues, sentence: str
) -> None:
    assert read(shipped.of("zh_Hant").gettext(sentence)) == sentence
    assert read(shipped.of("zh_Hant").pgettext("colour", sentence)) == sentence


def test_languages_without_a_translation_are_named(shipped: Catalogues) -> None:
    assert shipped.missing("Thank you") == ("zh_Hans",)
    assert shipped.missing("It is safe") == ("zh_Hans", "zh_Hant")


def test_what_a_language_has_not_is_shown_in_the_one_that_its_readers_understand_best(locales: Locales) -> None:
    languages = locales(zh_Hant=ZH_HANT, zh_TW=ZH_TW, zh_Hans="")
    taiwan = languages.of("zh_TW")
    assert taiwan.gettext("Thank you") == "感謝"
    assert (taiwan.gettext("Hong Kong"), taiwan.pgettext("level", "Black")) == ("香港", "黑色")
    assert read(taiwan.ngettext("{n} incident", "{n} incidents", 1)) == "{n} 宗事件"
    assert taiwan.gettext("It is safe") == "It is safe"
    assert languages.missing("Hong Kong") == ("zh_Hans", "zh_TW")
    assert locales(en_GB=ZH_HANT).of("en_GB").gettext("Not yet") == "Not yet"


def test_plurals_follow_the_rule_of_the_language(locales: Locales) -> None:
    languages = locales(zh_Hant=ZH_HANT, pl=POLISH)
    assert [read(languages.of("zh_Hant").ngettext("{n} incident", "{n} incidents", n)) for n in (1, 2)] == [
        "{n} 宗事件"
    ] * 2
    assert [read(languages.of("pl").ngettext("{n} day", "{n} days", n)) for n in (1, 3, 5)] == [
        "{n} dzień",
        "{n} dni",
        "{n} dni (wiele)",
    ]
    assert [read(languages.of("en").ngettext("{n} day", "{n} days", n)) for n in (0, 1, 2)] == [
        "{n} days",
        "{n} day",
        "{n} days",
    ]


def test_a_changed_plural_falls_back_to_the_original(shipped: Catalogues) -> None:
    assert read(shipped.of("zh_Hant").ngettext("{n} incident", "{n} killings", 2)) == "{n} killings"


@pytest.mark.parametrize(
    "broken",
    [
        "<<<<<<< ours",
        'msgid "a"\nmsgid "b"',
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=import;\\n"',
        "\ud800",
    ],
)
def test_a_broken_catalogue_is_reported_and_leaves_english(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    path = tmp_path / "zh_Hant" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(broken.encode("utf-8", "surrogatepass"))
    with caplog.at_level(logging.ERROR):
        languages = Catalogues(tmp_path, {})
    assert languages.of("zh_Hant").gettext("Thank you") == "Thank you"
    assert "zh_Hant" in caplog.text


def test_a_folder_that_is_no_language_is_reported_and_not_offered(
    locales: Locales, caplog: pytest.LogCaptureFixture
) -> None:
    assert list(locales(klingon=ZH_HANT).codes()) == ["en"]
    assert "klingon" in caplog.text


@given(
    st.lists(
        st.sampled_from(
            [
                'msgid "a"',
                'msgstr "b"',
                'msgstr[7] "c"',
                "msgstr[",
                'msgid_plural "p"',
                'msgctxt "x"',
                '"',
                "#~ msgid",
                '"\\',
            ]
        )
        | st.text()
    )
)
def test_no_catalogue_takes_the_service_down(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "zh_Hant" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8", errors="replace")
    assert Catalogues(tmp_path, {}).of("zh_Hant").gettext("Thank you") == "Thank you"


@pytest.mark.parametrize(
    ("code", "day", "month", "year", "moment"),
    [
        ("en", "30 November 2015", "November 2015", "2015", "30 November 2015, 14:05 UTC"),
        ("zh_Hant", "2015年11月30日", "2015年11月", "2015年", "2015年11月30日 14:05 UTC"),
        ("zh_Hans", "2015年11月30日", "2015年11月", "2015年", "2015年11月30日 14:05 UTC"),
    ],
)
def test_dates_and_times_as_the_language_writes_them(
    shipped: Catalogues, code: str, day: str, month: str, year: str, moment: str
) -> None:
    language = shipped.of(code)
    assert language.date(date(2015, 11, 30)) == language.partial_date("2015-11-30") == day
    assert language.partial_date("2015-11") == month
    assert language.partial_date("2015") == year
    assert read(language.moment(datetime(2015, 11, 30, 14, 5, tzinfo=UTC))) == moment


def test_a_time_is_always_told_in_utc(shipped: Catalogues) -> None:
    in_hong_kong = datetime(2015, 12, 1, 1, 5, tzinfo=timezone(timedelta(hours=8)))
    assert shipped.of("en").time(in_hong_kong) == "17:05 UTC"
    assert read(shipped.of("en").moment(in_hong_kong)) == "30 November 2015, 17:05 UTC"


def test_numbers_and_lists(shipped: Catalogues) -> None:
    assert shipped.of("en").number(12345.5) == "12,345.5"
    assert read(shipped.of("en").list(["a", "b", "c"])) == "a, b and c"
    assert read(shipped.of("zh_Hant").list(["甲", "乙", "丙"])) == "甲、乙及丙"
    assert shipped.of("en").list([]) == ""


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("CN-XZ", ["Tibet", "西藏", "西藏"]),
        ("CN-XJ", ["Uyghur Region (Xinjiang)", "維吾爾地區（新疆）", "维吾尔地区（新疆）"]),
        ("CN-NM", ["Southern (Inner) Mongolia", "南蒙古（內蒙古）", "南蒙古（内蒙古）"]),
        ("TH-14", ["Thailand", "泰國", "泰国"]),
    ],
)
def test_a_part_has_a_name_without_content_too_or_goes_by_that_of_its_whole(part: str, names: list[str]) -> None:
    languages = Catalogues(LOCALES, {"CN": "Mainland China"})
    assert [languages.of(code).place(part) for code in ("en", "zh_Hant", "zh_Hans")] == names


def test_a_part_is_named_as_content_names_it(tmp_path: Path) -> None:
    english = Catalogues(tmp_path, {"CN-XZ": "Bod", "TH-mae-sot": "Mae Sot"}).of("en")
    assert [english.place(code) for code in ("CN-XZ", "TH-mae-sot")] == ["Bod", "Mae Sot"]


def test_a_place_is_named_as_content_names_it_else_as_cldr_does(shipped: Catalogues) -> None:
    assert [shipped.of(code).place("HK") for code in ("en", "zh_Hant", "zh_Hans")] == ["Hong Kong", "香港", "Hong Kong"]
    assert [shipped.of(code).place("TH") for code in ("en", "zh_Hant", "zh_Hans")] == ["Thailand", "泰國", "泰国"]
    assert shipped.of("en").place("??") == "??"


def test_hong_kong_and_taiwan_have_other_names_for_a_place(locales: Locales) -> None:
    languages = locales(zh_Hant=ZH_HANT, zh_TW=ZH_TW)
    assert [languages.of(code).place("IT") for code in ("zh_Hant", "zh_TW")] == ["意大利", "義大利"]
    assert [languages.of(code).place("ET") for code in ("zh_Hant", "zh_TW")] == ["埃塞俄比亞", "衣索比亞"]


def test_languages_are_named_in_themselves(shipped: Catalogues) -> None:
    assert [shipped.of("en").name_of(code) for code in ("zh_Hant", "zh_TW", "zh_Hans", "en", "en_GB", "klingon")] == [
        "繁體中文",
        "繁體中文（台灣）",
        "简体中文",
        "English",
        "British English",
        "?",
    ]


@pytest.mark.parametrize(
    ("hint", "code"),
    [
        *(
            (hint, "zh_Hant")
            for hint in ("zh-hant", "zh-TW", "zh-HK", "zh-MO", "zh_Hant", "zh-Hant-HK", "yue", "ZH-tw")
        ),
        *((hint, "zh_Hans") for hint in ("zh", "zh-CN", "zh-SG", "zh-hans", "zh_Hans")),
        *((hint, "en") for hint in ("en", "en-GB", "en-XX", "EN")),
        *((hint, "") for hint in ("th", "", "-", "../..", "x" * 10_000, "zh\0", "…")),
    ],
)
def test_hints_of_messengers(shipped: Catalogues, hint: str, code: str) -> None:
    assert shipped.negotiate(hint) == code
    assert shipped.of(hint).code == (code or "en")


@pytest.mark.parametrize(
    ("hint", "code"),
    [
        *((hint, "zh_TW") for hint in ("zh-tw", "zh-TW", "zh_TW", "zh-Hant-TW")),
        *((hint, "zh_Hant") for hint in ("zh-hk", "zh-MO", "zh-hant", "yue")),
        *((hint, "zh_Hans") for hint in ("zh-hans", "zh-CN", "zh-SG")),
    ],
)
def test_hong_kong_macau_and_taiwan_are_answered_as_they_speak(locales: Locales, hint: str, code: str) -> None:
    assert locales(zh_Hant=ZH_HANT, zh_TW=ZH_TW, zh_Hans="").negotiate(hint) == code


@pytest.mark.parametrize(
    ("written", "hinted", "code"),
    [
        ("zh_Hant", "zh_TW", "zh_TW"),
        ("zh_Hans", "zh_TW", "zh_Hans"),
        ("zh_Hant", "zh_Hans", "zh_Hant"),
        ("zh_Hant", "", "zh_Hant"),
        ("", "zh_TW", ""),
    ],
)
def test_who_writes_chinese_in_taiwan_is_answered_in_the_words_of_taiwan(
    locales: Locales, written: str, hinted: str, code: str
) -> None:
    assert locales(zh_Hant=ZH_HANT, zh_TW=ZH_TW, zh_Hans="").closer(written, hinted) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("泰國而家幾級?", "zh_Hant"),
        ("而家點", "zh_Hant"),
        ("你喺邊度呀", "zh_Hant"),
        ("泰国安全吗", "zh_Hans"),
        ("国家", "zh_Hans"),
        ("曼谷", ""),
        ("タイは安全ですか", ""),
        ("what is the level for Thailand", "en"),
        ("I’m in danger, can you help?", "en"),
        ("Thailand", ""),
        ("¿cuál es el nivel de Tailandia?", ""),
        ("", ""),
    ],
)
def test_what_somebody_writes_in(shipped: Catalogues, text: str, code: str) -> None:
    assert shipped.written(text) == code


def test_words_that_both_chinese_scripts_share_are_not_answered_in_the_script_of_the_mainland(
    shipped: Catalogues,
) -> None:
    assert shipped.guessed("救命") == "zh_Hant"
    for text in ("助けて", "Thailand", "", "ช่วยด้วย"):
        assert shipped.guessed(text) == ""


def test_where_there_is_one_script_only_it_is_better_than_english(tmp_path: Path) -> None:
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text("", "utf-8")
    assert Catalogues(tmp_path, {}).guessed("救命") == "zh_Hans"


def test_a_language_that_is_not_shipped_is_not_guessed(locales: Locales) -> None:
    assert locales().written("泰国安全吗") == ""


@given(st.text(max_size=600))
def test_any_hint_and_any_text_are_taken(text: str) -> None:
    languages = Catalogues(Path("nowhere"), {})
    assert languages.negotiate(text) in {"", "en"}
    assert languages.written(text) in {"", "en"}
