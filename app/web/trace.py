"""The public list of checkpoints: what each log signed of itself, for everybody to read and keep."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from app.entry.guard import public
from app.entry.work import house, reading
from app.foundation.trace.checkpoints import (
    checkpoint_for,
    checkpoints_page,
    cosignatures_of,
    latest_checkpoint,
    log_keys,
    whole_note,
)
from app.foundation.trace.notes import verifier_key
from app.parties.accounts.logs import all_logs, log_of

bp = Blueprint("trace", __name__)

PAGE = 20


@bp.get("/trace/checkpoints")
@public
def checkpoints() -> str:
    """The checkpoints of one log, and the other logs there are."""
    slug, before = request.args.get("park", ""), request.args.get("before", type=UUID)
    with reading() as work:
        log = log_of(work, house().config.public_url, slug or None)
        rows, cursor = checkpoints_page(work, log.id, limit=PAGE, before=before)
        signed = cosignatures_of(work, [row.id for row in rows])
        logs = [
            (each, latest_checkpoint(work, each.park_id), each.origin.partition("/")[2])
            for each in all_logs(work, house().config.public_url)
        ]
        keys = log_keys(work, log.origin)
    return render_template(
        "trace/checkpoints.html",
        log=log,
        logs=logs,
        rows=rows,
        witnesses={
            row.id: [(verifier_key(each.witness).name, each.signed_at) for each in signed.get(row.id, ())]
            for row in rows
        },
        keys=keys,
        slug=slug,
        next_url=url_for("trace.checkpoints", park=slug or None, before=cursor) if cursor else None,
        first_url=url_for("trace.checkpoints", park=slug or None) if before else None,
    )


@bp.get("/trace/checkpoints/<uuid:checkpoint_id>.txt")
@public
def note(checkpoint_id: UUID) -> Response:
    """A checkpoint as the signed note that it is, with its witnesses' lines."""
    with reading() as work:
        found = checkpoint_for(work, checkpoint_id)
        text = whole_note(work, found)
    response = Response(text, content_type="text/plain; charset=utf-8")
    name = f"checkpoint-{found.origin.replace('/', '-').replace(':', '-')}-{found.size}.txt"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response
