"""The `Pager` port: pages the operator by CRITICAL lines of the log."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


class LoggingPager:
    """`handlers.ports.Pager` by the log, which an operator has watched."""

    def page(self) -> None:
        log.critical("pager: a case is open and nobody has acknowledged it: look at the desk")

    def exercise(self) -> None:
        log.critical("EXERCISE: this is how an alarm would reach you; nothing is wrong")

    def miss(self) -> None:
        log.critical("drill: the exercise did not reach the desk in time: look at the log, the messengers and the desk")
