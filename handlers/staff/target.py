"""Which case a command of staff is about: the code that is written, else the quoted post, else the topic."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.model.cases import Case
from handlers.model.codes import codes_at_the_beginning, codes_inside, nearest
from handlers.model.messages import Inbound
from handlers.ports import Ports

MOST_SLIPS = 2
"""In a code that looks like one; what looks like a word has at most one."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Target:
    """The case that is meant, if that is clear, and what stands behind its code."""

    case: Case | None
    rest: str = field(default="", repr=False)
    here: Case | None = None
    """The case whose topic or post it was written in or under."""
    unknown: str = ""
    """What is written like a code, and is none of a case."""
    near: tuple[str, ...] = ()
    """The open cases that may be meant by it."""
    named: str = ""
    """Another case that the words name, without a code before them."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the code that counts is not that of the topic or post."""
        return self.here is not None and self.case is not None and self.here.code != self.case.code


def find_target(ask: Inbound, ports: Ports, *, may_reach_person: bool) -> Target:
    """When in doubt there is no case: what looks like a code and is unknown is never taken for words."""
    text = ask.wish.argument.strip() if ask.wish else ""
    here = ports.desk.quoted(ask.quoted, ask.room) if ask.quoted else ports.desk.in_topic(ask.topic, ask.room)
    candidates = codes_at_the_beginning(text)
    for candidate in candidates:
        if case := ports.desk.find(candidate.typed):
            return Target(case, candidate.rest, here)
    open_codes = [case.code for case in ports.desk.open_cases()]
    for candidate in candidates:
        near = nearest(candidate.typed, open_codes, MOST_SLIPS if candidate.is_shaped else 1)
        if candidate.is_shaped or near:
            return Target(None, here=here, unknown=candidate.typed, near=tuple(near[:MOST_NAMED]))
    if may_reach_person and here and (named := _named_inside(text, here, ports)):
        return Target(None, here=here, named=named)
    return Target(here, text, here)


def _named_inside(text: str, here: Case, ports: Ports) -> str:
    """Words for one person hardly ever name the note of another."""
    cases = (ports.desk.find(code) for code in codes_inside(text))
    return next((case.code for case in cases if case and case.code != here.code), "")
