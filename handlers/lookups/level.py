"""The alert level of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lookups.asking import (
    about_found,
    about_places,
    about_the_whole,
    another_place,
    argument,
    ask_place_for,
    named,
    place_choice,
    sos_choice,
    whose,
    wider,
)
from handlers.model.knowledge import Alert, Basis, Incident, whole_of
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.model.places import Outcome
from handlers.ports import Ports

NEWEST = 2
"""Incidents shown with the level."""
MOST_PARTS = 3
"""Parts that a whole offers as buttons; all of them stand in its text."""


def show_level(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The level of each place that was named, or a question which one is meant."""
    return about_places(ask, ports, "level", _level_of)


def show_level_here(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The level where the point lies that was sent; the point itself is not kept."""
    _ = ask.language.gettext
    assert ask.point is not None
    finding = ports.places.at(ask.point)
    replies = about_found(ask, ports, "level", _level_of, finding)
    if not replies:
        at_sea = _("This point is at sea, in no country's waters. That says nothing about how safe it is.")
        not_kept = _(
            "I did not keep your location. To look up a place, write its name. To write a note to the "
            "security team, write SOS."
        )
        return [Reply(f"{at_sea}\n\n{not_kept}", choices=(sos_choice(ask), another_place(ask)))]
    (reply,) = replies
    text = reply.text
    if finding.outcome is Outcome.ASK:
        text = _("From this point I can't tell in which of these you are. Choose one; if in doubt, look at each.")
    not_kept = _("The point that you sent was not kept.")
    return [replace(reply, text=f"{text}\n\n{not_kept}")]


def ask_place(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Another place*."""
    return [ask_place_for(ask, ports, "level")]


def in_a_line(ask: Inbound, ports: Ports, alert: Alert) -> str:
    """An alert in a list."""
    _ = ask.language.gettext
    level = ports.book.level(alert.level)
    text = (
        _("{symbol} {place}: <b>{level}</b> (old: last reviewed on {date})")
        if ports.book.is_stale(alert.reviewed, ports.clock.now().date())
        else _("{symbol} {place}: <b>{level}</b> (last reviewed on {date})")
    )
    return text.format(
        symbol=level.symbol,
        place=named(ask.language, alert.place),
        level=escape(_(level.name)),
        date=ask.language.date(alert.reviewed),
    )


def _level_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    shown = whose(place, ports.book.alert)
    alert, above = ports.book.alert(shown), ports.book.alert(whole_of(shown))
    blocks = [*_warning(ask, ports, alert, above), *about_the_whole(ask, place, shown)]
    if alert is None:
        blocks += [_no_alert(ask, ports, shown), *_parts(ask, ports, shown), *_beside(ask, ports, shown)]
    else:
        blocks += [*_around(ask, ports, alert, above), *_parts(ask, ports, shown), *_details(ask, ports, alert)]
    return Reply("\n\n".join(blocks), choices=_choices(ask, ports, place))


def _no_alert(ask: Inbound, ports: Ports, place: str) -> str:
    """Nothing that is on record reads as if somebody had looked there; so it says how old the list is."""
    _ = ask.language.gettext
    text = (
        _("<b>{place}</b>: an alert is in force for parts of it. That is not a statement that the rest is safe.")
        if ports.book.alerts(place)
        else _("<b>{place}</b>: nothing is on record for this place. That is not a statement that it is safe.")
    )
    reviews = [alert.reviewed for alert in ports.book.alerts()]
    lines = [text.format(place=named(ask.language, place))]
    if reviews:
        age = _("The newest entry of my list was reviewed on {date}.")
        lines.append(age.format(date=ask.language.date(max(reviews))))
    return "\n".join(lines)


def _beside(ask: Inbound, ports: Ports, place: str) -> list[str]:
    """What content wants to be read where nothing is on record: the alert of the place that this one depends on."""
    alert = ports.book.alert(ports.book.beside(place))
    if alert is None:
        return []
    text = ask.language.gettext("<b>On record beside it</b>")
    return ["\n".join([text, in_a_line(ask, ports, alert)])]


def _around(ask: Inbound, ports: Ports, alert: Alert, above: Alert | None) -> list[str]:
    """The level, and of a part that of its whole: first where that is the graver one, so that nobody overlooks it."""
    _ = ask.language.gettext
    own, whole = _heading(ask, ports, alert), whole_of(alert.place)
    if not whole:
        return [own]
    if above is None:
        text = _("For all of {whole} nothing is on record. That is not a statement that it is safe.")
        return [own, text.format(whole=named(ask.language, whole))]
    if ports.book.level(above.level).severity > ports.book.level(alert.level).severity:
        text = _("<b>{part} has a lower level of its own. What holds for all of {whole} can reach you there too.</b>")
        names = {"part": named(ask.language, alert.place), "whole": named(ask.language, whole)}
        return [_heading(ask, ports, above), text.format(**names), own]
    return [own, "\n".join([_("<b>The level around it</b>"), in_a_line(ask, ports, above)])]


def _parts(ask: Inbound, ports: Ports, place: str) -> list[str]:
    """The parts of a territory that have a level of their own."""
    lines = [in_a_line(ask, ports, alert) for alert in ports.book.alerts(place)]
    return ["\n".join([ask.language.gettext("<b>Parts with a level of their own</b>"), *lines])] if lines else []


def _details(ask: Inbound, ports: Ports, alert: Alert) -> list[str]:
    blocks = [_dates(ask, alert), *_background(ask, alert)]
    incidents = ports.book.incidents(alert.place)[:NEWEST]
    if incidents:
        lines = [ask.language.gettext("<b>Newest incidents</b>"), *(_incident(ask, one) for one in incidents)]
        blocks.append("\n".join(lines))
    return blocks


def _warning(ask: Inbound, ports: Ports, *alerts: Alert | None) -> list[str]:
    """The first line, when nobody has looked at one of the alerts for too long."""
    reviews = [alert.reviewed for alert in alerts if alert]
    old = [day for day in reviews if ports.book.is_stale(day, ports.clock.now().date())]
    if not old:
        return []
    _ = ask.language.gettext
    text = _("<b>Old information: last reviewed on {date}. It may be worse now.</b>")
    return [text.format(date=ask.language.date(min(old)))]


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
    # Translators: one line of a list: when it happened, and what
    return ask.language.gettext("{when}: {incident}").format(
        when=when, incident=escape(ask.language.gettext(incident.text))
    )


def _choices(ask: Inbound, ports: Ports, place: str) -> tuple[Choice, ...]:
    _ = ask.language.gettext
    parts = [place_choice(ask, "level", alert.place) for alert in ports.book.alerts(place)[:MOST_PARTS]]
    beside = ports.book.beside(whose(place, ports.book.alert))
    choices = [*wider(ask, "level", place), *parts, *([place_choice(ask, "level", beside)] if beside else [])]
    if ports.book.incidents(whose(place, ports.book.incidents)):
        # Translators: buttons, at most 28 characters
        choices.append(Choice(_("Incidents"), Wish("incidents", argument(place))))
    choices.append(Choice(_("Who can help"), Wish("contacts", argument(place))))
    if ports.book.facts(whose(place, ports.book.facts)):
        choices.append(Choice(_("Good to know"), Wish("facts", argument(place))))
    return (*choices, sos_choice(ask), another_place(ask))
