"""An exercise: a call for help that nobody has sent walks the whole way, is measured, ends by itself, leaves nothing.

It comes from a messenger that there is not (`DRILL`), through the inbox, as any call does. Whatever shows of it says
EXERCISE; boards, lists and counts don't know it, and a call that waits for somebody always comes before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.cases import lifecycle
from handlers.desk.posting import acknowledge_choice, by_name, in_room, language_of, on_duty
from handlers.model.cases import Case, Stage
from handlers.model.duty import Drill
from handlers.model.escalation_policy import Weekday, Weekly
from handlers.model.language import Language
from handlers.model.messages import Inbound, Lane, Reply, Room, Staff, Thread, Wish
from handlers.ports import Ports

LIMIT = timedelta(seconds=120)
"""An exercise that has not reached the desk by then has failed: a real call would have been as late."""
PUT_OFF = timedelta(hours=1)
"""How long a planned exercise waits when something else is going on."""


def drill(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/drill`; `/drill alarm` has the operator paged as well."""
    if reason := _why_not(ports):
        return in_room(ask, reason)
    if ask.wish and ask.wish.argument.strip().casefold() == "alarm":
        ports.pager.exercise()
    _begin(ports)
    if ask.room is Room.DESK:
        return []  # the call itself is the answer
    return in_room(ask, ask.language.gettext("<b>EXERCISE</b>: it begins now, and shows in the desk."))


def plan(_ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Sets the next planned exercise, or none."""
    weekly = ports.book.routing().drill
    if weekly:
        ports.schedule.set("drill plan", Wish("drill.planned"), _next(weekly, ports.clock.now()))
    else:
        ports.schedule.drop("drill plan")
    return []


def begin_planned(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """It is time for the planned one; it waits while something else is going on."""
    if _why_not(ports):
        ports.schedule.set("drill plan", Wish("drill.planned"), ports.clock.now() + PUT_OFF)
        return []
    plan(ask, ports)
    _begin(ports)
    return []


def is_on(ports: Ports) -> bool:
    return not ports.drills.newest().is_over


def heading(ports: Ports, case: Case) -> str:
    """What stands above the words in the desk."""
    _ = language_of(ports).gettext
    lines = [
        _("<b>EXERCISE {code}</b>").format(code=case.code),
        _("Nobody is in danger and nobody has written. Acknowledge it as you would a real SOS."),
    ]
    return "\n".join([*lines, *_called(ports)])


def remember(ports: Ports, case: Case) -> None:
    """It has become a case."""
    ports.drills.keep(replace(ports.drills.newest(), code=case.code))


def arrive(ports: Ports, case: Case) -> Sequence[Reply]:
    """The desk's messenger has accepted the call."""
    newest = ports.drills.newest()
    ports.drills.keep(replace(newest, to_desk=_seconds_since(newest.began, ports)))
    ports.desk.keep(lifecycle.posted(case))
    return []


def act(ask: Inbound, ports: Ports, case: Case, staff: Staff, name: str) -> Sequence[Reply]:
    """What staff do with it: to acknowledge ends it, anything else does nothing. `name` is the command."""
    _ = ask.language.gettext
    if name != "ack":
        return in_room(ask, _("<b>EXERCISE {code}</b>: only /ack does something here.").format(code=case.code))
    newest = ports.drills.newest()
    seconds = _seconds_since(newest.began, ports)
    # whoever acknowledges it has seen it, also when the messenger's answer was lost
    newest = replace(newest, to_desk=seconds if newest.to_desk is None else newest.to_desk, to_staff=seconds)
    text = _("<b>EXERCISE {code} is over.</b> In the desk after {seconds} s, acknowledged by {staff} after {more} s.")
    told = text.format(
        code=case.code,
        seconds=_figure(ask.language, newest.to_desk),
        staff=staff.label,
        more=_figure(ask.language, newest.to_staff),
    )
    return _end(ports, newest, case, told, also=ask.room)


def ring(ports: Ports, case: Case) -> Sequence[Reply]:
    """Its scheduled event: it calls once, as a real one would first; the second time it is over."""
    newest, now = ports.drills.newest(), ports.clock.now()
    if newest.to_desk is None and not newest.is_over:
        ports.desk.keep(lifecycle.reminded(case, now))  # `check` sees to it
        return []
    if case.step == 0:
        ports.desk.keep(lifecycle.called(case, now))
        return [_calling(ports, case)]
    language = language_of(ports)
    text = language.gettext(
        "<b>EXERCISE {code} is over: nobody has acknowledged it.</b> In the desk after {seconds} s."
    ).format(code=case.code, seconds=_figure(language, newest.to_desk))
    return _end(ports, newest, case, text)


def check(_ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The time is over in which it has to be in the desk: if it is not, the operator hears of it by the other route."""
    newest = ports.drills.newest()
    if newest.is_over or newest.to_desk is not None:
        return []
    ports.pager.miss()
    language = language_of(ports)
    text = language.gettext(
        "<b>EXERCISE: it was not here within {seconds} seconds.</b> A real SOS would have been just "
        "as late. Operator: look at the log and the messengers."
    ).format(seconds=language.number(LIMIT.total_seconds()))
    return _end(ports, newest, ports.desk.find(newest.code), text)


def _why_not(ports: Ports) -> str:
    _ = language_of(ports).gettext
    if is_on(ports):
        return _("<b>EXERCISE</b>: there is one already.")
    if any(case.stage is not Stage.ACKNOWLEDGED for case in ports.desk.open_cases(most=1)):
        return _("No exercise now: a case waits for somebody. <code>/board</code> shows it.")
    return ""


def _begin(ports: Ports) -> None:
    now = ports.clock.now()
    words = language_of(ports).gettext("This is an exercise.")
    ports.drills.begin(Drill(now), f"SOS {words}")
    ports.schedule.set("drill", Wish("drill.check"), now + LIMIT)


def _calling(ports: Ports, case: Case) -> Reply:
    language = language_of(ports)
    text = language.gettext("<b>EXERCISE {code}</b>: nobody has acknowledged it yet.").format(code=case.code)
    choices = acknowledge_choice(language, case)
    return Reply("\n".join([text, *_called(ports)]), to=Thread(case.code), lane=Lane.DESK, choices=choices)


def _called(ports: Ports) -> list[str]:
    """Whose shift it is; in a gap nobody, where a real call would wake everyone."""
    staff = by_name(*on_duty(ports))
    return [language_of(ports).gettext("Notified: {staff}").format(staff=staff)] if staff else []


def _end(ports: Ports, ended: Drill, case: Case | None, text: str, *, also: Room = Room.DESK) -> list[Reply]:
    """Its case goes, with all that is stored about it; the figures stay."""
    if case:
        ports.desk.discard(case)
        ports.people.forget(case.person)
    ports.drills.keep(replace(ended, code="", is_over=True))
    return [Reply(text, to=Thread("", room), lane=Lane.ANSWER) for room in Room if room in (Room.DESK, also)]


def _seconds_since(began: datetime, ports: Ports) -> float:
    return (ports.clock.now() - began).total_seconds()


def _figure(language: Language, seconds: float | None) -> str:
    return language.number(round(seconds or 0.0, 1))


def _next(weekly: Weekly, now: datetime) -> datetime:
    """The next time that it is that hour of that day, UTC."""
    today = now.replace(hour=weekly.hour, minute=0, second=0, microsecond=0)
    moment = today + timedelta(days=(list(Weekday).index(weekly.day) - now.weekday()) % 7)
    return moment if moment > now else moment + timedelta(days=7)
