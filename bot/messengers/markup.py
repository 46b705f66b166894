"""Our markup (<b>, <i>, <code>, <at>, <time>) and persons' own words, made into runs of one look each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

from bot.messengers.contract import Parcel
from bot.messengers.words import quoted
from handlers.model.direction import in_order, isolated

_TAG = re.compile(r'(</?(?:b|i|code|at)>|<time at="\d+">|</time>)')


@dataclass(frozen=True, slots=True)
class Run:
    """Text with the tags that hold for all of it."""

    text: str
    tags: tuple[str, ...] = ()
    is_mention: bool = False
    """Whether it is the label of somebody who is called by name."""
    moment: int = 0
    """Of a time, in seconds since 1970: an app may show it in its own clock."""
    is_words: bool = False
    """Whether it is of somebody's own words, with their mark before each line."""


ShowWords = Callable[[str], Sequence[Run]]
"""From quoted words to their runs: how a messenger keeps links in them from being tapped."""


def as_they_are(words: str) -> Sequence[Run]:
    return [Run(words, is_words=True)]


def runs_of(text: str, words: str = "", show_words: ShowWords = as_they_are) -> list[Run]:
    """Our text parsed; the words stand below it, each line with its mark, and are never markup."""
    runs: list[Run] = []
    tags: list[str] = []
    is_mention, moment = False, 0
    for piece in _TAG.split(text):
        if not _TAG.fullmatch(piece):
            runs += [Run(unescape(piece), tuple(tags), is_mention, moment)] if piece else []
        elif piece in ("<at>", "</at>"):
            is_mention = piece == "<at>"
        elif piece.startswith(("<time", "</time")):
            moment = int("0" + "".join(filter(str.isdecimal, piece)))
        elif piece.startswith("</"):
            tags = [tag for tag in tags if tag != piece[2:-1]]
        else:
            tags.append(piece[1:-1])
    if shown := quoted(words):
        runs += [*([Run("\n\n")] if runs else []), *show_words(shown)]
    return runs


def to_plain(text: str, words: str = "") -> str:
    """Without any markup."""
    return "".join(run.text for run in runs_of(text, words))


def choices_in_words(parcel: Parcel, *, is_group: bool) -> list[str]:
    """The choices of a parcel as lines, for a messenger without buttons: numbered for a person, as commands in a group,
    where nobody would know whose number counts. There, a choice without a command is left out."""
    lines = (
        [f"{isolated(button.label)}: {isolated(button.command)}" for button in parcel.buttons if button.command]
        if is_group
        else [f"{number}. {isolated(button.label)}" for number, button in enumerate(parcel.buttons, 1)]
    )
    return [in_order(line, is_right_to_left=parcel.is_right_to_left) for line in lines]
