"""`python -m app.jobs.serving BIND WORKERS THREADS`: the web server and one worker, which live and end together.

A process of its own that loads nothing but the standard library, so that it takes little memory.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Final

GRACE_SECONDS: Final = 10.0
"""How long the two may take to end before they are killed."""
LOOK_EVERY: Final = 0.2
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


def commands(bind: str, workers: str, threads: str) -> list[list[str]]:
    """What is started: gunicorn, and the worker for jobs."""
    python = sys.executable
    server = [
        python,
        "-m",
        "gunicorn",
        "--worker-class",
        "gthread",
        "--workers",
        workers,
        "--threads",
        threads,
    ]
    settings = ["--graceful-timeout", "3", "--log-level", "warning", "--bind", bind, "wsgi:app"]
    return [[*server, *settings], [python, "-m", "flask", "--app", "wsgi", "jobs", "work"]]


class Household:
    """The processes, until one of them ends or somebody tells all to."""

    def __init__(self, started: list[subprocess.Popen[bytes]]) -> None:
        self._started = started
        self._is_told_to_end = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)

    def watch(self) -> int:
        """Wait; then end what still runs. Gives 0 when told to end, else 1: one ended by itself."""
        while not self._is_told_to_end and all(process.poll() is None for process in self._started):
            time.sleep(LOOK_EVERY)
        code = 0 if self._is_told_to_end else 1
        self._end_all()
        return code

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._is_told_to_end = True

    def _end_all(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.terminate()
        latest = time.monotonic() + GRACE_SECONDS
        for process in self._started:
            try:
                process.wait(max(0.1, latest - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """On Linux a child ends when its parent is killed; elsewhere the worker notices it by itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def main(bind: str, workers: str, threads: str) -> int:
    started = [
        subprocess.Popen(  # noqa: S603 - our own commands
            command,
            preexec_fn=_end_with_parent,
            start_new_session=True,  # Ctrl+C reaches this process alone, which ends the others
        )
        for command in commands(bind, workers, threads)
    ]
    return Household(started).watch()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main(*sys.argv[1:]))
