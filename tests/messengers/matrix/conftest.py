"""The real house, started from an operator's variables, with Matrix as one messenger more."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.app import App
from bot.commands.readiness import load_for_run
from bot.commands.run import plan_run
from bot.messengers import MESSENGERS
from bot.routing.command_menus import menus
from bot.settings.environment import Settings
from bot.web import Web
from tests.messengers.matrix import TRAITS
from tests.messengers.matrix.door import MatrixDoor
from tests.messengers.matrix.homeserver import TOKEN
from tests.talk import KEY

ALL = (*MESSENGERS, TRAITS)


@pytest.fixture
async def matrix() -> AsyncIterator[MatrixDoor]:
    """Nobody is at work yet."""
    door = await MatrixDoor.open()
    yield door
    await door.close()


@pytest.fixture
def settings(matrix: MatrixDoor, in_an_empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    own = {
        "DATABASE_URL": f"sqlite:///{in_an_empty_folder}/bot.db",
        "BOT_SECRET_KEY": base64.b64encode(KEY).decode(),
        "BOT_MATRIX_HOMESERVER": matrix.server.url,
        "BOT_MATRIX_TOKEN": TOKEN,
        "BOT_DESK": f"matrix:{matrix.desk}",
        "BOT_STAFF": ",".join(f"matrix:{account}" for account in matrix.staff),
        "BOT_KEEPS_LIMITS": "false",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    return load_for_run(messengers=ALL)


@pytest.fixture
async def door(matrix: MatrixDoor, settings: Settings) -> AsyncIterator[MatrixDoor]:
    """At work, as `run` would be: everything is made from the settings."""
    app = App(plan_run(settings))
    web, menu = Web(settings.http), menus(app.catalogues)
    messengers = {one.traits.name: one.adapter(menu, web) for one in settings.running}
    work = asyncio.create_task(app.run(messengers))
    await matrix.is_heard()
    yield matrix
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await app.close(messengers)
