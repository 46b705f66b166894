"""Alerts for the operator: every CRITICAL line of our log also goes to BOT_NOTIFY, by its own thread, until taken."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.monitoring.redaction import OUR_LOGGERS

log = logging.getLogger(__name__)

QUIET_SECONDS = 60.0
"""The same alert is not sent again within this time; how often it came is told with the next."""
LONGEST_PAUSE = 240.0
"""Seconds between two tries, at the most."""
MOST_WAITING = 100
"""Different alerts that wait at the most; the same one waits once."""

Send = Callable[[str], bool]
"""Sends one text to all addresses; False or an exception: try again."""


@dataclass(slots=True)
class Alert:
    """One that waits to be sent."""

    text: str
    since: float
    """In seconds since 1970."""
    has_failed: bool = False
    more: int = 0
    """How often it came besides."""

    def told(self) -> str:
        """As it is sent: with how often it came, and how long it had to wait if that is long."""
        minutes = int((time.time() - self.since) // 60)
        count = f" (and {self.more} times before)" if self.more else ""
        return f"{self.text}{count}{f' ({minutes} min ago)' if minutes > 0 else ''}"


class OperatorAlerts(logging.Handler):
    """Hands alerts to a thread that sends them, so that one gets out although the event loop stands still.

    What it sends is the log line, which by our rules has no content: no words, names, numbers, codes. What no address
    takes waits, the oldest first, and is tried for ever; over a restart too, once `keep_in` has said where.
    """

    def __init__(self, send: Send, *, clock: Callable[[], float] = time.monotonic, pause: float = 2.0) -> None:
        super().__init__(logging.CRITICAL)
        self._send = send
        self._clock = clock
        self._pause = pause
        self._last: dict[str, float] = {}
        self._swallowed: dict[str, int] = {}
        self._waiting: dict[str, Alert] = {}
        self._changed = threading.Condition()
        self._is_stopping = self._is_over = False
        self._file: Path | None = None
        self._thread = threading.Thread(target=self._work, name="operator-alerts", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".", 1)[0] not in OUR_LOGGERS:
            return
        text = record.getMessage()
        # the same line of the code about the same thing: only its figures differ
        kind, now = f"{record.name}:{record.lineno} {re.sub('[0-9]+', '', text)}", self._clock()
        with self._changed:
            if kind in self._waiting:
                self._waiting[kind].more += 1
            elif now - self._last.get(kind, -QUIET_SECONDS) < QUIET_SECONDS:
                self._swallowed[kind] = self._swallowed.get(kind, 0) + 1
            elif len(self._waiting) < MOST_WAITING:
                self._last[kind] = now
                self._waiting[kind] = Alert(text, time.time(), more=self._swallowed.pop(kind, 0))
                self._changed.notify()

    def keep_in(self, file: Path | None) -> None:
        """What can't be sent is kept in this file from now on; what an earlier process has left there is sent."""
        with self._changed:
            self._file = file
            for number, (text, since) in enumerate(_read(file) if file else ()):
                self._waiting[f"kept {number}"] = Alert(text, since)
            self._changed.notify()

    def finish(self, seconds: float = 5.0) -> None:
        """Lets what waits get out, for so long at the most; what does not is kept, if there is a file."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self._thread.join(seconds)
        with self._changed:
            self._is_over = True
            self._changed.notify()

    def _work(self) -> None:
        failures = 0
        while not self._is_over:
            with self._changed:
                if not failures and not self._waiting:
                    if self._is_stopping:
                        return
                    self._changed.wait()
                waiting = list(self._waiting.items())
            are_sent = [self._sent(kind, alert) for kind, alert in waiting]
            self._write()
            failures = 0 if all(are_sent) else failures + 1
            if failures == 1:
                log.error("operator alerts: one could not be sent; it is tried again")
            if failures:
                self._wait(failures)

    def _wait(self, failures: int) -> None:
        """Until the next round; a new alert begins it at once, and so does a stop."""
        pause = min(self._pause * 2.0 ** min(failures - 1, 16), LONGEST_PAUSE)
        with self._changed:
            self._changed.wait(min(pause, 0.5) if self._is_stopping else pause)

    def _sent(self, kind: str, alert: Alert) -> bool:
        more = alert.more
        try:
            is_sent = self._send(alert.told())
        except Exception as error:  # whatever a service's plug-in raises: the next alert may get through
            if not alert.has_failed:
                log.error("operator alerts: sending failed (%s)", type(error).__name__)
            is_sent = False
        alert.has_failed = not is_sent
        if is_sent:
            with self._changed:
                self._waiting.pop(kind, None)
                if alert.more > more:  # it came again while it was being sent
                    self._swallowed[kind] = alert.more - more
        return is_sent

    def _write(self) -> None:
        with self._changed:
            left = [(alert.text, alert.since) for alert in self._waiting.values()]
            file = self._file
        if file is None or (not left and not file.exists()):
            return
        try:
            _replace(file, left)
        except OSError as error:
            log.error("operator alerts: they could not be kept (%s)", type(error).__name__)


def _replace(file: Path, left: Sequence[tuple[str, float]]) -> None:
    if not left:
        file.unlink(missing_ok=True)
        return
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        json.dump(left, opened)
    new.replace(file)


def _read(file: Path) -> list[tuple[str, float]]:
    try:
        return [(str(text), float(since)) for text, since in json.loads(file.read_text("utf-8"))][:MOST_WAITING]
    except (OSError, ValueError, TypeError):
        return []


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
