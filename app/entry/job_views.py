"""A job as both borders show it, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.entry.language import rendered
from app.foundation.core.text import Text
from app.foundation.jobs.models import Job, JobState
from app.foundation.jobs.operations import ENDED
from app.foundation.jobs.queries import seconds_left


@dataclass(frozen=True)
class JobView:
    """One job with its words."""

    id: UUID
    kind: str
    title: str
    state: JobState
    phase: str
    done: int
    total: int | None
    seconds_left: int | None
    is_cancel_asked: bool
    result: dict[str, Any]
    problem: dict[str, str] | None
    arguments: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


def job_view(job: Job, words: Mapping[str, Text], now: datetime) -> JobView:
    """`words` tells what each kind of job is called."""
    return JobView(
        id=job.id,
        kind=job.kind,
        title=rendered(words[job.kind]) if job.kind in words else job.kind,
        state=job.state,
        phase=rendered(Text(job.phase)) if job.phase else "",
        done=job.done,
        total=job.total,
        seconds_left=seconds_left(job, now),
        is_cancel_asked=job.cancel_asked_at is not None,
        result=job.result,
        problem=_problem(job.problem),
        arguments=job.arguments,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def _problem(kept: dict[str, Any] | None) -> dict[str, str] | None:
    if kept is None:
        return None
    return {"type": kept["type"], "detail": rendered(Text(kept["text"], kept["params"]))}
