"""Matrix, as the house would see it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bot.messengers.checkup import Finding
from bot.messengers.contract import Menus, Messenger
from bot.messengers.limits import Limit, Limits
from bot.messengers.parts import words_in_parts
from bot.messengers.seams import octets
from bot.messengers.traits import Traits
from handlers.model.language import Language
from handlers.model.messages import Lane
from tests.messengers.matrix.settings import ACCOUNTS, CHATS, SWITCH, MatrixSettings

if TYPE_CHECKING:
    from bot.web import Web


def _privacy(_settings: MatrixSettings, language: Language) -> Sequence[str]:
    _ = language.gettext
    return [_("Whoever runs a Matrix server can read what is written there, and keeps copies.")]


def _checkup(settings: MatrixSettings, desk: str) -> AsyncIterator[Finding]:
    from tests.messengers.matrix.checkup import examine

    return examine(settings, desk)


def _adapter(settings: MatrixSettings, _menus: Menus, _web: Web) -> Messenger:
    from tests.messengers.matrix.adapter import MatrixMessenger

    assert settings.homeserver
    assert settings.token
    return MatrixMessenger(settings.homeserver, settings.token)


TRAITS = Traits(
    name="matrix",
    shown_name="Matrix",
    has_buttons=False,
    is_end_to_end=False,
    limits=Limits(account=Limit(10, 50.0, {Lane.LOOKUP: 4, Lane.NOTICE: 2}, kept=3)),  # Synapse, rc_message
    parts=words_in_parts(15_000, octets),
    chats=CHATS,
    accounts=ACCOUNTS,
    switch=SWITCH,
    settings=MatrixSettings,
    privacy=_privacy,
    checkup=_checkup,
    challenge=None,
    adapter=_adapter,
)
