"""`/checkin`: a person says when they want to be asked; what is unclear is asked, and never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.model.memory import IN_CHECK_IN, CheckIn
from handlers.model.messages import Choice, Inbound, Reply, Wish
from handlers.ports import Ports
from handlers.sos.checkin_end import hear_word
from handlers.sos.checkin_set import is_possible, prepare, propose
from handlers.sos.checkin_shown import cancel_choice, clock_face, how_long, say, what_stands
from handlers.sos.times import Clock, Reading, read, read_clock
from handlers.sos.zones import offset_by, split_zone, zone_of

_OFFERED = (60, 180, 480, 720)
_DAY = 24 * 60


def check_in(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What is set; else asks when."""
    _ = ask.language.gettext
    memory = ports.people.recall(ask.person)
    if memory.check_in and memory.check_in.at:
        return [what_stands(ask.language, memory.check_in)]
    if not ports.desk.is_open_for_sos():
        return say(_("No team is connected to this bot, so nobody would be told."))
    ports.people.remember(ask.person, replace(memory, check_in=None))
    if ask.wish and ask.wish.argument:
        return _understand(replace(ask, text=ask.wish.argument), ports)
    _step(ask, ports, "time")
    text = _(
        "<b>I can ask you later whether you are all right.</b> If you don't answer then, a note that "
        "you prepare now is sent to the security team.\n"
        "\n"
        "When should I ask? Choose, or write for example: 90 min, 5 hours, 18:00."
    )
    return say(text, *(_in(ask, minutes) for minutes in _OFFERED), cancel_choice(ask.language))


def take_step(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The next answer of somebody who is setting a check-in, or ending one."""
    memory = ports.people.recall(ask.person)
    _, name, known = (memory.step + "::").split(":", 2)
    known = known.strip(":")
    if name == "word":
        return hear_word(ask, ports)
    if memory.check_in and memory.check_in.at:
        ports.people.remember(ask.person, memory.after_check_in())
        return [what_stands(ask.language, memory.check_in)]
    if name == "words":
        return prepare(ask, ports, memory)
    if name == "zone":
        return _hear_now(ask, ports, known)
    return _understand(ask, ports, known)


def choose_time(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """One of the times that were offered: minutes from now, a time of day (`at 18.30`), or what time it is for the
    person (`now 14.05`). Once a check-in stands, it shows that."""
    memory = ports.people.recall(ask.person)
    if memory.check_in and memory.check_in.at:
        return [what_stands(ask.language, memory.check_in)]
    kind, _, known = (ask.wish.argument if ask.wish else "").partition(" ")
    if kind == "at":
        return _at(ask, ports, _clock_of(known))
    if kind == "now":
        return _hear_offset(ask, ports, _clock_of(known), memory.step.rpartition(":")[2])
    return propose(ask, ports, int(kind or 0))


def _understand(ask: Inbound, ports: Ports, number: str = "") -> Sequence[Reply]:
    """From `90 min`, 半小时 or `18:30 Bangkok time, meeting a stranger`. `number`: of which it was asked whether of
    minutes or of hours."""
    _ = ask.language.gettext
    reading = read(ask.text) or (read(f"{number} {ask.text}") if number else None)
    if reading is None:
        _step(ask, ports, f"time:{number}")
        text = _("I did not understand the time. Write for example: 90 min, 5 hours, 18:00.")
        return say(text, cancel_choice(ask.language))
    offset, note = split_zone(reading.rest, ports) if reading.clock else (None, reading.rest)
    _keep(ask, ports, offset, note)
    if reading.number is not None:
        return _ask_which(ask, ports, _of_number(ask, reading.number), f"time:{reading.number}")
    if reading.minutes is not None and reading.clock:
        return _ask_which(ask, ports, [_in(ask, reading.minutes), *_of_clock(reading)], "time")
    if reading.clock:
        return _at(ask, ports, reading.clock)
    return propose(ask, ports, reading.minutes or 0)


def _at(ask: Inbound, ports: Ports, clock: Clock) -> Sequence[Reply]:
    """A time of day needs to know whose clock, and whether morning or evening is meant."""
    memory = ports.people.recall(ask.person)
    if memory.check_in is None or memory.check_in.offset is None:
        return _ask_now(ask, ports, clock)
    now, offset = ports.clock.now(), memory.check_in.offset
    moments = {_next(hour, minute, clock, now, offset): clock_face(hour, minute) for hour, minute in clock.readings}
    near = [moment for moment in moments if is_possible(_minutes(moment, now))]
    if len(near) > 1:
        day = ".1" if clock.is_tomorrow else ""
        choices = [Choice(moments[at], Wish("checkin.time", f"at {moments[at].replace(':', '.')}{day}")) for at in near]
        return _ask_which(ask, ports, choices, "time")
    moment = (near or sorted(moments))[0]
    return propose(ask, ports, _minutes(moment, now), moment)


def _ask_now(ask: Inbound, ports: Ports, clock: Clock) -> Sequence[Reply]:
    _step(ask, ports, f"zone:{_stored(clock)}")
    text = ask.language.gettext("What time is it where you are now? Write it like this: 14:05.")
    return say(text, cancel_choice(ask.language))


def _hear_now(ask: Inbound, ports: Ports, wanted: str) -> Sequence[Reply]:
    """The time that it is for the person, or the zone that they name."""
    offset, _ = split_zone(ask.text, ports)
    shown = read_clock(ask.text) if offset is None else None
    offset = zone_of(ask.text, ports) if offset is None and shown is None else offset
    if offset is not None:
        _keep(ask, ports, offset, "")
        return _at(ask, ports, _clock_of(wanted))
    if shown is None:
        return _ask_now(ask, ports, _clock_of(wanted))
    return _hear_offset(ask, ports, shown, wanted)


def _hear_offset(ask: Inbound, ports: Ports, shown: Clock, wanted: str) -> Sequence[Reply]:
    """The offset of a clock that shows this time now; which half of the day it is, is asked."""
    if shown.is_either:
        faces = [clock_face(hour, minute) for hour, minute in shown.readings]
        choices = [Choice(face, Wish("checkin.time", f"now {face.replace(':', '.')}")) for face in faces]
        return _ask_which(ask, ports, choices, f"zone:{wanted}")
    offsets = offset_by(shown.hour, shown.minute, ports.clock.now())
    _keep(ask, ports, offsets[0], "")
    return _at(ask, ports, _clock_of(wanted))


def _ask_which(ask: Inbound, ports: Ports, choices: Sequence[Choice], step: str) -> Sequence[Reply]:
    """What can be two things is asked about; with no choice that is possible, another time is asked for."""
    if not choices:
        return propose(ask, ports, 0)
    _step(ask, ports, step)
    return say(ask.language.gettext("Which do you mean?"), *choices, cancel_choice(ask.language))


def _of_number(ask: Inbound, number: int) -> list[Choice]:
    """`15 minutes` or `15 hours`, as far as that is possible."""
    return [_in(ask, minutes) for minutes in (number, number * 60) if is_possible(minutes)]


def _of_clock(reading: Reading) -> list[Choice]:
    assert reading.clock
    day = ".1" if reading.clock.is_tomorrow else ""
    faces = [clock_face(hour, minute) for hour, minute in reading.clock.readings]
    return [Choice(face, Wish("checkin.time", f"at {face.replace(':', '.')}{day}")) for face in faces]


def _in(ask: Inbound, minutes: int) -> Choice:
    return Choice(how_long(ask.language, minutes), Wish("checkin.time", str(minutes)))


def _next(hour: int, minute: int, clock: Clock, now: datetime, offset: int) -> datetime:
    """The next moment at which a clock with this offset shows that time, or the one of tomorrow."""
    there = now + timedelta(minutes=offset)
    ahead = hour * 60 + minute - there.hour * 60 - there.minute
    ahead = ahead + _DAY if clock.is_tomorrow or ahead < 0 else ahead
    return now.replace(second=0, microsecond=0) + timedelta(minutes=ahead)


def _minutes(moment: datetime, now: datetime) -> int:
    return round((moment - now).total_seconds() / 60)


def _stored(clock: Clock) -> str:
    """As it stands in the open question: `6.30`, `6.30.1` for tomorrow, `6.30.0.12` where it may be 18:30 too."""
    more = f".{int(clock.is_tomorrow)}.12" if clock.is_either else ".1" if clock.is_tomorrow else ""
    return f"{clock.hour}.{clock.minute:02}{more}"


def _clock_of(stored: str) -> Clock:
    hour, minute, day, either = (*map(int, stored.split(".")), 0, 0)[:4]
    return Clock(hour, minute, is_tomorrow=bool(day), is_either=bool(either))


def _keep(ask: Inbound, ports: Ports, offset: int | None, note: str) -> None:
    """Keeps with the check-in what was said beside the time: whose clock, and what the team should read."""
    memory = ports.people.recall(ask.person)
    begun = memory.check_in or CheckIn(0, platform=ask.platform)
    kept = replace(begun, offset=begun.offset if offset is None else offset, words=note or begun.words)
    ports.people.remember(ask.person, replace(memory, check_in=kept))


def _step(ask: Inbound, ports: Ports, name: str) -> None:
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, step=f"{IN_CHECK_IN}{name}"))
