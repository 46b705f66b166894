"""All alerts in force."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import another_place, place_choice, sos_choice
from handlers.lookups.level import in_a_line
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
                _("No alert is in force. That is not a statement that any place is safe."), choices=(sos_choice(ask),)
            )
        ]
    lines = [_("<b>Alerts in force</b>"), *(in_a_line(ask, ports, alert) for alert in alerts)]
    lines.append(_("A place that is not listed is not therefore safe."))
    choices = [place_choice(ask, "level", alert.place) for alert in alerts[:MOST_BUTTONS]]
    return [Reply("\n".join(lines), choices=(*choices, sos_choice(ask), another_place(ask)))]
