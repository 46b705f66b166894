"""Tells which language a messenger or a text speaks, by code and by script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.core import get_global, parse_locale

_LONGEST_HINT = 35
_LONGEST_TEXT = 500
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_JAPANESE = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_CANTONESE = re.compile("[嘅喺咗唔冇嘢佢哋嗰啲嚟咁]|而家|點解|邊度")
_ENGLISH = (
    "the is are was what how where when why who do does did you your my i'm of for and can could this that with have "
    "has not it in to from there help please"
)
_WRITTEN_AS = {"yue": "zh", "cmn": "zh"}


def near(hint: str) -> Iterator[str]:
    """The languages that a hint may mean, the nearest first: `zh-TW` is `zh_TW`, then `zh_Hant`, then `zh`."""
    try:
        language, territory, script, *_ = parse_locale(hint[:_LONGEST_HINT].strip().replace("-", "_"))
    except ValueError:
        return
    subtags = get_global("likely_subtags")
    likely = subtags.get(f"{language}_{territory}") or subtags.get(language) or language
    script = script or parse_locale(likely)[2]
    language = _WRITTEN_AS.get(language, language)
    yield from (f"{language}_{part}" for part in (territory, script) if part)
    yield language


def language(text: str) -> str:
    """`zh_Hant`, `zh_Hans`, `en`, or nothing where that can't be told: 曼谷 is written the same in both."""
    start = text[:_LONGEST_TEXT]
    if _JAPANESE.search(start):
        return ""
    if han := "".join(_HAN.findall(start)):
        return _script(han)
    words = set(re.findall(r"[a-z']+", start.lower().replace("’", "'")))
    return "en" if len(words.intersection(_ENGLISH.split())) >= 2 else ""


def is_chinese(text: str) -> bool:
    """Whether it is Chinese, in whichever script."""
    start = text[:_LONGEST_TEXT]
    return bool(_HAN.search(start)) and not _JAPANESE.search(start)


def _script(han: str) -> str:
    """By the characters that only one of the two national character sets holds."""
    simplified = set(han.encode("gb2312", "ignore").decode("gb2312"))
    traditional = set(han.encode("big5", "ignore").decode("big5"))
    cantonese = set(_CANTONESE.findall(han))
    balance = len((traditional - simplified) | cantonese) - len(simplified - traditional - cantonese)
    if not balance:
        return ""
    return "zh_Hant" if balance > 0 else "zh_Hans"
