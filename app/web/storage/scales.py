"""Pages of the scales that send their readings: the list, adding one, changing and ending one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import ensure_may
from app.waste.registry.streams import sites_of_actor
from app.waste.storage import policy
from app.waste.storage.weighing.commands import EndScale
from app.waste.storage.weighing.models import Scale
from app.waste.storage.weighing.operations import add_scale, end_scale, revise_scale
from app.waste.storage.weighing.queries import is_calibrated, latest_readings, scale_for, scales_of
from app.waste.storage.weighing.schemas import AddScaleSchema, EndScaleSchema, ReviseScaleSchema
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp, number_text

FIELDS = ("name", "serial_number", "capacity_kg", "calibrated_to")


@bp.get("/scales")
def scales() -> str:
    """The scales in use, what each showed last, and until when its calibration holds."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        found = scales_of(work)
        latest = latest_readings(work, found)
        rows = [
            {
                "scale": scale,
                "latest": latest.get(scale.id),
                "calibrated": is_calibrated(scale.calibrated_to, work.now, work.actor.zone),
            }
            for scale in found
        ]
        may_manage = policy.may_manage_storage(work.actor)
        sites = {site.id: site.name for site in sites_of_actor(work)}
    return render_template("storage/scales.html", rows=rows, sites=sites, may_manage=may_manage)


@bp.get("/scales/new")
def new_scale() -> str:
    """The form for a scale."""
    return _form(FormState())


@bp.post("/scales/new")
def create_scale() -> Response | tuple[str, int]:
    """Add the scale."""
    try:
        command = parse_form(AddScaleSchema(), _typed("site_id"))
        with unit_of_work() as work:
            flash(_("已添加秤 %(name)s", name=add_scale(work, command).name))
    except InvalidInput as refused:
        return _form(FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        return _form(FormState(request.form, [FieldProblem("#/name", refused.text)])), 409
    return redirect(url_for("storage.scales"), 303)


@bp.get("/scales/<uuid:scale_id>")
def edit_scale(scale_id: UUID) -> str:
    """One scale, to be changed or ended."""
    with reading() as work:
        scale = _managed(work, scale_id)
    return _form(FormState(_values(scale)), scale)


@bp.post("/scales/<uuid:scale_id>")
def change_scale(scale_id: UUID) -> Response | tuple[str, int]:
    """Keep what was changed, or end it."""
    is_end = request.form.get("then") == "end"
    try:
        with unit_of_work() as work:
            if is_end:
                command: EndScale = parse_form(EndScaleSchema(), _seen())
                flash(_("秤 %(name)s 已停用", name=end_scale(work, scale_id, command).name))
            else:
                revised = parse_form(ReviseScaleSchema(), _typed() | _seen())
                flash(_("已保存 %(name)s", name=revise_scale(work, scale_id, revised).name))
    except InvalidInput as refused:
        return _refused(scale_id, refused.problems), 422
    except Conflict as refused:
        return _refused(scale_id, [FieldProblem("", refused.text)]), 409
    return redirect(url_for("storage.scales"), 303)


def _typed(*more: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in (*FIELDS, *more)}


def _seen() -> dict[str, str]:
    return {"seen_version": request.form.get("seen_version", "")}


def _values(scale: Scale) -> Mapping[str, str]:
    return {
        "name": scale.name,
        "serial_number": scale.serial_number,
        "capacity_kg": number_text(scale.capacity),
        "calibrated_to": scale.calibrated_to.isoformat() if scale.calibrated_to else "",
    }


def _managed(work: Work, scale_id: UUID) -> Scale:
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    return scale_for(work, scale_id)


def _refused(scale_id: UUID, problems: Any) -> str:
    with reading() as work:
        scale = _managed(work, scale_id)
    return _form(FormState(request.form, problems), scale)


def _form(form: FormState, scale: Scale | None = None) -> str:
    with reading() as work:
        ensure_may(work.actor, Permission.STORAGE_MANAGE)
        sites = [(str(site.id), site.name) for site in sites_of_actor(work)]
    return render_template("storage/scale_form.html", form=form, scale=scale, sites=sites)
