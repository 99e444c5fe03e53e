"""The proof file of a consignment: its newest event, sealed and under a checkpoint signed now."""

import json
from io import BytesIO

from flask import send_file
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.entry.work import house, unit_of_work
from app.foundation.core.work import Work
from app.foundation.trace.checkpoints import make_checkpoint
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.proofs import proof_of
from app.foundation.trace.sealing import seal_batch
from app.parties.accounts.logs import log_of_park
from app.waste.consignments.queries import Papers, papers_for
from app.web.consignments.blueprint import bp


@bp.post("/<number>/proof")
def proof(number: str) -> Response:
    """Download what anybody needs to check this consignment's newest event without us."""
    with unit_of_work() as work:
        papers = papers_for(work, number)
        content = json.dumps(_proof(work, papers), ensure_ascii=False, indent=1).encode()
    name = f"{papers.consignment.number}.proof.json"
    return send_file(BytesIO(content), mimetype="application/json", as_attachment=True, download_name=name)


def _proof(work: Work, papers: Papers) -> dict[str, object]:
    """Every event carries the whole state after it, so the newest one proves what the papers say now."""
    consignment = papers.consignment
    newest = work.session.scalars(
        select(TraceEvent.id)
        .where(TraceEvent.subject_id == consignment.id)
        .order_by(TraceEvent.sequence.desc())
        .limit(1)
    ).one()
    while seal_batch(work, consignment.park_id):
        pass
    log = log_of_park(house().config.public_url, papers.park)
    make_checkpoint(work, house().keyring, log)
    return proof_of(work, newest)
