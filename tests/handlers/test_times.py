"""Times as people write them in many languages and scripts; what may be two things is not guessed."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.sos.time_words import NUMBERS, SPANS, WORDS
from handlers.sos.times import _fold, _tokens, read, read_clock


def each(texts: str) -> list[str]:
    """Of texts that are separated by |."""
    return texts.split("|")


FIFTEEN = each(
    "15 minutes|15 دقيقة|١٥ دقيقة|۱۵ دقیقه|15 minuto|15 minutos|15 Minuten|15分|"
    "１５分鐘|十五分钟|15 минут|15 минуты|15분|१५ मिनेट|15 मिनट|১৫ মিনিট|"
    "15 นาที|๑๕ นาที|15 مىنۇت|15 ደቂቃ|15 dakika|15 dk|15 phút|15 menit|15 minit|"
    "၁၅ မိနစ်|༡༥ སྐར་མ|15 ນາທີ|15 منٹ|dakika 15|15m|in 15 min|"
    "a quarter of an hour|一刻鐘"
)
TWO_HOURS = each(
    "2 hours|2h|ساعتين|۲ ساعت|2 oras|2 horas|2 Stunden|2時間|兩個鐘|两个小时|"
    "2小時|2 часа|через 2 часа|2시간|두 시간|२ घण्टा|2 घंटे|২ ঘণ্টা|2 ชั่วโมง|"
    "สองชั่วโมง|2 سائەت|2 saat|2 saat sonra|2 tiếng|2 giờ nữa|2 jam|masaa 2|"
    "2 ຊົ່ວໂມງ|dans 2 heures|two hours|120 min"
)


@pytest.mark.parametrize("text", FIFTEEN)
def test_fifteen_minutes_are_fifteen_minutes_in_every_language(text: str) -> None:
    reading = read(text)
    assert reading
    assert (reading.minutes, reading.clock, reading.number, reading.rest) == (15, None, None, "")


@pytest.mark.parametrize("text", TWO_HOURS)
def test_two_hours_are_two_hours_in_every_language(text: str) -> None:
    reading = read(text)
    assert reading
    assert (reading.minutes, reading.clock, reading.number) == (120, None, None)


@pytest.mark.parametrize(("text", "minutes"), [("我半日后回来", 720), ("我两小时后回来", 120), ("回家15分鐘", 15)])
def test_where_no_spaces_are_written_a_time_follows_any_letter(text: str, minutes: int) -> None:
    reading = read(text)
    assert reading
    assert reading.minutes == minutes


SAID_IN_WORDS = {
    120: "dos horas|deux heures|dua jam|два часа|iki saat|دو ساعت|दो घंटे|দুই ঘণ্টা|두 시간|สองชั่วโมง|hai tiếng",
    180: "tres horas|trois heures|tiga jam|три часа|üç saat|ثلاث ساعات|سه ساعت|तीन घंटे|তিন ঘণ্টা|세 시간|"
    "สามชั่วโมง|ba tiếng",
    240: "four hours",
    2: "two minutes|dalawang minuto",
    45: "forty-five minutes",
    90: "ninety minutes",
    150: "ढाई घंटे",
}
"""Numbers as words, each with what it must be: one that is off by one is a check-in that comes an hour late."""


@pytest.mark.parametrize(("minutes", "texts"), SAID_IN_WORDS.items())
def test_a_number_in_words_is_that_number(minutes: int, texts: str) -> None:
    found = {text: reading.minutes if (reading := read(text)) else None for text in each(texts)}
    assert found == dict.fromkeys(found, minutes)


def test_english_numbers_are_what_they_say() -> None:
    small = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    tens = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
    for word, number in [*zip(small, range(2, 13), strict=True), *tens.items()]:
        assert (reading := read(f"{word} minutes"))
        assert reading.minutes == number


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *((text, 30) for text in each("half an hour|半小时|半個鐘|полчаса|yarım saat|نصف ساعة|ครึ่งชั่วโมง|media hora")),
        *((text, 90) for text in each("1h30|1個半小時|個半鐘|an hour and a half|1時間半|полтора часа|bir buçuk saat")),
        *((text, 90) for text in each("ساعة ونصف|डेढ़ घंटा|1.5 hours|1,5 Stunden|1:30 hours|una hora y media|九十分钟")),
        *((text, 150) for text in each("兩個半小時|2h30m|two and a half hours|dans 2h30|2 h 30 min")),
        *((text, 900) for text in each("15 hours|15 Stunden|15 часов|15小時|15 saat")),
        *((text, 60) for text in each("in an hour|one hour|через час|بعد ساعة|1시간")),
    ],
)
def test_parts_of_hours_are_read(text: str, minutes: int) -> None:
    reading = read(text)
    assert reading
    assert (reading.minutes, reading.clock) == (minutes, None)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        *(
            (text, (18, 30))
            for text in each("18h30|18:30|18.30|à 18h30|١٨:٣٠|۱۸:۳۰|१८:३०|১৮:৩০|๑๘:๓๐|༡༨:༣༠|၁၈:၃၀|１８：３０")
        ),
        *(
            (text, (18, 30))
            for text in each("18 giờ 30|18点30分|18時30分|6:30 pm|6.30 p.m.|下午六點半|晚上6点半|18.30 น.|18 Uhr 30")
        ),
        *(
            (text, (18, 0))
            for text in each("6pm|6 PM|в 6 вечера|a las 6 de la tarde|6 مساء|오후 6시|傍晚6点|18 Uhr|à 18h|at 18")
        ),
        *((text, (15, 0)) for text in each("下晝三點|下午3点|午後3時|15시|3 in the afternoon")),
        *((text, (20, 0)) for text in each("晚上8点|今晚八點|8 tonight|夜晚8點")),
        *((text, (0, 0)) for text in each("midnight|12am|晚上12点|24:00|00:00")),
        *((text, (12, 0)) for text in each("noon|12pm|中午12点|正午")),
        *((text, (2, 0)) for text in each("2am|凌晨2点|半夜两点|2 at night|02:00")),
    ],
)
def test_a_time_of_day_is_no_length_of_time(text: str, time: tuple[int, int]) -> None:
    reading = read(text)
    assert reading
    assert reading.clock
    assert (reading.minutes, reading.clock.readings, reading.clock.is_tomorrow) == (None, (time,), False)


@pytest.mark.parametrize("text", each("2 at the station|2 in the house|два at"))
def test_a_word_of_time_behind_a_number_may_belong_to_what_follows(text: str) -> None:
    reading = read(text)
    assert reading
    assert (reading.minutes, reading.clock, reading.number) == (None, None, 2)


@pytest.mark.parametrize("text", each("tomorrow 9am|9am tomorrow|明天早上9点|聽日朝早九點|завтра в 9 утра"))
def test_tomorrow_is_tomorrow(text: str) -> None:
    clock = read_clock(text)
    assert clock
    assert (clock.readings, clock.is_tomorrow) == (((9, 0),), True)


@pytest.mark.parametrize("text", each("6:30|三點半|at 6|saat 6|ساعت ۶|6 o'clock|в 6 часов|jam 6|6 बजे|6시"))
def test_without_morning_or_evening_it_may_be_either(text: str) -> None:
    clock = read_clock(text)
    assert clock
    assert [hour % 12 for hour, _ in clock.readings] in ([6, 6], [3, 3])


@pytest.mark.parametrize("text", each("3 giờ|18h|8h30|2 ཆུ་ཚོད|ཆུ་ཚོད་ ༢|၃ နာရီ|3 цаг|2 giờ 30 phút|3 giờ rưỡi"))
def test_what_may_be_a_length_or_a_time_of_day_is_said_to_be_both(text: str) -> None:
    reading = read(text)
    assert reading
    assert reading.minutes
    assert reading.clock


@pytest.mark.parametrize(("text", "number"), [("15", 15), ("in 15", 15), ("١٥", 15), ("15 Momente", 15), ("十五", 15)])
def test_of_a_number_alone_only_the_number_is_known(text: str, number: int) -> None:
    reading = read(text)
    assert reading
    assert (reading.minutes, reading.clock, reading.number) == (None, None, number)


@pytest.mark.parametrize(
    "text",
    each("soon|evening||2-3 hours|2 or 3 hours|between 6pm and 8pm|room 5 in 3 hours|25:00|18:75|hour"),
)
def test_what_is_no_time_or_several_is_not_guessed(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2h meeting a stranger", "meeting a stranger"),
        ("2 hours, in the park", "in the park"),
        ("2h 5 men follow me", "5 men follow me"),
        ("2h a friend waits", "a friend waits"),
        ("晚上8点见陌生人", "见陌生人"),
        ("6pm Bangkok time, at Anna's", "Bangkok time, at Anna's"),
        ("in 90 min", ""),
    ],
)
def test_what_stands_behind_the_time_is_kept_as_it_was_typed(text: str, rest: str) -> None:
    reading = read(text)
    assert reading
    assert reading.rest == rest


PIECES = sorted({word for words in WORDS.values() for word in words.split("|")} | {*NUMBERS, *SPANS})
FIGURES = each("0|1|7|12|18|30|59|60|99|1500|1.5|١٨:٣٠|三十|百|一點|:|.|-|,| |x|\u0301")


@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(FIGURES), max_size=8), st.sampled_from(["", " "]))
def test_whatever_is_typed_is_read_without_an_error(pieces: list[str], between: str) -> None:
    reading = read(between.join(pieces))
    if reading:
        assert [reading.minutes, reading.clock, reading.number] != [None, None, None]
        readings = reading.clock.readings if reading.clock else ()
        assert all(0 <= hour < 24 and 0 <= minute < 60 for hour, minute in readings)


@pytest.mark.parametrize("word", PIECES)
def test_every_word_of_the_table_is_found_as_itself(word: str) -> None:
    """As it is folded, none of them is swallowed by a shorter one."""
    assert [token.letter for token in _tokens(_fold(word)[0])] in [[token] for token in "N S " + "".join(WORDS)], word


@pytest.mark.parametrize("piece", ["1 ", "1", "h", "half ", "一", "半", "18:30 ", "in ", "\u0301", "ﷺ"])
def test_no_text_takes_long_to_read(piece: str) -> None:
    began = process_time()
    read(piece * 100_000)
    assert process_time() - began < 0.5
