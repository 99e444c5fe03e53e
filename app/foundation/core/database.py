"""Engines and units of work on SQLite and PostgreSQL."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

from app.foundation.core.clock import utc_now
from app.foundation.core.work import Actor, Work

IDLE_SECONDS = 5
SQLITE_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL")


def make_engine(url: str) -> Engine:
    """An engine whose transactions begin the way we need: on SQLite a writer takes the write lock at once.

    A read snapshot that turns into a write fails with "database is locked" without waiting, so every
    unit of work that may write begins with BEGIN IMMEDIATE.
    """
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_size=8, max_overflow=8, pool_reset_on_return=None)
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkout", _ensure_alive)
        event.listen(engine, "reset", _end_transaction)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    if (file := make_url(url).database) and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Transactions begin where we say so, and a glance has none. No plan is compiled: no statement of ours runs as long
    as compiling takes, a quarter of a second, each time it is asked."""
    connection.autocommit = True
    connection.execute("SET jit = off")


def _ensure_alive(connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that lay idle may have died with its server, and is asked before it is used; one in steady use is
    not, for the question is a round trip of its own.

    Raises:
        DisconnectionError: it is dead; the pool makes another.
    """
    if time.monotonic() - record.info.get("used_at", 0.0) < IDLE_SECONDS:
        return
    try:
        connection.execute("")
    except psycopg.Error as error:
        raise DisconnectionError from error


def _end_transaction(connection: Any, _record: Any, _state: Any) -> None:
    if connection.pgconn.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        connection.rollback()


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _begin_postgresql(connection: Connection) -> None:
    begin = connection.get_execution_options().get("begin", "BEGIN")
    if not begin:
        return
    try:
        connection.connection.cursor().execute(begin)
    except psycopg.Error:
        connection.exec_driver_sql(
            begin
        )  # says in SQLAlchemy's words what is wrong, and costs six times as much


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin for us
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Hands out units of work: `with database.writing(actor) as work: …` commits at the end of the
    block and rolls back when it raises; `reading` is its read-only twin."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        # PostgreSQL itself refuses writes in a reading unit of work, which may therefore end with a commit: after a
        # rollback the driver throws away every statement it had prepared on the connection.
        reading = self.engine.execution_options(begin="BEGIN READ ONLY")
        self._sessions = sessionmaker(reading, expire_on_commit=False)
        glancing = self.engine.execution_options(begin="")
        self._glancing_sessions = sessionmaker(glancing, expire_on_commit=False)
        self._writing_sessions = sessionmaker(
            self.engine.execution_options(write=True), expire_on_commit=False
        )
        # Waiting in Python is fair; waiting in SQLite's busy handler is not.
        self._write_lock = threading.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        self._this_thread = threading.local()

    @classmethod
    def over(cls, connection: Connection) -> "Database":
        """A database inside one connection's open transaction: each unit of work is a savepoint (tests)."""
        database = cls.__new__(cls)
        database.engine = connection.engine
        database._sessions = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        database._glancing_sessions = database._writing_sessions = database._sessions
        database._write_lock = nullcontext()
        database._this_thread = threading.local()
        return database

    @contextmanager
    def writing(self, actor: Actor, now: datetime | None = None) -> Iterator[Work]:
        """A unit of work that commits at the end. `now` is given only by scripts that tell a history.

        Raises:
            RuntimeError: this thread is inside another unit of work that writes.
        """
        with self._alone(), self._write_lock, self._writing_sessions() as session, session.begin():
            yield Work(session, actor, now or utc_now())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A thread that waited for a lock it holds itself would wait for ever."""
        if getattr(self._this_thread, "writes", False):
            raise RuntimeError("a unit of work may not start inside another")
        self._this_thread.writes = True
        try:
            yield
        finally:
            self._this_thread.writes = False

    @contextmanager
    def beside(self, actor: Actor) -> Iterator[Work | None]:
        """A short transaction of its own while this thread may be inside another: what it writes is seen at once.

        None on SQLite inside a unit of work that writes: there only one may write at a time.
        """
        is_inside = getattr(self._this_thread, "writes", False)
        if is_inside and self.engine.dialect.name == "sqlite":
            yield None
        elif is_inside:
            with self._writing_sessions() as session, session.begin():
                yield Work(session, actor, utc_now())
        else:
            with self.writing(actor) as work:
                yield work

    @contextmanager
    def glance(self, actor: Actor) -> Iterator[Work]:
        """A reading unit of work of one statement, which sees one state of the database without a transaction
        around it: on PostgreSQL that saves two of four round trips. Several statements may each see another state."""
        with self._glancing_sessions(autoflush=False) as session:
            yield Work(session, actor, utc_now())
            _ensure_clean(session)

    @contextmanager
    def reading(self, actor: Actor, now: datetime | None = None) -> Iterator[Work]:
        """A read-only unit of work: nothing is ever flushed or committed."""
        with self._sessions(autoflush=False) as session:
            yield Work(session, actor, now or utc_now())
            _ensure_clean(session)
            if session.bind is not None and session.bind.dialect.name == "postgresql":
                session.commit()


def _ensure_clean(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a reading unit of work changed something")
