"""`/status`: what became of a note, and what stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases.receipts import receipt
from handlers.model.messages import Inbound, Lane, Reply
from handlers.ports import Ports
from handlers.sos.checkin_shown import what_stands
from handlers.sos.draft import nothing_waits, show_again


def show_status(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The truth about the draft, the case and the check-in of whoever asks."""
    memory = ports.people.recall(ask.person)
    replies: list[Reply] = []
    if case := ports.desk.case_of(ask.person):
        replies.append(replace(receipt(ask.language, case, ports), lane=Lane.CONSENT, is_about_note=True))
    elif memory.draft:
        replies += show_again(ask, ports)
    elif case := ports.desk.closed_case_of(ask.person):
        text = ask.language.gettext("The team has closed your note {code}. If you need help again, write SOS.")
        replies.append(Reply(text.format(code=case.code), lane=Lane.CONSENT))
    if memory.check_in and memory.check_in.at:
        replies.append(what_stands(ask.language, memory.check_in))
    return replies or nothing_waits(ask, ports)
