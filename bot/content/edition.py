"""The name of what is in force as a whole: content and translations, so that two who compare it find a difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.reading import Reading
from handlers.model.codes import CROCKFORD

_LETTERS = 16
"""Of five bits each: what machines compare."""
_LEAST = 8
"""Letters: fewer than 40 bits could be met by somebody who tries."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})

Catalogue = Mapping[tuple[str, str, str], tuple[str, ...]]
"""From context, singular and plural to what is said in their place."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A name that follows from the words alone: not from a clock, a machine, or the order and comments of a file."""

    code: str
    """`XXXX-XXXX-XXXX-XXXX`, Crockford base32 of 80 bits."""
    parts: Mapping[str, str]
    """From the name of a file, or the code of a language, to the hash of what it says."""

    def is_named(self, typed: str) -> bool:
        """Whether a code is this one's, however it was typed: all of it, or as much as is shown to people."""
        letters = "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
        return len(letters) >= _LEAST and self.code.replace("-", "").startswith(letters)


def edition_of(reading: Reading, catalogues: Mapping[str, Catalogue]) -> Edition:
    """Of all that was read; whoever asks has seen to it that the content is sound."""
    files = {
        name: _hash(file.model_dump(mode="json", exclude_defaults=True)) for name, (_, file) in reading.files.items()
    }
    languages = {code: _hash(sorted(said.items())) for code, said in catalogues.items()}
    parts = dict(sorted({**files, **languages}.items()))
    return Edition(_name(_hash(parts)), parts)


def _hash(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _name(digest: str) -> str:
    number = int(digest, 16) >> (256 - 5 * _LETTERS)
    letters = "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_LETTERS)))
    return "-".join(letters[start : start + 4] for start in range(0, _LETTERS, 4))
