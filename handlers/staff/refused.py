"""Commands at the desk that count for nothing: nobody knows whose words they are, or they are changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.model.cases import Author, Stage
from handlers.model.messages import Inbound, Lane, Reply, Thread
from handlers.ports import Ports
from handlers.staff.target import find_target


def tell_relayed(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Somebody forwarded a command, or had another bot write it; said without any content."""
    return _where_written(ask, ports, ask.language.gettext("Forwarded commands do nothing. Write it yourself."))


def tell_anonymous(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A command of an anonymous admin, or in the name of a channel; said without any content."""
    # Translators: "Remain anonymous" is a switch in Telegram; write it as Telegram does in your language
    text = ask.language.gettext(
        "Nothing was done: this was written anonymously or in the name of a channel, so that the bot can't tell who "
        "you are. In the settings of this group, under Administrators, switch off <i>Remain anonymous</i> for your "
        "account. Then write it again."
    )
    return _where_written(ask, ports, text)


def tell_edited(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A message was changed into a command, or a command was changed: of an answer, staff see what the person has."""
    _ = ask.language.gettext
    case = find_target(ask, ports, may_reach_person=True).case if ask.wish and ask.wish.argument else None
    answers = [entry.words for entry in ports.desk.record(case) if entry.author is Author.STAFF] if case else []
    if case is None or case.stage is Stage.CLOSED or not answers:
        return _where_written(ask, ports, _("A message that is changed does nothing. Write the command anew."))
    text = _(
        "<b>{code}</b>: a message that is changed does nothing. The newest answer to the person is still this one. "
        "To correct it, write <code>/r {code}</code> and the right words."
    ).format(code=case.code)
    return [Reply(text, words=answers[-1], to=Thread(case.code, ask.room), lane=Lane.ANSWER)]


def _where_written(ask: Inbound, ports: Ports, text: str) -> Sequence[Reply]:
    here = ports.desk.in_topic(ask.topic, ask.room)
    return [Reply(text, to=Thread(here.code if here else "", ask.room), lane=Lane.ANSWER)]
