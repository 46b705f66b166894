"""The alert level of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lookups.asking import (
    about_found,
    about_places,
    another_place,
    argument,
    ask_place_for,
    place_choice,
    sos_choice,
    whose,
    wider,
)
from handlers.lookups.level_text import View, level_text
from handlers.model.messages import Choice, Inbound, Reply, Wish
from handlers.model.places import Outcome
from handlers.ports import Ports

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
        at_sea = _("This location is at sea, in no country's waters. I can't tell how safe it is.")
        not_kept = _(
            "I did not keep your location. To look up a place, write its name. To write a note to the "
            "security team, write SOS."
        )
        return [Reply(f"{at_sea}\n\n{not_kept}", choices=(sos_choice(ask), another_place(ask)))]
    (reply,) = replies
    text = reply.text
    if finding.outcome is Outcome.ASK:
        text = _(
            "You may be in any of these: your location is near a border or in a disputed area. Look at each of them."
        )
    not_kept = _("I did not keep your location.")
    return [replace(reply, text=f"{text}\n\n{not_kept}")]


def ask_place(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Another place*."""
    return [ask_place_for(ask, ports, "level")]


def view_of(ask: Inbound, ports: Ports) -> View:
    """What is known, as whoever asks reads it now."""
    return View(ask.language, ports.book, ports.clock.now().date())


def _level_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    return Reply(level_text(view_of(ask, ports), place), choices=_choices(ask, ports, place))


def _choices(ask: Inbound, ports: Ports, place: str) -> tuple[Choice, ...]:
    """What may be needed at once stands first."""
    _, where = ask.language.gettext, argument(place)
    # Translators: buttons, at most 28 characters
    choices = [sos_choice(ask), Choice(_("Who can help"), Wish("contacts", where))]
    if ports.book.incidents(whose(place, ports.book.incidents)):
        choices.append(Choice(_("Incidents"), Wish("incidents", where)))
    if ports.book.facts(whose(place, ports.book.facts)):
        choices.append(Choice(_("What to know there"), Wish("facts", where)))
    parts = [place_choice(ask, "level", alert.place) for alert in ports.book.alerts(place)[:MOST_PARTS]]
    beside = ports.book.beside(whose(place, ports.book.alert))
    parts += [place_choice(ask, "level", beside)] if beside else []
    return (*choices, *wider(ask, "level", place), *parts, about_choice(ask, where), another_place(ask))


def about_choice(ask: Inbound, where: str = "") -> Choice:
    # Translators: button, at most 28 characters
    return Choice(ask.language.gettext("About these alerts"), Wish("about", where))
