"""What is stored, and for how long; every figure is the setting in force."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.model.cases import LONGEST_RETENTION_DAYS
from handlers.model.language import Language
from handlers.model.messages import Choice, Inbound, Reply, Wish
from handlers.model.policy import Policy
from handlers.ports import Ports


def show_privacy(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The promise, generated from the settings."""
    _ = ask.language.gettext
    text = "\n\n".join([*_stored(ask.language, ports.policy), *_limits(ask.language, ports.policy)])
    choices = (Choice(_("Delete everything about me"), Wish("wipe")), Choice(_("Help"), Wish("help")))
    return [Reply(text, choices=choices)]


def _stored(language: Language, policy: Policy) -> list[str]:
    _, ngettext, number = language.gettext, language.ngettext, language.number
    hours, days, kept = policy.conversation_hours, policy.language_days, policy.retention_days
    return [
        _("<b>What is stored</b>"),
        ngettext(
            "Your conversation: {hours} hour after your last message, encrypted.",
            "Your conversation: {hours} hours after your last message, encrypted.",
            hours,
        ).format(hours=number(hours)),
        ngettext(
            "A language you chose, being ready, and your word: {days} day after your last message.",
            "A language you chose, being ready, and your word: {days} days after your last message.",
            days,
        ).format(days=number(days)),
        ngettext(
            "A note to the security team: until it is closed, and {days} day more.",
            "A note to the security team: until it is closed, and {days} days more.",
            kept,
        ).format(days=number(kept)),
        *_longest(language, kept),
        _("Never stored: your name, your username, your phone number. Your words are in no log."),
        _(
            "The team sees your words and a code. It does not see your account. "
            "What it has read stays in its own channel."
        ),
        _("/wipe deletes all of this at once."),
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
    limits = [_("<b>What we can't promise</b>")]
    if "telegram" in policy.platforms:
        limits.append(
            _(
                "Telegram can read what is written on Telegram, and we can't delete its copies. "
                "Messages older than two days stay in the chat until you delete them."
            )
        )
    if "signal" in policy.platforms:
        limits += _limits_of_signal(language, policy.signal_timer_days)
    if policy.allows_downgrade:
        limits.append(_("Words that you write on Signal may be shown to the team on Telegram."))
    elif "signal" in policy.platforms and policy.desk_platform == "telegram":
        limits.append(
            _("The team's channel is on Telegram: of what you write on Signal, it learns only that you wrote.")
        )
    limits.append(_("We can't hide that this phone wrote to this bot, and we are not an emergency service."))
    return limits


def _limits_of_signal(language: Language, days: int) -> list[str]:
    _, ngettext = language.gettext, language.ngettext
    stay = _("On Signal, messages stay in the chat until you delete them.")
    disappear = ngettext(
        "On Signal, messages disappear after {days} day, or sooner if you chose a shorter time. "
        "Your first message was sent before that: delete it yourself.",
        "On Signal, messages disappear after {days} days, or sooner if you chose a shorter time. "
        "Your first message was sent before that: delete it yourself.",
        days,
    ).format(days=language.number(days))
    return [
        _("What you write on Signal is encrypted from your phone to this bot's server. Signal can't read it."),
        disappear if days else stay,
        _(
            "On Signal, /wipe deletes what this bot wrote in the last two days, and a line there shows it. "
            "It can't delete what you wrote: delete it yourself."
        ),
    ]
