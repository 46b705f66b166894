"""What to do in the first hour of a situation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from handlers.lookups.asking import argument, named, place_in, sos_choice
from handlers.model.guides import Guide, Steps
from handlers.model.knowledge import Basis
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish, escape
from handlers.model.places import Outcome
from handlers.ports import Ports


def show_guide(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The first steps in the situation of the wish's argument, behind which a place may stand."""
    situation, _space, place = (ask.wish.argument if ask.wish else "").partition(" ")
    code = place_in(place)
    card = first_steps(ask, ports, situation, code)
    text = card or ask.language.gettext("No first steps are written down for this yet. The team can help you.")
    return [Reply(text, choices=guide_choices(ask, code))]


def steps_for_words(ask: Inbound, ports: Ports) -> list[Reply]:
    """That it was understood, and the first steps in the gravest situation that the words tell of and that has some;
    without choices, which are those of the note. Nothing where they tell of none."""
    finding = ports.places.find(ask.text)
    place = finding.places[0] if finding.outcome is Outcome.ANSWER and len(finding.places) == 1 else ""
    told = {name: ports.book.meaning(name) for name in ports.book.hear(ask.text).situations}
    situations = sorted(((name, one) for name, one in told.items() if one), key=lambda each: each[1].rank)
    answers = (meaning.answer for _, meaning in situations if meaning.answer)
    cards = (first_steps(ask, ports, name, place) for name, _ in situations)
    parts = [*map(ask.language.gettext, islice(answers, 1)), *islice(filter(None, cards), 1)]
    return [Reply("\n\n".join(parts), lane=Lane.CONSENT)] if parts else []


def guide_choices(ask: Inbound, place: str) -> tuple[Choice, ...]:
    """What can be chosen under first steps; `place` may be empty."""
    contacts = Wish("contacts", argument(place) if place else "")
    return (sos_choice(ask), Choice(ask.language.gettext("Who can help"), contacts))


def first_steps(ask: Inbound, ports: Ports, situation: str, place: str) -> str:
    """The card of a situation, the place's or its whole's own where there is one; empty where there is no guide."""
    guide = ports.book.guide(situation)
    return _card(ask, guide, guide.at(place)) if guide else ""


def _card(ask: Inbound, guide: Guide, steps: Steps) -> str:
    _ = ask.language.gettext
    own = next((one.place for one in guide.for_places if one is steps), "")
    heading = (
        _("<b>First steps in {place}</b>").format(place=named(ask.language, own)) if own else _("<b>First steps</b>")
    )
    lines = [f"• {escape(_(step))}" for step in steps.steps]
    return "\n".join([heading, *lines, f"<i>{_vouched(ask, steps)}</i>"])


def _vouched(ask: Inbound, steps: Steps) -> str:
    """How far this can be trusted: where it is from, how we know, who has read it."""
    _ = ask.language.gettext
    source = _("Source: {source} ({date})").format(
        source=escape(_(steps.source)), date=ask.language.partial_date(steps.as_of)
    )
    basis = {
        Basis.STATED: _("These steps follow the source."),
        Basis.INFERRED: _("Some of these steps are common advice and don't stand in the source."),
        Basis.CONFIRMED: _("A maintainer has confirmed these steps."),
    }[steps.basis]
    review = _("Reviewed by lawyers.") if steps.is_reviewed else _("Not reviewed by a lawyer yet.")
    return "\n".join([source, basis, review])
