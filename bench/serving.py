"""A server as in production, gunicorn with two workers, and clients that keep it busy over HTTP (design.md 11).

Two forms of a call are measured by turns, in short slices, each on a server of its own, so that whatever else the machine
does meets both; and by the processor time they take, servers and database processes, which hardly feels it at all.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from threading import Thread

from sqlalchemy import make_url

from bench.figures import Measured
from tests.databases import ROOT, free_port

WORKERS = 2
CLIENTS = 8
START_SECONDS = 60
SLICES = 8
PROC = Path("/proc")


@dataclass(frozen=True)
class Server:
    """A server of this machine with the database it asks."""

    port: int
    pid: int
    database: str

    def cpu_seconds(self) -> float:
        """Processor time so far of its own processes and of the database's that serve this database, whoever asks."""
        children = (PROC / f"{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(_cpu_seconds(pid) for pid in (self.pid, *map(int, children), *_backends(self.database)))


def _backends(database: str) -> Iterator[int]:
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):
            title = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
            if title.startswith("postgres: ") and f" {database} " in title:
                yield int(folder.name)


def _cpu_seconds(pid: int) -> float:
    total = 0
    for task in (PROC / f"{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # a thread may have ended meanwhile
            total += int(task.read_text().split()[0])
    return total / 1e9


@contextmanager
def gunicorn(target: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a WSGI application on a free port until the block ends."""
    port = free_port()
    binary = Path(sys.executable).with_name("gunicorn")
    command = [str(binary), "--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(CLIENTS)]
    command += ["--log-level", "error", "--bind", f"127.0.0.1:{port}", target]
    database = str(make_url(environment["DATABASE_URL"]).database)
    with (
        TemporaryFile() as log,
        subprocess.Popen(command, cwd=ROOT, env=dict(environment), stderr=log) as server,
    ):
        try:
            _wait_until_it_answers(port)
            yield Server(port, server.pid, database)
        except Refused as refused:
            refused.add_note(_last_error(log.fileno()))
            raise
        finally:
            server.terminate()


def _last_error(log: int) -> str:
    """The last thing the server's log calls an error; read past the server's own place in the file."""
    lines = os.pread(log, os.fstat(log).st_size, 0).decode("utf-8", "replace").splitlines()
    return next((line for line in reversed(lines) if '"level": "error"' in line), "")


@contextmanager
def ours_and_bare(environment: Mapping[str, str]) -> Iterator[tuple[Server, Server]]:
    """The application and the bare forms, each on a server of its own."""
    with gunicorn("wsgi:app", environment) as ours, gunicorn("bench.bare_app:app", environment) as bare:
        yield ours, bare


def _wait_until_it_answers(port: int) -> None:
    for _ in range(START_SECONDS * 10):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server did not start")


@dataclass(frozen=True)
class Load:
    """Calls to one server, (path, body) each."""

    server: Server
    calls: Sequence[tuple[str, object]]
    headers: Mapping[str, str] = field(default_factory=dict)
    clients: int = CLIENTS


def by_turns(ours: Load, bare: Load) -> tuple[Measured, Measured]:
    """Both loads in slices, one after the other and round again; the first slice of each warms up and isn't counted."""
    seconds, cpu, done = [0.0, 0.0], [0.0, 0.0], [0, 0]
    for place in range(SLICES + 1):
        for side, load in enumerate((ours, bare)):
            part = load.calls[place :: SLICES + 1]
            cpu_before = load.server.cpu_seconds()
            rate = calls_a_second(load.server.port, part, load.headers, clients=load.clients)
            if place:
                cpu[side] += load.server.cpu_seconds() - cpu_before
                seconds[side] += len(part) / rate
                done[side] += len(part)
    mine, theirs = (Measured(n / s, 1000 * c / n) for n, s, c in zip(done, seconds, cpu, strict=True))
    return mine, theirs


class Refused(RuntimeError):
    """A call got another answer than the bench counts."""


def calls_a_second(
    port: int, calls: Sequence[tuple[str, object]], headers: Mapping[str, str], *, clients: int = CLIENTS
) -> float:
    """Send every (path, body) once, from several clients at once; gives how many were done a second.

    By POST; without a body by GET.
    """
    waiting: SimpleQueue[tuple[str, object]] = SimpleQueue()
    for call in calls:
        waiting.put(call)
    problems: list[str] = []
    threads = [Thread(target=_client(port, waiting, headers, problems)) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if problems:
        raise Refused(f"{len(problems)} calls refused; the first: {problems[0][:500]}")
    return len(calls) / seconds


def _client(
    port: int, waiting: "SimpleQueue[tuple[str, object]]", headers: Mapping[str, str], problems: list[str]
) -> Callable[[], None]:
    def work() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            try:
                path, body = waiting.get_nowait()
            except Empty:
                connection.close()
                return
            told = None if body is None else json.dumps(body)
            method = "GET" if body is None else "POST"
            connection.request(method, path, told, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            if answer.status not in (200, 201):
                problems.append(f"{answer.status} {text}")

    return work
