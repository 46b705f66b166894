"""The bot introduces itself: it learns its name, and offers its commands in each language."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.messengers.contract import Menu, Menus
from bot.messengers.telegram.errors import pause_after

log = logging.getLogger(__name__)

_TWO_LETTERS = {"en": "", "zh_Hans": "zh"}
"""Telegram knows languages by two letters: English is for everybody else, `zh` shows the simplified menu."""


class Introduction:
    """`username` is empty until Telegram has told it; it distinguishes our commands from those of other bots."""

    def __init__(self, bot: Bot, menus: Menus) -> None:
        self.username = ""
        self._bot = bot
        self._menus = menus

    async def make(self) -> None:
        """Tries until the name is known, then offers the commands once."""
        failures = 0
        while not self.username:
            try:
                self.username = (await self._bot.get_me()).username or ""
            except TelegramError as error:
                failures += 1
                await pause_after(error, failures)
        for code, commands in self._menus.items():
            if code in _TWO_LETTERS or len(code) == 2:
                await self._offer(_TWO_LETTERS.get(code, code), commands)

    async def _offer(self, code: str, commands: Sequence[Menu]) -> None:
        """One language that is refused takes nothing from the others."""
        try:
            rows = [BotCommand(menu.name, menu.description) for menu in commands]
            await self._bot.set_my_commands(rows, language_code=code)
        except TelegramError as error:
            log.warning("telegram: the commands could not be offered (%s)", type(error).__name__)
