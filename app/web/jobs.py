"""The task centre: what runs in the background, how far it is, stopping it, and what came of it."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.job_views import JobView, job_view
from app.entry.ledger import XLSX, attachment
from app.entry.uploads import ERRORS_TYPE, export_for
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.foundation.jobs.models import JOB_STATE_WORDS, JobState
from app.foundation.jobs.operations import ask_to_cancel
from app.foundation.jobs.queries import job_for, jobs_seen
from app.jobs.handlers import JOB_WORDS
from app.jobs.ledger_imports import LEDGER_IMPORT
from app.waste.registry.ledger_files.ledger import FileProblem
from app.waste.registry.ledger_files.vocabulary import FileReason

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

PAGE = 20
STATE_LOOKS = {
    JobState.WAITING: ("", "clock"),
    JobState.RUNNING: ("info", "progress"),
    JobState.DONE: ("ok", "circle-check"),
    JobState.FAILED: ("bad", "alert-circle"),
    JobState.CANCELLED: ("", "x"),
}


@bp.get("/")
def index() -> str:
    """One's jobs and those of one's firm, newest first."""
    with reading() as work:
        rows, cursor = jobs_seen(work, limit=PAGE, before=_id(request.args.get("cursor")))
        jobs = [job_view(job, JOB_WORDS, work.now) for job in rows]
    running = any(not job.has_ended for job in jobs)
    return render_template("jobs/index.html", jobs=jobs, cursor=cursor, running=running, **_words())


@bp.get("/<uuid:job_id>")
def show(job_id: UUID) -> str:
    """One job: a bar while it runs, its result or its problem at the end."""
    with reading() as work:
        job = job_view(job_for(work, job_id), JOB_WORDS, work.now)
    return render_template(
        "jobs/show.html", job=job, said=_said(job), file_problems=_problems(job), **_words()
    )


@bp.post("/<uuid:job_id>/cancellation")
def cancel(job_id: UUID) -> BaseResponse:
    """Stop a job; nothing of it is stored."""
    try:
        with unit_of_work() as work:
            ask_to_cancel(work, job_for(work, job_id))
    except Conflict:
        flash(_("任务已经结束，没有取消"))
    else:
        flash(_("已要求取消；没有保存任何内容"))
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/<uuid:job_id>/errors.xlsx")
def errors(job_id: UUID) -> Response:
    """The rows to mend of a ledger that was read in the background; can be mended and uploaded as it is.

    Raises:
        NotFound: nothing is to be mended, or its week is over.
    """
    with reading() as work:
        file_id = _id(str(job_for(work, job_id).result.get("errors_id") or ""))
        kept = _errors_for(work, file_id) if file_id else None
    if kept is None:
        raise NotFound(say("没有这个错误文件；错误文件只保留 7 天"))
    sha256, filename = kept
    stem = filename.rpartition(".")[0] or filename
    return attachment(house().files.path(sha256).read_bytes(), XLSX, f"{stem}-{_('待更正')}.xlsx")


@bp.get("/<uuid:job_id>/file")
def file(job_id: UUID) -> Response:
    """The table that was written in the background.

    Raises:
        NotFound: there is none, or its week is over.
    """
    with reading() as work:
        result = job_for(work, job_id).result
        row = export_for(work, _id(str(result.get("file_id") or "")) or UUID(int=0))
        sha256, name = row.sha256, row.filename
    return attachment(house().files.path(sha256).read_bytes(), str(result["media_type"]), name)


def _errors_for(work: Work, file_id: UUID) -> tuple[str, str] | None:
    row = file_for(work, file_id)
    is_kept = row.media_type == ERRORS_TYPE and row.keep_until >= work.today
    return (row.sha256, row.filename) if is_kept else None


def _said(job: JobView) -> str:
    """What is announced to those who can't see the bar: the state and phase, without the numbers that run."""
    word = JOB_STATE_WORDS[job.state]
    return f"{_(word.msgid)} {job.phase}" if job.state is JobState.RUNNING else _(word.msgid)


def _problems(job: JobView) -> list[tuple[Text, Text]]:
    """Why a ledger file can't be read at all, and what to do about it."""
    if job.kind != LEDGER_IMPORT:
        return []
    found = [FileProblem(FileReason(reason)) for reason in job.result.get("file_problems", ())]
    return [(problem.text, problem.mend) for problem in found]


def _words() -> dict[str, object]:
    return {"state_words": JOB_STATE_WORDS, "state_looks": STATE_LOOKS}


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
