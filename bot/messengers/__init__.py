"""One contract, and a folder for each messenger: all that the house knows of it is said there."""

from __future__ import annotations

from typing import Any

from bot.messengers import signal, telegram
from bot.messengers.traits import Traits

MESSENGERS: tuple[Traits[Any], ...] = (telegram.TRAITS, signal.TRAITS)
"""In the order in which an operator reads of them. Importing them is cheap: none imports its messenger's library."""
