"""Signal, as the house sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bot.messengers.checkup import Finding
from bot.messengers.contract import Menus, Messenger
from bot.messengers.parts import words_in_parts
from bot.messengers.seams import octets
from bot.messengers.signal.limits import LIMITS, WORDS_IN_A_PART
from bot.messengers.signal.settings import ACCOUNTS, CHATS, SWITCH, SignalSettings
from bot.messengers.traits import Challenge, Traits
from handlers.model.language import Language

if TYPE_CHECKING:
    from bot.web import Web

_DAY = 86_400


def _privacy(settings: SignalSettings, language: Language) -> Sequence[str]:
    _, ngettext, days = language.gettext, language.ngettext, settings.timer_days
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


def _checkup(settings: SignalSettings, desk: str) -> AsyncIterator[Finding]:
    from bot.messengers.signal.checkup import examine

    return examine(settings, desk)


async def _solve(settings: SignalSettings, token: str, captcha: str) -> bool:
    from bot.messengers.signal.checkup import solve

    return await solve(settings, token, captcha)


def _adapter(settings: SignalSettings, _menus: Menus, web: Web) -> Messenger:
    from bot.messengers.signal.adapter import SignalMessenger, Webhook

    assert settings.service
    assert settings.number
    secret = settings.webhook_secret
    return SignalMessenger(
        str(settings.service),
        settings.number,
        timer=settings.timer_days * _DAY,
        webhook=Webhook(web, secret) if secret else None,
    )


TRAITS = Traits(
    name="signal",
    shown_name="Signal",
    has_buttons=False,
    is_end_to_end=True,
    limits=LIMITS,
    parts=words_in_parts(WORDS_IN_A_PART, octets),
    chats=CHATS,
    accounts=ACCOUNTS,
    switch=SWITCH,
    settings=SignalSettings,
    privacy=_privacy,
    checkup=_checkup,
    challenge=Challenge("signalcaptcha://…", _solve),
    adapter=_adapter,
)
