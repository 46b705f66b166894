"""The name of a case, `XXXX-XX`, as people write it: read however it was typed, and told from words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.model.typed import Head, from_first_seen

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_LONGEST_HEAD = 80
"""Signs at the beginning of a text in which a code is looked for."""
_SIGN = r"[0-9A-Za-z\u00c0-\u052f]"
"""Of a code, or of a word that is none; other scripts put no space before what follows."""
_BEFORE = r"(?:[\W_]*sos\b)?[\W_]*"
"""What may stand before a code: a bracket, a sign of number, the "SOS" of a post's heading."""
_AS_WRITTEN = re.compile(rf"{_BEFORE}(({_SIGN}{{4}})( ?-{{1,2}} ?|[._/:~ ]|)({_SIGN}{{2}}))(?!{_SIGN})", re.IGNORECASE)
_IN_PIECES = re.compile(rf"{_BEFORE}({_SIGN}+(?:-{_SIGN}+){{0,5}})(?!{_SIGN})", re.IGNORECASE)
_LIKE_A_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}-[0-9A-Za-z]{2}(?![0-9A-Za-z])")
_BEHIND = re.compile(r"""[.,;:)\]}>"'`*_。，；：、）】」』》”’]*(?:\s+[-:–—：](?=\s))?""")
"""What belongs to a code and not to the words: what closes it, and a sign that stands alone before them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What stands at the beginning of a text and could be a code."""

    typed: str
    rest: str = field(repr=False)
    """What stands behind it, as it was typed."""
    is_shaped: bool
    """Whether it looks like a code and not like a word; what isn't may still be one that is known."""


def tidy_code(typed: str) -> str:
    """The code as it is stored, from however it was typed; an empty text if it can't be one."""
    letters = _letters(typed)
    is_code = len(letters) == 6 and all(c in CROCKFORD for c in letters)
    return f"{letters[:4]}-{letters[4:]}" if is_code else ""


def codes_at_the_beginning(text: str) -> Sequence[Candidate]:
    """Each way to read a code at the beginning of a text, the likeliest first."""
    found = []
    for unseen in ("", " "):  # a sign that can't be seen may stand in a code, or in the place of a space
        head = Head.of(text, _LONGEST_HEAD, unseen)
        if match := _AS_WRITTEN.match(head.text):
            found.append(_candidate(text, head, match, is_shaped=_is_shaped(match[2], match[3], match[4])))
        if match := _IN_PIECES.match(head.text):
            found.append(_candidate(text, head, match, is_shaped=_is_shaped_in_pieces(match[1])))
    return found


def codes_inside(text: str) -> Sequence[str]:
    """What looks like codes anywhere in a text, as it was typed; the first few."""
    return _LIKE_A_CODE.findall(Head.of(text, len(text)).text)[:10]


def nearest(typed: str, codes: Sequence[str], most_slips: int) -> Sequence[str]:
    """Those of the codes that are meant if somebody slipped at most so often, or has not written all; nearest first."""
    letters = _letters(typed)
    slips = {code: _slips(letters, _letters(code)) for code in codes}
    begun = {code for code in codes if len(letters) >= 4 and _letters(code).startswith(letters)}
    near = [code for code in codes if slips[code] <= most_slips or code in begun]
    return sorted(near, key=lambda code: (slips[code], code))


def _candidate(text: str, head: Head, match: re.Match[str], *, is_shaped: bool) -> Candidate:
    rest = _words_behind(head.rest(text, match.end(1)))
    return Candidate(match[1], rest, is_shaped)


def _words_behind(rest: str) -> str:
    closed = _BEHIND.match(rest)
    return from_first_seen(rest[closed.end() :] if closed else rest)


def _is_shaped(first: str, between: str, last: str) -> bool:
    """Of four signs and two: with a dash, with a digit, or in capitals. After a space, a word is likelier."""
    if between == " ":
        return _is_mixed(first)
    letters = first + last
    return between == "-" or any(c.isdigit() for c in letters) or _is_capital(letters)


def _is_shaped_in_pieces(typed: str) -> bool:
    letters = _letters(typed)
    if len(letters) == 6:
        return any(c.isdigit() for c in typed) or _is_capital(typed)
    first, dash, last = typed.partition("-")
    pieces = (len(first), len(last))
    return bool(dash) and _is_mixed(first + last) and pieces in ((4, 1), (4, 3), (3, 2), (5, 2))


def _is_mixed(letters: str) -> bool:
    return any(c.isdigit() for c in letters) and any(c.isalpha() for c in letters)


def _is_capital(typed: str) -> bool:
    return typed.isascii() and typed.isupper()


def _letters(typed: str) -> str:
    return "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)


def _slips(one: str, other: str) -> int:
    """How many signs are wrong, missing, too many or changed places."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            least = min(before[j] + 1, row[-1] + 1, before[j - 1] + (sign != its))
            if i > 1 and j > 1 and (sign, its) == (other[j - 2], one[i - 2]):
                least = min(least, older[j - 2] + 1)
            row.append(least)
    return row[-1]
