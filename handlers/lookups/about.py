"""Who issues the alerts, for whom and how; and an alert as a text to print, to keep or to pass on."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import about_places, about_the_whole, another_place, argument, named, sos_choice, whose
from handlers.lookups.level import view_of
from handlers.lookups.level_text import View, history, level_text, ranked
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports


def show_about(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Of all alerts; with a place, first how old its own is and how it is known."""
    if ask.wish and ask.wish.argument.strip():
        return about_places(ask, ports, "about", _about_place)
    return [Reply("\n\n".join(_in_general(view_of(ask, ports))), choices=(sos_choice(ask), another_place(ask)))]


def print_alert(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What the page of the source had buttons for: PDF, print, e-mail."""
    return about_places(ask, ports, "print", _to_keep)


def _about_place(ask: Inbound, ports: Ports, place: str) -> Reply:
    _, view = ask.language.gettext, view_of(ask, ports)
    choices = (
        # Translators: buttons, at most 28 characters
        Choice(_("Print, PDF, e-mail"), Wish("print", argument(place))),
        Choice(_("Level"), Wish("level", argument(place))),
        sos_choice(ask),
        another_place(ask),
    )
    return Reply("\n\n".join([*_of_place(view, place), *_in_general(view)]), choices=choices)


def _of_place(view: View, place: str) -> list[str]:
    shown = whose(place, view.book.alert)
    alert = view.book.alert(shown)
    if alert is None:
        return []
    heading = view.language.gettext("<b>The alert for {place}</b>").format(place=named(view.language, shown))
    return [*about_the_whole(view.language, place, shown), f"{heading}\n{history(view, alert)}"]


def _in_general(view: View) -> list[str]:
    _ = view.language.gettext
    # Translators: one line of the list of levels: ⚫ Black (highest of 3): severe threat
    line = _("{symbol} <b>{level}</b>: {meaning}")
    levels = [
        line.format(symbol=level.symbol, level=ranked(view, level), meaning=view.says(level.meaning))
        for level in view.book.levels()
    ]
    return [_("<b>About these alerts</b>"), *map(view.says, view.book.about()), "\n".join(levels)]


def _to_keep(ask: Inbound, ports: Ports, place: str) -> Reply:
    """The text alone below one line that says what to do with it; nothing to choose would be printed with it."""
    _, view = ask.language.gettext, view_of(ask, ports)
    how = _(
        "Copy this text to print it, to save it as a PDF or to send it by e-mail. "
        "Don't forward this message: forwarding can show where it comes from."
    )
    shown = whose(place, ports.book.incidents)
    incidents = [
        # Translators: one line of a list: when it happened, and what
        _("{when}: {incident}").format(when=ask.language.partial_date(incident.when), incident=escape(_(incident.text)))
        for incident in ports.book.incidents(shown)
    ]
    alert = ports.book.alert(whose(place, ports.book.alert))
    blocks = [
        f"<i>{how}</i>",
        level_text(view, place),
        *([history(view, alert)] if alert else []),
        "\n".join(incidents),
    ]
    return Reply("\n\n".join(block for block in blocks if block))
