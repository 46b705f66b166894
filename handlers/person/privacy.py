"""Tells what is stored, for how long, and what can't be promised; every figure is the setting in force."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from handlers.lookups.asking import sos_choice
from handlers.model.cases import LONGEST_RETENTION_DAYS
from handlers.model.language import Language
from handlers.model.messages import Choice, Inbound, Reply, Room, Wish
from handlers.model.policy import Policy
from handlers.ports import Ports


def show_privacy(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The promise, generated from the settings."""
    _ = ask.language.gettext
    text = "\n\n".join([*_stored(ask.language, ports.policy), *_limits(ask.language, ports.policy)])
    choices = (
        sos_choice(ask),  # what deletes must not stand first: a number that was meant for a draft would do it
        Choice(_("Help"), Wish("help")),
        Choice(_("Delete my data here"), Wish("wipe")),
    )
    return [Reply(text, choices=choices)]


def _stored(language: Language, policy: Policy) -> list[str]:
    _, ngettext, number = language.gettext, language.ngettext, language.number
    hours, days, kept = policy.conversation_hours, policy.language_days, policy.retention_days
    return [
        _("<b>What is stored</b>"),
        ngettext(
            "Your chat with me: encrypted, until {hours} hour after your last message.",
            "Your chat with me: encrypted, until {hours} hours after your last message.",
            hours,
        ).format(hours=number(hours)),
        ngettext(
            "Your language, your “send SOS at once” setting and your secret word: {days} day after your last message.",
            "Your language, your “send SOS at once” setting and your secret word: {days} days after your last message.",
            days,
        ).format(days=number(days)),
        ngettext(
            "A note to the security team: until it is closed, and {days} day more.",
            "A note to the security team: until it is closed, and {days} days more.",
            kept,
        ).format(days=number(kept)),
        *_longest(language, kept),
        _("Never stored: your name, username or phone number. Your words are in no log."),
        _(
            "The team sees your words, the time, your language, which app you use, and a number. It does "
            "not see your account. What the team has read stays in its own channel; the bot can't delete "
            "it there."
        ),
        _("/wipe deletes at once what is stored here. After that the team can't answer you, and a check-in ends."),
    ]


def _longest(language: Language, kept: int) -> list[str]:
    if kept == LONGEST_RETENTION_DAYS:
        return []
    text = language.gettext(
        "If you write to the team again, or the team looks at your note again, it stays longer: "
        "at most {days} days after it is closed."
    )
    return [text.format(days=language.number(LONGEST_RETENTION_DAYS))]


def _limits(language: Language, policy: Policy) -> list[str]:
    _ = language.gettext
    own = [messenger.privacy(language) for messenger in policy.messengers if messenger.is_on]
    return [
        _("<b>What we can't promise</b>"),
        *chain.from_iterable(own),
        *_what_the_desk_reads(language, policy),
        _("We can't hide that this phone wrote to this bot, and we are not an emergency service."),
    ]


def _what_the_desk_reads(language: Language, policy: Policy) -> list[str]:
    """Of what is written on a messenger that keeps words to itself, where the team is on another one."""
    _ = language.gettext
    if policy.allows_downgrade:
        hidden = [messenger.shown_name for messenger in policy.messengers if messenger.is_end_to_end]
        readable = [messenger.shown_name for messenger in policy.messengers if not messenger.is_end_to_end]
        # Translators: both are names of messengers
        text = _("Words that you write on {messenger} may be shown to the team on {others}.")
        named = text.format(messenger=language.list(hidden), others=language.list(readable))
        return [named] if hidden and readable else []
    desk = policy.desks.get(Room.DESK)
    # Translators: both are names of messengers
    text = _(
        "The team's channel is on {desk}. It can't read what you write on {messenger}, and only sees that you wrote."
    )
    return [
        text.format(desk=policy.shown_desk(), messenger=messenger.shown_name)
        for messenger in policy.messengers
        if messenger.is_on and messenger.is_end_to_end and desk not in (None, messenger.name)
    ]
