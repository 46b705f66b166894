"""What may be wrong with a sentence in any language, counted by kind: read once more before it is shown to anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from itertools import accumulate
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.languages.catalogue_files import BROKEN, catalogues
from bot.languages.proofreading import breaks, strings, too_wide
from bot.languages.values import with_isolates
from bot.messengers.seams import octets, seam
from handlers.model.direction import END, ISOLATE

_SMALLEST = 100
"""Bytes of a message that are left at least for a text, beside headings."""
_SIGN = re.compile(rf"[{ISOLATE}{END}\n]|\{{\w+\}}")


class Kind(StrEnum):
    """As they are counted."""

    PLACEHOLDERS = "placeholders broken"
    BUTTONS = "over-long buttons"
    VALUES = "reversed values"
    CLUSTERS = "split clusters"


@dataclass(frozen=True, slots=True)
class Proof:
    """One fault of one sentence."""

    kind: Kind
    line: str
    """Where it is, and what to do."""


def proofs(folder: Path) -> Iterator[Proof]:
    """Of every sentence of the template and of each catalogue; what can't be read is told elsewhere."""
    for path in [*folder.glob("messages.pot"), *catalogues(folder)]:
        is_catalogue = path.suffix == ".po"
        language = path.parts[-3] if is_catalogue else None
        try:
            read = read_po(StringIO(path.read_text("utf-8")), locale=language, ignore_obsolete=True, abort_invalid=True)
        except BROKEN:
            continue
        name = "/".join(path.parts[-3:] if is_catalogue else path.parts[-1:])
        for message in read:
            if message.id and not message.fuzzy:
                for kind, fault in _faults(message, is_catalogue=is_catalogue):
                    yield Proof(kind, f"{name}:{message.lineno}: {fault}")


def summary(found: Sequence[Proof]) -> str:
    """A line for all kinds."""
    return ", ".join(f"{kind.value}: {sum(proof.kind is kind for proof in found)}" for kind in Kind)


def _faults(message: Message, *, is_catalogue: bool) -> Iterator[tuple[Kind, str]]:
    said = strings(message.string if is_catalogue else message.id)
    for fault in breaks(message) if is_catalogue else ():
        yield Kind.PLACEHOLDERS, fault
    for fault in too_wide(message, said):
        yield Kind.BUTTONS, fault
    for sentence in said:
        if any(turns_round(sentence, is_right_to_left=way) for way in (False, True)):
            yield Kind.VALUES, "a value would turn round in it: write it without signs of direction"
        if is_split(sentence):
            yield Kind.CLUSTERS, "would be cut within a sign, which is longer than a message: write it with fewer marks"


def turns_round(sentence: str, *, is_right_to_left: bool) -> bool:
    """Whether a value in it is not isolated: by UAX #9, what is keeps its order, and changes that of nothing else."""
    depth = 0
    for sign in _SIGN.findall(with_isolates(sentence, is_right_to_left=is_right_to_left)):
        if sign in (ISOLATE, END):
            depth += 1 if sign == ISOLATE else -1
        if depth != (1 if sign.startswith("{") else depth) or depth not in (0, 1) or (sign == "\n" and depth):
            return True
    return bool(depth)


def is_split(sentence: str) -> bool:
    """Whether it would be cut within a sign, at the smallest size that a messenger leaves."""
    if octets(sentence) <= _SMALLEST:
        return False
    from icu4py.breakers import CharacterBreaker

    ends, done = set(accumulate(map(len, CharacterBreaker(sentence, "")), initial=0)), 0
    while done < len(sentence):
        cut, start = seam(sentence[done:], _SMALLEST, octets)
        if done + cut not in ends:
            return True
        done += start
    return False
