"""`/reopen`: a case that was closed too early is open again, and calls again if nobody answers."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.model.cases import Case, Stage
from handlers.model.messages import Inbound, Lane, Reply, Staff, Wish
from handlers.ports import Ports
from handlers.staff.acts import says, with_case


def reopen(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/reopen CODE` or the button, while the record of the case is kept; whoever does it is on it."""
    return with_case(ask, ports, _reopen, "reopen")


def _reopen(ask: Inbound, ports: Ports, case: Case, staff: Staff, _rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if case.stage is not Stage.CLOSED:
        return says(ask, case, _("<b>{code}</b> is open. Nothing was changed."))
    if newer := ports.desk.case_of(case.person):
        text = _("<b>{code}</b>: not reopened: the person has a newer note, <code>{newer}</code>, which is open.")
        return says(ask, case, text, newer=newer.code)
    case = ports.desk.reopen(case, staff.label, ports.clock.now())
    text = _("<b>{code}</b>: opened again by {staff}, who is on it now. The person is told.")
    return [*says(ask, case, text, staff=staff.label), *_tell_person(ports, case)]


def _tell_person(ports: Ports, case: Case) -> list[Reply]:
    if not ports.desk.can_be_reached(case):
        return []
    text = ports.languages.of(case.language).gettext(
        "The team has opened your note <code>{code}</code> again, and somebody is on it. What you "
        "write now is added to it."
    )
    undelivered = Wish("staff.undelivered", case.code)
    return [Reply(text.format(code=case.code), to=case.person, lane=Lane.ANSWER, otherwise=undelivered)]
