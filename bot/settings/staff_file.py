"""BOT_STAFF_FILE: who stands in it may act; it is looked at again before every message that wants to."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from bot.messengers import MESSENGERS
from bot.messengers.traits import Traits
from bot.parsing import UnreadableError
from bot.settings.addresses import StaffAccount, account_examples, parse_staff

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaffFile:
    """The file as it was when it was last looked at."""

    path: Path
    staff: frozenset[StaffAccount] = field(repr=False)
    content: bytes = field(repr=False)
    messengers: Sequence[Traits[Any]] = field(default=MESSENGERS, repr=False)

    @classmethod
    def open(cls, name: str, messengers: Sequence[Traits[Any]] = MESSENGERS) -> Self:
        """At the start, when a fault can still be mended: raises UnreadableError unless all of it is sound."""
        path = Path(name)
        content = _content(path)
        sound, broken = _entries(content, messengers)
        if broken or not sound:
            examples = account_examples(messengers)
            raise UnreadableError(f"it names accounts like {examples}, one a line, and nothing else")
        return cls(path, sound, content, messengers)

    def look(self) -> Self:
        """As it is now.

        A fault in it only takes authority away, and never gives any. Whoever is taken out stays out, although another
        line is broken: of those who could act, whoever still stands in it soundly keeps it. If nothing in it can be
        read, it tells of nobody in particular, and all keep it: else a slip of the pen at night would leave those who
        call for help with nobody who can answer. The operator is alerted either way.
        """
        content = _content(self.path)
        if content == self.content:
            return self
        sound, broken = _entries(content, self.messengers)
        if not sound:
            log.critical("staff: BOT_STAFF_FILE is missing, empty or broken: all who could act still can; mend it")
            return replace(self, content=content)
        if broken:
            log.critical("staff: %d entries of BOT_STAFF_FILE can't be read: nobody was added; mend it", broken)
            return replace(self, content=content, staff=self.staff & sound)
        log.info("staff: BOT_STAFF_FILE has changed: %d accounts may act", len(sound))
        return replace(self, content=content, staff=sound)


def _content(path: Path) -> bytes:
    """All of it each time: it is small, and a time stamp may stand still while it changes."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _entries(content: bytes, messengers: Sequence[Traits[Any]]) -> tuple[frozenset[StaffAccount], int]:
    """The accounts, and how many entries are none."""
    sound: set[StaffAccount] = set()
    broken = 0
    for entry in filter(None, re.split(r"[\s,]+", content.decode("utf-8", "replace"))):
        try:
            sound |= parse_staff(entry, messengers)
        except UnreadableError:
            broken += 1
    return frozenset(sound), broken
