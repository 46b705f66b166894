"""A check-in whose time has come: the person is asked, and what they answer is understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.model.memory import Memory
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports
from handlers.sos.checkin_end import GRACE
from handlers.sos.checkin_raise import language_of_person
from handlers.sos.checkin_shown import event_name, take_back_wish, time_of


def ask_person(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The time has come."""
    memory = ports.people.recall(ask.person)
    if memory.check_in is None:
        return []
    now = ports.clock.now()
    # one that an older version had disarmed while it said that it stands has no time of its own
    asked = replace(memory.check_in, is_asked=True, is_word_open=False, at=memory.check_in.at or now)
    memory = replace(memory.after_check_in(), check_in=asked)
    ports.people.remember(ask.person, memory)
    until = now + GRACE
    ports.schedule.set(event_name(ask), Wish("checkin.raise"), until, ask.person)
    language = language_of_person(ports, memory)
    _ = language.gettext
    text = _("Check-in: are you all right? Answer before {time}. If you don't, I send your note to the team.")
    shown = text.format(time=time_of(language, until, asked.offset))
    return [Reply(shown, choices=_answers(memory, ports), to=ask.person, lane=Lane.RECEIPT)]


def hear(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What is neither yes nor no is kept for the team, and asked about."""
    memory = ports.people.recall(ask.person)
    if memory.check_in is None:
        return []
    heard = (*memory.check_in.heard, ask.text)
    ports.people.remember(ask.person, replace(memory, check_in=replace(memory.check_in, heard=heard)))
    text = ask.language.gettext(
        "Are you all right? Answer yes or no. If you don't, I send your note to the team, with this:"
    )
    return [Reply(text, words=ask.text, choices=_answers(memory, ports), lane=Lane.RECEIPT)]


def _answers(memory: Memory, ports: Ports) -> tuple[Choice, ...]:
    assert memory.check_in
    _ = language_of_person(ports, memory).gettext
    # Translators: buttons, at most 28 characters
    return Choice(_("I am all right"), take_back_wish(memory.check_in)), Choice(_("Send it now"), Wish("checkin.raise"))
