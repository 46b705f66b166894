"""All alerts in force."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.asking import another_place, flag, named, sos_choice
from handlers.conversation import Choice, Inbound, Reply, Wish, escape
from handlers.knowledge import Alert
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
    lines = [_("<b>Alerts in force</b>"), *(_line(ask, ports, alert) for alert in alerts)]
    lines.append(_("A place that is not listed is not therefore safe."))
    choices = [
        Choice(f"{flag(alert.place)} {ask.language.place(alert.place)}", Wish("level", flag(alert.place)))
        for alert in alerts[:MOST_BUTTONS]
    ]
    return [Reply("\n".join(lines), choices=(*choices, another_place(ask)))]


def _line(ask: Inbound, ports: Ports, alert: Alert) -> str:
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
