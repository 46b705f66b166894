"""Staff change or delete a message afterwards: nothing follows by itself, and they see what the person has now."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.model.cases import Author, Case, Entry, Stage
from handlers.model.messages import Choice, Inbound, Kind, Lane, Reply, Staff, Thread, Wish
from handlers.ports import Ports
from handlers.staff.acts import says, send_words, with_case
from handlers.staff.refused import where_written
from handlers.staff.target import find_target


def tell_edited(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A message was changed into a command, or a command was changed: of an answer, staff see what the person has, and
    can send the new words as a correction. Nothing is said when its words are the same as before."""
    is_answer = bool(ask.wish and ask.wish.argument)
    target = find_target(ask, ports, may_reach_person=True) if is_answer else None
    written = ports.desk.answer_written(ask.message, ask.room)
    case = written[0] if written else target.case if target else None
    answer = written[1].words if written else _newest_answer(ports, case)
    if case is None or case.stage is Stage.CLOSED or not answer:
        return where_written(
            ask, ports, ask.language.gettext("A message that is changed does nothing. Write the command again.")
        )
    words = target.rest.strip() if target and target.case and target.case.code == case.code else ""
    if written and words == answer and ask.kind is Kind.TEXT:
        return []
    _ = ask.language.gettext
    text = _(
        "<b>{code}</b>: a message that is changed does nothing. The newest answer to the person is still this one. "
        "To correct it, write <code>/r {code}</code> and the right words."
    )
    if written:
        text = _(
            "<b>{code}</b>: a message that is changed does nothing. The person still has this answer. "
            "To correct it, write <code>/r {code}</code> and the right words."
        )
    told = Reply(text.format(code=case.code), words=answer, to=Thread(case.code, ask.room), lane=Lane.ANSWER)
    return [told, *(_offer(ask, ports, case, words) if ask.kind is Kind.TEXT else [])]


def tell_deleted(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A message was deleted at the desk; nothing is said unless an answer was written with it."""
    written = ports.desk.answer_written(ask.message, ask.room)
    if written is None or written[0].stage is Stage.CLOSED:
        return []
    case, answer = written
    text = ask.language.gettext(
        "<b>{code}</b>: deleting a message here takes nothing back. The person still has this answer. "
        "To correct it, write <code>/r {code}</code> and the right words."
    )
    return [Reply(text.format(code=case.code), words=answer.words, to=Thread(case.code, ask.room), lane=Lane.ANSWER)]


def send_correction(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Send as correction*, below the changed words."""
    return with_case(ask, ports, _send_correction, "correct")


def _newest_answer(ports: Ports, case: Case | None) -> str:
    answers = [entry.words for entry in ports.desk.record(case) if entry.author is Author.STAFF] if case else []
    return answers[-1] if answers else ""


def _offer(ask: Inbound, ports: Ports, case: Case, words: str) -> list[Reply]:
    """Below the words that would be sent: of a message that is changed twice, each choice shows what it sends."""
    unsent = ports.desk.add(case, Entry(Author.UNSENT, ask.at, words=words)) if words else ""
    if not unsent:
        return []
    _ = ask.language.gettext
    # Translators: button for staff, at most 20 characters
    choices = (Choice(_("Send as correction"), Wish("staff.correct", unsent)),)
    text = _("<b>{code}</b>: these words were not sent:").format(code=case.code)
    return [Reply(text, words=words, choices=choices, to=Thread(case.code, ask.room), lane=Lane.ANSWER)]


def _send_correction(ask: Inbound, ports: Ports, case: Case, staff: Staff, name: str) -> Sequence[Reply]:
    words = ports.desk.take_unsent(case, name)
    if not words:
        text = ask.language.gettext("<b>{code}</b>: nothing was sent: this correction was sent before, or is deleted.")
        return says(ask, case, text)
    heading = ports.languages.of(case.language).gettext(
        "<b>Correction: answer from the team (note {code})</b>\n"
        "<i>The team never asks for login codes, for your name, or to scan a QR code.</i>"
    )
    return send_words(ask, ports, case, staff, words, heading)
