"""Databases for tests: built once by the migrations, filled with the official code lists, then copied.

A run has one migrated template per engine, which the first process to ask makes. Tests that are rolled back
share one copy of it per process; race, kill and restart tests get a copy of their own. All of it lies in memory
where the machine has room. PostgreSQL is the server at TEST_POSTGRESQL_URL, else a private cluster that ends
with the tests, else, where none is installed, the server at 127.0.0.1:5432 if it lets us in without a password.
"""

import fcntl
import getpass
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import URL, make_url

from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.database import Database
from app.foundation.core.work import Actor

ROOT = Path(__file__).resolve().parent.parent
SQLITE = "sqlite"
POSTGRESQL = "postgresql"
ENGINES = (SQLITE, POSTGRESQL)
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30


class NoServer(Exception):
    """There is no PostgreSQL server to be had on this machine; the text says why."""


def alembic_config(url: str) -> AlembicConfig:
    settings = AlembicConfig(ROOT / "alembic.ini", stdout=StringIO())
    settings.attributes["database_url"] = url
    return settings


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to `revision` by running the migrations."""
    command.upgrade(alembic_config(url), revision)


def load_code_lists(url: str) -> None:
    """What `flask catalogue load` does: the official code lists, as every deployment has them."""
    database = Database(url)
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
    database.engine.dispose()


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server on which we may make databases; `url` names its maintenance database."""

    url: URL

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database and return its SQLAlchemy address."""
        encoding = " ENCODING 'UTF8'" if template == "template0" else ""
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{encoding}')
            # What a crash of the server would lose here is nothing anybody keeps.
            connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(libpq_address(self.url), autocommit=True, connect_timeout=5)


def libpq_address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def postgresql_server(folder: Path) -> Server:
    """The server all processes of one test run share; the first to ask finds or starts it.

    Raises:
        NoServer: none is reachable and none can be started.
    """
    found = once(folder, "postgresql", lambda: _find_or_start(folder))
    if "missing" in found:
        raise NoServer(found["missing"])
    return Server(make_url(found["url"]))


def once(folder: Path, name: str, make: Callable[[], Any]) -> Any:
    """What the first process of the run to ask for `name` makes; the others wait for it. JSON is what it may be."""
    note = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(json.dumps(make()))
    return json.loads(note.read_text())


def stop_postgresql(folder: Path) -> None:
    """End the private cluster of the run, if one was started."""
    cluster = folder / "cluster"
    if (cluster / "postmaster.pid").exists():
        _run_as_owner([_binaries() / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop"])


def _find_or_start(folder: Path) -> dict[str, str]:
    """Rather a cluster of our own than somebody's server: it keeps everything in memory and waits for no disk."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        return _reachable([make_url(given).set(drivername="postgresql+psycopg")]) or {
            "missing": "the server at TEST_POSTGRESQL_URL doesn't let us make databases"
        }
    try:
        return {"url": _start_cluster(folder).render_as_string()}
    except NoServer as why:
        return _reachable(_local_servers()) or {"missing": str(why)}


def _reachable(urls: Iterable[URL]) -> dict[str, str] | None:
    """The first that lets us make databases."""
    for url in urls:
        try:
            with psycopg.connect(libpq_address(url), connect_timeout=3) as connection:
                row = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.OperationalError:
            continue
        if row and row[0]:
            return {"url": url.render_as_string(hide_password=False)}
    return None


def _local_servers() -> Iterator[URL]:
    for user in dict.fromkeys((getpass.getuser(), "postgres")):
        yield URL.create("postgresql+psycopg", user, host="127.0.0.1", port=5432, database="postgres")


def _start_cluster(folder: Path) -> URL:
    binaries = _binaries()
    cluster, port = folder / "cluster", free_port()
    folder.chmod(0o711)
    cluster.mkdir()
    if os.geteuid() == 0:
        shutil.chown(cluster, "postgres", "postgres")
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    _run_as_owner([binaries / "initdb", "-D", cluster, *options])
    settings = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={cluster} "
        "-c fsync=off -c full_page_writes=off -c max_connections=100 -c autovacuum=off"
    )
    _run_as_owner(
        [binaries / "pg_ctl", "-D", cluster, "-o", settings, "-l", cluster / "server.log", "-w", "start"]
    )
    return URL.create("postgresql+psycopg", "postgres", host="127.0.0.1", port=port, database="postgres")


def _binaries() -> Path:
    """The folder of the newest server installed; Debian keeps one a version, off the search path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if not found:
        raise NoServer("none is installed to start one, and no server at 127.0.0.1:5432 lets us in")
    return Path(found).parent


def _run_as_owner(arguments: Sequence[str | Path]) -> None:
    """Run a server command; PostgreSQL refuses to run as root, so root becomes its own user."""
    owner: dict[str, Any] = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    )
    try:
        # The output goes nowhere: the server inherits it, and a pipe would stay open as long as it runs.
        subprocess.run(
            [str(argument) for argument in arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            **owner,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoServer(f"a private PostgreSQL cluster could not be started: {error}") from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stock:
    """The databases of one test process, below the folder of the run; `close` takes all of them away."""

    folder: Path
    prefix: str
    _names: Iterator[int] = field(default_factory=count)
    _made: list[str] = field(default_factory=list)

    def fresh(self, engine: str, code_lists: bool = True) -> str:
        """The address of a new migrated database that nobody else uses, with the official code lists in it."""
        return self.copy(template(self.folder, engine, code_lists))

    def copy(self, url: str) -> str:
        """The address of a copy of a database that nobody is connected to."""
        return self._noted(run_copy(self.folder, url, self._name()))

    def empty(self, engine: str) -> str:
        """The address of a new database without a single table."""
        return self._noted(_empty(self.folder, engine, self._name()))

    def drop(self, url: str) -> None:
        """Take one database away; its users have disconnected, or are cut off."""
        _drop(self.folder, url)
        self._made.remove(url)

    def close(self) -> None:
        for url in reversed(self._made.copy()):
            self.drop(url)

    def _name(self) -> str:
        return f"{self.prefix}_{next(self._names)}"

    def _noted(self, url: str) -> str:
        self._made.append(url)
        return url


def template(folder: Path, engine: str, code_lists: bool) -> str:
    """The run's migrated database that copies are made from; nobody may stay connected to it.

    Raises:
        NoServer: there is no PostgreSQL.
    """
    kind = "template" if code_lists else "bare_template"
    name = f"parkloop_test_{folder.name.rpartition('-')[2]}_{kind}"

    def make() -> str:
        if not code_lists:
            url = _empty(folder, engine, name)
            migrate(url)
        else:
            url = run_copy(folder, template(folder, engine, False), name)
            load_code_lists(url)
        return url

    return str(once(folder, f"{engine}_{kind}", make))


def _empty(folder: Path, engine: str, name: str) -> str:
    if engine == SQLITE:
        return f"sqlite:///{folder / f'{name}.sqlite'}"
    return postgresql_server(folder).create(name)


def run_copy(folder: Path, url: str, name: str) -> str:
    """The address of a copy below the folder of the run."""
    original = make_url(url)
    if original.get_backend_name() == SQLITE:
        path = folder / f"{name}.sqlite"
        shutil.copyfile(original.database or "", path)
        return f"sqlite:///{path}"
    return postgresql_server(folder).create(name, original.database or "")


def _drop(folder: Path, url: str) -> None:
    address = make_url(url)
    if address.get_backend_name() == SQLITE:
        for ending in ("", "-wal", "-shm"):
            Path(f"{address.database}{ending}").unlink(missing_ok=True)
    else:
        postgresql_server(folder).drop(address.database or "")


@contextmanager
def stock(folder: Path, worker: str = "main") -> Iterator[Stock]:
    """The stock of one process of a run; names hold the process number, so runs don't meet."""
    databases = Stock(folder, f"parkloop_test_{os.getpid()}_{worker}")
    try:
        yield databases
    finally:
        databases.close()


@contextmanager
def run_folder() -> Iterator[Path]:
    """The folder that the processes of one run share; its databases, its cluster and all of it go at the end."""
    folder = Path(tempfile.mkdtemp(prefix="parkloop-tests-", dir=_memory()))
    try:
        yield folder
    finally:
        for note in folder.glob(f"{POSTGRESQL}_*template.json"):
            _drop(folder, json.loads(note.read_text()))
        stop_postgresql(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """The machine's file system in memory, if there is room for all databases of a run: no test waits for a disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    return None
