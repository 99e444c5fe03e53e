"""What all tests share. Unit tests use none of it; integration tests run once per engine.

* `database`: a test's own transaction on SQLite and on PostgreSQL, rolled back at its end.
* `throwaway_database`: a real database of its own, for races, kills and restarts.
* `session`, `stored`, `count_statements`: a test's own look at the rows of `database`.

The application over it (`app`, `client`, `client_of`) is in integration/conftest.py, the browser in e2e/conftest.py.
"""

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

import config as configuration
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.parties.accounts import passwords
from tests import must_run
from tests.databases import ENGINES, POSTGRESQL, NoServer, Stock, run_folder, stock

# How fast examples are made tells of the machine, not of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

RUN_FOLDER = "PARKLOOP_TEST_RUN"
"""Environment variable by which the processes of one run find their common folder."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(must_run)
    gc.set_threshold(50_000, 20, 50)
    if RUN_FOLDER not in os.environ:
        folder = run_folder()
        os.environ[RUN_FOLDER] = str(folder.__enter__())

        def clean_up() -> None:
            folder.__exit__(None, None, None)
            del os.environ[RUN_FOLDER]

        config.add_cleanup(clean_up)
        # Told to end, as by a time limit, we tidy up as after Ctrl-C: databases and their server are in memory.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # Dozens of processes of the product are started: where no bytecode may be written, each compiles all of it.
        if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
            os.environ["PYTHONPYCACHEPREFIX"] = os.environ[RUN_FOLDER] + "/bytecode"


def pytest_collection_finish() -> None:
    """What is loaded and collected stays to the end: the collector need not look at it again and again, which took
    a fifth of the time of all tests. What tests leave behind is still collected, in larger heaps."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        chosen = getattr(item, "callspec", None)
        if chosen and chosen.params.get("engine_name") == POSTGRESQL:
            item.add_marker(pytest.mark.postgresql)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Whatever a test does, nothing of ours talks to another machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    socket.socket.connect = connect_here  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


REAL_PASSWORDS = passwords._hasher, passwords._unknown


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 without its cost: a fifth of a second and 64 MiB for each person a test makes or signs in.

    Its own tests put `REAL_PASSWORDS` back.
    """
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._unknown = passwords.hash_password("nobody's")
    yield
    passwords._hasher, passwords._unknown = REAL_PASSWORDS


@pytest.fixture(scope="session")
def database_stock(worker_id: str) -> Iterator[Stock]:
    """Migrated databases of this test process; `fresh(engine)` gives one more."""
    with stock(Path(os.environ[RUN_FOLDER]), worker_id) as databases:
        yield databases


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on. For one only:
    `@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)`."""
    return str(request.param)


@pytest.fixture
def has_code_lists() -> bool:
    """Whether a test's database holds the official code lists; a test of loading them says False."""
    return True


@pytest.fixture(scope="session")
def shared_databases(database_stock: Stock) -> Iterator[Callable[[str, bool], Database]]:
    """The databases whose tests are all rolled back: one per engine, with and without the code lists."""
    opened: dict[tuple[str, bool], Database] = {}

    def shared(engine: str, code_lists: bool) -> Database:
        if (engine, code_lists) not in opened:
            opened[engine, code_lists] = Database(fresh_address(database_stock, engine, code_lists))
        return opened[engine, code_lists]

    yield shared
    for database in opened.values():
        database.engine.dispose()


def fresh_address(databases: Stock, engine: str, code_lists: bool = True) -> str:
    """Address of a new migrated database, or a skip that is named at the end of the run."""
    return _or_named_skip(lambda: databases.fresh(engine, code_lists))


def empty_address(databases: Stock, engine: str) -> str:
    """Address of a new database without tables, or a skip that is named at the end of the run."""
    return _or_named_skip(lambda: databases.empty(engine))


def _or_named_skip(make: Callable[[], str]) -> str:
    try:
        return make()
    except NoServer as missing:
        must_run.cannot_run("PostgreSQL", str(missing))


@pytest.fixture
def connection(
    engine_name: str, has_code_lists: bool, shared_databases: Callable[[str, bool], Database]
) -> Iterator[Connection]:
    """The one connection of a test, inside a transaction that is rolled back at its end."""
    engine = shared_databases(engine_name, has_code_lists).engine.execution_options(write=True)
    with engine.connect() as opened:
        transaction = opened.begin()
        yield opened
        transaction.rollback()


@pytest.fixture
def database(connection: Connection) -> Database:
    """A database inside the test's own transaction: each unit of work is a savepoint of it."""
    return Database.over(connection)


@pytest.fixture
def throwaway_database(engine_name: str, has_code_lists: bool, database_stock: Stock) -> Iterator[Database]:
    """A real database of this test alone: threads, processes and commits behave as in production.

    `throwaway_database.engine.url.render_as_string(hide_password=False)` is its address for a child process.
    """
    address = fresh_address(database_stock, engine_name, has_code_lists)
    database = Database(address)
    yield database
    database.engine.dispose()
    database_stock.drop(address)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session of the test's own, for looking at rows the application wrote."""
    with database.reading(Actor.system()) as work:
        yield work.session


@pytest.fixture
def stored(database: Database) -> Callable[[Any], Any]:
    """`stored(thing)` writes a mapped object as the deployment itself and gives it back."""

    def store(thing: Any) -> Any:
        with database.writing(Actor.system()) as work:
            work.session.add(thing)
        return thing

    return store


class Statements(list[str]):
    """The SQL statements a block sent, in order; transaction control is not counted."""

    CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")

    def note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(self.CONTROL):
            self.append(statement)


@pytest.fixture
def count_statements(connection: Connection) -> Callable[[], AbstractContextManager[Statements]]:
    """`with count_statements() as sent: …` then `assert len(sent) <= 3, sent`."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        sent = Statements()
        event.listen(connection, "before_cursor_execute", sent.note)
        try:
            yield sent
        finally:
            event.remove(connection, "before_cursor_execute", sent.note)

    return counting


def a_config(database_url: str, files_dir: Path, **changes: str) -> configuration.Config:
    """The configuration of a test: demo secrets, files below `files_dir`."""
    environ = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": database_url,
        "FILES_DIR": str(files_dir),
        "PUBLIC_URL": "http://localhost",
    }
    return configuration.load(environ | changes)
