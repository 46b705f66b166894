"""The board: one message in each desk that shows what is open, and is kept up to date in its place."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.desk.posting import language_of
from handlers.model.cases import Case, Stage
from handlers.model.language import Language
from handlers.model.messages import Inbound, Lane, Reply, Room, Thread
from handlers.ports import Ports

SLOT = "board"
MOST_LINES = 30


def show_board(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/board`: a new one, in the place of the old one."""
    return [Reply(_board(ports), to=Thread("", ask.room), lane=Lane.ANSWER, slot=SLOT)]


def refresh_board(_ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Something has changed: every board that stands is changed in its place, without a sound."""
    return [Reply(_board(ports), to=Thread("", room), lane=Lane.NOTICE, slot=SLOT, replaces=True) for room in Room]


def open_cases(ports: Ports) -> list[str]:
    """A line for each case that is open, those that nobody has acknowledged first."""
    language = language_of(ports)
    lines = [board_line(language, case) for case in ports.desk.open_cases(MOST_LINES)]
    if more := ports.desk.number_open() - len(lines):
        lines.append(language.gettext("and {number} more").format(number=language.number(more)))
    return lines


def board_line(language: Language, case: Case) -> str:
    _ = language.gettext
    since = language.moment(case.opened_at)
    if case.stage is not Stage.ACKNOWLEDGED:
        line = _("{code}: <b>nobody is on it</b>, open since {since}").format(code=case.code, since=since)
    elif case.is_offered:
        text = _("{code}: {staff} is on it and asks a colleague to take over, open since {since}")
        line = text.format(code=case.code, staff=case.owner, since=since)
    else:
        line = _("{code}: {staff} is on it, open since {since}").format(code=case.code, staff=case.owner, since=since)
    if case.snoozed_until and case.is_waiting:
        line = _("{line} (put off until {time})").format(line=line, time=language.time(case.snoozed_until))
    if case.is_withdrawn:
        line = _("{line} (the person says they are safe, or deleted everything: check)").format(line=line)
    return line


def _board(ports: Ports) -> str:
    language = language_of(ports)
    _ = language.gettext
    if not (lines := open_cases(ports)):
        return _("No case is open.")
    number = language.number(ports.desk.number_open())
    return "\n".join([_("<b>Open cases: {number}</b>").format(number=number), *lines])
