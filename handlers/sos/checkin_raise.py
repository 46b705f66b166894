"""A check-in that is raised: the prepared note becomes a case, marked as what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases import lifecycle
from handlers.cases.batching import is_line, put_into
from handlers.cases.case import add_draft, draft_posts, say_to_desk
from handlers.cases.receipts import receipt
from handlers.cases.unsent import take_draft, tell_joined
from handlers.desk.posting import language_of
from handlers.model.cases import Author, Case, Entry
from handlers.model.language import Language
from handlers.model.memory import CheckIn, Memory
from handlers.model.messages import Inbound, Reply
from handlers.ports import Ports
from handlers.sos.checkin_shown import event_name


def raise_it(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """No answer, "no", or *Send it now*: the prepared SOS becomes a case, and a draft that was not sent joins it."""
    memory = ports.people.recall(ask.person)
    if memory.check_in is None or not memory.check_in.at:
        return []
    ports.people.remember(ask.person, replace(memory, check_in=None, step=""))
    ports.schedule.drop(event_name(ask))
    draft = take_draft(ports, ask.person)
    language, words = language_of_person(ports, memory), _words(memory.check_in, ask.text)
    open_one = ports.desk.case_of(ask.person)
    case = _filed(ports, ask, memory, words, why := _why(ask, ports, memory.check_in))
    told, posts = [receipt(language, case, ports)], []
    if draft:
        case = add_draft(ports, case, draft)
        told.append(tell_joined(language, case.person, draft))
        posts = draft_posts(ports, case, draft)
    if open_one is None and is_line(ports, ask.person):
        put_into(ports, case)
        return told
    return [*told, *say_to_desk(ports, case, words, (), None, is_first=open_one is None, note=why), *posts]


def raise_doubted(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """One that was ended with a wrong word: the team learns of it, and the phone shows nothing."""
    memory = ports.people.recall(ask.person)
    if memory.doubted is None:
        return []
    ports.people.remember(ask.person, replace(memory, doubted=None))
    words, why = _words(memory.doubted, ""), _wrong_word(ports)
    open_one = ports.desk.case_of(ask.person)
    case = _filed(ports, ask, replace(memory, check_in=memory.doubted), words, why)
    if open_one is None:
        case = ports.desk.keep(lifecycle.withdrawn(case, ports.clock.now()))
        if is_line(ports, ask.person):
            put_into(ports, case)
            return []
    return say_to_desk(ports, case, words, (), None, is_first=open_one is None, note=why)


def _filed(ports: Ports, ask: Inbound, memory: Memory, words: str, why: str) -> Case:
    """The case that there is, or a new one, with the check-in in its record."""
    assert memory.check_in
    code = language_of_person(ports, memory).code
    case = ports.desk.case_of(ask.person) or ports.desk.open(ask.person, memory.check_in.platform, code)
    ports.desk.add(case, Entry(Author.BOT, ports.clock.now(), words=why))
    ports.desk.add(case, Entry(Author.PERSON, ports.clock.now(), words=words))
    return ports.desk.keep(lifecycle.followed_up(case, ports.clock.now()))


def _words(check_in: CheckIn, answer: str) -> str:
    """The note, and what was answered since."""
    return "\n\n".join(filter(None, [check_in.words, *check_in.heard, answer]))


def _why(ask: Inbound, ports: Ports, check_in: CheckIn) -> str:
    """Nobody is said to be silent who wrote something."""
    _ = language_of(ports).gettext
    if ask.platform and ask.text:
        return _("Check-in: the person answered that they are not all right.")
    if ask.platform:
        return _("Check-in: the person asked to send this now.")
    if check_in.is_word_open:
        return _("Check-in: somebody wanted to end it and did not write the agreed word. Be careful whom you answer.")
    if check_in.heard:
        return _("Check-in: the person wrote, but neither that they are all right nor that they are not.")
    return _("Check-in: the person did not answer at the time that was agreed.")


def _wrong_word(ports: Ports) -> str:
    return language_of(ports).gettext(
        "Check-in: it was ended with a wrong word. Somebody else may be holding the phone. On the "
        "phone it looks as if it was over, and nothing of this case was told there: check in another "
        "way before you answer."
    )


def language_of_person(ports: Ports, memory: Memory) -> Language:
    """The one in which a person is asked when they have not just written."""
    return ports.languages.of(memory.chosen_language or memory.written_language or memory.hinted_language or "en")
