"""The database: one thread of each process writes, and puts all jobs that wait into one durable commit."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from sqlalchemy import ClauseElement, CursorResult, Dialect, Engine, Executable, inspect, text
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT compiles for SQLite, too
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from bot.storage.clock import SystemClock
from bot.storage.engines import StoreError, is_postgres
from bot.storage.mending import Mender
from handlers.ports import Clock

T = TypeVar("T")
Job = Callable[[Session], T]

_MOST_JOBS_A_COMMIT = 64


CHANNEL = "bot"
"""Of NOTIFY on PostgreSQL; what is sent there is the name of what has work: `inbox`, or a messenger."""
RINGS = "rings"
"""The key of `Session.info` under which a transaction notes the names of what it has made work for."""
MENDER = "mender"
"""The key of `Session.info` under which it has its `Mender`."""
_OVER_A_VALUE = (TypeError, ValueError, ArithmeticError, sqlite3.Error, DBAPIError)
"""What a job raises that comes upon a value that isn't of its column's kind, among others."""
_WHOLE_TRANSACTION = ("08", "40", "53", "57", "58")
"""Classes of SQLSTATE that say nothing about the statement: no connection, deadlock, no room, shutdown (PostgreSQL's
manual, appendix A)."""
_NO_FAULT_OF_A_JOB = (
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM),
)
"""Primary result codes of SQLite (sqlite.org/rescode.html): no room, no access, no turn. Damage is not among them, for
it may be of one row."""
_LOCK_NOT_AVAILABLE = "55P03"


def execute(session: Session, statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Runs a statement that was built once, past the object mapper: a third of the time of `session.execute`."""
    return session.connection().execute(statement, values)


class Statement:
    """A statement that is compiled once for a database, then handed to its driver: a tenth of the time of `execute`.

    For what every message needs. It can't hold lists (`IN`), and rows come as the driver's plain tuples.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._ready: dict[str, tuple[str, dict[str, Any], Sequence[str] | None]] = {}

    def run(self, session: Session, **values: Any) -> Any:
        """The driver's cursor. Raises the driver's own errors."""
        connection = session.connection()
        sql, constants, order = self._ready.get(connection.dialect.name) or self._compile(connection.dialect, values)
        given = constants | values
        driver: Any = connection.connection.driver_connection
        return driver.execute(sql, given if order is None else [given[name] for name in order])

    def first(self, session: Session, **values: Any) -> Any:
        """The first row, or None."""
        return self.run(session, **values).fetchone()

    def _compile(self, dialect: Dialect, values: Iterable[str]) -> tuple[str, dict[str, Any], Sequence[str] | None]:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(values))
        self._ready[dialect.name] = (str(compiled), dict(compiled.params), compiled.positiontup)
        return self._ready[dialect.name]


def upsert(table: type[SQLModel], key: str) -> Statement:
    """Inserts a whole row, or puts it in the place of the one that has this key; also when another process is at it."""
    new = insert(table)
    others = [column.name for column in inspect(table).columns if column.name != key]
    return Statement(
        new.on_conflict_do_update(index_elements=[key], set_={name: new.excluded[name] for name in others})
    )


def insert_once(table: type[SQLModel], key: str) -> Statement:
    """Inserts a row and returns its key, or nothing when the key is taken; also when another process is at it."""
    return Statement(insert(table).on_conflict_do_nothing().returning(inspect(table).columns[key]))


_NOTIFY = text("SELECT pg_notify(:channel, :name)")
_BEGIN_JOB, _END_JOB, _UNDO_JOB = map(
    Statement, map(text, ("SAVEPOINT job", "RELEASE SAVEPOINT job", "ROLLBACK TO SAVEPOINT job"))
)


class _TruncateWal:
    """The one order that is no transaction."""

    def __init__(self) -> None:
        self.done: Future[bool] = Future()

    def run(self, engine: Engine) -> None:
        if not self.done.set_running_or_notify_cancel():
            return  # whoever asked has gone
        if is_postgres(engine):
            self.done.set_result(True)  # its log is written over in time; what counts there is that keys are gone
            return
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

    What breaks the transaction itself (no database, no room, a deadlock) is a StoreError for all its jobs: none of it
    is stored, as far as anybody knows, and each may be tried again.

    Jobs that wait while a commit is being written share the next one; each has a savepoint, so that one that
    raises takes nothing of the others with it. Jobs run one at a time, in the order of the calls; one that raises
    may be run a second time.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        """`clock`, the machine's if none is named: what the time of a damaged row becomes."""
        self.engine = engine
        self._info = {MENDER: Mender(clock or SystemClock())}
        self._is_shared = is_postgres(engine)
        self._jobs: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """The job's result, once it is committed. Raises what the job raises, or StoreError when the commit fails."""
        return await asyncio.wrap_future(self.submit(job))

    async def run_each(self, jobs: Sequence[Job[T]]) -> list[T | Exception]:
        """The result or exception of each job, once all that did not raise are committed together. Raises StoreError.

        One hand-over to the thread for all of them, where `run` is one each.
        """
        return await self.run(lambda session: [attempt(session, job) for job in jobs])

    async def truncate_wal(self) -> bool:
        """Empties the write-ahead log, where deleted text would live on; False when something kept it busy."""
        if self._is_closed:
            raise StoreError("closed")
        order = _TruncateWal()
        self._jobs.put(order)
        return await asyncio.wrap_future(order.done)

    def submit(self, job: Job[T]) -> Future[T]:
        future: Future[T] = Future()
        if self._is_closed:
            future.set_exception(StoreError("closed"))  # nobody would ever do it
        else:
            self._jobs.put((job, future))
        return future

    def close(self) -> None:
        """Finishes what waits, then closes the database; what is asked for later is refused."""
        self._is_closed = True
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
            with (
                Session(self.engine, info=dict(self._info), expire_on_commit=False, autoflush=False) as session,
                session.begin(),
            ):
                for job, future in batch:
                    if future.set_running_or_notify_cancel():
                        outcomes.append((future, *_run_alone(session, job)))
                if self._is_shared:
                    _ring(session)
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


def _ring(session: Session) -> None:
    """Wakes the other processes once this transaction is committed."""
    for name in sorted(session.info.get(RINGS, ())):
        execute(session, _NOTIFY, channel=CHANNEL, name=name)


def _is_about_the_transaction(error: BaseException) -> bool:
    """Whether it was no fault of the job: nothing of its transaction is stored, and all of it may be tried again."""
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", 0) & 0xFF in _NO_FAULT_OF_A_JOB
    if not hasattr(original, "sqlstate"):
        return False
    if original.sqlstate is None:
        return type(original).__name__ == "OperationalError"  # the connection broke, or could not be made
    return original.sqlstate[:2] in _WHOLE_TRANSACTION or original.sqlstate == _LOCK_NOT_AVAILABLE


def _run_alone(session: Session, job: Job[T]) -> tuple[T | None, Exception | None]:
    """The job's result, or what it raised after all that it did was undone. One that fails over a damaged value is run
    once more when that was mended."""
    outcome = _try(session, job)
    mender = session.info.get(MENDER)
    if mender is None or not isinstance(outcome[1], _OVER_A_VALUE):
        return outcome
    mended, _ = _try(session, mender.mend)
    return _try(session, job) if mended else outcome


def _try(session: Session, job: Job[T]) -> tuple[T | None, Exception | None]:
    _BEGIN_JOB.run(session)
    try:
        result = job(session)
        session.flush()
    except Exception as problem:  # handed to whoever asked for the job
        if _is_about_the_transaction(problem):
            raise
        session.expunge_all()
        _UNDO_JOB.run(session)
        return None, problem
    session.expunge_all()
    _END_JOB.run(session)
    return result, None


def attempt(session: Session, job: Job[T]) -> T | Exception:
    """The job's result, or what it raised after all that it did was undone; the caller's own work stays."""
    result, problem = _run_alone(session, job)
    return problem or cast(T, result)
