"""Acts from the page of a facility: on the containers that are ticked, and moving one out of the way."""

from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import chosen_locale, rendered
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.documents.label import Paper, label_pdf
from app.foundation.rulebook.decision import RuleViolated
from app.waste.storage import queries
from app.waste.storage.commands import PrintLabel, PutAway
from app.waste.storage.operations.label_batches import print_labels, printed_labels_of
from app.waste.storage.operations.placing import put_away
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.schemas import PutAwaySchema
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp, key_of, title_of


@bp.post("/facilities/<uuid:facility_id>/ticked")
def ticked(facility_id: UUID) -> BaseResponse:
    """Print the labels of the ticked containers, or start a consignment with them."""
    keys = list(dict.fromkeys(request.form.getlist("containers")))[:200]
    back = url_for("storage.facility", facility_id=facility_id, _anchor="containers")
    if not keys:
        flash(_("先勾选容器"), "error")
        return redirect(back, 303)
    if request.form.get("act") == "consignment":
        with reading() as work:
            ensure_may_read(work.actor)
            ids = [str(queries.container_for(work, key_of(key)).id) for key in keys]
        return redirect(url_for("consignments.new", containers=ids), 303)
    try:
        with unit_of_work() as work:
            contents = print_labels(
                work,
                keys,
                PrintLabel(request.form.get("reason", "")[:100]),
                keyring=house().keyring,
                public_url=house().config.public_url,
            )
            label_pdf(contents)  # a text that can't be printed undoes the notes
    except (InvalidInput, RuleViolated, Conflict) as refused:
        flash(rendered(refused.text), "error")
        return redirect(back, 303)
    return redirect(url_for("storage.labels_document", c=keys), 303)


@bp.get("/labels.pdf")
def labels_document() -> Response:
    """The PDF of labels printed together, one after the other; opening it again prints nothing new."""
    with reading() as work:
        ensure_may_read(work.actor)
        contents = printed_labels_of(
            work,
            request.args.getlist("c"),
            keyring=house().keyring,
            public_url=house().config.public_url,
        )
    if contents is None:
        abort(404, _("这些标签已不是最新的，请重新打印"))
    known = caller()
    body = label_pdf(
        contents,
        paper=Paper.A4 if request.args.get("paper") == Paper.A4 else Paper.EXACT,
        is_demo=known.is_demo if known else False,
        language="en" if chosen_locale() == "en" else "zh",
    )
    response = Response(body, content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename="labels.pdf")
    return response


@bp.post("/facilities/<uuid:facility_id>/moves")
def move_here(facility_id: UUID) -> BaseResponse:
    """Move a container to the zone that was proposed for it, under all storage rules."""
    typed = request.form
    key = typed.get("container", "")
    command: PutAway = parse_form(
        PutAwaySchema(), {name: typed.get(name, "") for name in ("zone_id", "seen_version")}
    )
    try:
        with unit_of_work() as work:
            moved = put_away(work, key_of(key), command)
    except (RuleViolated, Conflict) as refused:
        flash(rendered(refused.text), "error")
        return redirect(url_for("storage.container", code=key, _anchor="place"), 303)
    flash(_("%(container)s 已移位", container=title_of(moved)))
    return redirect(url_for("storage.facility", facility_id=facility_id), 303)
