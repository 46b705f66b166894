"""All alerts, as they are known last."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import another_place, place_choice, sos_choice
from handlers.lookups.level import about_choice, view_of
from handlers.lookups.level_text import in_a_line
from handlers.model.messages import Inbound, Reply
from handlers.ports import Ports

MOST_BUTTONS = 6


def list_alerts(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The most severe first, each with the date of its review."""
    _ = ask.language.gettext
    alerts = ports.book.alerts()
    if not alerts:
        return [
            Reply(
                _("There is no alert at the moment. That does not mean that any place is safe."),
                choices=(sos_choice(ask), about_choice(ask)),
            )
        ]
    lines = [_("<b>Last known alerts</b>"), *(in_a_line(view_of(ask, ports), alert) for alert in alerts)]
    lines.append(_("A place that is not on this list can still be dangerous."))
    choices = [place_choice(ask, "level", alert.place) for alert in alerts[:MOST_BUTTONS]]
    return [Reply("\n".join(lines), choices=(*choices, sos_choice(ask), about_choice(ask), another_place(ask)))]
