"""How the desks are spoken to: in every room that knows a case, and by name where somebody has to hear it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.model.cases import Case
from handlers.model.duty import is_label_of
from handlers.model.escalation_policy import Mention
from handlers.model.language import Language
from handlers.model.messages import Choice, Inbound, Lane, Reply, Room, Thread, Wish
from handlers.ports import Ports

MOST_NAMED = 20
"""Names in one message; a group that is larger hears it anyway."""


def language_of(ports: Ports) -> Language:
    return ports.languages.of(ports.policy.desk_language)


def in_room(ask: Inbound, text: str, choices: tuple[Choice, ...] = ()) -> list[Reply]:
    """An answer that is about no case, where staff asked for it."""
    return [Reply(text, to=Thread("", ask.room), lane=Lane.ANSWER, choices=choices)]


def to_desks(
    case: Case, text: str, *, asked_in: Room = Room.DESK, choices: tuple[Choice, ...] = (), lane: Lane = Lane.ANSWER
) -> list[Reply]:
    """The same in every desk that knows the case, and in the one where staff asked."""
    rooms = [room for room in Room if room in case.rooms or room is asked_in]
    return [Reply(text, to=Thread(case.code, room), lane=lane, choices=choices) for room in rooms]


def acknowledge_choice(language: Language, case: Case) -> tuple[Choice, ...]:
    # Translators: button for staff, at most 20 characters
    return (Choice(language.gettext("Acknowledge"), Wish("staff.acknowledge", case.code)),)


def reopen_choice(language: Language, case: Case) -> tuple[Choice, ...]:
    # Translators: button for staff, at most 20 characters: opens a closed case again
    return (Choice(language.gettext("Reopen"), Wish("staff.reopen", case.code)),)


def on_duty(ports: Ports) -> Sequence[str]:
    """Labels of those whose shift it is; nobody in a gap."""
    now = ports.clock.now()
    return sorted({shift.label for shift in ports.rota.shifts() if shift.begins <= now})


def called(ports: Ports, mention: Mention = Mention.DUTY) -> str:
    """Those who are to be called by name; a gap in the rota means everyone."""
    labels = on_duty(ports) if mention is Mention.DUTY else ()
    return by_name(*(labels or ports.rota.everyone()))


def called_owner(ports: Ports, case: Case) -> str:
    """Who has the case; when they are no longer staff, whoever a new case would call."""
    return by_name(*(label for label in ports.rota.everyone() if is_label_of(case.owner, label))) or called(ports)


def by_name(*labels: str) -> str:
    """Markup that calls staff by their labels."""
    return " ".join(f"<at>{label}</at>" for label in labels[:MOST_NAMED])
