"""What can be wrong with a translation: told before it is shown to somebody, who could not know what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from string import Formatter

from babel.messages.catalog import Message

from bot.content.phone_lines import columns
from handlers.model.direction import TURNS

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MOST = re.compile(r"at most (\d+) characters")


def faults(message: Message, plurals: int) -> Iterator[str]:
    """What is wrong with one entry of a catalogue whose language has so many plural forms."""
    sources = strings(message.id)
    translations = strings(message.string)
    if not all(translations) or not translations:
        yield "is not translated"
    elif message.fuzzy:
        yield "is marked fuzzy: read it again, correct it and take the mark away"
    if len(sources) > 1 and len(translations) != plurals:
        yield f"has {len(translations)} plural forms instead of {plurals}"
    yield from breaks(message)
    yield from too_wide(message, translations)
    if any(translation and _edges(translation) not in map(_edges, sources) for translation in translations):
        yield "begins or ends with other white space than the original"


def breaks(message: Message) -> Iterator[str]:
    """Why a translation must not be shown: its sentence could not be filled in, or no messenger would take it."""
    sources, translations = strings(message.id), strings(message.string)
    for number, translation in enumerate(translations):
        # The last form stands for most numbers: it says what the plural says. The others may leave out the number.
        is_last = number == len(translations) - 1
        if translation:
            yield from _differences(sources, translation, is_last=is_last)


def too_wide(message: Message, labels: Sequence[str]) -> Iterator[str]:
    """Which of these labels of a button is wider than the comment allows. On a phone, its end would not be shown."""
    limits = [int(found[1]) for comment in message.auto_comments for found in _MOST.finditer(comment)]
    for label in labels if limits else ():
        if (width := columns(label)) > min(limits):
            yield f"is a button of {width} characters (Chinese ones count double), {min(limits)} at most: shorten it"


def _differences(sources: tuple[str, ...], translation: str, *, is_last: bool) -> Iterator[str]:
    if translation != translation.translate(TURNS):
        yield "has invisible signs that turn text: take them out, the bot isolates each value by itself"
    wanted, allowed = _placeholders(sources[-1]), set[str]().union(*map(_placeholders, sources))
    needed = wanted if is_last else set[str].intersection(*map(_placeholders, sources))
    found = _placeholders(translation)
    if not needed <= found <= allowed:
        yield f"has the placeholders {_show(found)} instead of {_show(wanted)}"
    if _tags(translation) not in map(_tags, sources):
        yield "has other <tags> than the original"
    elif not _is_balanced(translation):
        yield "has <tags> that are not closed in order"


def strings(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _placeholders(text: str) -> set[str]:
    """What stands in {braces}; a text with unpaired braces has one that nobody fills."""
    try:
        fields = [(name, how, form) for _, name, form, how in Formatter().parse(text) if name is not None]
        return {name + (f"!{how}" if how else "") + (f":{form}" if form else "") for name, how, form in fields}
    except ValueError:
        return {"unpaired brace"}


def _show(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _tags(text: str) -> Counter[str]:
    return Counter(_TAG.findall(text))


def _is_balanced(text: str) -> bool:
    still_open: list[str] = []
    for tag in _TAG.findall(text):
        if not tag.startswith("</"):
            still_open.append(tag[1:-1])
        elif not still_open or still_open.pop() != tag[2:-1]:
            return False
    return not still_open


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
