"""A server as in production, gunicorn with two workers, and clients that keep it busy over HTTP (design.md 11)."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from tests.databases import ROOT, free_port

WORKERS = 2
CLIENTS = 8
START_SECONDS = 60


@contextmanager
def gunicorn(target: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve a WSGI application on a free port until the block ends; gives the port."""
    port = free_port()
    binary = Path(sys.executable).with_name("gunicorn")
    command = [str(binary), "--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(CLIENTS)]
    command += ["--log-level", "error", "--bind", f"127.0.0.1:{port}", target]
    with subprocess.Popen(command, cwd=ROOT, env=dict(environment)) as server:
        try:
            _wait_until_it_answers(port)
            yield port
        finally:
            server.terminate()


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
