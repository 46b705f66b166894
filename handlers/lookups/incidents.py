"""What happened in a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lookups.asking import (
    about_places,
    about_the_whole,
    another_place,
    argument,
    named,
    sos_choice,
    whose,
    wider,
)
from handlers.lookups.pagination import footer, page_of, split_number, turns
from handlers.model.knowledge import Basis, Incident
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports


def list_incidents(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Newest first, dated, a page at a time, with sources."""
    text, number = split_number(ask.wish.argument if ask.wish else "")
    asked = replace(ask, wish=Wish("incidents", text))
    return about_places(asked, ports, "incidents", lambda ask, ports, place: _page(ask, ports, place, number))


def _page(ask: Inbound, ports: Ports, place: str, number: int) -> Reply:
    _ = ask.language.gettext
    # Translators: button, at most 28 characters
    level = Choice(_("Level"), Wish("level", argument(place)))
    shown = whose(place, ports.book.incidents)
    incidents = ports.book.incidents(shown)
    if not incidents:
        nothing = _("<b>{place}</b>: I know of no incident. That does not mean that nothing happened.")
        text = nothing.format(place=named(ask.language, place))
        return Reply(text, choices=(level, sos_choice(ask), another_place(ask)))
    page = page_of(incidents, number)
    heading = _("<b>Incidents: {place}</b>").format(place=named(ask.language, shown))
    entries = [_entry(ask, incident) for incident in page.items]
    blocks = [*about_the_whole(ask.language, place, shown), heading, *entries, footer(ask, page)]
    text = "\n\n".join(filter(None, blocks))
    choices = (
        *turns(ask, page, "incidents", argument(place)),
        *wider(ask, "incidents", shown),
        level,
        sos_choice(ask),
        another_place(ask),
    )
    # A page that was turned to takes the place of the other one; a first page must not take the place of a level.
    return Reply(text, choices=choices, replaces=number > 0)


def _entry(ask: Inbound, incident: Incident) -> str:
    _ = ask.language.gettext
    source = _("Source: {source}").format(source=escape(_(incident.source)))
    lines = [f"<b>{ask.language.partial_date(incident.when)}</b>", escape(_(incident.text)), f"<i>{source}</i>"]
    if incident.basis is Basis.INFERRED:
        lines.append(_("Worked out from the source's text. Not confirmed."))
    return "\n".join(lines)
