"""`python -m bot chat`: the same application in a terminal; no token, no network."""

from __future__ import annotations

import asyncio
import sys
from typing import TextIO

from bot.app import App, Plan
from bot.messengers.terminal import DESK, NAME, STAFF, Terminal
from bot.settings.desk import DeskSettings
from bot.settings.environment import Settings
from bot.storage.sealing import SystemClock
from bot.storage.vault import new_key

_WELCOME = """You write as a person. A line that begins with @staff is written by staff at the desk,
for example: @staff /help. A number chooses. End with Ctrl-D.
"""


def plan_chat(settings: Settings, database_url: str) -> Plan:
    """A house whose only messenger is the terminal, with a desk in it; without keys a new one for this talk."""
    keys = tuple(key.get_secret_value() for key in settings.secret_keys) or (new_key(),)
    desk = DeskSettings(NAME, DESK, settings.retention_days, allows_downgrade=False)
    return Plan(
        database_url=database_url,
        keys=keys,
        content=settings.content,
        locales=settings.locales,
        clock=SystemClock(),
        desk=desk,
        desk_language=settings.desk_language,
        staff=frozenset({(NAME, STAFF)}),
        platforms=(NAME,),
        retention_days=settings.retention_days,
    )


async def chat(plan: Plan, lines: TextIO, out: TextIO) -> None:
    """One line in, its answers out, until the end of the lines."""
    terminal = Terminal(out)
    app = App(plan)
    is_interactive = lines.isatty()
    if is_interactive:
        out.write(f"{_WELCOME}\n")
    try:
        while line := await asyncio.to_thread(_next_line, lines, out, is_interactive):
            received = terminal.read(line)
            if received is not None:
                await app.inbox.keep([received])
                await app.settle({NAME: terminal})
    finally:
        await app.close({NAME: terminal})


def _next_line(lines: TextIO, out: TextIO, is_interactive: bool) -> str:
    if is_interactive:
        out.write("you  │ ")
        out.flush()
    return lines.readline()


def read_stdin() -> TextIO:
    """Standard input, in which a byte that is no UTF-8 doesn't end the talk."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    return sys.stdin
