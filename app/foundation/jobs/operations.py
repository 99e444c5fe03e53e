"""Asking for work in the background, and what the worker notes of it. Nothing here is traced: what a job does is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update

from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Work
from app.foundation.jobs.models import Job, JobState

SILENT_AFTER: Final = timedelta(seconds=60)
"""A worker that has said nothing for so long is taken for dead, and its job is taken up again."""
MAX_TRIES: Final = 3
KEPT_FOR: Final = timedelta(days=7)
"""How long a job that ended is shown (ux.md 4.6)."""
ENDED: Final = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
GAVE_UP: Final = say("处理进程连续 {tries} 次中断，已停止重试；没有保存任何内容，请重新提交或联系管理员")


@dataclass(frozen=True)
class Claimed:
    """A job as the worker took it: whose turn it is to work on it is told by `tries`."""

    id: UUID
    kind: str
    arguments: dict[str, Any]
    actor: Actor
    tries: int


def ask_for_job(work: Work, kind: str, arguments: dict[str, Any], total: int | None = None) -> Job:
    """Note work to be done after this transaction has committed, for the actor and with the actor's permissions.

    Args:
        arguments: plain data; ids as text.
        total: how many steps it takes, if known already.
    """
    actor = work.actor
    job = Job(
        id=new_id(),
        kind=kind,
        arguments=arguments,
        actor=_actor_json(actor),
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
        park_id=actor.park_id,
        state=JobState.WAITING,
        phase="",
        done=0,
        total=total,
        result={},
        problem=None,
        created_at=work.now,
        tries=0,
    )
    work.session.add(job)
    work.session.flush()
    return job


def ask_to_cancel(work: Work, job: Job) -> None:
    """Cancel a job that waits, or ask the worker of a running one to stop; nothing of it is stored then.

    Raises:
        Conflict: it has ended already.
    """
    mine = Job.id == job.id
    waiting = update(Job).where(mine, Job.state == JobState.WAITING)
    ended = waiting.values(state=JobState.CANCELLED, cancel_asked_at=work.now, ended_at=work.now)
    if _changed(work, ended):
        return
    running = update(Job).where(mine, Job.state == JobState.RUNNING)
    if not _changed(work, running.values(cancel_asked_at=work.now)):
        raise Conflict(say("这项任务已经结束，不能再取消"))


def claim_next(work: Work) -> Claimed | None:
    """Take the oldest job that waits, or whose worker fell silent; None when there is none.

    On PostgreSQL rows that others are taking are passed over; SQLite has one writer at a time anyway.
    """
    chosen = (
        select(Job)
        .where(is_free(work.now))
        .order_by(Job.created_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while (job := work.session.scalar(chosen)) is not None:
        if job.state is JobState.RUNNING and (job.cancel_asked_at or job.tries >= MAX_TRIES):
            _give_up(work, job)
            continue
        job.state = JobState.RUNNING
        job.tries += 1
        job.started_at = job.started_at or work.now
        job.beat_at = work.now
        job.done, job.phase, job.phase_at = 0, "", None
        work.session.flush()
        return Claimed(job.id, job.kind, job.arguments, _actor(job.actor), job.tries)
    return None


def is_free(now: datetime) -> ColumnElement[bool]:
    """The condition under which a job may be taken: it waits, or its worker fell silent."""
    silent = and_(Job.state == JobState.RUNNING, Job.beat_at < now - SILENT_AFTER)
    return or_(Job.state == JobState.WAITING, silent)


def note_progress(work: Work, claimed: Claimed, phase: str, done: int, total: int | None) -> bool | None:
    """Note how far a job is, which also shows that its worker lives.

    Gives whether it shall go on: False when somebody asked to cancel it, None when it isn't this worker's any more.
    """
    since = case((Job.phase == phase, Job.phase_at), else_=work.now)
    noted = (
        update(Job)
        .where(*_still(claimed))
        .values(phase=phase, phase_at=since, done=done, total=total, beat_at=work.now)
        .returning(Job.cancel_asked_at)
    )
    row = work.session.execute(noted).first()
    return None if row is None else row.cancel_asked_at is None


def finish(work: Work, claimed: Claimed, result: dict[str, Any]) -> None:
    """Note in the job's own transaction what came of it, so that both stand or fall together.

    Raises:
        Conflict: another worker has taken it up meanwhile; nothing may be stored twice.
    """
    done = case((Job.total.is_(None), Job.done), else_=Job.total)
    ended = update(Job).where(*_still(claimed))
    values = {
        "state": JobState.DONE,
        "result": result,
        "ended_at": work.now,
        "beat_at": work.now,
        "done": done,
    }
    if not _changed(work, ended.values(**values)):
        raise Conflict(say("这项任务已由另一个处理进程接手"))


def fail(work: Work, claimed: Claimed, problem: dict[str, Any]) -> None:
    """Note why a job came to nothing."""
    ended = update(Job).where(*_still(claimed))
    work.session.execute(ended.values(state=JobState.FAILED, problem=problem, ended_at=work.now))


def note_cancelled(work: Work, claimed: Claimed) -> None:
    """Note that a job was stopped as asked."""
    ended = update(Job).where(*_still(claimed))
    work.session.execute(ended.values(state=JobState.CANCELLED, ended_at=work.now))


def hand_back(work: Work, claimed: Claimed) -> None:
    """Let the next worker have a job at once: this one is told to end."""
    freed = update(Job).where(*_still(claimed))
    work.session.execute(freed.values(state=JobState.WAITING, tries=claimed.tries - 1, phase="", done=0))


def forget_old_jobs(work: Work) -> int:
    """Delete the jobs that ended longer ago than they are shown; gives their number."""
    old = delete(Job).where(Job.state.in_(ENDED), Job.ended_at < work.now - KEPT_FOR)
    return _changed(work, old)


def problem_json(text: Text, kind: str = "conflict") -> dict[str, Any]:
    """Why a job failed, kept apart from any language."""
    params = {name: str(value) for name, value in text.params.items()}
    return {"type": kind, "text": text.msgid, "params": params}


def _give_up(work: Work, job: Job) -> None:
    cancelled = job.cancel_asked_at is not None
    job.state = JobState.CANCELLED if cancelled else JobState.FAILED
    if not cancelled:
        job.problem = problem_json(say(GAVE_UP.msgid, tries=job.tries), "unexpected")
    job.ended_at = work.now
    work.session.flush()


def _still(claimed: Claimed) -> tuple[Any, ...]:
    """The job, as long as this worker has it."""
    return Job.id == claimed.id, Job.state == JobState.RUNNING, Job.tries == claimed.tries


def _changed(work: Work, statement: Any) -> int:
    done: Any = work.session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)


def _actor_json(actor: Actor) -> dict[str, Any]:
    def text(given: UUID | None) -> str | None:
        return str(given) if given else None

    return {
        "user_id": text(actor.user_id),
        "organisation_id": text(actor.organisation_id),
        "park_id": text(actor.park_id),
        "permissions": sorted(actor.permissions),
        "via": actor.via,
        "is_park_staff": actor.is_park_staff,
        "zone": actor.zone,
    }


def _actor(kept: dict[str, Any]) -> Actor:
    def one(name: str) -> UUID | None:
        return UUID(kept[name]) if kept[name] else None

    return Actor(
        user_id=one("user_id"),
        organisation_id=one("organisation_id"),
        park_id=one("park_id"),
        permissions=frozenset(kept["permissions"]),
        via=kept["via"],
        is_park_staff=kept["is_park_staff"],
        zone=kept["zone"],
    )
