"""Tells an operator before the bot runs: what can't be read, what is missing, what looks unmeant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.messengers import MESSENGERS
from bot.messengers.traits import Traits
from bot.monitoring.operator_alerts import unusable
from bot.settings.environment import Settings, read, secret_names, variable_names
from bot.settings.variables import ENV_FILE, SettingsError


def load_for_run(env_file: Path = ENV_FILE, messengers: Sequence[Traits[Any]] = MESSENGERS) -> Settings:
    """The settings for `run`; SettingsError with everything that can't be read or is missing."""
    settings, lines = inspect(env_file, messengers)
    if lines:
        raise SettingsError(lines)
    return settings


def inspect(env_file: Path = ENV_FILE, messengers: Sequence[Traits[Any]] = MESSENGERS) -> tuple[Settings, list[str]]:
    """The settings as far as they can be read, and a line for everything that `run` would refuse."""
    settings, unreadable = read(env_file, messengers)
    lines = list(unreadable.values())
    # what could not be read is not also missing
    lines += [line for line in faults(settings) if not any(re.match(rf"{name}\b", line) for name in unreadable)]
    return settings, lines


def faults(settings: Settings) -> list[str]:
    """A line for everything that `run` needs and these settings lack, naming the variable and the remedy."""
    lines = []
    if not settings.secret_keys:
        lines.append("BOT_SECRET_KEY is missing: `python -m bot key` prints a new one")
    if not settings.running:
        first, *others = [messenger.traits.switch for messenger in settings.messengers]
        so_are = "so is" if len(others) == 1 else "so are"
        lines.append(f"{first} is missing, and {so_are} {' and '.join(others)}: set at least one of them")
    for messenger in settings.messengers:
        lines += messenger.settings.faults()
    if settings.notify and (number := unusable([url.get_secret_value() for url in settings.notify])):
        lines.append(f"BOT_NOTIFY: Apprise can't use {number} of {len(settings.notify)} URLs: look up their form there")
    if settings.staff and settings.staff_file:
        lines.append("BOT_STAFF and BOT_STAFF_FILE are both set: remove one of them")
    return lines + _desk_faults(settings)


def _desk_faults(settings: Settings) -> list[str]:
    off = {
        messenger.traits.name: messenger.traits.switch
        for messenger in settings.messengers
        if not messenger.settings.is_on
    }
    lines = []
    for name, desk in (("BOT_DESK", settings.desk), ("BOT_BACKUP_DESK", settings.backup_desk)):
        if desk and desk.platform in off:
            lines.append(f"{name} is on a messenger that is off: set {off[desk.platform]}")
    if settings.backup_desk and settings.backup_desk == settings.desk:
        lines.append("BOT_BACKUP_DESK is the same chat as BOT_DESK: name another one or leave it empty")
    if settings.backup_desk and not settings.desk:
        lines.append("BOT_DESK is missing though there is a BOT_BACKUP_DESK: make that one the desk")
    return lines


def advice(settings: Settings) -> list[str]:
    """A line for everything that `run` accepts though the operator may not have meant it."""
    lines = []
    if not settings.desk:
        lines.append("BOT_DESK is not set: nobody can send an SOS")
    elif not any(platform == settings.desk.platform for platform, _ in settings.accounts):
        lines.append("BOT_STAFF names nobody on the desk's messenger: nobody can answer an SOS")
    if not settings.notify:
        lines.append("BOT_NOTIFY is not set: if the bot or the desk stops working, nobody is told")
    if not settings.heartbeat_url:
        lines.append("BOT_HEARTBEAT_URL is not set: if this machine stops or loses its network, nobody is told")
    if settings.allow_downgrade:
        lines.append(f"BOT_ALLOW_DOWNGRADE is on: {_downgrade(settings)}")
    return lines


def _downgrade(settings: Settings) -> str:
    every = [messenger.traits for messenger in settings.messengers]
    hidden = " or ".join(traits.shown_name for traits in every if traits.is_end_to_end)
    readable = " or ".join(traits.shown_name for traits in every if not traits.is_end_to_end)
    return f"words written on {hidden} may be posted on {readable}"


def unknown_names(environ: Iterable[str], messengers: Sequence[Traits[Any]] = MESSENGERS) -> list[str]:
    """A line for each BOT_ name that sets nothing, with the one that was probably meant."""
    known = [*variable_names(messengers), *(f"{name}_FILE" for name in secret_names(messengers))]
    lines = []
    for name in sorted(name for name in environ if name.startswith("BOT_") and name not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        lines.append(f"{name} is not a setting" + (f": did you mean {near[0]}?" if near else ""))
    return lines
