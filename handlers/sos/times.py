"""Reads times as people write them: "90 min", 半小时, 18h30, ١٨:٣٠; what may be two things is said to be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from handlers.sos.time_words import NUMBERS, SPANS, WORDS

LONGEST = 300
"""Characters in which a time is looked for."""
_LONGEST_RUN = 12
"""Words of time in a row that are looked at together: more is no time."""
_HAN = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
    "廿": 20,
}
_HAN_UNITS = {"十": 10, "百": 100}
_MIDDAY, _DAY = 12, 24
_UNSPACED = re.compile(r"[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLOCK = re.compile(r"(\d{1,2})\s?[:∶꞉፡]\s?(\d{2})(?!\d)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})(?![\d.])")
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2}(?!\d))?")
_HAN_NUMBER = re.compile(f"[{''.join(_HAN)}十百]+")
_SKIPPED = re.compile(r"[\s,،、。.\-–'’~()་།]+")
_EDGES = " \t\r\n.,;:!?…。，、；：！？-–~()་།،"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, of whichever clock."""

    hour: int
    minute: int
    is_tomorrow: bool = False
    is_either: bool = False
    """Whether it may also be twelve hours later: nobody said whether morning or evening is meant."""

    @property
    def readings(self) -> tuple[tuple[int, int], ...]:
        """(hour, minute) of each time that it may be, of 24 hours."""
        hours = (self.hour, self.hour + _MIDDAY) if self.is_either else (self.hour,)
        return tuple((hour, self.minute) for hour in hours)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text may say. More than one of the three: it can't be told which."""

    minutes: int | None = None
    """From now."""
    clock: Clock | None = None
    number: int | None = None
    """Of hours or of minutes, which was not said."""
    rest: str = field(default="", repr=False)
    """What stands behind the time, as it was typed."""


@dataclass(frozen=True, slots=True)
class _Token:
    letter: str
    """N a number, K hours and minutes (`18:30`), else as in `WORDS`; a space: a word that is no time."""
    start: int
    end: int
    value: float = 0
    minute: int = 0


def read(text: str) -> Reading | None:
    """The first time in a text; None when there is none, or when figures stand before it that may belong to it."""
    folded, origins = _fold(text[:LONGEST])
    tokens = list(_tokens(folded))
    for start, token in enumerate(tokens):
        before = tokens[:start]
        if token.letter == " " or (before and before[-1].letter != " "):
            continue  # only at the beginning of a run of words of time
        if any(earlier.letter in "NK" for earlier in before):
            return None
        run = _run(tokens[start:])
        for end in range(len(run), 0, -1):
            if run[end - 1].letter in "I@+1" and end > 1:
                continue  # they belong to what follows
            if reading := _understood(run[:end]):
                rest = text[origins[run[end - 1].end] :].strip(_EDGES)
                is_doubtful = _goes_on(run[end:]) or (reading.number is not None and (before or re.search(r"\d", rest)))
                return None if is_doubtful else Reading(reading.minutes, reading.clock, reading.number, rest)
    return None


def read_clock(text: str) -> Clock | None:
    """The time of day that a text tells; None when it tells none, or may tell something else."""
    reading = read(text)
    if reading and reading.number is not None and reading.number < _DAY:
        return _clock(reading.number, 0, "")
    return reading.clock if reading else None


def _goes_on(run: Sequence[_Token]) -> bool:
    """Whether another time follows at once: "from 6pm to 8pm"."""
    readings = (_understood(run[start:end]) for start in range(len(run)) for end in range(start + 1, len(run) + 1))
    return any(reading is not None and reading.number is None for reading in readings)


def _understood(run: Sequence[_Token]) -> Reading | None:
    """What all of these tokens say together."""
    said = "".join(token.letter for token in run)
    flags = "".join("I" if letter == "J" else letter for letter in said if letter in "APEOTYI@J")
    core = [
        token
        for token in run
        if token.letter not in "APETYI@JR+" and not (token.letter == "O" and re.search("[NK]", said))
    ]
    core = [_as_one(token) for at, token in enumerate(core) if not (token.letter == "1" and _is_half(core, at))]
    letters = "".join(token.letter for token in core)
    if not all(_is_of_the_hour(core, at) for at in range(2, len(core)) if letters[at] == "N"):
        return None
    minutes, clock = _span(letters, core), _time_of_day(letters, core, flags)
    if clock and "I" not in flags and re.search("[APEOT@]", flags):
        return Reading(clock=clock)
    if "I" in flags:
        clock = None
    if letters == "N" and not re.search("[APEOTY@]", flags):
        return Reading(number=int(core[0].value)) if core[0].value.is_integer() else None
    if letters in ("H", "M") and "I" not in flags:
        minutes = None
    if minutes is not None and clock is not None:
        is_length, is_clock = _may_be(letters, core)
        minutes, clock = minutes if is_length else None, clock if is_clock else None
    return Reading(minutes, clock) if minutes is not None or clock is not None else None


def _is_of_the_hour(core: Sequence[_Token], at: int) -> bool:
    """Whether a second number is the minutes of the hour before it, as in 2h30 and 18 giờ 30: not in "2h 5 men"."""
    before, number = core[at - 1], core[at]
    is_measured = at + 1 < len(core) and core[at + 1].letter in "MQ"
    is_two_figures = number.end - number.start == 2
    return is_measured or (is_two_figures and (before.end == number.start or before.letter in "CV"))


def _may_be(letters: str, core: Sequence[_Token]) -> tuple[bool, bool]:
    """Whether hours are a length of time, and whether they are a time of day: `3 giờ`, `18h` and `8h30` may be both,
    `1h30` and `15 hours` are a length, `18h30` and `18 giờ 30` a time of day."""
    hour = next(token.value for token in core if token.letter in "NK")
    if "V" in letters:
        return letters != "NVN", True
    if letters == "Nh":
        return True, hour > _MIDDAY
    if letters == "NhN":
        return hour <= _MIDDAY, hour > 3
    return True, False


def _span(letters: str, core: Sequence[_Token]) -> int | None:
    """Minutes."""
    values = [token.value for token in core if token.letter in "NKS"]
    hours = values[0] if values else 1
    if letters == "S":
        return int(hours)
    if letters in ("NG", "G"):
        return round(60 * (hours if values else 1)) + 30
    if re.fullmatch("N?F[HVh]", letters):
        return round(60 * (hours if values else 0)) + 30
    if re.fullmatch("N?[HVh]F", letters):
        return round(60 * hours) + 30
    if re.fullmatch("N[HVh](N|NM)?|VN|H", letters):
        return round(60 * hours + (values[1] if len(values) > 1 else 0))
    if letters in ("NM", "MN", "M"):
        return round(hours)
    if letters == "BN":
        return round(60 * hours)
    if letters in ("NQ", "Q"):
        return round(15 * hours)
    if letters == "ND":
        return round(1440 * hours)
    return round(60 * hours) + core[0].minute if letters == "KH" else None


def _time_of_day(letters: str, core: Sequence[_Token], flags: str) -> Clock | None:
    values = [token.value for token in core if token.letter in "NK"]
    if letters in ("O", "X"):
        return Clock(_MIDDAY if letters == "O" else 0, 0, is_tomorrow="T" in flags)
    if re.fullmatch("K[hCV]?", letters):
        return _clock(values[0], core[0].minute, flags, has_zero=core[0].end - core[0].start > 4)
    if re.fullmatch("N[CVhH]F", letters):
        return _clock(values[0], 30, flags)
    if re.fullmatch("N[CVhH]NQ", letters):
        return _clock(values[0], 15 * values[1], flags)
    if re.fullmatch("N|(N[CVhH]|[CVH]N[CVhH]?)(NM?)?|[CVH]K", letters):
        return _clock(values[0], values[1] if len(values) > 1 else core[-1].minute, flags)
    return None


def _clock(hour: float, minute: float, flags: str, *, has_zero: bool = False) -> Clock | None:
    """None for an hour or minute that no clock shows."""
    period = next((flag for flag in flags if flag in "APEO"), "")
    if not float(hour).is_integer() or not 0 <= minute < 60:
        return None
    is_tomorrow = "T" in flags
    if hour == _DAY and minute == 0:
        return Clock(0, 0, is_tomorrow)
    if not 0 <= hour < _DAY or (period == "A" and hour > _MIDDAY):
        return None
    if period and hour <= _MIDDAY:
        hour = _in_period(int(hour), period)
    is_either = not period and 0 < hour < _MIDDAY and not has_zero
    return Clock(int(hour), int(minute), is_tomorrow, is_either)


def _in_period(hour: int, period: str) -> int:
    """The hour of 24, of one that was said to be before noon, after noon, in the night or about noon."""
    if hour == _MIDDAY:
        return _MIDDAY if period in "PO" else 0
    is_after_noon = period == "P" or (period == "E" and hour > 4) or (period == "O" and hour < 4)
    return hour + _MIDDAY if is_after_noon else hour


def _is_half(core: Sequence[_Token], at: int) -> bool:
    """Whether an article is that of a half: "half an hour", "an hour and a half"."""
    before = core[at - 1].letter if at else ""
    after = core[at + 1].letter if at + 1 < len(core) else ""
    return "F" in (before, after) or (after in ("Q", "S", "G") and at > 0) or before == "N"


def _as_one(token: _Token) -> _Token:
    return _Token("N", token.start, token.end, 1.0) if token.letter == "1" else token


def _run(tokens: Sequence[_Token]) -> list[_Token]:
    words = next((at for at, token in enumerate(tokens) if token.letter == " "), len(tokens))
    return list(tokens[: min(words, _LONGEST_RUN)])


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        token = _figures(text, at) or _word(text, at)
        if token:
            yield token
            at = token.end
        elif skipped := _SKIPPED.match(text, at):
            at = skipped.end()
        else:
            end = at + 1
            while end < len(text) and _is_letter(text[end]) and not _UNSPACED.match(text[end]):
                end += 1
            yield _Token(" ", at, end)
            at = end


def _figures(text: str, at: int) -> _Token | None:
    if found := _CLOCK.match(text, at):
        return _Token("K", at, found.end(), float(found[1]), int(found[2]))
    dotted = _DOTTED.match(text, at)
    if dotted and not _is_measured(text, dotted.end()):
        return _Token("K", at, dotted.end(), float(dotted[1]), int(dotted[2]))
    if found := _NUMBER.match(text, at):
        return _Token("N", at, found.end(), float(found[0].replace(",", ".")))
    if found := _HAN_NUMBER.match(text, at):
        return _Token("N", at, found.end(), _han(found[0]))
    return None


def _is_measured(text: str, at: int) -> bool:
    """Whether a unit follows: 1.25 hours is no time of day."""
    word = _word(text, at + len(text[at:]) - len(text[at:].lstrip()))
    return word is not None and word.letter in "HMDh"


def _han(text: str) -> float:
    total = last = 0
    for character in text:
        if unit := _HAN_UNITS.get(character):
            total, last = total + (last or 1) * unit, 0
        else:
            last = last * 10 + _HAN[character]
    return float(total + last)


def _word(text: str, at: int) -> _Token | None:
    """The longest word of time that stands here, as a word of its own where the script has spaces."""
    words = _known_words()
    for length in range(min(max(map(len, words)), len(text) - at), 0, -1):
        known = words.get(text[at : at + length])
        if known and _is_whole(text, at, at + length):
            return _Token(known[0], at, at + length, known[1])
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    if _UNSPACED.match(text[end - 1]):
        return True
    return not (end < len(text) and _is_letter(text[end]) and not _UNSPACED.match(text[end]))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


@lru_cache(maxsize=1)
def _known_words() -> dict[str, tuple[str, float]]:
    """Letter and value of each word."""
    known: dict[str, tuple[str, float]] = {_fold(word)[0]: ("N", float(number)) for word, number in NUMBERS.items()}
    known |= {_fold(word)[0]: ("S", float(minutes)) for word, minutes in SPANS.items()}
    for letter, words in WORDS.items():
        for word in words.split("|"):
            known.setdefault(_fold(word)[0], (letter, 0.0))
    return known


def _fold(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, figures of every script as 0 to 9; and where each character of it comes from."""
    folded, origins = [], []
    for position, character in enumerate(text):
        for part in unicodedata.normalize("NFKC", character).casefold():
            digit = unicodedata.decimal(part, None)
            if part in "\u0640\u200b\u200c\u200d\u200e\u200f\ufeff" or unicodedata.category(part) == "Cf":
                continue  # a stretched line, and what can't be seen
            folded.append({"٫": ".", "٬": ","}.get(part, part) if digit is None else str(digit))
            origins.append(position)
    return "".join(folded), [*origins, len(text)]
