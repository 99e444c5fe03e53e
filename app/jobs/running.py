"""Doing one job: its handler, its progress, and what is noted when it ends well, badly or not at all."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from app.entry.work import House
from app.foundation.core.errors import DomainError
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.jobs.operations import (
    Claimed,
    claim_next,
    fail,
    finish,
    hand_back,
    note_cancelled,
    problem_json,
)
from app.foundation.jobs.progress import JobCancelled, JobInterrupted, JobLost, Progress
from app.foundation.jobs.queries import is_work_waiting

log = structlog.get_logger()

FAULT = say("处理时出错，没有保存任何内容；错误编号 {reference}")


@dataclass(frozen=True)
class Run:
    """One try at a job, as its handler sees it."""

    claimed: Claimed
    house: House
    progress: Progress

    @property
    def arguments(self) -> dict[str, Any]:
        return self.claimed.arguments

    @property
    def actor(self) -> Actor:
        return self.claimed.actor

    def finish(self, work: Work, result: dict[str, Any]) -> None:
        """Note the result in the transaction that stores what the job made: neither is ever without the other.

        Raises:
            Conflict: another worker has taken the job up.
        """
        finish(work, self.claimed, result)


Handler = Callable[[Run], None]
"""Does a job and finishes it in its own transaction. It may be called again for a job whose worker died."""


def do_next(
    house: House, handlers: Mapping[str, Handler], *, is_told_to_end: Callable[[], bool] = lambda: False
) -> bool:
    """Do the oldest job that waits, if there is one; gives whether there was."""
    system = Actor.system(via="system")
    with house.database.reading(system) as work:
        if not is_work_waiting(work):
            return False  # looked for without taking the write lock
    with house.database.writing(system) as work:
        claimed = claim_next(work)
    if claimed is None:
        return False
    progress = Progress(house.database, claimed, is_told_to_end=is_told_to_end)
    _do(Run(claimed, house, progress), handlers)
    return True


def _do(run: Run, handlers: Mapping[str, Handler]) -> None:
    claimed = run.claimed
    try:
        handlers[claimed.kind](run)
    except JobCancelled:
        _note(run, lambda work: note_cancelled(work, claimed))
    except JobInterrupted:
        _note(run, lambda work: hand_back(work, claimed))
    except JobLost:
        log.warning("job lost", job=str(claimed.id))
    except DomainError as refused:
        problem = problem_json(refused.text)
        _note(run, lambda work: fail(work, claimed, problem))
    except Exception as error:  # whatever is wrong in a job ends that job and is told; the worker goes on
        log.error("job failed", job=str(claimed.id), error=repr(error), trace=traceback.format_exc())
        fault = problem_json(say(FAULT.msgid, reference=str(claimed.id)[-12:]), "unexpected")
        _note(run, lambda work: fail(work, claimed, fault))


def _note(run: Run, act: Callable[[Work], None]) -> None:
    with run.house.database.writing(Actor.system()) as work:
        act(work)
