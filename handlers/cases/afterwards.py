"""What a person writes once their case is closed, while its record is kept: the team is shown it, and can reopen."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases.case import entries_of_message, what_joined, what_stays_here
from handlers.cases.exact_place import rounded_point
from handlers.cases.unsupported import why_not_passed_on
from handlers.lookups.asking import sos_choice
from handlers.model.messages import Inbound, Lane, Reply
from handlers.ports import Ports


def show_team(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Nobody is called again and again by it: the person is told so, and how to call."""
    case = ports.desk.closed_case_of(ask.person)
    assert case is not None
    _ = ask.language.gettext
    point = rounded_point(ask)
    for entry in entries_of_message(ask, ports, point):
        ports.desk.add(case, entry)
    text = _(
        "Your note <code>{code}</code> is closed. The team is shown what you wrote now, too. "
        "If you need help now, take the choice below: then they are called until somebody takes your new note."
    )
    lines = [*why_not_passed_on(ask), text.format(code=case.code)]
    if not ports.desk.may_show_words(case.platform):
        lines.append(what_stays_here(ask.language, ports))
    told = Reply("\n\n".join(lines), choices=(sos_choice(ask),), lane=Lane.CONSENT, slot="afterwards")
    return [told, *what_joined(ask, ports, case, point)]
