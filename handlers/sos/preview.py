"""What a person is shown on the way to *Send*: the question, the preview, and who will read it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases.receipts import what_stays_here
from handlers.cases.unsent import photos_and_place
from handlers.desk.duty import staffing
from handlers.lookups.contacts import whom_to_phone
from handlers.model.memory import Draft
from handlers.model.messages import Choice, Inbound, Lane, Reply, Room, Wish
from handlers.ports import Ports


def what_happens(ask: Inbound, ports: Ports) -> str:
    """What to do stands first, and the number to phone last: it is no more to read before the one thing to do."""
    _ = ask.language.gettext
    return "\n\n".join(
        [
            _(
                "<b>Write here what is happening, where you are, and what you need.</b> One line is enough. "
                "Nothing is sent before you choose Send."
            ),
            *_who_reads_what(ask, ports),
            _("After <i>Send</i> you get a number. No number within a minute? Send again."),
            whom_to_phone(ask.language, ports.book.emergency()),
        ]
    )


def preview(ask: Inbound, ports: Ports, draft: Draft, notes: Sequence[str]) -> Reply:
    """Exactly what *Send* would pass on, and the choices; `notes` stand above it."""
    _ = ask.language.gettext
    lines = [*notes, *_what_is_passed_on(ask, ports, draft)]
    # Translators: button, at most 20 characters
    choices = [Choice(_("Send"), Wish("sos.send", draft.version)), Choice(_("Add more"), Wish("sos.more"))]
    if draft.point and not draft.is_exact:
        # Translators: button, at most 20 characters; passes the place on exactly as it was sent
        choices.append(Choice(_("Exact location"), Wish("sos.exact")))
    choices.append(cancel_choice(ask))
    slot = "" if notes else "preview"
    return Reply("\n".join(lines), words=draft.words, choices=tuple(choices), lane=Lane.CONSENT, slot=slot)


def cancel_choice(ask: Inbound) -> Choice:
    """Drops the draft."""
    # Translators: button, at most 20 characters
    return Choice(ask.language.gettext("Cancel"), Wish("cancel"))


def no_team(ask: Inbound, ports: Ports) -> str:
    """Nobody is there to send to; whom to phone."""
    _ = ask.language.gettext
    sorry = _("<b>No team is connected to this bot. Nothing can be sent from here.</b>")
    return f"{sorry}\n\n{whom_to_phone(ask.language, ports.book.emergency())}"


def write_something(ask: Inbound) -> str:
    """What was sent holds nothing that could be passed on."""
    return ask.language.gettext("Write what is happening, or send a photo or your location.")


def _what_is_passed_on(ask: Inbound, ports: Ports, draft: Draft) -> list[str]:
    _ = ask.language.gettext
    if not ports.desk.may_show_words(ask.platform):
        return [
            _("<b>Not sent yet. When you choose Send, the team sees that you wrote, but not what.</b>"),
            what_stays_here(ask.language, ports),
        ]
    return [_("<b>Not sent yet. When you choose Send, the team gets this:</b>"), *photos_and_place(ask.language, draft)]


def _who_reads_what(ask: Inbound, ports: Ports) -> list[str]:
    _ = ask.language.gettext
    if not ports.desk.may_show_words(ask.platform):
        return [what_stays_here(ask.language, ports), _("The team doesn't get: your account, name or number.")]
    who = [_("Who reads it: the security team, in a private channel."), *_who_reads_along(ask, ports)]
    return [
        _(
            "The team gets: the words, photos and location that you send here, the time, your language, "
            "and which app you use.\n"
            "The team doesn't get: your account, name or number, unless you write them."
        ),
        "\n".join(filter(None, [*who, staffing(ask.language, ports)])),
    ]


def _who_reads_along(ask: Inbound, ports: Ports) -> list[str]:
    _, policy = ask.language.gettext, ports.policy
    if policy.is_readable(ask.platform):
        # Translators: the name of a messenger
        text = _("{messenger} itself can read what is written on {messenger}.")
        return [text.format(messenger=policy.shown_name(ask.platform))]
    if policy.is_readable(policy.desks.get(Room.DESK, "")):
        # Translators: the name of a messenger
        text = _("The team's channel is on {messenger}, and {messenger} can read it.")
        return [text.format(messenger=policy.shown_desk())]
    return []
