"""Telegram, as the house sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bot.messengers.checkup import Finding
from bot.messengers.contract import Menus, Messenger
from bot.messengers.parts import words_in_parts
from bot.messengers.seams import units
from bot.messengers.telegram.limits import LIMITS, WORDS_IN_A_PART
from bot.messengers.telegram.settings import ACCOUNTS, CHATS, SWITCH, TelegramSettings
from bot.messengers.traits import Traits
from handlers.model.language import Language

if TYPE_CHECKING:
    from bot.web import Web


def _privacy(_settings: TelegramSettings, language: Language) -> Sequence[str]:
    _ = language.gettext
    return [
        _(
            "Telegram can read what is written on Telegram, and we can't delete its copies. "
            "Messages older than two days stay in the chat until you delete them."
        )
    ]


def _checkup(settings: TelegramSettings, desk: str) -> AsyncIterator[Finding]:
    from bot.messengers.telegram.checkup import examine

    return examine(settings, desk)


def _adapter(settings: TelegramSettings, menus: Menus, web: Web) -> Messenger:
    from bot.messengers.telegram.adapter import TelegramMessenger
    from bot.messengers.telegram.webhook import Webhook

    assert settings.token
    webhook = None
    if settings.webhook_url and settings.webhook_secret:
        webhook = Webhook(settings.webhook_url, settings.webhook_secret, web)
    return TelegramMessenger(settings.token, menus, api_url=settings.api_url, webhook=webhook)


TRAITS = Traits(
    name="telegram",
    shown_name="Telegram",
    has_buttons=True,
    is_end_to_end=False,
    limits=LIMITS,
    parts=words_in_parts(WORDS_IN_A_PART, units),
    chats=CHATS,
    accounts=ACCOUNTS,
    switch=SWITCH,
    settings=TelegramSettings,
    privacy=_privacy,
    checkup=_checkup,
    challenge=None,
    adapter=_adapter,
)
