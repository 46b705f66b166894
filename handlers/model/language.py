"""How a language sounds and writes; `bot/languages/` brings the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from handlers.model.knowledge import PartialDate


class Language(Protocol):
    """One language: its sentences, and how it writes dates, numbers and lists."""

    @property
    def code(self) -> str:
        """`en`, `zh_Hant`, `zh_Hans`, …"""

    @property
    def is_right_to_left(self) -> bool:
        """Whether it is read from the right."""

    def gettext(self, message: str) -> str:
        """The sentence, in which each value that is still to be filled in is isolated; so are those of `moment` and
        `list`."""

    def ngettext(self, singular: str, plural: str, number: int) -> str: ...

    def pgettext(self, context: str, message: str) -> str: ...

    def date(self, day: date) -> str: ...

    def partial_date(self, when: PartialDate) -> str:
        """A year, a month or a day, as precisely as it is known. Raises ValueError for a day that there is not."""

    def time(self, moment: datetime, offset: int = 0) -> str:
        """Hours and minutes with the zone, `14:05 UTC`; `offset`: of a clock elsewhere, in minutes east of UTC."""

    def moment(self, moment: datetime, offset: int = 0) -> str:
        """Date and time with the zone; the same."""

    def in_order(self, text: str) -> str:
        """The text as it is sent: each line begins where this language is read from."""

    def number(self, value: float) -> str: ...

    def list(self, items: Sequence[str]) -> str: ...

    def place(self, code: str) -> str:
        """The name of a place, `TH` → `Thailand`; content names win over CLDR's. A part that nobody has named
        goes by the name of its whole. Not escaped."""

    def name_of(self, code: str) -> str:
        """A language's name in itself: `zh_Hant` → `繁體中文`; `?` for what is no language."""


class Languages(Protocol):
    """All shipped languages."""

    def codes(self) -> Sequence[str]: ...

    def of(self, code: str) -> Language:
        """The language, or the nearest shipped one; English when nothing is near."""
