"""A person takes something back: what the desk was told stays there, and a case stays open until staff have checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases import lifecycle
from handlers.cases.case import show_desks, withdrawal_note
from handlers.desk.posting import language_of, to_desks
from handlers.model.cases import Author, Case, Entry
from handlers.model.messages import Inbound, Lane, Reply, Thread
from handlers.ports import Ports


def said_to_be_deleted(ask: Inbound, ports: Ports, case: Case) -> Sequence[Reply]:
    """The person deleted a message of theirs: whoever holds the phone doesn't see it any more, the desk does."""
    _ = ask.language.gettext
    text = _("Deleted in this chat. The team still has what it was sent.")
    _ = language_of(ports).gettext
    note = _("<b>{code}</b>: the person deleted a message on their side.").format(code=case.code)
    told = Reply(text, lane=Lane.CONSENT, is_about_note=True)
    return [told, *show_desks(ports, case, to_desks(case, note))]


def withdraw(ask: Inbound, ports: Ports, case: Case) -> Sequence[Reply]:
    """Cancel is not close: the person is answered calmly, and staff check."""
    _ = ask.language.gettext
    calm = Reply(_("All right. It is noted. You can write again at any time."), lane=Lane.CONSENT, is_about_note=True)
    is_again = case.is_withdrawn
    case = ports.desk.keep(lifecycle.withdrawn(case, ports.clock.now()))
    if ask.text:
        ports.desk.add(case, Entry(Author.PERSON, ask.at, words=ask.text))
    note = _second_withdrawal_note(ports, case) if is_again else withdrawal_note(ports, case)
    return [calm, *show_desks(ports, case, _with_words(ports, case, to_desks(case, note), ask.text))]


def _with_words(ports: Ports, case: Case, posts: list[Reply], words: str) -> list[Reply]:
    """Below the note what exactly the person wrote, where it may be shown: "no thanks" may be an answer to staff."""
    shown = [room for room in case.rooms if ports.desk.may_show_words(case.platform, room)]
    return [
        replace(post, words=words) if isinstance(post.to, Thread) and post.to.room in shown else post for post in posts
    ]


def _second_withdrawal_note(ports: Ports, case: Case) -> str:
    _ = language_of(ports).gettext
    text = _(
        "<b>{code}</b>: the person says again that they are safe, or that they want to stop. Answer "
        "them, check, then close the case."
    )
    return text.format(code=case.code)
