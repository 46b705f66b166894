"""Text as people type it: case, width, white space and signs that can't be seen don't change what is meant."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_UNSEEN = frozenset("\ufffc\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Signs that show nothing, beside those of the category "format"."""
_DASHES = frozenset("\u2212\u30fc\uff70")
"""Signs that look like a dash, beside those of the category "dash"."""


def is_unseen(sign: str) -> bool:
    """Whether it shows nothing and is no white space: a mark of direction, a zero-width space, a selector, …"""
    return (
        unicodedata.category(sign) == "Cf"
        or sign in _UNSEEN
        or "\ufe00" <= sign <= "\ufe0f"
        or (unicodedata.category(sign) == "Cc" and not sign.isspace())
    )


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a text, folded so that it can be compared, with the way back to what was typed."""

    text: str
    """In its case; digits are 0 to 9, dashes are -, white space is one space a sign."""
    _behind: tuple[int, ...]

    @classmethod
    def of(cls, text: str, longest: int, unseen: str = "") -> Head:
        """Of at most `longest` signs of the text; `unseen` stands in the place of signs that show nothing."""
        folded: list[str] = []
        behind: list[int] = []
        for position, sign in enumerate(text[:longest], 1):
            shown = unseen if is_unseen(sign) else _folded(sign)
            folded.append(shown)
            behind += [position] * len(shown)
        return cls("".join(folded), tuple(behind))

    def rest(self, text: str, end: int) -> str:
        """What of the text stands behind the first `end` signs of the head, as it was typed."""
        return text[self._behind[end - 1] :] if end else text


def from_first_seen(text: str) -> str:
    """From the first sign that shows something; a text's end stays: an emoji may need what is unseen."""
    start = next((at for at, sign in enumerate(text) if not sign.isspace() and not is_unseen(sign)), len(text))
    return text[start:]


def _folded(sign: str) -> str:
    if sign.isspace():
        return " "
    if unicodedata.category(sign) == "Pd" or sign in _DASHES:
        return "-"
    if (digit := unicodedata.decimal(sign, -1)) >= 0:
        return str(digit)
    return unicodedata.normalize("NFKC", sign)
