"""What is said of the level of a place: how old it is, the level, what to do, why, and who says so, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.lookups.asking import about_the_whole, named, whose
from handlers.model.knowledge import UNKNOWN, Alert, Basis, Bound, Level, whole_of
from handlers.model.language import Language
from handlers.model.messages import escape
from handlers.ports import AlertBook

BULLET = "• "
"""What each line of advice begins with."""


@dataclass(frozen=True, slots=True)
class View:
    """What is known, as somebody reads it: in which language, and on which day."""

    language: Language
    book: AlertBook
    today: date

    def says(self, sentence: str) -> str:
        """A sentence of content, translated and escaped."""
        return escape(self.language.gettext(sentence))

    def is_old(self, alert: Alert) -> bool:
        return self.book.is_stale(alert.reviewed, self.today)

    def is_open(self, alert: Alert) -> bool:
        """Whether nobody knows today's level: it is old, and could have become worse."""
        top = max(level.severity for level in self.book.levels())
        return self.is_old(alert) and self.book.level(alert.level).severity < top

    def known_until(self, alert: Alert) -> str:
        return self.language.partial_date(alert.known_until)


def level_text(view: View, place: str) -> str:
    """The whole answer about a place."""
    shown = whose(place, view.book.alert)
    alert, above = view.book.alert(shown), view.book.alert(whole_of(shown))
    if alert is None:
        note = about_the_whole(view.language, place, shown)
        return "\n\n".join([*note, _no_alert(view, shown), *_parts(view, shown), *_beside(view, shown)])
    first, *around = _around(view, alert, above)
    first = "\n".join([first, *_nothing_of_its_own(view, place, shown)])
    blocks = [*_warning(view, alert, above), first, *around, *_parts(view, shown)]
    return "\n\n".join([*blocks, f"{_why(view, alert)}\n{_who_says_so(view, alert)}"])


def _nothing_of_its_own(view: View, place: str, shown: str) -> list[str]:
    """Of a part that was asked for, below the level of its whole: what to do comes first."""
    if view.language.place(place) == view.language.place(shown):
        return []
    text = view.language.gettext("I have nothing about {part} alone.")
    return [text.format(part=f"<b>{named(view.language, place)}</b>")]


def in_a_line(view: View, alert: Alert) -> str:
    """An alert in a list."""
    _ = view.language.gettext
    level, place = view.book.level(alert.level), named(view.language, alert.place)
    if view.is_open(alert):
        text = _("{place}: today's level is not known. Last known ({date}): {symbol} <b>{level}</b>")
    elif not view.is_old(alert):
        text = _("{symbol} {place}: <b>{level}</b> (last reviewed: {date})")
    elif alert.reviewed == UNKNOWN:
        text = _("{symbol} {place}: <b>{level}</b> (old: nothing newer than {date})")
    else:
        text = _("{symbol} {place}: <b>{level}</b> (old, last reviewed: {date})")
    return text.format(symbol=level.symbol, place=place, level=ranked(view, level), date=view.known_until(alert))


def ranked(view: View, level: Level) -> str:
    """Its name with its rank: not everywhere is black graver than red."""
    _, number = view.language.gettext, view.language.number
    ladder = sorted(one.severity for one in view.book.levels())
    rank, count = ladder.index(level.severity) + 1, len(ladder)
    if rank == count:
        text = _("{level} (highest of {count})")
    elif rank == 1:
        text = _("{level} (lowest of {count})")
    else:
        text = _("{level} ({rank} of {count}; {count} is the worst)")
    return text.format(level=view.says(level.name), rank=number(rank), count=number(count))


def history(view: View, alert: Alert) -> str:
    """Since when it is known, what changed then, and how it is known."""
    _ = view.language.gettext
    since = {
        Bound.EXACT: _("Since {date}."),
        Bound.AT_LATEST: _("Known since {date}. It may have begun earlier."),
        Bound.AT_EARLIEST: _("Since {date} at the earliest."),
    }[alert.since_is].format(date=view.language.partial_date(alert.since))
    lines = [since, _("What changed: {change}").format(change=view.says(alert.change)), _review(view, alert)]
    return "\n".join([*lines, *_basis(view, alert)])


def _no_alert(view: View, place: str) -> str:
    """Nothing that is on record reads as if somebody had looked there; so it says how old the list is."""
    _ = view.language.gettext
    if view.book.alerts(place):
        text = _("<b>{place}</b>: there are alerts for parts of it. That does not mean that the rest is safe.")
    else:
        text = _(
            "{place}: <b>nothing is on record. That does not mean it is safe.</b>\n"
            "Perhaps nobody has checked this place: the list has only a few places."
        )
    lines = [text.format(place=named(view.language, place))]
    if dates := [alert.known_until for alert in view.book.alerts()]:
        age = _("The newest entry of my list is of {date}.")
        lines.append(age.format(date=view.language.partial_date(max(dates))))
    return "\n".join(lines)


def _beside(view: View, place: str) -> list[str]:
    """What content wants to be read where nothing is on record: the alert of the place that this one depends on."""
    alert = view.book.alert(view.book.beside(place))
    if alert is None:
        return []
    return ["\n".join([view.language.gettext("<b>On record beside it</b>"), in_a_line(view, alert)])]


def _around(view: View, alert: Alert, above: Alert | None) -> list[str]:
    """The level, and of a part that of its whole: first where that is the graver one, so that nobody overlooks it."""
    _ = view.language.gettext
    own, whole = _level(view, alert), whole_of(alert.place)
    if not whole:
        return [own]
    if above is None:
        text = _("For all of {whole} nothing is on record. That does not mean it is safe.")
        return [own, text.format(whole=named(view.language, whole))]
    if view.book.level(above.level).severity > view.book.level(alert.level).severity:
        text = _("<b>The level of {part} is lower, but the danger in {whole} can reach you there too.</b>")
        names = {"part": named(view.language, alert.place), "whole": named(view.language, whole)}
        return [_level(view, above), text.format(**names), own]
    return [own, "\n".join([_("<b>The level around it</b>"), in_a_line(view, above)])]


def _level(view: View, alert: Alert) -> str:
    """Heading and advice. A level that is old and not the highest is not told as today's."""
    _ = view.language.gettext
    level, is_open = view.book.level(alert.level), view.is_open(alert)
    if is_open:
        text = _(
            "<b>⚠️ We don't know today's level of {place}. It may be much worse now.</b>\n"
            "Last known ({date}): {symbol} <b>{level}</b>: {meaning}"
        )
    else:
        text = _("{place}: {symbol} <b>{level}</b>: {meaning}")
    heading = text.format(
        place=named(view.language, alert.place),
        date=view.known_until(alert),
        symbol=level.symbol,
        level=ranked(view, level),
        meaning=view.says(level.meaning),
    )
    advice = [view.says(sentence) for sentence in (*level.advice, *alert.advice)]
    if is_open:
        advice.append(_("What happened after {date} is not in it.").format(date=view.known_until(alert)))
    return "\n".join([heading, *(f"{BULLET}{sentence}" for sentence in advice)])


def _parts(view: View, place: str) -> list[str]:
    """The parts of a territory that have a level of their own."""
    lines = [in_a_line(view, alert) for alert in view.book.alerts(place)]
    return ["\n".join([view.language.gettext("<b>Parts with a level of their own</b>"), *lines])] if lines else []


def _warning(view: View, *alerts: Alert | None) -> list[str]:
    """The first line, of alerts that nobody has looked at for too long; of an open one, its heading says so."""
    _ = view.language.gettext
    old = [alert for alert in alerts if alert and view.is_old(alert) and not view.is_open(alert)]
    if not old:
        return []
    oldest = min(old, key=lambda alert: alert.known_until)
    if oldest.reviewed == UNKNOWN:
        text = _("<b>⚠️ Old information: nothing newer than {date}. It may be worse now.</b>")
    else:
        text = _("<b>⚠️ Old information, last reviewed: {date}. It may be worse now.</b>")
    return [text.format(date=view.known_until(oldest))]


def _why(view: View, alert: Alert) -> str:
    _ = view.language.gettext
    if not alert.summary:
        return _("Our source gives no reason.")
    # Translators: {reason} is one or more whole sentences
    return _("Why: {reason}").format(reason="\n".join(view.says(sentence) for sentence in alert.summary))


def _who_says_so(view: View, alert: Alert) -> str:
    source = view.language.gettext("Source: {source}").format(source=view.says(alert.source))
    reviewed = [] if view.is_old(alert) else [_review(view, alert)]
    return "\n".join(f"<i>{line}</i>" for line in (source, *reviewed, *_basis(view, alert)))


def _review(view: View, alert: Alert) -> str:
    _ = view.language.gettext
    if alert.reviewed == UNKNOWN:
        return _("Not checked since {date}.").format(date=view.known_until(alert))
    return _("Last reviewed: {date}.").format(date=view.known_until(alert))


def _basis(view: View, alert: Alert) -> Sequence[str]:
    if alert.basis is not Basis.INFERRED:
        return ()
    _ = view.language.gettext
    return (_("Level: our own reading. Not confirmed."),)
