"""How names are written: scripts, marks, and the spellings of one name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from bot.places.build.near_english import english
from bot.places.build.sources import Name
from bot.places.entries import MARKED
from bot.places.index import Meaning
from bot.places.words import HAN, KATAKANA, TABLES, is_unspaced, joined, key, tokens

CASED = re.compile("[A-Za-z\u00c0-\u052f\u10a0-\u10ff\u0531-\u058f\u1e00-\u1fff]")
"""Scripts with capital letters and spaces, and Georgian."""
HAN_RUN = re.compile(f"[{HAN}\u3041-\u30ff]+")
HIRAGANA = re.compile("[\u3041-\u309f]+")
HANGUL = re.compile("[\uac00-\ud7a3]")
UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3]")
SHORT_VIETNAMESE = 5
"""Vietnamese names without their marks are words of other languages, unless they are longer."""
LATIN = re.compile("[a-z\u00e0-\u024f\u1e00-\u1eff]")
EXACTLY = "="
"""In the list of traps: with these letters, and not with those that are taken for them."""

CYRILLIC = re.compile("[\u0400-\u04ff]")
_KAZAKH = re.compile("[ңғқүұһәө]", re.IGNORECASE)
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_UYGHUR = re.compile("[ېۈۆۇەڭ]")
_VIETNAMESE_NAME = re.compile(
    "[ơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]|^(?:Ý|Áo|Úc|Anh|Nga|Lào|Pháp|Thái|Trung)", re.IGNORECASE
)

Spellings = dict[str, Meaning]


def spellings_of(name: Name) -> Iterator[str]:
    """The name as it is looked up, without what stands in brackets too; with its marks where they are needed."""
    for text in dict.fromkeys(
        (name.text, re.sub(r"\s*[(\[（].*?[)\]）]", "", name.text).strip(), name.text.replace("&", "and"))
    ):
        folded = joined(key(text))
        if not folded:
            continue
        exact = exactly(text)
        if name.language != "vi" or len(folded) > SHORT_VIETNAMESE or exact == folded:
            yield folded
        if text.startswith("St. "):
            yield joined(key("Saint " + text[4:]))
        if exact != folded and _has_optional_marks(folded) and _needs_its_marks(name, folded):
            yield MARKED + exact


def _has_optional_marks(spelling: str) -> bool:
    """Not in scripts without spaces, where the other spelling is in traditional characters or has other letters."""
    return not is_unspaced(spelling) and not KATAKANA.match(spelling)


def exactly(text: str) -> str:
    """The name with its marks."""
    return joined([token.exact for token in tokens(text, len(text))])


def _needs_its_marks(name: Name, folded: str) -> bool:
    """Vietnã is no slip, and Vietna is one."""
    is_short = name.language == "vi" or len(folded) <= 4
    return is_short or re.search("[\u064b-\u0652]", name.text) is not None or folded in english()


def language_of(text: str) -> str:
    """Of our own names only those are inflected whose language their letters tell."""
    if _UYGHUR.search(text):
        return "ug"
    if CYRILLIC.match(text):
        return "kk" if _KAZAKH.search(text) else "uk" if _UKRAINIAN.search(text) else "ru"
    return "vi" if _VIETNAMESE_NAME.search(text) else ""


@cache
def read_table(name: str) -> Any:
    return yaml.load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 (all scalars are text: NO is Norway)
