"""The commands that a messenger should offer, in every shipped language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.messengers.contract import Menu
from handlers.model.language import Languages
from handlers.table import TABLE


def menus(languages: Languages) -> Mapping[str, Sequence[Menu]]:
    """From a language code to its commands."""
    found = {}
    for code in languages.codes():
        translate = languages.of(code).gettext
        found[code] = [Menu(name=row.command, description=translate(row.menu)) for row in TABLE if row.menu]
    return found
