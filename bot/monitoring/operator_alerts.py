"""Alerts for the operator: every CRITICAL line of our log also goes to BOT_NOTIFY, by its own thread."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from bot.monitoring.redaction import OUR_LOGGERS

log = logging.getLogger(__name__)

QUIET_SECONDS = 60.0
"""The same alert is not sent again within this time; how often it came is told with the next."""
TRIES = 5
MOST_WAITING = 100

Send = Callable[[str], bool]
"""Sends one text to all addresses; False or an exception: try again."""


class OperatorAlerts(logging.Handler):
    """Hands alerts to a thread that sends them, so that one gets out although the event loop stands still.

    What it sends is the log line, which by our rules has no content: no words, names, numbers, codes.
    """

    def __init__(self, send: Send, *, clock: Callable[[], float] = time.monotonic, pause: float = 2.0) -> None:
        super().__init__(logging.CRITICAL)
        self._send = send
        self._clock = clock
        self._pause = pause
        self._last: dict[str, float] = {}
        self._swallowed: dict[str, int] = {}
        self._texts: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="operator-alerts", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".", 1)[0] not in OUR_LOGGERS:
            return
        place, now = f"{record.name}:{record.lineno}", self._clock()
        if now - self._last.get(place, -QUIET_SECONDS) < QUIET_SECONDS:
            self._swallowed[place] = self._swallowed.get(place, 0) + 1
            return
        self._last[place] = now
        more = self._swallowed.pop(place, 0)
        text = f"{record.getMessage()} (and {more} times before)" if more else record.getMessage()
        if not self._texts.full():
            self._texts.put_nowait(text)

    def finish(self, seconds: float = 5.0) -> None:
        """Lets what waits get out, for so long at the most."""
        self._texts.put(None)
        self._thread.join(seconds)

    def _work(self) -> None:
        while (text := self._texts.get()) is not None:
            for number in range(TRIES):
                if self._sent(text):
                    break
                time.sleep(self._pause * 2.0**number)
            else:
                log.error("operator alerts: one could not be sent")

    def _sent(self, text: str) -> bool:
        try:
            return self._send(text)
        except Exception as error:  # whatever a service's plug-in raises: the next alert may get through
            log.error("operator alerts: sending failed (%s)", type(error).__name__)
            return False


def apprise_send(urls: Sequence[str]) -> Send:
    """Through Apprise, to every URL."""
    import apprise  # 19 MiB that only those with BOT_NOTIFY need

    services = apprise.Apprise()
    for url in urls:
        services.add(url)
    return lambda text: bool(services.notify(body=f"alert-bot: {text}", body_format=apprise.NotifyFormat.TEXT))


def unusable(urls: Sequence[str]) -> int:
    """How many of the URLs Apprise can't use."""
    import apprise

    return sum(apprise.Apprise.instantiate(url, suppress_exceptions=True) is None for url in urls)
