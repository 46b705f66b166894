"""What somebody who is in a place should know."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.asking import about_places, another_place, flag, named, sos_choice
from handlers.conversation import Choice, Inbound, Reply, Wish, escape
from handlers.knowledge import Basis
from handlers.ports import Ports


def show_facts(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The facts about a place, with the date that they are from."""
    return about_places(ask, ports, "facts", _facts_of)


def _facts_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    _ = ask.language.gettext
    facts = ports.book.facts(place)
    choices = (
        Choice(_("Level"), Wish("level", flag(place))),
        Choice(_("Who can help"), Wish("contacts", flag(place))),
        sos_choice(ask),
        another_place(ask),
    )
    where = named(ask.language, place)
    if facts is None:
        text = _("<b>{place}</b>: nothing is written down yet about rights and daily life there.")
        return Reply(text.format(place=where), choices=choices)
    as_of = _("As of {date}. Much may have changed since.").format(date=ask.language.partial_date(facts.as_of))
    if facts.basis is Basis.INFERRED:
        as_of = "\n".join([as_of, _("Read between the lines of the source; not confirmed.")])
    lines = [f"• {escape(_(sentence))}" for sentence in facts.sentences]
    heading = _("<b>Good to know: {place}</b>").format(place=where)
    source = _("Source: {source}").format(source=escape(_(facts.source)))
    return Reply("\n\n".join([f"{heading}\n{as_of}", "\n".join(lines), f"<i>{source}</i>"]), choices=choices)
