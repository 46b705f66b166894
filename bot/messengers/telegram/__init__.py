"""Telegram, by python-telegram-bot."""

from bot.messengers.telegram.traits import TRAITS

__all__ = ["TRAITS"]
