"""What every house begins with is made once in a process: the tests open thousands, with the same files and tables.

All of it is made by the real code. The files are those of folders that no test writes into; any other is read anew.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from copy import copy
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache

from bot.content.book import Content, assemble
from bot.content.reading import Reading, read_folder
from bot.languages.catalogue_files import Sentences, read_catalogue
from bot.places import PlaceFinder
from bot.storage import migrations
from bot.storage.engines import open_engine
from tests.sample import CONTENT, LOCALES


def prepare(patch: pytest.MonkeyPatch) -> None:
    """From now on `App` begins with what was made before."""
    patch.setattr("bot.content.shelf.read_folder", _read_folder)
    patch.setattr("bot.content.shelf.assemble", _assemble)
    patch.setattr("bot.languages.catalogues.read_catalogue", _read_catalogue)
    patch.setattr("bot.app.PlaceFinder", _find_places)
    patch.setattr("bot.app.migrations", SimpleNamespace(create=_create, migrate=_migrate))
    patch.setattr("bot.storage.engines.create_engine", _create_engine)


@cache
def _content() -> tuple[Reading, Content]:
    reading = read_folder(CONTENT)
    return reading, assemble(reading)


def _read_folder(folder: Path) -> Reading:
    return _content()[0] if folder == CONTENT else read_folder(folder)


def _assemble(reading: Reading) -> Content:
    kept, content = _content()
    return content if reading is kept else assemble(reading)


_catalogue = cache(read_catalogue)


def _read_catalogue(path: Path) -> Sentences:
    return (_catalogue if path.is_relative_to(LOCALES) else read_catalogue)(path)


@lru_cache(maxsize=4)
def _finder(spellings: tuple[tuple[str, str], ...]) -> PlaceFinder:
    return PlaceFinder(dict(spellings))


def _find_places(aliases: Mapping[str, str]) -> PlaceFinder:
    """One of its own, which a test may break."""
    return copy(_finder(tuple(aliases.items())))


@cache
def empty_database() -> bytes:
    """A file of SQLite with this version's tables."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/bot.db")
        migrations.migrate(engine)
        engine.dispose()
        return Path(folder, "bot.db").read_bytes()


def _migrate(engine: Engine) -> None:
    if engine.dialect.name == "sqlite" and not (file := Path(engine.url.database or "")).exists():
        file.write_bytes(empty_database())
    migrations.migrate(engine)


_dialects: dict[str, Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(2_000)


def _create_engine(url: URL, **options: Any) -> Engine:
    """One that compiles no statement that another one of its kind has compiled: that took a seventh of all time."""
    engine = create_engine(url, **options)
    if "isolation_level" not in options:
        event.listen(engine, "first_connect", lambda *_: _share(engine))
    return engine


def _share(engine: Engine) -> None:
    """By then it knows its server; all servers of a kind are the same one here."""
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine._compiled_cache = _compiled


@cache
def _in_memory() -> Any:
    """The driver's connection to a database with these tables."""
    engine = open_engine("sqlite://")
    migrations.create(engine)
    atexit.register(engine.dispose)
    return engine.raw_connection().driver_connection


def _create(engine: Engine) -> None:
    connection = engine.raw_connection()
    _in_memory().backup(connection.driver_connection)
    connection.close()
