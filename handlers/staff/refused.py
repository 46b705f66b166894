"""Commands at the desk that count for nothing: nobody knows whose words they are."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.model.messages import Inbound, Lane, Reply, Thread
from handlers.ports import Ports


def tell_relayed(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Somebody forwarded a command, or had another bot write it; said without any content."""
    return where_written(ask, ports, ask.language.gettext("Forwarded commands do nothing. Write it yourself."))


def tell_anonymous(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A command of an anonymous admin, or in the name of a channel; said without any content."""
    # Translators: "Remain anonymous" is a switch in Telegram; write it as Telegram does in your language
    text = ask.language.gettext(
        "Nothing was done: this was written anonymously or in the name of a channel, so that the bot can't tell who "
        "you are. In the settings of this group, under Administrators, switch off <i>Remain anonymous</i> for your "
        "account. Then write it again."
    )
    return where_written(ask, ports, text)


def where_written(ask: Inbound, ports: Ports, text: str) -> Sequence[Reply]:
    """An answer in the topic that a message stands in, or outside of all."""
    here = ports.desk.in_topic(ask.topic, ask.room)
    return [Reply(text, to=Thread(here.code if here else "", ask.room), lane=Lane.ANSWER)]
