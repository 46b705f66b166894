"""Places in messages as persons write them: towns, people, slips, and words that only look like a place."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from babel import Locale

from bot.places.names import territories
from handlers.model.places import Finding, Outcome
from tests.bench.places.sets import messages
from tests.places.finder import FINDER, found

SPOKEN = ["en", "zh_Hans", "zh_Hant", "yue", "th", "ru", "tr", "ar", "ko", "ja", "vi", "ug", "bo"]
"""By those for whom the bot was built first."""


def questions(languages: list[str]) -> list[tuple[Finding, set[str]]]:
    return [
        (FINDER.find(text), set(named.split()))
        for language, named, text in messages()
        if language in languages and named[0] not in "-~"
    ]


def test_questions_in_the_languages_of_those_who_ask_find_their_places() -> None:
    rows = questions(SPOKEN)
    right = sum(not named.isdisjoint(finding.places) for finding, named in rows)
    assert len(rows) > 900
    assert right / len(rows) > 0.97


def test_hardly_a_question_is_answered_with_another_place() -> None:
    rows = questions(sorted({language for language, _, _ in messages()}))
    answered = [(finding, named) for finding, named in rows if finding.outcome is Outcome.ANSWER]
    wrong = [finding for finding, named in answered if _territories(finding.places).isdisjoint(_territories(named))]
    assert len(rows) > 1300
    assert len(wrong) / len(rows) < 0.005


def _territories(places: Iterable[str]) -> set[str]:
    return {place[:2] for place in places}


def test_words_that_only_look_like_a_place_are_hardly_ever_answered() -> None:
    """A third of these lines were chosen because they look like one: turkey for dinner, 生日本来, 인도로 걸어가다가."""
    outcomes = [FINDER.find(text).outcome for _, named, text in messages() if named == "-"]
    assert len(outcomes) > 700
    assert outcomes.count(Outcome.ANSWER) / len(outcomes) < 0.015
    assert outcomes.count(Outcome.ASK) / len(outcomes) < 0.08


def test_slips_are_suggested_and_not_answered_with_another_place() -> None:
    rows = [(FINDER.find(text), {named[1:]}) for _, named, text in messages() if named[0] == "~"]
    assert len(rows) > 170
    assert all(finding.outcome is not Outcome.ANSWER or named.issuperset(finding.places) for finding, named in rows)
    assert sum(not named.isdisjoint(finding.places) for finding, named in rows) / len(rows) > 0.6


FRAMES = {
    "en": ["is {} safe?", "what is the level for {}", "my brother is stuck in {} now"],
    "zh_Hans": ["{}安全吗", "我在{}被抓了"],
    "zh_Hant": ["{}安全嗎", "我在{}被捕了"],
    "th": ["{}ปลอดภัยไหม", "ตอนนี้อยู่ที่{}ครับ"],
    "ru": ["{} - какой уровень?", "что сейчас с {}"],
    "tr": ["{} güvenli mi", "{}'da durum ne"],
    "ar": ["هل {} آمنة", "أنا في {} الآن"],
    "ko": ["{} 안전한가요", "{}에서 체포됐어요"],
    "ja": ["{}は安全ですか", "{}にいます"],
    "vi": ["{} có an toàn không", "tôi đang ở {}"],
    "ug": ["{} بىخەتەرمۇ"],
    "fa": ["آیا {} امن است؟"],
    "uk": ["чи безпечно: {}?"],
    "es": ["¿es seguro {}?", "estoy en {}"],
    "fr": ["est-ce que {} est sûr ?", "je suis en {}"],
    "de": ["ist {} sicher?", "ich bin in {}"],
    "id": ["apakah {} aman?"],
    "pt": ["{} é seguro?"],
}
NOT_FOUND = {("ru", "IM"), ("ko", "GG")}
"""An abbreviation (о-в Мэн), and a word that ends many questions (건지)."""


@pytest.mark.parametrize("language", FRAMES)
def test_every_territory_is_found_inside_a_question(language: str) -> None:
    names = {place: name for place, name in Locale.parse(language).territories.items() if place in territories()}
    for place, name in names.items():
        for frame in FRAMES[language]:
            finding = FINDER.find(frame.format(name))
            assert place in finding.places or (language, place) in NOT_FOUND, frame.format(name)
            assert finding.outcome is not Outcome.ANSWER or finding.places == (place,), frame.format(name)


@pytest.mark.parametrize(
    "text",
    [
        *("هل أنا في أمان", "في وسط المدينة", "يوم دراسي في الميدان", "نصف قطر الدائرة", "أنا مصر على رأيي"),
        *(
            "سایت ویران شده",
            "اس کے ساتھ",
            "לאיזה כיוון שמאלה",
            "Benim adım yok",
            "kabul etmiyorum, mali durumum kötü",
        ),
        *(
            "Mám síle dost",
            "na letisku",
            "cât costă",
            "šiam noru",
            "isso é do coração",
            "sanoja ja siili",
            "kirim dan bulunya",
        ),
        *(
            "обработка даних",
            "у ніби вали",
            "그리스도를 믿어요",
            "그런 건지 모르겠어요",
            "バレーとオーロラ",
            "ローマ字で",
            "高中國文老師",
        ),
        *(
            "線上海報",
            "ba lần rồi",
            "trạng thái và ảnh",
            "Anh ơi giúp em",
            "%s u %s",
            "премести у %s",
            "thuốc lào",
            "niste ništa",
        ),
    ],
)
def test_everyday_words_are_no_places(text: str) -> None:
    assert found(text) == "none"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("سوري، نسيت", "ask SY"),
        ("رأيته يوم دوشنبه", "ask TJ"),
        ("방에 파리가 있어요", "ask FR"),
        ("다른 수단이 없어요", "ask SD SS"),
        ("le puse mucho chile a la sopa", "ask CL"),
        ("Kuba jeszcze nie odpisał", "ask CU"),
        ("la réunion est finie", "ask RE"),
        ("kocam Sincan Cezaevinde", "ask TR CN-XJ"),
        ("西朝鲜怎么样", "ask CN KP"),
        ("posso viajar para o Benim", "ask BJ"),
        ("checa el mensaje por favor", "ask CZ"),
        ("خذ الصينية", "ask CN"),
        ("I met a Dane yesterday", "ask DK"),
        ("ป้ามาลีไม่รับสาย", "ask ML"),
    ],
)
def test_what_is_a_word_as_often_is_asked_about(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("你會說越南語嗎", "ask VN"),
        ("พูดภาษาไทยได้ไหม", "ask TH"),
        ("anh nói tiếng Thái không", "ask TH"),
        ("フィンランド語", "ask FI"),
        ("用越南文回复", "ask VN"),
        ("باللغة التركية من فضلك", "ask TR"),
        ("من انگلیسی بلد نیستم", "ask GB"),
        ("sprechen Sie Rumänisch?", "ask RO"),
        ("中国文化", "answer CN"),
        ("rumänische Polizei", "answer RO"),
    ],
)
def test_the_name_of_a_language_is_asked_about(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Kenya Fischer", "ask KE"),
        ("Israel Fernández", "ask IL"),
        ("Abd Rahman", "ask US"),
        ("حامد المغربي", "ask MA"),
        ("Wei-An", "ask CN"),
        ("Kenya police", "answer KE"),
        ("Safe Kenya?", "answer KE"),
        ("去Thailand吗", "answer TH"),
    ],
)
def test_the_name_of_a_person_is_asked_about(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("是不是莫斯科更安全", "answer RU"),
        ("首爾啲人好唔好", "answer KR"),
        ("河内有人跟踪我", "ask VN"),
        ("오사카에 숨어 있어요", "answer JP"),
        ("Annem Kabil'e gitti", "ask AF"),
        ("مەن دۇبەيدە قالدىم", "answer AE"),
        ("རྡ་རམ་ས་ལར་བདེ་འཇགས་ཡིན་ནམ།", "answer IN"),
        ("ติดอยู่ที่โดฮา", "answer QA"),
        ("Bên Sài Gòn có an toàn không", "answer VN"),
        ("she lives in Ternopil now", "ask UA"),
        ("stranded in agadez, no money", "ask NE"),
        ("Şam'a dönenler tutuklanıyor", "ask SY"),
        ("金边机场还开吗", "answer KH"),
        ("パースは安全ですか", "answer AU"),
    ],
)
def test_a_town_in_a_sentence_is_found_or_asked_about(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("would the Turks send me back", "ask TR"),
        ("Иранцы пишут, что там плохо", "answer IR"),
        ("канадская виза пришла", "answer CA"),
        ("المخابرات الإيرانية تسأل", "answer IR"),
        ("Ruslar telefonlara bakıyor mu", "answer RU"),
        ("les Marocains ferment la frontière", "answer MA"),
        ("أفغان كثيرون هنا", "answer AF"),
        ("the Congolese police", "ask CD CG"),
        ("un policía coreano", "ask KP KR"),
        ("an Iranian friend is in Ankara", "answer TR"),
    ],
)
def test_people_stand_for_where_they_come_from(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("柬铺寨现在能去吗", "suggest KH"),
        ("土爾其的房東", "suggest TR"),
        ("印度尼西压", "suggest ID"),
        ("테국 단계", "suggest TH"),
        ("말래이시야 가는 비행기", "suggest MY"),
        ("ตรุกีเป็นยังไงบ้าง", "suggest TR"),
        ("ウクラナイの状況", "suggest UA"),
        ("тайлант сейчас", "suggest TH"),
        ("My sister can't get out of Morroco, is that a danger", "suggest MA"),
        # What is misspelt hides no name beside it.
        ("被朝鲜抓了", "answer KP"),
        ("柬铺寨和泰国", "answer TH"),
    ],
)
def test_a_slip_in_any_script_is_suggested(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ئامېرىكىدىن كەلدىم", "answer US"),
        ("مېكسىكىدىكىلەر", "none"),
        ("Qozog'istonning chegarasi", "answer KZ"),
        ("የኬንያ ድንበር", "answer KE"),
        ("ജോര്\u200dദ്ദാന്\u200d", "answer JO"),
        ("شنو تقييمكم لليمن", "answer YE"),
        ("Nigeriadu", "answer NG"),
        ("콩고민주공화국", "answer CD"),
        ("Ba Lan hay Séc", "answer PL CZ"),
        ("công an Trung Quốc", "answer CN"),
        ("Tunus tarafı nasıl", "ask TN"),
        ("Cezayir güvenli mi", "ask DZ"),
        ("Fas güvenli mi", "ask MA"),
        ("Catar é seguro?", "ask QA"),
        ("Nga giờ sao rồi", "ask RU"),
        ("Ở Anh có bị bắt không", "ask GB"),
        ("Luật của Mỹ", "answer US"),
        ("آیا چین امن است؟", "answer CN"),
        ("ئىراقتا ئەھۋال قانداق", "answer IQ"),
        ("ما تأثير الحرب في مصر على اللاجئين", "answer EG"),
        ("Kẹ́nya sef?", "answer KE"),
        ("Cuba es seguro?", "answer CU"),
        ("เกาะในไทยปลอดภัยไหม", "answer TH"),
    ],
)
def test_names_are_found_as_each_language_changes_them(text: str, result: str) -> None:
    assert found(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Macao S.A.R., China", "answer MO"),
        ("Sonderverwaltungszone Hongkong der Volksrepublik China", "answer HK"),
        ("Hong Kong and China", "answer HK CN"),
        ("쿡 아일랜드", "answer CK"),
        ("កោះកំណើតអាមេរិក", "ask US"),
        ("哥伦比亚特区", "answer US"),
        ("英屬哥倫比亞", "answer CA"),
        ("An Congó", "ask CD CG"),
        ("Chypre ou Kayla McDonald", "ask CY"),
    ],
)
def test_a_part_of_a_longer_name_is_not_answered(text: str, result: str) -> None:
    assert found(text) == result
