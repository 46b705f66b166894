"""What somebody who is in a place should know."""

from __future__ import annotations

from collections.abc import Sequence

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
from handlers.model.knowledge import Basis
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports


def show_facts(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The facts about a place, with the date that they are from."""
    return about_places(ask, ports, "facts", _facts_of)


def _facts_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    _ = ask.language.gettext
    shown = whose(place, ports.book.facts)
    facts = ports.book.facts(shown)
    choices = (
        *wider(ask, "facts", shown),
        Choice(_("Level"), Wish("level", argument(place))),
        Choice(_("Who can help"), Wish("contacts", argument(place))),
        sos_choice(ask),
        another_place(ask),
    )
    if facts is None:
        text = _("<b>{place}</b>: I have nothing yet about rights and daily life there.")
        return Reply(text.format(place=named(ask.language, place)), choices=choices)
    as_of = _("As of {date}. Much may have changed since.").format(date=ask.language.partial_date(facts.as_of))
    if facts.basis is Basis.INFERRED:
        as_of = "\n".join([as_of, _("Worked out from the source's text. Not confirmed.")])
    lines = [f"• {escape(_(sentence))}" for sentence in facts.sentences]
    heading = _("<b>What to know there: {place}</b>").format(place=named(ask.language, shown))
    source = _("Source: {source}").format(source=escape(_(facts.source)))
    blocks = [*about_the_whole(ask.language, place, shown), f"{heading}\n{as_of}", "\n".join(lines), f"<i>{source}</i>"]
    return Reply("\n\n".join(blocks), choices=choices)
