"""A check-in whose time has come: the person is asked, and without an answer the prepared SOS is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.cases import lifecycle
from handlers.cases.batching import is_line, put_into
from handlers.cases.case import add_draft, draft_posts, receipt, say_to_desk
from handlers.cases.unsent import take_draft, tell_joined
from handlers.desk.posting import language_of
from handlers.model.cases import Author, Case, Entry
from handlers.model.language import Language
from handlers.model.memory import Memory
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports
from handlers.sos.checkin import event_name

GRACE = timedelta(minutes=15)
"""How long an answer is waited for."""


def ask_person(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The time has come."""
    memory = ports.people.recall(ask.person)
    if memory.check_in is None:
        return []
    language = _language(ports, memory)
    _ = language.gettext
    until = ports.clock.now() + GRACE
    ports.people.remember(ask.person, replace(memory, check_in=replace(memory.check_in, is_asked=True)))
    ports.schedule.set(event_name(ask), Wish("checkin.raise"), until, ask.person)
    text = _("You wanted to be asked: are you all right? Without an answer by {time} your note goes to the team.")
    # Translators: buttons, at most 28 characters
    choices = (Choice(_("I am all right"), Wish("checkin.back")), Choice(_("Send it now"), Wish("checkin.raise")))
    return [Reply(text.format(time=language.time(until)), choices=choices, to=ask.person, lane=Lane.RECEIPT)]


def raise_it(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """No answer, or *Send it now*: the prepared SOS becomes a case, marked as what it is, and a draft that was not sent
    joins it."""
    memory = ports.people.recall(ask.person)
    if memory.check_in is None or not memory.check_in.at:
        return []
    ports.people.remember(ask.person, replace(memory, check_in=None, step=""))
    ports.schedule.drop(event_name(ask))
    draft = take_draft(ports, ask.person)
    language, words = _language(ports, memory), memory.check_in.words
    open_one = ports.desk.case_of(ask.person)
    case = open_one or ports.desk.open(ask.person, memory.check_in.platform, language.code)
    ports.desk.add(case, Entry(Author.BOT, ports.clock.now(), words=_why(ask, ports)))
    ports.desk.add(case, Entry(Author.PERSON, ports.clock.now(), words=words))
    case = ports.desk.keep(lifecycle.followed_up(case, ports.clock.now()))
    told, posts = [receipt(language, case, ports)], []
    if draft:
        case = add_draft(ports, case, draft)
        told.append(tell_joined(language, case.person, draft))
        posts = draft_posts(ports, case, draft)
    if open_one is None and is_line(ports, ask.person):
        put_into(ports, case)
        return told
    return [*told, *_posts(ask, ports, case, words, is_first=open_one is None), *posts]


def _posts(ask: Inbound, ports: Ports, case: Case, words: str, *, is_first: bool) -> list[Reply]:
    return say_to_desk(ports, case, words, (), None, is_first=is_first, note=_why(ask, ports))


def _why(ask: Inbound, ports: Ports) -> str:
    _ = language_of(ports).gettext
    if ask.platform:
        return _("Check-in: the person asked to send this now.")
    return _("Check-in: the person did not answer at the time that was agreed.")


def _language(ports: Ports, memory: Memory) -> Language:
    return ports.languages.of(memory.chosen_language or memory.written_language or memory.hinted_language or "en")
