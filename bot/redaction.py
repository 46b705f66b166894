"""Logging that can't tell: no secret, no argument of a library's message, no text of an exception."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote

OUR_LOGGERS = ("bot", "handlers", "__main__")
_TOKEN = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_HIDDEN = "[hidden]"


class Redactor(logging.Formatter):
    """Writes our own records as they are, of a library's only logger and level; scrubs secrets from every line."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")
        known = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
        self._secrets = sorted(known, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        is_ours = record.name.split(".", 1)[0] in OUR_LOGGERS
        shown = logging.makeLogRecord(record.__dict__ | {"exc_text": None, "stack_info": None})
        if not is_ours:
            shown.msg, shown.args = f"{_HIDDEN} ({record.module}:{record.lineno})", None
        return self.scrub(super().format(shown))

    def formatException(self, ei: Any) -> str:  # noqa: N802 (the name in logging)
        return describe(ei[1])

    def scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _TOKEN.sub(_HIDDEN, text)


def describe(error: BaseException | None) -> str:
    """Type and place in the code of an exception and what caused it; never its message, which may hold words."""
    lines = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [f"  at {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        lines += ["caused by"] if error is not None else []
    return "\n".join(lines)


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").rsplit("/", 3)[-2:])


def configure(level: str, secrets: Sequence[str]) -> None:
    """Sends all logging through a `Redactor` to standard error; libraries speak from WARNING on, or all at DEBUG."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redactor(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if level == "DEBUG" else logging.WARNING)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = False  # a record that can't be formatted would be printed with its arguments
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """What a task raises that nobody waits for goes the same way."""
    loop.set_exception_handler(_log_lost)


def _log_uncaught(
    _kind: type[BaseException], error: BaseException | None, _traceback: TracebackType | None = None
) -> None:
    logging.getLogger("bot").critical("uncaught: %s", describe(error))


def _log_lost(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    logging.getLogger("bot").error("lost in a task: %s", describe(context.get("exception")))
