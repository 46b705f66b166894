"""A person's reaction, an emoji put to a message, while the team has their case: it may be all that they can answer."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases import lifecycle
from handlers.cases.case import say_to_desk, show_desks
from handlers.cases.in_reply import answer_meant
from handlers.desk.posting import language_of
from handlers.model.cases import Author, Case, Digest, Entry, Stage
from handlers.model.messages import Inbound, Reply
from handlers.ports import Ports


def show_reaction(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """It is added to the case and shown to the desks. The person is told nothing: they wait for no receipt of it."""
    _ = language_of(ports).gettext
    if ask.text:
        return _add(ask, ports, _("The person has reacted with this:"), ask.text)
    return _add(ask, ports, _("The person has reacted with a sign that can't be shown. Ask them to write."))


def show_taken_back(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """It is not true any more: whoever has read a yes out of it must hear that."""
    return _add(ask, ports, language_of(ports).gettext("The person has taken back their reaction."))


def _add(ask: Inbound, ports: Ports, note: str, words: str = "") -> Sequence[Reply]:
    case = ports.desk.case_of(ask.person) or ports.desk.closed_case_of(ask.person)
    if case is None:
        return []
    quoted = answer_meant(ask, ports)
    author = Author.PERSON if words else Author.BOT
    ports.desk.add(case, Entry(author, ask.at, words=words or note, to=quoted or ""))
    case = _waiting(ports, case)
    if case.digest in (Digest.WAITING, Digest.LISTED):
        return []
    return show_desks(ports, case, say_to_desk(ports, case, words, (), None, is_first=False, note=note, quoted=quoted))


def _waiting(ports: Ports, case: Case) -> Case:
    """A reaction may be a no: it is waited for the team as after words."""
    if case.stage is Stage.CLOSED:
        return case
    return ports.desk.keep(lifecycle.followed_up(case, ports.clock.now()))
