"""A case once it is closed: staff can read its record until it is deleted, and hear before it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases.case import case_of_event
from handlers.desk.posting import language_of, to_desks
from handlers.model.messages import Inbound, Lane, Reply, Wish
from handlers.ports import Ports


def warn(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A day before the record goes, every desk that knows the case hears its code and the time, and nothing else."""
    case = case_of_event(ask, ports)
    if case is None or case.purge_at is None:
        return []
    language = language_of(ports)
    text = language.gettext(
        "<b>{code}</b>: closed. The bot deletes its record after {moment}. <code>/show {code}</code> "
        "shows it and keeps it longer."
    ).format(code=case.code, moment=language.moment(case.purge_at))
    return [replace(reply, then=Wish("case.warned", case.code)) for reply in to_desks(case, text, lane=Lane.ANSWER)]


def note_warned(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A desk's messenger has accepted the warning."""
    if case := case_of_event(ask, ports):
        ports.desk.warned(case)
    return []
