"""From a time that was understood to a check-in that stands: its note, a preview, and *Set it*."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.model.memory import IN_CHECK_IN, CheckIn, Memory
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports
from handlers.sos.checkin_shown import cancel_choice, event_name, how_long, say, what_stands, when_asked

SOONEST = 10
LATEST = 20 * 60
"""Minutes; the talk itself is remembered for 24 hours, and with it where to ask."""


def is_possible(minutes: int) -> bool:
    """Whether a check-in may be set for so many minutes from now."""
    return SOONEST <= minutes <= LATEST


def propose(ask: Inbound, ports: Ports, minutes: int, wanted: datetime | None = None) -> Sequence[Reply]:
    """Says back when they would be asked; then the note is written, or shown if there is one. Nothing is set yet.
    `wanted`: the moment, where a time of day was named."""
    memory = ports.people.recall(ask.person)
    if memory.check_in and memory.check_in.at:
        return [what_stands(ask.language, memory.check_in)]
    if not is_possible(minutes):
        return _ask_for_another(ask, ports, minutes)
    begun = memory.check_in or CheckIn(minutes)
    check_in = replace(begun, minutes=minutes, wanted=wanted, platform=ask.platform)
    ports.people.remember(ask.person, replace(memory, check_in=check_in, step=f"{IN_CHECK_IN}words"))
    if check_in.words:
        return [_preview(ask, ports, check_in)]
    now = ports.clock.now()
    sentences = [
        when_asked(ask.language, _moment(check_in, now), now, check_in.offset),
        ask.language.gettext("Now write, in one message, what the team should read if you don't answer."),
    ]
    return say("\n\n".join(sentences), cancel_choice(ask.language))


def prepare(ask: Inbound, ports: Ports, memory: Memory) -> Sequence[Reply]:
    """Shows exactly what would be sent; nothing is set before the person says so."""
    _ = ask.language.gettext
    if not ask.text or not memory.check_in:
        return say(_("Please write it in words."), cancel_choice(ask.language))
    check_in = replace(memory.check_in, words=ask.text)
    ports.people.remember(ask.person, replace(memory, check_in=check_in))
    return [_preview(ask, ports, check_in)]


def set_it(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Set it*: from now on the clock runs. Below an older preview, it shows what would be set now; once a check-in
    stands, it shows that."""
    memory, now = ports.people.recall(ask.person), ports.clock.now()
    check_in = memory.check_in
    if check_in and check_in.at:
        return [what_stands(ask.language, check_in)]
    if check_in is None or not check_in.words:
        return say(ask.language.gettext("No check-in is set. Write /checkin to begin."))
    if ask.wish and ask.wish.argument not in ("", _version(check_in)):
        return [_preview(ask, ports, check_in)]
    at = _moment(check_in, now)
    if at <= now:
        return _ask_for_another(ask, ports, 0)
    done = replace(check_in, at=at, word=memory.word)
    ports.people.remember(ask.person, replace(memory.after_check_in(), check_in=done))
    ports.schedule.set(event_name(ask), Wish("checkin.ask"), at, ask.person)
    return [what_stands(ask.language, done)]


def _ask_for_another(ask: Inbound, ports: Ports, minutes: int) -> Sequence[Reply]:
    _ = ask.language.gettext
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, step=f"{IN_CHECK_IN}time"))
    text = _("Choose a time between 10 minutes and 20 hours from now. Write for example: 90 min, 5 hours, 18:00.")
    if minutes > LATEST:
        too_far = _("That would be in {time}, and that is too far ahead.")
        text = "\n\n".join([too_far.format(time=how_long(ask.language, minutes)), text])
    return say(text, cancel_choice(ask.language))


def _preview(ask: Inbound, ports: Ports, check_in: CheckIn) -> Reply:
    _, now = ask.language.gettext, ports.clock.now()
    lines = [
        when_asked(ask.language, _moment(check_in, now), now, check_in.offset),
        _("<b>If you don't answer, this is sent to the security team:</b>"),
    ]
    # Translators: button, at most 28 characters
    choices = (Choice(_("Start check-in"), Wish("checkin.set", _version(check_in))), cancel_choice(ask.language))
    return Reply("\n".join(lines), words=check_in.words, choices=choices, lane=Lane.CONSENT)


def _moment(check_in: CheckIn, now: datetime) -> datetime:
    """When they would be asked if it were set now."""
    return check_in.wanted or now + timedelta(minutes=check_in.minutes)


def _version(check_in: CheckIn) -> str:
    """Changes with what a preview shows: an old *Set it* sets nothing else than was shown above it."""
    shown = f"{check_in.wanted or check_in.minutes} {check_in.words}"
    return hashlib.blake2b(shown.encode("utf-8", "replace"), digest_size=8).hexdigest()
