"""Logging that can't tell: no secret, no argument of a library's message, no text of an exception."""

from __future__ import annotations

import asyncio
import copy
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

OUR_LOGGERS = ("bot", "handlers", "__main__")
_TOKEN = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_HIDDEN = "[hidden]"


class Told(logging.LogRecord):
    """A record that tells nothing it should not: any handler may write it, also one that a library has added."""


_Record = TypeVar("_Record", bound=logging.LogRecord)


class Redactor(logging.Formatter):
    """Writes our own records as they are, of a library's only level, logger and place; without any secret."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")
        known = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
        self._secrets = sorted(known, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        return self.scrub(super().format(record if isinstance(record, Told) else self._tell(copy.copy(record))))

    def make_record(self, *given: Any, **more: Any) -> Told:
        """What logging makes records with from now on."""
        return self._tell(Told(*given, **more))

    def _tell(self, record: _Record) -> _Record:
        record.msg, record.args = self.scrub(_message_of(record)), None
        record.exc_text = self.scrub(describe(record.exc_info[1])) if record.exc_info else None
        record.exc_info = record.stack_info = None
        return record

    def scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _TOKEN.sub(_HIDDEN, text)


def _message_of(record: logging.LogRecord) -> str:
    """Our own words; of a library's only where in its code they come from."""
    if (record.name or "").split(".", 1)[0] not in OUR_LOGGERS:
        return f"{_HIDDEN} ({record.module}:{record.lineno})"
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a log line with a mistake must not break what it tells of
        return f"{_HIDDEN} (can't be formatted: {record.module}:{record.lineno})"


def describe(error: BaseException | None) -> str:
    """Type and place in the code of an exception and what caused it; never its message, which may hold words."""
    return "\n".join(_lines_of(error, set()))


def _lines_of(error: BaseException | None, told: set[int]) -> Iterator[str]:
    """Each exception once, though causes may go in a circle; those of a group one below the other."""
    while error is not None and id(error) not in told:
        told.add(id(error))
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        for frame, line in traceback.walk_tb(error.__traceback__):  # never reads the source: it may hold anything
            yield f"  at {_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_name}"
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield "one of its parts"
                yield from _lines_of(one, told)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None and id(error) not in told:
            yield "caused by"


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").rsplit("/", 3)[-2:])


def configure(level: str, secrets: Sequence[str]) -> None:
    """Sends all logging through a `Redactor` to standard error; libraries speak from WARNING on, or all at DEBUG."""
    redactor = Redactor(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(redactor)
    logging.setLogRecordFactory(redactor.make_record)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if level == "DEBUG" else logging.WARNING)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = False  # a record that can't be formatted would be printed with its arguments
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """What a task raises that nobody waits for goes the same way."""
    loop.set_exception_handler(_log_lost)


def _log_uncaught(
    _kind: type[BaseException], error: BaseException | None, _traceback: TracebackType | None = None
) -> None:
    logging.getLogger("bot").critical("uncaught: %s", describe(error))


def _log_lost(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    logging.getLogger("bot").error("lost in a task: %s", describe(context.get("exception")))
