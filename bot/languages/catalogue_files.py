"""The catalogues as files: what of them may be shown, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import c2py
from io import StringIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

from bot.languages.proofreading import breaks

BROKEN = (OSError, ValueError, LookupError, PoFileError, UnknownLocaleError)
"""What reading a catalogue raises when the catalogue is at fault."""

Key = tuple[str, str, str]
"""Context, singular, plural."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The translations of one catalogue that may be shown: no fuzzy, obsolete or empty ones, and none that breaks."""

    forms: Mapping[Key, tuple[str, ...]] = field(default_factory=dict, repr=False)
    plural: Callable[[int], int] = field(default=lambda number: int(number != 1), repr=False)
    faults: Sequence[str] = ()
    """A line for each sentence that can't be shown, or for a catalogue that can't be read at all."""
    nearest: Sentences | None = None
    """Of the language that its readers understand best next to it: what stands in the place of a sentence that is not
    here."""

    def find(self, context: str, singular: str, plural: str = "", number: int = 1) -> str:
        """The translation, else that of the nearest language, else nothing."""
        forms = self.forms.get((context, singular, plural), ())
        index = self.plural(number) if plural else 0
        if index < len(forms) and forms[index]:
            return forms[index]
        return self.nearest.find(context, singular, plural, number) if self.nearest else ""

    def has(self, message: str) -> bool:
        """Whether it stands in this very catalogue."""
        return any(self.forms.get(("", message, ""), ()))


def is_language(code: str) -> bool:
    """Whether CLDR knows it: `th`, `zh_Hant`, `zh_TW`."""
    try:
        return bool(Locale.parse(code))
    except (ValueError, UnknownLocaleError):
        return False


def catalogues(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/LC_MESSAGES/messages.po"))


def read_catalogue(path: Path) -> Sentences:
    """What a catalogue holds; nothing but a fault when it can't be read."""
    name = "/".join(path.parts[-3:])
    try:
        catalog = read_po(
            StringIO(path.read_text("utf-8")), locale=path.parts[-3], ignore_obsolete=True, abort_invalid=True
        )
        plural = c2py(catalog.plural_expr)
    except BROKEN as error:
        line = error.lineno + 1 if isinstance(error, PoFileError) else 0
        return Sentences(faults=(f"{name}:{line}: can't be read ({type(error).__name__})",))
    forms: dict[Key, tuple[str, ...]] = {}
    faults: list[str] = []
    for message in catalog:
        if message.id and not message.fuzzy:
            if found := list(breaks(message)):
                faults += (f"{name}:{message.lineno}: {fault}" for fault in found)
                continue
            singular, plural_id = (message.id, "") if isinstance(message.id, str) else message.id
            strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            forms[message.context or "", singular, plural_id] = strings
    return Sentences(forms, plural, tuple(faults))
