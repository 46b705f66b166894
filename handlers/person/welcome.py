"""Hello, help, and what to say when nothing was understood or something broke."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import sos_choice, sos_with_words
from handlers.lookups.contacts import whom_to_phone
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
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
    text = _("I did not understand, and I found no place name. That does not mean there is no danger.")
    first = sos_with_words(ask) if ask.text else sos_choice(ask)
    return [Reply("\n\n".join([text, _how(ask), _call(ask, ports)]), choices=(first, *_menu(ask)[:-1]))]


def welcome(ask: Inbound, _ports: Ports) -> Sequence[Reply]:
    """To thanks, or a farewell."""
    return [Reply(ask.language.gettext("Take care. You can write here at any time."), choices=(sos_choice(ask),))]


def sorry(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Something broke: the one calm sentence, and the number to call."""
    _ = ask.language.gettext
    text = _("Something went wrong. Your message is saved, and I will try again. If you are in danger, don't wait.")
    return [Reply(f"{text}\n\n{_call(ask, ports)}", lane=Lane.CONSENT)]


def slow_down(ask: Inbound) -> Reply:
    """To somebody who asks faster than anybody reads: once, before the silence."""
    _ = ask.language.gettext
    return Reply(_("Too many questions at once. I will answer again in one minute. SOS always works at once."))


def _hello(ask: Inbound, ports: Ports) -> str:
    _ = ask.language.gettext
    text = _(
        "<b>Hello.</b> I can tell you the alert level of a place, what has happened there, and who "
        "can help. I delete my copy of this chat {hours} hours after your last message; the app may "
        "keep its own. More: /privacy"
    )
    return text.format(hours=ask.language.number(ports.policy.conversation_hours))


def _how(ask: Inbound) -> str:
    return ask.language.gettext("Write the name of a place, for example: Thailand. If you need help, write SOS.")


def _call(ask: Inbound, ports: Ports) -> str:
    sos = ask.language.gettext("To reach people: write SOS.")
    return f"{sos}\n{whom_to_phone(ask.language, ports.book.emergency())}"


def _menu(ask: Inbound) -> tuple[Choice, ...]:
    _ = ask.language.gettext
    # Translators: buttons, at most 28 characters
    return (
        Choice(_("All alerts"), Wish("alerts")),
        Choice(_("Posts"), Wish("updates")),
        Choice(_("Language"), Wish("language")),
        sos_choice(ask),
    )
