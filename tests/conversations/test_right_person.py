"""What staff write reaches the person whose code they wrote, however they wrote it, or nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.model.codes import tidy_code
from tests.talk import DESK, Talk, code_in

WORDS = "stay in the cellar"


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def bold(text: str) -> str:
    return "".join(chr(0x1D400 + ord(c) - 65) if c.isalpha() else c for c in text)


def mistyped(code: str) -> str:
    """With another last sign than any that reads the same."""
    return code[:-1] + ("7" if code[-1] != "7" else "8")


SPELLINGS: dict[str, Callable[[str], str]] = {
    "newline": lambda code: f"/r {code}\n{WORDS}",
    "tab": lambda code: f"/r\t{code}\t{WORDS}",
    "no-break space": lambda code: f"/r\u00a0{code}\u00a0{WORDS}",
    "full-width space": lambda code: f"/r\u3000{code}\u3000{WORDS}",
    "zero-width space": lambda code: f"/r\u200b{code}\u200b{WORDS}",
    "narrow and en spaces": lambda code: f"/r\u202f{code}\u2002{WORDS}",
    "line separator": lambda code: f"/r\u2028{code}\u2029{WORDS}",
    "marks of direction": lambda code: f"\u200f/\u200er \u2066{code}\u2069 {WORDS}",
    "byte order mark": lambda code: f"\ufeff/r \ufeff{code} {WORDS}",
    "full-width": lambda code: full_width(f"/r {code}").replace(" ", "\u3000") + f" {WORDS}",
    "bold letters": lambda code: f"/r {bold(code)} {WORDS}",
    "arabic digits": lambda code: f"/r {code.translate({48 + n: 0x660 + n for n in range(10)})} {WORDS}",
    "lower case": lambda code: f"/R {code.lower()} {WORDS}",
    "no dash": lambda code: f"/r {code.replace('-', '')} {WORDS}",
    "spaces around the dash": lambda code: f"/r {code.replace('-', ' - ')} {WORDS}",
    "en dash": lambda code: f"/r {code.replace('-', '–')} {WORDS}",
    "soft hyphen within": lambda code: f"/r {code[:2]}\u00ad{code[2:]} {WORDS}",
    "point within": lambda code: f"/r {code.replace('-', '.')} {WORDS}",
    "colon": lambda code: f"/r {code}: {WORDS}",
    "full-width colon": lambda code: f"/r：{code}：{WORDS}",
    "comma": lambda code: f"/r {code},{WORDS}",
    "point": lambda code: f"/r {code}. {WORDS}",
    "brackets": lambda code: f"/r ({code}) {WORDS}",
    "corner brackets": lambda code: f"/r 「{code}」{WORDS}",
    "number sign": lambda code: f"/r #{code} {WORDS}",
    "code style": lambda code: f"/r `{code}` {WORDS}",
    "heading": lambda code: f"/r SOS {code} {WORDS}",
    "lone dash": lambda code: f"/r {code} – {WORDS}",
}
UNKNOWN: dict[str, Callable[[str], str]] = {
    "mistyped": lambda code: mistyped(code),
    "lower case": lambda code: mistyped(code).lower(),
    "no dash": lambda code: mistyped(code).replace("-", ""),
    "newline": lambda code: f"{mistyped(code)}\n",
    "one sign missing": lambda code: code[:-1],
    "one sign missing before the dash": lambda code: code[:2] + code[3:],
    "one sign too many": lambda code: code + "7",
    "two signs changed places": lambda code: f"{code[1]}{code[0]}{code[2:]}" if code[0] != code[1] else mistyped(code),
    "a letter of another alphabet": lambda code: f"{code[:3]}\u0416{code[4:]}",
    "only its beginning": lambda code: code[:4],
    "capitals and a dash": lambda _code: "QQQQ-QQ",
    "a number": lambda _code: "000000",
}


class Two:
    """Two open cases in a desk with topics, or without them where there are none."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.code = {"501": "", "502": ""}

    async def begin(self) -> None:
        self.talk.messenger.is_forum = self.talk.messenger.has_buttons
        for who in self.code:
            await self.talk.says("SOS they are here", who=who)
            self.code[who] = code_in(await self.talk.chooses("Send", who=who))

    def at(self, who: str) -> dict[str, str]:
        """Where staff write: in the topic of a case, or quoting its post."""
        if not self.talk.messenger.is_forum:
            posts = [s for s in self.talk.messenger.shown if s.chat == DESK and f"SOS {self.code[who]}" in s.text]
            return {"quoted": posts[0].reference}
        posts = [s for s in self.talk.messenger.shown if s.chat == DESK and f"SOS {self.code[who]}" in s.text]
        return {"topic": posts[0].parcel.topic}


@pytest.fixture
async def two(talk: Talk) -> Two:
    two = Two(talk)
    await two.begin()
    return two


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_code_counts_however_it_is_written(two: Two, spelling: str) -> None:
    before = len(two.talk.told("501"))
    said = await two.talk.staff_says(SPELLINGS[spelling](two.code["502"]), **two.at("501"))
    assert len(two.talk.told("501")) == before
    assert two.talk.told("502")[-1].endswith(f"\n\n{WORDS}")
    assert f"<b>{two.code['502']}</b>: delivered." in said
    counts = f"The code counts: this was for <b>{two.code['502']}</b>. Nothing was done with {two.code['501']}."
    assert counts in said


@pytest.mark.parametrize(
    ("command", "slip"), [*(("r", slip) for slip in UNKNOWN), ("close", "mistyped"), ("ack", "no dash")]
)
async def test_what_looks_like_a_code_and_is_unknown_does_nothing(two: Two, slip: str, command: str) -> None:
    before, cases = len(two.talk.told("501")), await two.talk.open_cases()
    written = UNKNOWN[slip](two.code["502"])
    [said] = await two.talk.staff_says(f"/{command} {written} {WORDS}", **two.at("501"))
    assert said.startswith("No open case")
    assert len(two.talk.told("501")) == before
    assert await two.talk.open_cases() == cases
    if slip not in ("capitals and a dash", "a number"):
        assert two.code["502"] in said


@pytest.mark.parametrize(
    "words",
    [
        *("please go now", "Please go now", "safest is the back door", "come at nine", "go", "別出門", "room 7, now"),
        *("at 18:30 somebody comes", "20 minutes", "*important* stay", "self-made maps lie", "the 3rd house", "été"),
        *("18h30 be ready", "“hidden” is better", "24/7 open: +1 202 555 0143", "c'est-à-dire non", "i.e. now"),
    ],
)
async def test_words_are_words(two: Two, words: str) -> None:
    await two.talk.staff_says(f"/r {words}", **two.at("501"))
    assert two.talk.told("501")[-1].endswith(f"\n\n{words}")


async def test_words_that_name_the_note_of_somebody_else_are_not_sent(two: Two) -> None:
    before = len(two.talk.told("501"))
    [said] = await two.talk.staff_says(f"/r tell {two.code['502']} to wait", **two.at("501"))
    assert said.startswith(f"Nothing was sent: your words name another case, {two.code['502']}.")
    assert len(two.talk.told("501")) == before
    mine = two.code["501"]
    assert f"<b>{mine}</b>: delivered." in await two.talk.staff_says(f"/r {mine} tell {two.code['502']} to wait")


async def test_the_reason_of_a_close_may_name_another_note(two: Two) -> None:
    said = await two.talk.staff_says(f"/close the same person as {two.code['502']}", **two.at("501"))
    assert f"<b>{two.code['501']}</b>: closed by" in said[0]


async def test_an_unseen_sign_before_the_words_is_no_part_of_them_and_one_behind_an_emoji_is(two: Two) -> None:
    await two.talk.staff_says(f"/r {two.code['501']} \u200bwith you ❤\ufe0f", **two.at("502"))
    assert two.talk.told("501")[-1].endswith("\n\nwith you ❤\ufe0f")


async def test_paths_and_the_like_are_no_commands(two: Two) -> None:
    for text in ("/r/thailand is full of it", "/close/now", "/acknowledge", "//r hello", "see /r hello"):
        assert await two.talk.staff_says(text, **two.at("501")) == []


def test_a_code_reads_back() -> None:
    assert tidy_code("4f7k 2q") == "4F7K-2Q"
