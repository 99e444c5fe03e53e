"""How far a job is, told to everybody while its own transaction is still open."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Final

from app.foundation.core.database import Database
from app.foundation.core.text import Text
from app.foundation.core.work import Actor
from app.foundation.jobs.operations import Claimed, note_progress

EVERY: Final = timedelta(seconds=0.5)


class JobCancelled(Exception):
    """Somebody asked for the job to be stopped."""


class JobLost(Exception):
    """The job is another worker's by now: this one was silent for too long."""


class Progress:
    """Given to whatever does a job; it reports between chunks, and stops there when it is to."""

    def __init__(
        self, database: Database, claimed: Claimed, *, is_told_to_end: Callable[[], bool] = lambda: False
    ) -> None:
        self._database = database
        self._claimed = claimed
        self._is_told_to_end = is_told_to_end
        self._phase = ""
        self._said_at = -1e9

    def report(self, phase: Text, done: int = 0, total: int | None = None) -> None:
        """Say how far the job is; written twice a second at most, and at every new phase.

        On SQLite nothing is written while the job's own transaction writes: there is one writer at a time.

        Raises:
            JobCancelled: somebody asked to stop it.
            JobLost: another worker has taken it up.
            JobInterrupted: the worker itself is told to end.
        """
        if self._is_told_to_end():
            raise JobInterrupted
        now = monotonic()
        if phase.msgid == self._phase and now - self._said_at < EVERY.total_seconds():
            return
        self._phase, self._said_at = phase.msgid, now
        with self._database.beside(Actor.system()) as work:
            goes_on = work is None or note_progress(work, self._claimed, phase.msgid, done, total)
        if goes_on is None:
            raise JobLost
        if not goes_on:
            raise JobCancelled


class JobInterrupted(Exception):
    """The worker is told to end; the job waits for the next one."""
