"""What an operator is told before the bot runs: what can't be read, what is missing, what looks unmeant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

from bot.monitoring.operator_alerts import unusable
from bot.settings.environment import ENV_FILE, FIELDS, SECRETS, Settings, SettingsError, read


def load_for_run(env_file: Path = ENV_FILE) -> Settings:
    """The settings for `run`; SettingsError with everything that can't be read or is missing."""
    settings, lines = inspect(env_file)
    if lines:
        raise SettingsError(lines)
    return settings


def inspect(env_file: Path = ENV_FILE) -> tuple[Settings, list[str]]:
    """The settings as far as they can be read, and a line for everything that `run` would refuse."""
    settings, unreadable = read(env_file)
    lines = list(unreadable.values())
    # what could not be read is not also missing
    lines += [line for line in faults(settings) if not any(re.match(rf"{name}\b", line) for name in unreadable)]
    return settings, lines


def faults(settings: Settings) -> list[str]:
    """What `run` needs and these settings lack: a line each, naming the variable and the remedy."""
    lines = []
    if not settings.secret_keys:
        lines.append("BOT_SECRET_KEY is missing: `python -m bot key` prints a new one")
    if not settings.telegram_token and not settings.signal_service:
        lines.append("BOT_TELEGRAM_TOKEN is missing, and so is BOT_SIGNAL_SERVICE: set at least one of them")
    if settings.signal_service and not settings.signal_number:
        lines.append("BOT_SIGNAL_NUMBER is missing: it belongs to BOT_SIGNAL_SERVICE")
    if settings.telegram_webhook_url and not settings.telegram_webhook_secret:
        lines.append("BOT_TELEGRAM_WEBHOOK_SECRET is missing: BOT_TELEGRAM_WEBHOOK_URL needs it; choose any long one")
    if settings.notify and (number := unusable([url.get_secret_value() for url in settings.notify])):
        lines.append(f"BOT_NOTIFY: Apprise can't use {number} of {len(settings.notify)} URLs: look up their form there")
    if settings.staff and settings.staff_file:
        lines.append("BOT_STAFF and BOT_STAFF_FILE are both set: remove one of them")
    return lines + _desk_faults(settings)


def _desk_faults(settings: Settings) -> list[str]:
    needs = {
        "telegram": ("BOT_TELEGRAM_TOKEN", settings.telegram_token),
        "signal": ("BOT_SIGNAL_SERVICE", settings.signal_service),
    }
    lines = []
    for name, desk in (("BOT_DESK", settings.desk), ("BOT_BACKUP_DESK", settings.backup_desk)):
        needed, is_set = needs.get(desk.platform, ("", True)) if desk else ("", True)
        if not is_set:
            lines.append(f"{name} is on a messenger that is off: set {needed}")
    if settings.backup_desk and settings.backup_desk == settings.desk:
        lines.append("BOT_BACKUP_DESK is the same chat as BOT_DESK: name another one or leave it empty")
    if settings.backup_desk and not settings.desk:
        lines.append("BOT_DESK is missing though there is a BOT_BACKUP_DESK: make that one the desk")
    return lines


def advice(settings: Settings) -> list[str]:
    """What `run` accepts though the operator may not have meant it."""
    lines = []
    if not settings.desk:
        lines.append("BOT_DESK is not set: nobody can send an SOS")
    elif not any(platform == settings.desk.platform for platform, _ in settings.accounts):
        lines.append("BOT_STAFF names nobody on the desk's messenger: nobody can answer an SOS")
    if not settings.notify:
        lines.append("BOT_NOTIFY is not set: if the bot or the desk stops working, nobody is told")
    if settings.allow_downgrade:
        lines.append("BOT_ALLOW_DOWNGRADE is on: words written on Signal may be posted on Telegram")
    return lines


def unknown_names(environ: Iterable[str]) -> list[str]:
    """A line for each BOT_ name that sets nothing, with the one that was probably meant."""
    known = [*FIELDS, *(f"{name}_FILE" for name in SECRETS)]
    lines = []
    for name in sorted(name for name in environ if name.startswith("BOT_") and name not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        lines.append(f"{name} is not a setting" + (f": did you mean {near[0]}?" if near else ""))
    return lines
