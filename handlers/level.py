"""The alert level of a place."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.asking import about_places, another_place, ask_place_for, flag, named, sos_choice
from handlers.conversation import Choice, Inbound, Reply, Wish, escape
from handlers.knowledge import Alert, Basis, Incident
from handlers.ports import Ports

NEWEST = 2
"""Incidents shown with the level."""


def show_level(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The level of each place that was named, or a question which one is meant."""
    return about_places(ask, ports, "level", _level_of)


def ask_place(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Another place*."""
    return [ask_place_for(ask, ports, "level")]


def _level_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    alert = ports.book.alert(place)
    if alert is None:
        return Reply(_no_alert(ask, place), choices=_choices(ask, ports, place))
    return Reply(_alert_text(ask, ports, alert), choices=_choices(ask, ports, place))


def _no_alert(ask: Inbound, place: str) -> str:
    _ = ask.language.gettext
    text = _("<b>{place}</b>: no alert is in force here. That is not a statement that it is safe.")
    return text.format(place=named(ask.language, place))


def _alert_text(ask: Inbound, ports: Ports, alert: Alert) -> str:
    blocks = [*_warning(ask, ports, alert), _heading(ask, ports, alert), _dates(ask, alert), *_background(ask, alert)]
    incidents = ports.book.incidents(alert.place)[:NEWEST]
    if incidents:
        lines = [ask.language.gettext("<b>Newest incidents</b>"), *(_incident(ask, one) for one in incidents)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _warning(ask: Inbound, ports: Ports, alert: Alert) -> list[str]:
    """The first line, when nobody has looked at the alert for too long."""
    if not ports.book.is_stale(alert.reviewed, ports.clock.now().date()):
        return []
    _ = ask.language.gettext
    text = _("<b>Old information: last reviewed on {date}. It may be worse now.</b>")
    return [text.format(date=ask.language.date(alert.reviewed))]


def _heading(ask: Inbound, ports: Ports, alert: Alert) -> str:
    _ = ask.language.gettext
    level = ports.book.level(alert.level)
    heading = _("{place}: {symbol} <b>{level}</b>").format(
        place=named(ask.language, alert.place), symbol=level.symbol, level=escape(_(level.name))
    )
    advice = [f"• {escape(_(sentence))}" for sentence in level.advice]
    return "\n".join([heading, escape(_(level.meaning)), *advice])


def _dates(ask: Inbound, alert: Alert) -> str:
    _ = ask.language.gettext
    since = _("In force since {date}.") if alert.is_since_exact else _("In force since {date} at the latest.")
    lines = [
        since.format(date=ask.language.partial_date(alert.since)),
        _("Last reviewed: {date}.").format(date=ask.language.date(alert.reviewed)),
    ]
    if alert.basis is Basis.INFERRED:
        lines.append(_("This level was read from the source's wording; a maintainer has not confirmed it yet."))
    return "\n".join([*lines, _("What changed: {change}").format(change=escape(_(alert.change)))])


def _background(ask: Inbound, alert: Alert) -> list[str]:
    return [escape(ask.language.gettext(sentence)) for sentence in alert.summary]


def _incident(ask: Inbound, incident: Incident) -> str:
    when = ask.language.partial_date(incident.when)
    return f"{when}: {escape(ask.language.gettext(incident.text))}"


def _choices(ask: Inbound, ports: Ports, place: str) -> tuple[Choice, ...]:
    _ = ask.language.gettext
    choices = []
    if ports.book.incidents(place):
        # Translators: buttons, at most 28 characters
        choices.append(Choice(_("Incidents"), Wish("incidents", flag(place))))
    choices.append(Choice(_("Who can help"), Wish("contacts", flag(place))))
    if ports.book.facts(place):
        choices.append(Choice(_("Good to know"), Wish("facts", flag(place))))
    return (*choices, sos_choice(ask), another_place(ask))
