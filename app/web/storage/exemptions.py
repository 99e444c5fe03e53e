"""The exemptions of a waste: which steps, under which condition, and what the producer claims and proves."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import InvalidInput
from app.waste.registry.operations.exemptions import (
    ClaimExemption,
    claim_exemption,
    end_exemption,
    exemptions_of,
)
from app.waste.registry.operations.streams import stream_for
from app.waste.storage.policy import ensure_may_read, may_manage_containers
from app.web.forms import FormState
from app.web.storage.blueprint import bp


@bp.get("/waste-streams/<uuid:stream_id>/exemptions")
def exemptions(stream_id: UUID) -> str:
    """Every exemption that names the waste, word for word, with the claims to it."""
    return _page(stream_id, FormState())


@bp.post("/waste-streams/<uuid:stream_id>/exemptions")
def claim(stream_id: UUID) -> Response | tuple[str, int]:
    """Claim one exempted step."""
    upload = request.files.get("file")
    command = ClaimExemption(
        item=request.form.get("item", "")[:10],
        is_met=request.form.get("is_met") == "yes",
        evidence=request.form.get("evidence", ""),
        file=(upload.read() or None) if upload else None,
        file_name=upload.filename or "" if upload else "",
    )
    try:
        with unit_of_work() as work:
            claim_exemption(work, stream_id, command, house().files)
    except InvalidInput as refused:
        return _page(stream_id, FormState(request.form, refused.problems)), 422
    flash(_("已登记豁免：只对这一环节有效，其他环节仍按危险废物管理"))
    return redirect(url_for("storage.exemptions", stream_id=stream_id), 303)


@bp.post("/exemptions/<uuid:claim_id>/end")
def end_claim(claim_id: UUID) -> Response:
    """Take a claim back."""
    with unit_of_work() as work:
        ended = end_exemption(work, claim_id)
    flash(_("已撤回豁免登记"))
    return redirect(url_for("storage.exemptions", stream_id=ended.stream_id), 303)


def _page(stream_id: UUID, form: FormState) -> str:
    with reading() as work:
        ensure_may_read(work.actor)
        stream = stream_for(work, stream_id)
        found = exemptions_of(work, stream_id)
        may_claim = may_manage_containers(work.actor) and stream.organisation_id == work.actor.organisation_id
    return render_template(
        "storage/exemptions.html",
        stream=stream,
        found=found,
        form=form,
        may_claim=may_claim,
        open_items=[(item.number, f"{item.number} {item.row.stage}") for item in found if not item.claim],
    )
