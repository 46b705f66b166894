"""Long lists, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.model.messages import Choice, Inbound, Wish

T = TypeVar("T")
PAGE = 3
"""Items on a page: what fits on a small phone without scrolling far."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page; `number` counts from 1."""

    items: Sequence[T]
    number: int
    last: int


def page_of(items: Sequence[T], number: int) -> Page[T]:
    """The page with this number, or the nearest that there is."""
    last = max(1, -(-len(items) // PAGE))
    number = min(max(number, 1), last)
    return Page(items[(number - 1) * PAGE : number * PAGE], number, last)


def split_number(argument: str) -> tuple[str, int]:
    """`Thailand 2` → (`Thailand`, 2); 0 when no page is named. Four digits are a year and belong to the text."""
    rest, _space, number = argument.rpartition(" ")
    if rest and re.fullmatch(r"[0-9]{1,3}", number):
        return rest, int(number)
    return argument, 0


def turns(ask: Inbound, page: Page[T], wish: str, argument: str) -> list[Choice]:
    """*Newer* and *Older*, where there are such pages."""
    _ = ask.language.gettext
    choices = []
    if page.number > 1:
        # Translators: button, at most 20 characters: the page before, with newer items
        choices.append(Choice(_("Newer"), Wish(wish, f"{argument} {page.number - 1}")))
    if page.number < page.last:
        # Translators: button, at most 20 characters: the next page, with older items
        choices.append(Choice(_("Older"), Wish(wish, f"{argument} {page.number + 1}")))
    return choices


def footer(ask: Inbound, page: Page[T]) -> str:
    """`Page 2 of 4`, or nothing where there is only one."""
    if page.last == 1:
        return ""
    number = ask.language.number
    return ask.language.gettext("Page {number} of {last}").format(number=number(page.number), last=number(page.last))
