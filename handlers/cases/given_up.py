"""A message that the bot could not handle, however often it tried: the person and the desk must not wait for it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases.case import show_desks
from handlers.desk.posting import language_of, to_desks
from handlers.model.messages import Inbound, Lane, Reply
from handlers.ports import Ports


def tell_given_up(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The person is asked for other words; the desk hears of it if a case of theirs is open, without the words."""
    _ = ask.language.gettext
    text = _("I could not handle your last message. Please write it again in other words.")
    told = Reply(text, lane=Lane.CONSENT, is_about_note=True)
    case = ports.desk.case_of(ask.person)
    if case is None:
        return [told]
    text = language_of(ports).gettext(
        "<b>{code}</b>: the bot could not handle a message from the person. I asked them to write it "
        "again. The operator can find out why."
    )
    return [told, *show_desks(ports, case, to_desks(case, text.format(code=case.code)))]
