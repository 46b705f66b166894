"""`/ready`: agreeing in calm, so that in need the first SOS message is the SOS; with a rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases.receipts import what_stays_here
from handlers.model.memory import REHEARSING
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish
from handlers.ports import Ports


def explain_ready(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What it means to be ready, before anybody agrees to it."""
    _ = ask.language.gettext
    if ports.people.recall(ask.person).is_ready:
        # Translators: button, at most 28 characters
        choices = (
            Choice(_("Ask me before sending"), Wish("ready.end")),
            Choice(_("Rehearse"), Wish("ready.rehearse")),
        )
        return [
            Reply(
                _("You are ready: a message that begins with SOS is sent at once, without a preview."),
                choices=choices,
                lane=Lane.CONSENT,
            )
        ]
    text = _(
        "<b>Get ready before you need it.</b>\n"
        "\n"
        "If you agree, a message that begins with SOS is sent to the security team at once. I will "
        "not ask you again.\n"
        "\n"
        "The team gets: the words, photos and location that you send, the time, your language, and "
        "which app you use.\n"
        "The team doesn't get: your account, name or number, unless you write them.\n"
        "\n"
        "I remember this until {days} days after your last message."
    ).format(days=ask.language.number(ports.policy.language_days))
    if not ports.desk.may_show_words(ask.platform):
        text = f"{text}\n\n{what_stays_here(ask.language, ports)}"
    # Translators: buttons, at most 20 characters
    choices = (Choice(_("I agree"), Wish("ready.agree")), Choice(_("No"), Wish("ready.no")))
    return [Reply(text, choices=choices, lane=Lane.CONSENT)]


def agree(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """From now on the first SOS message is the SOS."""
    _ = ask.language.gettext
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, is_ready=True))
    choices = (Choice(_("Rehearse"), Wish("ready.rehearse")), Choice(_("Ask me before sending"), Wish("ready.end")))
    return [
        Reply(
            _("You are ready. Do you want to rehearse it once? Nothing is sent in a rehearsal."),
            choices=choices,
            lane=Lane.CONSENT,
        )
    ]


def end(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Back to the preview before anything is passed on."""
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, is_ready=False, step=""))
    return [
        Reply(
            ask.language.gettext(
                "All right. You will always see a preview first, and nothing is sent before you choose Send."
            ),
            lane=Lane.CONSENT,
        )
    ]


def start_rehearsal(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The next SOS is only a rehearsal."""
    _ = ask.language.gettext
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, step=REHEARSING))
    return [Reply(_("Rehearsal: write SOS and a few words, for example: SOS this is a test."), lane=Lane.CONSENT)]
