"""Setting up facilities and zones, their registers, and closing them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.language import rendered
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, VersionConflict
from app.foundation.core.text import Text, say
from app.waste.registry.models import FORM_WORDS, WasteForm
from app.waste.registry.streams import sites_of_actor
from app.waste.storage import policy, queries
from app.waste.storage.facility_commands import EndFacility
from app.waste.storage.facility_schemas import ReviseFacilitySchema
from app.waste.storage.models import FACILITY_TYPE_WORDS, Facility, FacilityType, Zone
from app.waste.storage.operations.facilities import (
    add_facility,
    add_zone,
    end_facility,
    end_zone,
    revise_facility,
    revise_zone,
)
from app.waste.storage.register import FieldKind, RegisterField, fields_for, fields_for_zone, group_names
from app.waste.storage.schemas import AddFacilitySchema, AddZoneSchema, ReviseZoneSchema
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp, number_text
from app.web.storage.facilities import facility_stock, facility_tabs

PREFIX = "register-"
"""Before the key of a register field in a form, so that its problems find it."""
_BETWEEN_CODES = re.compile(r"[\s,，、;；]+")

TYPE_NOTES = {
    FacilityType.WAREHOUSE: say("建筑内，各种形态，须包装"),
    FacilityType.YARD: say("有顶棚的半敞开场地，散装固态"),
    FacilityType.POOL: say("散装液态或半固态"),
    FacilityType.TANK_FARM: say("固定储罐，设围堰"),
    FacilityType.SPOT: say("登记管理单位或产线旁，随时不超过 3 t"),
    FacilityType.GENERAL_WAREHOUSE: say("库房或包装容器内的一般固废"),
    FacilityType.CLASS_I_SITE: say("一般固废贮存、填埋，第Ⅰ类"),
    FacilityType.CLASS_II_SITE: say("一般固废贮存、填埋，第Ⅱ类"),
}
UNIT_WORDS = {
    "m2": say("m²"),
    "m3": say("m³"),
    "a": say("年"),
    "month": say("月"),
    "count": say("个"),
}


# --- facilities ---


@bp.get("/facilities/new")
def new_facility() -> str:
    """The form for a facility."""
    return _facility_form(FormState({"type": FacilityType.WAREHOUSE.value}))


@bp.post("/facilities")
def create_facility() -> Response | tuple[str, int]:
    """Register a facility of a site."""
    try:
        command = parse_form(
            AddFacilitySchema(), _typed("site_id", "code", "name", "type", "keeper", "capacity_kg")
        )
        with unit_of_work() as work:
            added = add_facility(work, command)
    except InvalidInput as refused:
        return _facility_form(FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        return _facility_form(FormState(request.form, [FieldProblem("#/code", refused.text)])), 409
    flash(_("已登记 %(name)s，接着划分分区", name=added.name))
    return redirect(url_for("storage.facility", facility_id=added.id), 303)


def _facility_form(form: FormState) -> str:
    with reading() as work:
        policy.ensure_may_read(work.actor)
        sites = [(str(site.id), site.name) for site in sites_of_actor(work)]
    kinds = [
        {"value": kind.value, "label": word, "note": TYPE_NOTES[kind]}
        for kind, word in FACILITY_TYPE_WORDS.items()
    ]
    return render_template("storage/facility_form.html", form=form, sites=sites, kinds=kinds)


@bp.get("/facilities/<uuid:facility_id>/register")
def edit_facility(facility_id: UUID) -> str:
    """The register of a facility as it is."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        found = facility_stock(work, facility_id).facility
        may_manage = policy.may_manage_storage(work.actor)
    values = {
        "name": found.name,
        "type": found.type.value,
        "capacity_kg": number_text(found.capacity),
        "keeper": found.keeper,
        "seen_version": str(found.version),
        **_register_values(found.register),
    }
    return _register_page(found, FormState(values), found.type, may_manage)


@bp.post("/facilities/<uuid:facility_id>/register")
def update_facility(facility_id: UUID) -> Response | tuple[str, int]:
    """Change what a facility is and what its register says."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        found = facility_stock(work, facility_id).facility
        may_manage = policy.may_manage_storage(work.actor)
    chosen = _type_typed(found.type)
    try:
        values = _typed("name", "type", "capacity_kg", "keeper", "seen_version")
        command = parse_form(
            ReviseFacilitySchema(), {**values, "register": _register_typed(fields_for(chosen))}
        )
        with unit_of_work() as work:
            revise_facility(work, facility_id, replace(command, seen_version=command.seen_version or 0))
    except InvalidInput as refused:
        form = FormState(request.form, refused.problems)
        return _register_page(found, form, chosen, may_manage), 422
    except VersionConflict as refused:
        form = FormState(request.form, [FieldProblem("", refused.text)])
        return _register_page(found, form, chosen, may_manage), 409
    if chosen is not found.type:
        flash(_("类型已改为%(type)s，请补填这一类型的登记资料", type=rendered(FACILITY_TYPE_WORDS[chosen])))
        return redirect(url_for("storage.edit_facility", facility_id=facility_id), 303)
    flash(_("已保存登记资料"))
    return redirect(url_for("storage.facility", facility_id=facility_id), 303)


@bp.post("/facilities/<uuid:facility_id>/end")
def retire_facility(facility_id: UUID) -> Response:
    """Close an empty facility for good."""
    try:
        with unit_of_work() as work:
            ended = end_facility(work, facility_id, EndFacility(_version_typed()))
    except Conflict as refused:
        flash(rendered(refused.text), "error")
        return redirect(url_for("storage.edit_facility", facility_id=facility_id), 303)
    flash(_("已停用 %(name)s", name=ended.name))
    return redirect(url_for("storage.facilities"), 303)


def _register_page(found: Facility, form: FormState, chosen: FacilityType, may_manage: bool) -> str:
    return render_template(
        "storage/facility_register.html",
        facility=found,
        form=form,
        groups=register_groups(fields_for(chosen), form),
        kinds=[(kind.value, word) for kind, word in FACILITY_TYPE_WORDS.items()],
        may_manage=may_manage,
        tabs=facility_tabs(found, "edit_facility"),
    )


# --- register fields in forms ---


@dataclass(frozen=True)
class FieldView:
    """A field of the register as a form shows it."""

    name: str
    kind: str
    label: Text
    hint: Text | None
    unit: Text | str
    options: list[tuple[str, Text]]


@dataclass(frozen=True)
class GroupView:
    """Fields that stand together, and how many of them are filled in."""

    key: str
    name: Text
    fields: list[FieldView]
    filled: int
    is_open: bool


def register_groups(fields: Sequence[RegisterField], form: FormState) -> list[GroupView]:
    """The fields in their groups, in the order of the form; a group that is filled in whole is closed."""
    groups = []
    for key, name in group_names().items():
        views = [_field_view(field) for field in fields if field.group == key]
        filled = sum(bool(form.value(view.name)) for view in views)
        wrong = any(form.problem(view.name) for view in views)
        if views:
            groups.append(GroupView(key, name, views, filled, wrong or filled < len(views)))
    return groups


def _field_view(field: RegisterField) -> FieldView:
    kinds = {FieldKind.WHOLE: "integer", FieldKind.DECIMAL: "number", FieldKind.DAY: "date"}
    options: list[tuple[str, Text]] = [("", say("未填"))]
    if field.kind is FieldKind.FLAG:
        options += [("true", say("是")), ("false", say("否"))]
    options += field.choices.items()
    return FieldView(
        f"{PREFIX}{field.key}",
        kinds.get(field.kind, "select"),
        field.label,
        field.hint,
        UNIT_WORDS.get(field.unit, field.unit),
        options,
    )


def _register_values(register: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{PREFIX}{key}": str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in register.items()
    }


def _register_typed(fields: Sequence[RegisterField]) -> dict[str, str]:
    return {
        field.key: typed
        for field in fields
        if (typed := request.form.get(f"{PREFIX}{field.key}", "").strip()[:40])
    }


def _type_typed(usual: FacilityType) -> FacilityType:
    typed = request.form.get("type", "")
    return FacilityType(typed) if typed in set(FacilityType) else usual


# --- zones ---


@bp.get("/facilities/<uuid:facility_id>/zones/new")
def new_zone(facility_id: UUID) -> str:
    """The form for a zone."""
    return _zone_form(facility_id, FormState())


@bp.post("/facilities/<uuid:facility_id>/zones")
def create_zone(facility_id: UUID) -> Response | tuple[str, int]:
    """Mark a zone of a facility."""
    try:
        command = parse_form(
            AddZoneSchema(),
            {**_zone_typed(facility_id), **_typed("code"), "facility_id": str(facility_id)},
        )
        with unit_of_work() as work:
            zone = add_zone(work, command)
    except InvalidInput as refused:
        return _zone_form(facility_id, FormState(request.form, _onto_fields(refused))), 422
    except Conflict as refused:
        problem = FieldProblem("#/code", refused.text)
        return _zone_form(facility_id, FormState(request.form, [problem])), 409
    flash(_("已划分 %(zone)s", zone=f"{zone.code} {zone.name}"))
    return redirect(url_for("storage.facility", facility_id=facility_id), 303)


@bp.get("/zones/<uuid:zone_id>")
def edit_zone(zone_id: UUID) -> str:
    """The form of a zone as it is."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        _facility, zone = queries.zone_for(work, zone_id)
    form = FormState(
        {
            "name": zone.name,
            "capacity_kg": number_text(zone.capacity),
            "allowed": "、".join(zone.allowed),
            "forms": list(zone.forms),
            "open_to": list(zone.open_to),
            "seen_version": str(zone.version),
            **_register_values(zone.register),
        }
    )
    return _zone_form(zone.facility_id, form, zone)


@bp.post("/zones/<uuid:zone_id>")
def update_zone(zone_id: UUID) -> Response | tuple[str, int]:
    """Change what a zone is for."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        _facility, zone = queries.zone_for(work, zone_id)
    try:
        command = parse_form(ReviseZoneSchema(), {**_zone_typed(zone.facility_id), **_typed("seen_version")})
        with unit_of_work() as work:
            revise_zone(work, zone_id, replace(command, seen_version=command.seen_version or 0))
    except InvalidInput as refused:
        return _zone_form(zone.facility_id, FormState(request.form, _onto_fields(refused)), zone), 422
    except VersionConflict as refused:
        problem = FieldProblem("", refused.text)
        return _zone_form(zone.facility_id, FormState(request.form, [problem]), zone), 409
    flash(_("已保存 %(zone)s", zone=f"{zone.code} {command.name}"))
    return redirect(url_for("storage.facility", facility_id=zone.facility_id), 303)


@bp.post("/zones/<uuid:zone_id>/end")
def retire_zone(zone_id: UUID) -> Response:
    """Give an empty zone up."""
    try:
        with unit_of_work() as work:
            ended = end_zone(work, zone_id, seen_version=_version_typed())
    except Conflict as refused:
        flash(rendered(refused.text), "error")
        return redirect(url_for("storage.edit_zone", zone_id=zone_id), 303)
    flash(_("已撤销分区 %(zone)s", zone=f"{ended.code} {ended.name}"))
    return redirect(url_for("storage.facility", facility_id=ended.facility_id), 303)


def _zone_form(facility_id: UUID, form: FormState, zone: Zone | None = None) -> str:
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stock = facility_stock(work, facility_id)
        may_manage = policy.may_manage_storage(work.actor)
    others = [
        (other.zone.code, f"{other.zone.code} {other.zone.name}")
        for other in stock.zones
        if zone is None or other.zone.id != zone.id
    ]
    inside = next((one for one in stock.zones if zone is not None and one.zone.id == zone.id), None)
    return render_template(
        "storage/zone_form.html",
        form=form,
        facility=stock.facility,
        zone=zone,
        others=others,
        forms=[(form_.value, FORM_WORDS[form_]) for form_ in WasteForm],
        groups=register_groups(fields_for_zone(stock.facility.type), form),
        is_empty=inside is not None and not inside.mass,
        may_manage=may_manage,
    )


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _version_typed() -> int:
    version = request.form.get("seen_version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 12 else 0


def _zone_typed(facility_id: UUID) -> dict[str, Any]:
    with reading() as work:
        policy.ensure_may_read(work.actor)
        kind = queries.facility_for(work, facility_id).type
    allowed = [code for code in _BETWEEN_CODES.split(request.form.get("allowed", "").strip()) if code]
    return {
        **_typed("name", "capacity_kg"),
        "allowed": [code.upper() for code in allowed],
        "forms": request.form.getlist("forms"),
        "open_to": request.form.getlist("open_to"),
        "register": _register_typed(fields_for_zone(kind)),
    }


def _onto_fields(refused: InvalidInput) -> list[FieldProblem]:
    """Problems of list entries stand at the field that holds the list; those of the register at their own."""
    return [
        problem
        if problem.pointer.startswith("#/register/")
        else FieldProblem("/".join(problem.pointer.split("/")[:2]), problem.text)
        for problem in refused.problems
    ]
