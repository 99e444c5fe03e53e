"""Work in the background, as whoever asked for it sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.jobs.models import Job, JobState
from app.foundation.jobs.operations import ENDED, KEPT_FOR, is_free

MAX_PAGE = 100


def jobs_seen(
    work: Work, *, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[Job], UUID | None]:
    """A page of the jobs the actor may see, newest first, and the cursor of the next page; one statement.

    Those that ended are shown for seven days.
    """
    limit = max(1, min(limit, MAX_PAGE))
    shown = or_(Job.state.not_in(ENDED), Job.ended_at >= work.now - KEPT_FOR)
    chosen = select(Job).where(_seen(work.actor), shown).order_by(Job.id.desc()).limit(limit + 1)
    if before is not None:
        chosen = chosen.where(Job.id < before)
    rows = work.session.scalars(chosen).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def job_for(work: Work, job_id: UUID) -> Job:
    """One job the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    job = work.session.scalar(select(Job).where(Job.id == job_id, _seen(work.actor)))
    if job is None:
        raise NotFound(say("没有这项任务；已结束的任务只保留 7 天"))
    return job


def is_work_waiting(work: Work) -> bool:
    """Whether a worker would find something to do."""
    return work.session.scalar(select(Job.id).where(is_free(work.now)).limit(1)) is not None


def running_count(work: Work) -> int:
    """How many jobs the actor may see have not ended."""
    counted = select(func.count()).where(_seen(work.actor), Job.state.not_in(ENDED)).select_from(Job)
    return work.session.scalar(counted) or 0


def seconds_left(job: Job, now: datetime) -> int | None:
    """How much longer this phase of a running job takes, going by what is done of it; None while nobody can tell."""
    if job.state is not JobState.RUNNING or not job.total or not job.phase_at or job.done * 20 < job.total:
        return None
    spent = (now - job.phase_at).total_seconds()
    return max(1, round(spent * (job.total - job.done) / job.done))


def _seen(actor: Actor) -> Any:
    """One's own, those of one's firm, and for park staff those asked for in the park's own name."""
    if actor.is_deployment:
        return Job.id.is_not(None)
    mine = Job.user_id == actor.user_id if actor.user_id else false()
    if actor.organisation_id is not None:
        return or_(mine, Job.organisation_id == actor.organisation_id)
    if actor.is_park_staff:
        of_park = and_(Job.park_id == actor.park_id, Job.organisation_id.is_(None))
        return or_(mine, of_park)
    return mine
