"""The long target ends with how long it took until somebody else was heard, beside the worst damage."""

from __future__ import annotations

import os
from itertools import chain

import pytest
from _pytest.terminal import TerminalReporter

WANTED = {"receipt": 2.0, "desk": 10.0}
"""Seconds by the clock on the wall."""


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    if os.environ.get("POISON") != "all":
        return
    reports = [report for report in chain(*terminalreporter.stats.values()) if isinstance(report, pytest.TestReport)]
    for name, seconds in WANTED.items():
        times = [(value, report.nodeid) for report in reports for key, value in report.user_properties if key == name]
        if times:
            slowest, where = max(times)
            terminalreporter.write_line(
                f"slowest until the {name}: {slowest:.2f} s of {seconds:.0f} s, in {len(times)} tries ({where})"
            )
