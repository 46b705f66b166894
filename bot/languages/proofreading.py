"""What can be wrong with a translation: told before it is shown to somebody, who could not know what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from babel.messages.catalog import Message

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def faults(message: Message, plurals: int) -> Iterator[str]:
    """What is wrong with one entry of a catalogue whose language has so many plural forms."""
    sources = _strings(message.id)
    translations = _strings(message.string)
    if not all(translations) or not translations:
        yield "is not translated"
    elif message.fuzzy:
        yield "is marked fuzzy: read it again, correct it and take the mark away"
    if len(sources) > 1 and len(translations) != plurals:
        yield f"has {len(translations)} plural forms instead of {plurals}"
    yield from breaks(message)
    if any(translation and _edges(translation) not in map(_edges, sources) for translation in translations):
        yield "begins or ends with other white space than the original"


def breaks(message: Message) -> Iterator[str]:
    """Why a translation must not be shown: its sentence could not be filled in, or no messenger would take it."""
    sources, translations = _strings(message.id), _strings(message.string)
    for number, translation in enumerate(translations):
        # The last form stands for most numbers: it says what the plural says. The others may leave out the number.
        is_last = number == len(translations) - 1
        if translation:
            yield from _differences(sources, translation, is_last=is_last)


def _differences(sources: tuple[str, ...], translation: str, *, is_last: bool) -> Iterator[str]:
    wanted, allowed = _placeholders(sources[-1]), set[str]().union(*map(_placeholders, sources))
    needed = wanted if is_last else set[str].intersection(*map(_placeholders, sources))
    found = _placeholders(translation)
    if not needed <= found <= allowed:
        yield f"has the placeholders {_show(found)} instead of {_show(wanted)}"
    if _tags(translation) not in map(_tags, sources):
        yield "has other <tags> than the original"
    elif not _is_balanced(translation):
        yield "has <tags> that are not closed in order"


def _strings(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
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
