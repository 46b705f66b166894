"""The least that a Signal bot can be: signalbot's own receiving, and an echo."""

from __future__ import annotations

import os

from signalbot import Config, DataMessageContext, SignalBot
from signalbot.bot_config import InMemoryConfig
from signalbot.client import ConnectionMode
from signalbot.handlers import DataMessageHandler
from signalbot.messages import SendMessage


class Echo(DataMessageHandler):
    """Says what was said."""

    async def handle_data_message(self, context: DataMessageContext) -> None:
        await context.reply(SendMessage(text=context.message.text or ""))


def main() -> None:
    """Runs until it is stopped."""
    config = Config(
        signal_service=os.environ["BOT_SIGNAL_SERVICE"],
        phone_number=os.environ["BOT_SIGNAL_NUMBER"],
        storage=InMemoryConfig(),
        connection_mode=ConnectionMode.HTTP_ONLY,
    )
    bot = SignalBot(config)
    bot.register(Echo())
    bot.start()


if __name__ == "__main__":
    main()
