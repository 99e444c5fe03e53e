"""Proving everything, with more than one process where that pays."""

import gc
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.foundation.core.database import Database
from app.foundation.core.work import Actor, Work
from app.foundation.trace import raw
from app.foundation.trace.logs import Log
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.notes import Note
from app.foundation.trace.verifying import Misfit, Verification, strays, verify, verify_part
from app.foundation.trace.verifying_logs import LogVerification, unknown_logs, verify_log

WORTH_IT: Final = 20_000
"""Fewer events than this are proved sooner than a second process has started."""
PARTS_EACH: Final = 3
"""Into how many parts a process's share is divided, so that none waits long for the other."""


@dataclass(frozen=True)
class Proved:
    """What was checked, and the first thing that does not fit."""

    events: Verification
    logs: Sequence[LogVerification]

    @property
    def misfit(self) -> Misfit | None:
        found = (self.events.misfit, *(log.misfit for log in self.logs))
        return next((misfit for misfit in found if misfit is not None), None)


def prove(work: Work, logs: Sequence[Log], chosen: Sequence[Log], kept: Sequence[Note] = ()) -> Proved:
    """Prove all events, and the trees of the `chosen` among all `logs`, one after the other.

    Args:
        kept: checkpoints that were kept elsewhere, of any log.
    """
    events = verify(work)
    found = [verify_log(work, log, _of(log, kept)) for log in chosen]
    return Proved(_with(events, unknown_logs(work, logs)), found)


def prove_in_parallel(
    database: Database, logs: Sequence[Log], chosen: Sequence[Log], kept: Sequence[Note], processes: int
) -> Proved:
    """As `prove`, with so many processes; alone where there are few events."""
    with database.reading(Actor.system()) as work:
        count = work.session.scalar(select(func.count()).select_from(TraceEvent)) or 0
        if processes < 2 or count < WORTH_IT:
            return prove(work, logs, chosen, kept)
        cuts = raw.boundaries(work, processes * PARTS_EACH)
    url = database.engine.url.render_as_string(hide_password=False)
    starter = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=starter) as pool:
        trees = [pool.submit(_prove_log, url, log, _of(log, kept)) for log in chosen]
        parts = [
            pool.submit(_prove_part, url, start, end)
            for start, end in zip([None, *cuts], [*cuts, None], strict=True)
        ]
        with database.reading(Actor.system()) as work:
            rest = strays(work) or unknown_logs(work, logs)
        return Proved(_with(_sum(parts), rest), [tree.result() for tree in trees])


def _of(log: Log, kept: Iterable[Note]) -> list[Note]:
    return [note for note in kept if note.checkpoint.origin == log.origin]


def _with(events: Verification, rest: Misfit | None) -> Verification:
    misfit = events.misfit or rest
    return Verification(events.events, events.subjects, misfit, events.unsealed)


def _sum(parts: Iterable[Future[Verification]]) -> Verification:
    events = subjects = unsealed = 0
    for part in parts:
        done = part.result()
        events, subjects = events + done.events, subjects + done.subjects
        unsealed += done.unsealed
        if done.misfit is not None:
            return Verification(events, subjects, done.misfit, unsealed)
    return Verification(events, subjects, None, unsealed)


def _prove_part(url: str, start: str | None, end: str | None) -> Verification:
    """One part, in a process of its own."""
    gc.set_threshold(
        200_000
    )  # thousands of small values that refer to nothing: looking for rings among them is a third
    database = Database(url)
    with database.reading(Actor.system()) as work:
        return verify_part(work, start, end)


def _prove_log(url: str, log: Log, kept: Sequence[Note]) -> LogVerification:
    """One tree, in a process of its own."""
    gc.set_threshold(200_000)
    database = Database(url)
    with database.reading(Actor.system()) as work:
        return verify_log(work, log, kept)
