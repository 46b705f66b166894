"""`python -m bot doctor` asks the database and each messenger that is on how they are; it tells no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url, text

from bot.commands.challenge import stored_token
from bot.commands.rekey import examine_keys
from bot.messengers.checkup import Finding
from bot.messengers.traits import Configured
from bot.settings.environment import Settings
from bot.storage.engines import open_reader
from bot.storage.private import open_files

_DURABILITY = text("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') ORDER BY name")


async def doctor(settings: Settings) -> int:
    """Prints a line for each finding; returns the exit code, 1 when one of them is wrong."""
    found = await examine(settings)
    print("\n".join(map(str, found)))
    return 0 if all(finding.is_well for finding in found) else 1


async def examine(settings: Settings) -> list[Finding]:
    """Asks whatever these settings name; a messenger that is off is not asked."""
    found = [*_database(settings), *_modes(settings), *examine_keys(settings), *_heartbeat(settings)]
    for messenger in settings.running:
        desk = settings.desk
        is_desk_here = desk is not None and desk.platform == messenger.traits.name
        found += [finding async for finding in messenger.checkup(desk.chat if desk and is_desk_here else "")]
        if messenger.traits.challenge:
            found.append(_captcha(settings, messenger))
    return found


def _heartbeat(settings: Settings) -> list[Finding]:
    """Only that there is one: a ping from here would hide that the bot has stopped."""
    if not settings.heartbeat_url:
        return []
    return [Finding(True, "BOT_HEARTBEAT_URL is set: look there whether the signs of life arrive")]


def _captcha(settings: Settings, messenger: Configured[Any]) -> Finding:
    name, shown_name = messenger.traits.name, messenger.traits.shown_name
    if not stored_token(settings, name):
        return Finding(True, f"{shown_name}: no captcha is asked for")
    remedy = f"python -m bot {name}-challenge; see docs/{name}.md"
    return Finding(False, f"{shown_name}: a captcha was asked for: {remedy}")


def _database(settings: Settings) -> list[Finding]:
    url = settings.database_url.get_secret_value()
    if make_url(url).get_backend_name() != "postgresql":
        return []  # SQLite is set by the bot itself
    engine = open_reader(url)
    try:
        return durability(engine)
    finally:
        engine.dispose()


def _modes(settings: Settings) -> list[Finding]:
    """Names what others on this machine may get at; nothing where there is nothing."""
    url = make_url(settings.database_url.get_secret_value())
    path = Path("data/x") if url.get_backend_name() == "postgresql" else Path(url.database or "")
    if url.database in (None, "", ":memory:"):
        return []
    names = [found.resolve().name for found in open_files(path)]
    advice = "chmod 700 for a folder, 600 for a file"
    return [Finding(False, f"others on this machine may get at {name}: {advice}") for name in names]


def durability(engine: Engine) -> list[Finding]:
    """Whether what PostgreSQL has committed survives the end of its machine, as every receipt promises."""
    with engine.connect() as connection:
        return [_durable(*row) for row in connection.execute(_DURABILITY)]


def _durable(name: str, value: str) -> Finding:
    is_off = value == "off"
    advice = ": what was receipted may be lost when its machine stops; set it to on" if is_off else ""
    return Finding(not is_off, f"PostgreSQL: {name} is {value}{advice}")
