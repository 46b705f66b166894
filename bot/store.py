"""The database: one writer thread for SQLite, which puts all jobs that wait into one durable commit."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Engine, Executable, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool, StaticPool
from sqlmodel import Session

T = TypeVar("T")
Job = Callable[[Session], T]

_MOST_JOBS_A_COMMIT = 64
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=5000", "foreign_keys=ON")


class StoreError(Exception):
    """The database refused a commit: nothing of it is stored. Look for a full disk, or a file owned by another user."""


def execute(session: Session, statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Runs a statement that was built once, past the object mapper: a third of the time of `session.execute`."""
    return session.connection().execute(statement, values)


def open_engine(url: str) -> Engine:
    """A SQLite engine with one connection, durable commits and explicit transactions."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"DATABASE_URL: {parsed.get_backend_name()} is not supported yet; use sqlite:///data/bot.db")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(
        parsed, poolclass=StaticPool, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def open_reader(url: str) -> Engine:
    """An engine that only reads, beside a bot at work: it takes no lock that a writer could wait for."""
    parsed = make_url(url)
    if not parsed.database or not Path(parsed.database).exists():
        raise StoreError("DATABASE_URL: there is no database yet")
    engine = create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
    return engine


def beside(engine: Engine, name: str) -> Path | None:
    """A file or folder of that name beside the database; None when that lives in memory."""
    database = engine.url.database
    return None if database in (None, "", ":memory:") else Path(database or "").parent / name


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by its own rules
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise StoreError("SQLite does not keep synchronous=FULL: a receipt would not be safe")


class _TruncateWal:
    """The one order that is no transaction."""

    def __init__(self) -> None:
        self.done: Future[bool] = Future()

    def run(self, engine: Engine) -> None:
        if not self.done.set_running_or_notify_cancel():
            return  # whoever asked has gone
        connection = engine.raw_connection()
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            busy = 1
        finally:
            connection.close()
        self.done.set_result(busy == 0)


class _Nothing:
    """Nothing came after the jobs."""


_NOTHING = _Nothing()
_Pending = tuple[Job[Any], "Future[Any]"]
_Item = _Pending | _TruncateWal | _Nothing | None


class Store:
    """Runs jobs, each in a transaction that is on the disk when `run` returns.

    Jobs that wait while a commit is being written share the next one; each has a savepoint, so that one that
    raises takes nothing of the others with it. Jobs run one at a time, in the order of the calls.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._jobs: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """The job's result, once it is committed. Raises what the job raises, or StoreError when the commit fails."""
        return await asyncio.wrap_future(self.submit(job))

    async def truncate_wal(self) -> bool:
        """Empties the write-ahead log, where deleted text would live on; False when something kept it busy."""
        order = _TruncateWal()
        self._jobs.put(order)
        return await asyncio.wrap_future(order.done)

    def submit(self, job: Job[T]) -> Future[T]:
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future

    def close(self) -> None:
        """Finishes what waits, then closes the database."""
        self._jobs.put(None)
        self._thread.join()
        self.engine.dispose()

    def _work(self) -> None:
        item = self._jobs.get()
        while item is not None:
            if isinstance(item, tuple):
                batch, item = self._gather(item)
                self._commit(batch)
            elif isinstance(item, _TruncateWal):
                item.run(self.engine)
                item = _NOTHING
            if isinstance(item, _Nothing):
                item = self._jobs.get()

    def _gather(self, first: _Pending) -> tuple[list[_Pending], _Item]:
        """All jobs that wait, and what came after them that is no job."""
        batch = [first]
        while len(batch) < _MOST_JOBS_A_COMMIT:
            try:
                item = self._jobs.get_nowait()
            except queue.Empty:
                break
            if not isinstance(item, tuple):
                return batch, item
            batch.append(item)
        return batch, _NOTHING

    def _commit(self, batch: list[_Pending]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with Session(self.engine, expire_on_commit=False, autoflush=False) as session, session.begin():
                for job, future in batch:
                    if future.set_running_or_notify_cancel():
                        outcomes.append((future, *_run_alone(session, job)))
        except Exception as error:  # the transaction itself broke: nobody's job is stored
            kind = type(getattr(error, "orig", None) or error).__name__
            for _, future in batch:
                if not future.done():
                    future.set_exception(StoreError(kind))
            return
        for future, result, problem in outcomes:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)


def _run_alone(session: Session, job: Job[Any]) -> tuple[Any, BaseException | None]:
    savepoint = session.begin_nested()
    try:
        result = job(session)
        session.flush()
    except Exception as problem:  # handed to whoever asked for the job
        savepoint.rollback()
        session.expunge_all()
        return None, problem
    savepoint.commit()
    session.expunge_all()
    return result, None
