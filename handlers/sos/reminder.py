"""A note that was shown and not sent: its person is reminded, twice and no more, without its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.model.language import Language
from handlers.model.memory import Draft
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports
from handlers.sos.checkin_raise import language_of_person

FIRST = timedelta(minutes=2)
SECOND = timedelta(minutes=15)
"""After the note was last changed."""
_IS_LAST = "last"


def plan(ask: Inbound, ports: Ports) -> None:
    """The note was changed: its two reminders begin anew."""
    ports.schedule.set(_name(ask), Wish("sos.remind"), ports.clock.now() + FIRST, ask.person)


def drop(ask: Inbound, ports: Ports) -> None:
    """There is nothing any more to remind of."""
    ports.schedule.drop(_name(ask))


def remind(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The words are not shown: somebody else may hold the phone by now."""
    memory = ports.people.recall(ask.person)
    draft = memory.draft
    if draft is None or draft.is_rehearsal:
        return []
    if ask.wish and ask.wish.argument != _IS_LAST:
        ports.schedule.set(_name(ask), Wish("sos.remind", _IS_LAST), ports.clock.now() + SECOND - FIRST, ask.person)
    return [replace(_not_sent(language_of_person(ports, memory), draft), to=ask.person)]


def keep_in_sight(ask: Inbound, ports: Ports, lane: Lane) -> Sequence[Reply]:
    """Below an answer to something else, where a note waits. It offers nothing: a number is of the list above it.
    `lane`: of that answer, above which it must not come."""
    memory = ports.people.recall(ask.person)
    if memory.draft is None or memory.draft.is_rehearsal:
        return []
    _ = language_of_person(ports, memory).gettext
    # Translators: {send} is the label of the button
    text = _("Your note is not sent yet. To send it, write: {send}. To see it again, write: SOS.")
    return [Reply(text.format(send=_("Send")), lane=lane)]


def _not_sent(language: Language, draft: Draft) -> Reply:
    _ = language.gettext
    choices = (
        Choice(_("Send"), Wish("sos.send", draft.version)),
        Choice(_("Add more"), Wish("sos.more")),
        Choice(_("Cancel"), Wish("cancel")),
    )
    return Reply(_("Your note is not sent yet."), choices=choices, lane=Lane.CONSENT)


def _name(ask: Inbound) -> str:
    return f"draft {ask.person.tag}"
