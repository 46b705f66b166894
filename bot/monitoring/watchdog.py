"""Looks from outside: a thread that alerts the operator when the event loop stands still or what is due is late."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from bot.monitoring.health import Health

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
STILL_SECONDS = 60.0
"""A loop that has not come round for this long stands still."""


class Watchdog:
    """Runs beside the event loop; its alerts are CRITICAL lines, which go to BOT_NOTIFY by another thread.

    `look` is called in the watchdog's thread and may raise whatever a database raises.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, look: Callable[[], Health], *, every: float = EVERY_SECONDS
    ) -> None:
        self._loop = loop
        self._look = look
        self._every = every
        self._beat = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _work(self) -> None:
        while not self._stop.wait(self._every):
            self._ask_for_a_beat()
            still = time.monotonic() - self._beat
            if still > STILL_SECONDS:
                log.critical("watchdog: the event loop has stood still for %d s: restart the bot", still)
            self._look_at_what_is_due()

    def _ask_for_a_beat(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._come_round)
        except RuntimeError:  # the loop is closed: there is nothing left to watch
            self._stop.set()

    def _come_round(self) -> None:
        self._beat = time.monotonic()

    def _look_at_what_is_due(self) -> None:
        try:
            health = self._look()
        except Exception as error:  # whatever it is: nobody can tell what is late
            log.critical("watchdog: the database does not answer (%s)", type(error).__name__)
            return
        if health.is_late:
            log.critical(
                "watchdog: what is due is late by %d s: look at the log, the messengers and the desk", health.oldest_due
            )
