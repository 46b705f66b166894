"""`/wipe`: everything that is stored about a person goes, in any state, and the answer looks ordinary."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases.case import show_desks
from handlers.desk.posting import language_of, to_desks
from handlers.model.cases import Case
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports


def ask_once(ask: Inbound, _ports: Ports) -> Sequence[Reply]:
    """It was said in words, which may be chance: the question looks ordinary, too. `/wipe` is not asked about."""
    _ = ask.language.gettext
    # Translators: somebody else may be reading along: nothing here may tell what would be deleted
    text = _("Shall we start again from the beginning?")
    # Translators: buttons, at most 20 characters
    choices = (Choice(_("No, go on"), Wish("wipe.not")), Choice(_("Yes, start again"), Wish("wipe.now")))
    return [Reply(text, choices=choices, lane=Lane.CONSENT)]


def wipe(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Deletes memory, messages and the words of an open case; staff learn only that it was withdrawn, and when."""
    case = ports.desk.case_of(ask.person)
    replies = [_ordinary(ask)]
    ports.desk.forget(ask.person)
    if case := ports.desk.find(case.code) if case else None:
        replies += _withdrawn(ask, ports, case)
    ports.people.forget(ask.person)
    return replies


def _ordinary(ask: Inbound) -> Reply:
    # Translators: somebody else may be reading along: nothing here may tell that something was deleted
    return Reply(ask.language.gettext("Hello. Write the name of a place, or /help."), lane=Lane.CONSENT)


def _withdrawn(ask: Inbound, ports: Ports, case: Case) -> list[Reply]:
    language = language_of(ports)
    text = language.gettext(
        "<b>{code}</b>: the person withdrew, {moment}. You can't answer any more. The case stays "
        "open: check in the way that was agreed, then close it."
    )
    return show_desks(ports, case, to_desks(case, text.format(code=case.code, moment=language.moment(ask.at))))
