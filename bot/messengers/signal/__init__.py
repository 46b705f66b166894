"""Signal, by signalbot and signal-cli-rest-api."""

from bot.messengers.signal.traits import TRAITS

__all__ = ["TRAITS"]
