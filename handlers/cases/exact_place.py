"""A place that is sent to the team: rounded to about a kilometre, unless the person chooses otherwise."""

from __future__ import annotations

from handlers.model.messages import Choice, Inbound, Kind, Point, Wish


def rounded_point(ask: Inbound) -> Point | None:
    """What is passed on of the place in a message, also of where a live location ended."""
    return ask.point.rounded if ask.point and ask.kind is Kind.POINT else None


def exact_place_choice(ask: Inbound) -> tuple[Choice, ...]:
    """The choice to pass on the place of this message as it was sent; it carries the place."""
    assert ask.point
    # Translators: button, at most 20 characters; passes the place on exactly as it was sent
    label = ask.language.gettext("Exact location")
    return (Choice(label, Wish("case.exact", f"{ask.point.latitude!r} {ask.point.longitude!r}")),)


def read_point(argument: str) -> Point | None:
    """The place that such a choice carries."""
    try:
        latitude, longitude = map(float, argument.split())
    except ValueError:
        return None
    return Point(latitude, longitude)
