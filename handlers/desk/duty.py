"""Who is on duty, and when: staff say it in the desk; a gap means that everyone is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.desk.board import open_cases
from handlers.desk.posting import by_name, in_room, language_of, on_duty
from handlers.model.duty import Shift
from handlers.model.language import Language
from handlers.model.messages import Inbound, Reply, Wish
from handlers.ports import Ports

LONGEST_SHIFT = timedelta(hours=12)
"""How long a shift lasts whose end nobody named: somebody who forgot it must not be the only one called."""
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)")


def duty(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/duty`, `/duty on`, `/duty on until 18:00`, `/duty on 22:00 06:00`, `/duty off`; times are UTC."""
    assert ask.staff is not None
    typed = (ask.wish.argument if ask.wish else "").strip().casefold()
    if typed == "off":
        return _off(ask, ports, ask.staff.label)
    if re.match(r"on\b", typed):
        return _on(ask, ports, ask.staff.label, _TIME.findall(typed))
    return in_room(ask, "\n".join([*_rota(ports), "", _usage(ask.language)]))


def tell_change(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A shift begins or ends: whoever comes sees what is open."""
    _watch(ports)
    return in_room(ask, "\n".join([*_rota(ports), *open_cases(ports)]))


def staffing(language: Language, ports: Ports) -> str:
    """What a person may know of it; nothing when no shift is planned. No time of an answer is promised."""
    _, shifts = language.gettext, ports.rota.shifts()
    if on_duty(ports):
        return _("Somebody from the team is on duty now.")
    if not shifts:
        return ""
    text = _(
        "Nobody is on duty right now. I tell the whole team; an answer may take longer. The next "
        "shift begins at {time}."
    )
    return text.format(time=language.time(shifts[0].begins))


def _on(ask: Inbound, ports: Ports, label: str, times: Sequence[tuple[str, str]]) -> list[Reply]:
    now = ports.clock.now()
    begins = _next(now, times[0]) if len(times) > 1 else now
    ends = _next(begins, times[-1]) if times else now + LONGEST_SHIFT
    others = [shift for shift in ports.rota.shifts() if shift.label != label or _is_apart(shift, begins, ends)]
    ports.rota.plan([*others, Shift(label, begins, ends)])
    _watch(ports)
    said = _shift(ask.language, Shift(label, begins, ends))
    return in_room(ask, "\n".join([said, *(open_cases(ports) if begins == now else [])]))


def _off(ask: Inbound, ports: Ports, label: str) -> list[Reply]:
    ports.rota.plan([shift for shift in ports.rota.shifts() if shift.label != label])
    _watch(ports)
    text = ask.language.gettext("{staff} is off duty; planned shifts are cancelled too.").format(staff=label)
    return in_room(ask, "\n".join([text, *_rota(ports)]))


def _is_apart(shift: Shift, begins: datetime, ends: datetime) -> bool:
    return shift.ends <= begins or shift.begins >= ends


def _next(after: datetime, time: tuple[str, str]) -> datetime:
    """The next time that the clock shows this."""
    moment = after.replace(hour=int(time[0]), minute=int(time[1]), second=0, microsecond=0)
    return moment if moment > after else moment + timedelta(days=1)


def _watch(ports: Ports) -> None:
    """One event for the next shift that begins or ends."""
    now = ports.clock.now()
    changes = [at for shift in ports.rota.shifts() for at in (shift.begins, shift.ends) if at > now]
    if changes:
        ports.schedule.set("duty", Wish("duty.changed"), min(changes))
    else:
        ports.schedule.drop("duty")


def _rota(ports: Ports) -> list[str]:
    language, labels = language_of(ports), on_duty(ports)
    _ = language.gettext
    if labels:
        lines = [_("<b>On duty:</b> {staff}").format(staff=by_name(*labels))]
    else:
        lines = [_("<b>Nobody is on duty: everyone is notified.</b>")]
    return lines + [_shift(language, shift) for shift in ports.rota.shifts()]


def _shift(language: Language, shift: Shift) -> str:
    text = language.gettext("{staff}: {begins} to {ends}")
    return text.format(staff=shift.label, begins=language.moment(shift.begins), ends=language.moment(shift.ends))


def _usage(language: Language) -> str:
    return language.gettext(
        "<code>/duty on</code>, <code>/duty on 18:00</code> (until then), <code>/duty on 22:00 06:00</code>, "
        "<code>/duty off</code>. All times are UTC."
    )
