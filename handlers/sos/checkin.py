"""`/checkin`: a person says when they want to be asked, and what is sent if they don't answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.model.language import Language
from handlers.model.memory import IN_CHECK_IN, CheckIn, Memory
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports

SOONEST = 10
LATEST = 20 * 60
"""Minutes; the talk itself is remembered for 24 hours, and with it where to ask."""
_OFFERED = (60, 180, 480, 720)


def check_in(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What is set; else asks when."""
    _ = ask.language.gettext
    memory = ports.people.recall(ask.person)
    if memory.check_in and memory.check_in.at:
        return [_what_is_set(ask.language, memory.check_in)]
    if not ports.desk.is_open_for_sos():
        return _say(_("No team is connected to this bot, so nobody would be told."))
    if ask.wish and ask.wish.argument:
        return _when(replace(ask, text=ask.wish.argument), ports)
    _step(ask, ports, "time")
    text = _(
        "<b>I can ask you later whether you are all right.</b> If you don't answer then, a note that you prepare now "
        "is sent to the security team.\n\nIn how long? Choose, or write for example: 90 min, 5 hours, 18:00."
    )
    offered = tuple(Choice(_long(ask.language, minutes), Wish("checkin.time", str(minutes))) for minutes in _OFFERED)
    return _say(text, *offered, _cancel(ask.language))


def take_step(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The next answer of somebody who is setting a check-in."""
    memory = ports.people.recall(ask.person)
    _, name, known = (memory.step + "::").split(":", 2)
    if name == "words":
        return _prepare(ask, ports, memory)
    if name == "zone":
        return _in_their_zone(ask, ports, known.strip(":"))
    return _when(ask, ports)


def choose_time(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """One of the times that were offered."""
    return _in(ask, ports, int(ask.wish.argument) if ask.wish else 0)


def set_it(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Set it*: from now on the clock runs."""
    memory = ports.people.recall(ask.person)
    if not memory.check_in or memory.check_in.at:
        return check_in(ask, ports)
    at = ports.clock.now() + timedelta(minutes=memory.check_in.minutes)
    done = replace(memory.check_in, at=at)
    ports.people.remember(ask.person, replace(memory.after_check_in(), check_in=done))
    ports.schedule.set(event_name(ask), Wish("checkin.ask"), at, ask.person)
    return [_what_is_set(ask.language, done)]


def take_back(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*I am all right*, or a check-in that isn't wanted any more."""
    memory = ports.people.recall(ask.person).after_check_in()
    ports.people.remember(ask.person, replace(memory, check_in=None))
    ports.schedule.drop(event_name(ask))
    return _say(ask.language.gettext("Good. The check-in is over, and nothing was sent."))


def _when(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """From `90 min`, `in 3 hours`, `3` or `18:00`; a clock time needs to know whose clock."""
    _ = ask.language.gettext
    text = ask.text.casefold()
    if clock := re.search(r"(?<!\d)([01]?\d|2[0-3])[:：.]([0-5]\d)(?!\d)", text):
        _step(ask, ports, f"zone:{clock[1]}.{clock[2]}")
        return _say(_("What time is it where you are now? Write it like this: 14:05."), _cancel(ask.language))
    if found := re.search(r"(\d{1,4})\s*(m|分)?", text):
        return _in(ask, ports, int(found[1]) * (1 if found[2] else 60))
    return _say(_("I did not understand the time. Write for example: 90 min, 5 hours, 18:00."), _cancel(ask.language))


def _in_their_zone(ask: Inbound, ports: Ports, wanted: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    shown = re.fullmatch(r"\s*([01]?\d|2[0-3])[:：.]([0-5]\d)\s*", ask.text)
    if not shown:
        return _say(_("What time is it where you are now? Write it like this: 14:05."), _cancel(ask.language))
    hours, minutes = wanted.split(".")
    now = int(shown[1]) * 60 + int(shown[2])
    return _in(ask, ports, (int(hours) * 60 + int(minutes) - now) % (24 * 60))


def _in(ask: Inbound, ports: Ports, minutes: int) -> Sequence[Reply]:
    _ = ask.language.gettext
    if not SOONEST <= minutes <= LATEST:
        _step(ask, ports, "time")
        text = _("Choose a time between 10 minutes and 20 hours from now. Write for example: 90 min, 5 hours, 18:00.")
        return _say(text, _cancel(ask.language))
    memory = ports.people.recall(ask.person)
    check_in = CheckIn(minutes, platform=ask.platform)
    ports.people.remember(ask.person, replace(memory, check_in=check_in, step=f"{IN_CHECK_IN}words"))
    text = _(
        "I will ask you in {time}, at {moment}. Now write in one message what the team should read if you don't answer."
    )
    moment = ask.language.moment(ports.clock.now() + timedelta(minutes=minutes))
    return _say(text.format(time=_long(ask.language, minutes), moment=moment), _cancel(ask.language))


def _prepare(ask: Inbound, ports: Ports, memory: Memory) -> Sequence[Reply]:
    """Shows exactly what would be sent; nothing is set before the person says so."""
    _ = ask.language.gettext
    if not ask.text or not memory.check_in:
        return _say(_("Please write it in words."), _cancel(ask.language))
    check_in = replace(memory.check_in, words=ask.text)
    ports.people.remember(ask.person, replace(memory, check_in=check_in))
    text = _("<b>Without an answer, this is sent to the security team:</b>")
    # Translators: button, at most 28 characters
    choices = (Choice(_("Set it"), Wish("checkin.set")), _cancel(ask.language))
    return [Reply(text, words=ask.text, choices=choices, lane=Lane.CONSENT)]


def _what_is_set(language: Language, check_in: CheckIn) -> Reply:
    _ = language.gettext
    assert check_in.at
    text = _("I will ask you at {moment}. If you don't answer within 15 minutes, your note is sent to the team.")
    return Reply(
        text.format(moment=language.moment(check_in.at)),
        # Translators: button, at most 28 characters
        choices=(Choice(_("Take it back"), Wish("checkin.back")),),
        lane=Lane.CONSENT,
    )


def _long(language: Language, minutes: int) -> str:
    if minutes % 60:
        return language.ngettext("{number} minute", "{number} minutes", minutes).format(number=language.number(minutes))
    hours = minutes // 60
    return language.ngettext("{number} hour", "{number} hours", hours).format(number=language.number(hours))


def _step(ask: Inbound, ports: Ports, name: str) -> None:
    ports.people.remember(ask.person, replace(ports.people.recall(ask.person), step=f"{IN_CHECK_IN}{name}"))


def event_name(ask: Inbound) -> str:
    """The one scheduled event of this person's check-in."""
    return f"checkin {ask.person.tag}"


def _cancel(language: Language) -> Choice:
    return Choice(language.gettext("Cancel"), Wish("checkin.back"))


def _say(text: str, *choices: Choice) -> list[Reply]:
    return [Reply(text, choices=choices, lane=Lane.CONSENT)]
