"""What a person writes once their case is closed, while its record is kept: the team is shown it, and can reopen."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases.case import entries_of_message, what_joined
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
        "The team has closed your note <code>{code}</code>. What you wrote just now is shown to the team, too. "
        "If you need help now, use the choice below: then I tell the team again and again until "
        "somebody takes your new note."
    )
    if not ports.desk.may_show_words(case.platform):
        text = _(
            "The team has closed your note <code>{code}</code>. It hears that you wrote again, but not what. "
            "If you need help now, use the choice below: then I tell the team again and again until "
            "somebody takes your new note."
        )
    lines = [*why_not_passed_on(ask), text.format(code=case.code)]
    told = Reply("\n\n".join(lines), choices=(sos_choice(ask),), lane=Lane.CONSENT, slot="afterwards")
    return [told, *what_joined(ask, ports, case, point)]
