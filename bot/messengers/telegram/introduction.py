"""The bot introduces itself: it learns its name, and offers its commands in each language."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.messengers.contract import Menu, Menus
from bot.messengers.telegram.errors import pause_after

log = logging.getLogger(__name__)

_TWO_LETTERS = {"en": "", "zh_Hant": "zh", "zh_TW": "zh", "zh_Hans": "zh"}
"""Telegram knows languages by two letters: English is for everybody else, and all of Chinese has one menu."""


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
        for code, commands in by_two_letters(self._menus).items():
            await self._offer(code, commands)

    async def _offer(self, code: str, commands: Sequence[Menu]) -> None:
        """One language that is refused takes nothing from the others."""
        try:
            rows = [BotCommand(menu.name, menu.description) for menu in commands]
            await self._bot.set_my_commands(rows, language_code=code)
        except TelegramError as error:
            log.warning("telegram: the commands could not be offered (%s)", type(error).__name__)


def by_two_letters(menus: Menus) -> dict[str, Sequence[Menu]]:
    """The menus as Telegram tells languages apart. Chinese stands in both scripts, 級別 · 级别, that of Hong Kong and
    Taiwan first: nobody is shown the other side's script alone."""
    found: dict[str, list[Sequence[Menu]]] = {}
    for code in sorted(menus, reverse=True):  # zh_TW and zh_Hant before zh_Hans
        if code in _TWO_LETTERS or len(code) == 2:
            found.setdefault(_TWO_LETTERS.get(code, code), []).append(menus[code])
    return {code: [_beside(*rows) for rows in zip(*all_of, strict=True)] for code, all_of in found.items()}


def _beside(*rows: Menu) -> Menu:
    """One command with its descriptions in each script, once where they are written the same."""
    return Menu(name=rows[0].name, description=" · ".join(dict.fromkeys(row.description for row in rows)))
