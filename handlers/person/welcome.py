"""Hello, help, and what to say when nothing was understood or something broke."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import sos_choice
from handlers.lookups.contacts import freshness
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish, escape
from handlers.ports import Ports


def start(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/start`: what this is, what is stored, what to do."""
    return [Reply(f"{_hello(ask, ports)}\n\n{_how(ask)}", choices=_menu(ask))]


def greet(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Before the answer to somebody's very first message."""
    return [Reply(_hello(ask, ports))]


def help_menu(ask: Inbound, ports: Ports, lines: Sequence[str]) -> Sequence[Reply]:
    """Everything that can be asked: `lines` as the table has them, untranslated."""
    translated = (ask.language.gettext(line) for line in lines)
    return [Reply("\n".join([*translated, "", _call(ask, ports)]), choices=_menu(ask))]


def unknown(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Nothing was understood: say so, and how to reach a human."""
    _ = ask.language.gettext
    text = _("I did not understand that, and found no place in it. That says nothing about any danger.")
    return [Reply("\n\n".join([text, _how(ask), _call(ask, ports)]), choices=_menu(ask))]


def sorry(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Something broke: the one calm sentence, and the number to call."""
    _ = ask.language.gettext
    text = _(
        "Something went wrong here. Your message is kept and will be tried again. If it is urgent, don't wait for it."
    )
    return [Reply(f"{text}\n\n{_call(ask, ports)}", lane=Lane.CONSENT)]


def slow_down(ask: Inbound) -> Reply:
    """To somebody who asks faster than anybody reads: once, before the silence."""
    _ = ask.language.gettext
    return Reply(_("These were many questions at once. I answer the next one in a minute. SOS is always read at once."))


def _hello(ask: Inbound, ports: Ports) -> str:
    _ = ask.language.gettext
    text = _(
        "<b>Hello.</b> I tell the alert level of a place, what happened there and who can help. "
        "This talk is kept encrypted for {hours} hours, then deleted. /privacy tells more."
    )
    return text.format(hours=ask.language.number(ports.policy.conversation_hours))


def _how(ask: Inbound) -> str:
    return ask.language.gettext("Write the name of a place, for example: Thailand. In need, write SOS.")


def _call(ask: Inbound, ports: Ports) -> str:
    _ = ask.language.gettext
    contact = ports.book.emergency()
    phone = next((channel.phone for channel in contact.channels if channel.phone), "")
    text = _("To reach a human: write SOS, or call {name}: {phone}").format(
        name=escape(_(contact.name)), phone=escape(phone)
    )
    return f"{text}\n<i>{freshness(ask.language, contact)}</i>"


def _menu(ask: Inbound) -> tuple[Choice, ...]:
    _ = ask.language.gettext
    # Translators: buttons, at most 28 characters
    return (
        Choice(_("All alerts"), Wish("alerts")),
        Choice(_("Updates"), Wish("updates")),
        Choice(_("Language"), Wish("language")),
        sos_choice(ask),
    )
