"""`python -m bot check`: everything that an operator or a maintainer should mend, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.commands.proofs import proofs, summary
from bot.content.book import ContentError, load
from bot.content.check import check
from bot.content.phone_lines import too_long
from bot.content.source import Fault
from bot.languages.catalogues import Catalogues
from bot.settings.environment import Settings


def check_everything(settings: Settings, faults: Sequence[str], notes: Sequence[str]) -> int:
    """Prints what is wrong; returns 1 if anything is more than a warning."""
    with_catalogues = Catalogues(settings.locales, {})
    today = datetime.now(UTC).date()
    found = [*check(settings.content, today, with_catalogues.missing), *_too_long(settings, today)]
    read = list(proofs(settings.locales))
    of_sentences = dict.fromkeys([*with_catalogues.faults, *(proof.line for proof in read)])
    errors = [*faults, *of_sentences, *(str(fault) for fault in found if not fault.is_warning)]
    warnings = [*notes, *(str(fault) for fault in found if fault.is_warning)]
    for line in errors:
        print(f"error: {line}")
    for line in warnings:
        print(f"warning: {line}")
    print(f"sentences: {summary(read)}")
    print(f"{len(errors)} errors, {len(warnings)} warnings")
    return 1 if errors else 0


def _too_long(settings: Settings, today: date) -> list[Fault]:
    """Nothing of content that can't be used: what is wrong with that is told already."""
    try:
        book = load(settings.content)
    except ContentError:
        return []
    places = sorted({*book.names(), *(alert.place for alert in book.alerts())})
    return list(too_long(book, places, Catalogues(settings.locales, book.names()), today))
