"""Work in the background: what runs, how far it is, and stopping it."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.spec import blueprint
from app.entry.job_views import job_view
from app.entry.ledger import attachment
from app.entry.reply import page_of, reply
from app.entry.uploads import export_for
from app.entry.work import house, reading, unit_of_work
from app.foundation.jobs.operations import ask_to_cancel
from app.foundation.jobs.queries import job_for, jobs_seen
from app.foundation.jobs.schemas import JobPageSchema, JobSchema, JobsQuerySchema
from app.jobs.handlers import JOB_WORDS

bp = blueprint("jobs", "Work in the background: large ledger files. Poll a job until its state is final")


@bp.route("/jobs")
@bp.arguments(JobsQuerySchema, location="query")
@bp.response(200, JobPageSchema)
def jobs(query: dict[str, Any]) -> Response:
    """One's own jobs and those of one's firm, newest first; they are kept for seven days."""
    with reading() as work:
        rows, cursor = jobs_seen(work, limit=query["limit"], before=query["cursor"])
        items = [job_view(job, JOB_WORDS, work.now) for job in rows]
        return reply(work, JobPageSchema, page_of(items, str(cursor) if cursor else None))


@bp.route("/jobs/<uuid:job_id>")
@bp.response(200, JobSchema)
def job(job_id: UUID) -> Response:
    """One job: its state, phase, numbers and, at the end, its result or why it failed."""
    with reading() as work:
        return reply(work, JobSchema, job_view(job_for(work, job_id), JOB_WORDS, work.now))


@bp.route("/jobs/<uuid:job_id>/file")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def file(job_id: UUID) -> Response:
    """The table that an export wrote; kept for seven days."""
    with reading() as work:
        result = job_for(work, job_id).result
        row = export_for(work, UUID(result["file_id"]) if result.get("file_id") else UUID(int=0))
        sha256, name = row.sha256, row.filename
    return attachment(house().files.path(sha256).read_bytes(), str(result["media_type"]), name)


@bp.route("/jobs/<uuid:job_id>/cancellation", methods=["POST"])
@bp.response(200, JobSchema)
@bp.alt_response(409, description="it has ended already")
def cancel(job_id: UUID) -> Response:
    """Stop a job. One that runs stops at its next chunk; nothing of it is stored."""
    with unit_of_work() as work:
        found = job_for(work, job_id)
        ask_to_cancel(work, found)
        work.session.refresh(found)
        return reply(work, JobSchema, job_view(found, JOB_WORDS, work.now))
