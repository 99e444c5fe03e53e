"""Facilities and zones: what lies where, what the rules say of it, and setting them up."""

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.language import rendered
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Work
from app.waste.consignments.queries import numbers_of
from app.waste.registry.models import FORM_WORDS, PlaceKind, WasteForm
from app.waste.registry.streams import sites_of_actor
from app.waste.storage import policy, queries
from app.waste.storage.checks import StandingProblem, facility_check
from app.waste.storage.facts import jurisdiction_of
from app.waste.storage.models import Container, FacilityType, Zone
from app.waste.storage.movements import Movement, movements_of, oldest_in_zones
from app.waste.storage.operations.facilities import add_facility, add_zone, revise_zone
from app.waste.storage.queries import ContainerFilter, FacilityStock
from app.waste.storage.schemas import AddFacilitySchema, AddZoneSchema, ReviseZoneSchema
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import (
    FACILITY_WORDS,
    bp,
    number_text,
    package_text,
    title_of,
    uuid_or_none,
)

SHOWN = 12
"""Containers on a facility's page; the list has them all."""

WARN_SHARE = 80
"""Per cent of the capacity from which a meter turns amber (platform setting, ux.md 2)."""

_BETWEEN_CODES = re.compile(r"[\s,，、;；]+")

PLACE_WORDS = {
    PlaceKind.GENERATION: say("产生"),
    PlaceKind.UNPLACED: say("未入库"),
    PlaceKind.ZONE: say("其他分区"),
    PlaceKind.CONSIGNMENT: say("联单"),
    PlaceKind.UTILISED: say("利用"),
    PlaceKind.DISPOSED: say("处置"),
}


@bp.get("/facilities")
def facilities() -> str:
    """Every facility the viewer may see, with its stock."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stocks = queries.facilities_with_stock(work)
        may_manage = policy.may_manage_storage(work.actor)
    return render_template(
        "storage/facilities.html",
        stocks=stocks,
        kinds=FACILITY_WORDS,
        may_manage=may_manage,
        warn=WARN_SHARE,
    )


@bp.get("/facilities/<uuid:facility_id>")
def facility(facility_id: UUID) -> str:
    """One facility: zones and meters, rule check, containers, what came in and went out."""
    zone_id = uuid_or_none(request.args.get("zone_id", ""))
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stock = _stock(work, facility_id)
        check = facility_check(work, stock, jurisdiction_of(work, stock.facility.site_id))
        oldest = oldest_in_zones(work, facility_id)
        wanted = ContainerFilter(facility_id=facility_id, zone_id=zone_id)
        rows, more = queries.container_rows(work, wanted, limit=SHOWN)
        zones = {zone.zone.id: zone.zone.code for zone in stock.zones}
        movements = movements_of(work, zones)
        numbers = numbers_of(work, {movement.to_id for movement in movements})
        may_manage = policy.may_manage_storage(work.actor)
        may_register = policy.may_manage_containers(work.actor)
    return render_template(
        "storage/facility.html",
        stock=stock,
        facility=stock.facility,
        check=check,
        problems=[_problem(problem, oldest, work.actor) for problem in check.problems],
        broken=check.zones_at_fault,
        rows=rows,
        more=more,
        chosen=next((zone.zone for zone in stock.zones if zone.zone.id == zone_id), None),
        oldest=min(oldest.values(), key=lambda found: found.generated_on, default=None),
        movements=[_movement(movement, numbers) for movement in movements],
        may_manage=may_manage,
        may_register=may_register,
        kinds=FACILITY_WORDS,
        forms=FORM_WORDS,
        warn=WARN_SHARE,
        title_of=title_of,
        package_text=package_text,
    )


def _stock(work: Work, facility_id: UUID) -> FacilityStock:
    found = queries.facilities_with_stock(work, facility_id)
    if not found:
        raise NotFound(say("没有这个贮存设施"))
    return found[0]


@dataclass(frozen=True)
class Mend:
    """One click that helps against a finding."""

    words: str
    url: str


def _problem(problem: StandingProblem, oldest: dict[UUID, Container], actor: Actor) -> dict[str, Any]:
    """A standing finding with its place in front and the ways to mend it."""
    zone, stream = problem.zone, problem.stream
    place = " · ".join(
        ([f"{zone.code} {zone.name}"] if zone else []) + ([stream.local_name] if stream else [])
    )
    mends = _mends(problem, oldest, actor) if policy.may_manage_containers(actor) else []
    return {"problem": problem, "finding": problem.finding, "place": place, "mends": mends}


def _mends(problem: StandingProblem, oldest: dict[UUID, Container], actor: Actor) -> list[Mend]:
    zone, stream, finding = problem.zone, problem.stream, problem.finding
    mends = []
    if stream is not None and finding.missing and policy.may_revise_stream(actor, stream):
        back = request.full_path.rstrip("?")
        mends.append(
            Mend(_("补全废物资料"), url_for("storage.stream", stream_id=stream.id, next=back) + "#properties")
        )
    if zone is not None and zone.id in oldest and not finding.missing:
        first = oldest[zone.id]
        words = _("移走 %(container)s", container=title_of(first))
        mends.append(Mend(words, url_for("storage.container", code=first.code) + "#place"))
    if zone is not None and finding.rule_id in ("GB18597-4.3-a", "GB18597-4.2"):
        mends.append(Mend(_("改分区设置"), url_for("storage.edit_zone", zone_id=zone.id)))
    return mends


def _movement(movement: Movement, numbers: dict[UUID, str]) -> dict[str, Any]:
    """What one act moved, as a line of the in/out log seen from this facility."""
    if movement.from_zone and movement.to_zone:
        words, kind = _("移位 %(zone)s → %(to)s", zone=movement.from_zone, to=movement.to_zone), ""
    elif movement.to_zone:
        words, kind = _("入库 %(zone)s", zone=movement.to_zone), "ok"
    else:
        target = numbers.get(movement.to_id) or rendered(PLACE_WORDS.get(movement.to_kind, Text("")))
        words, kind = _("出库 %(zone)s → %(target)s", zone=movement.from_zone, target=target), "ok"
    return {"movement": movement, "words": words, "kind": kind}


# --- setting up ---


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
    kinds = [(kind.value, word) for kind, word in FACILITY_WORDS.items()]
    return render_template("storage/facility_form.html", form=form, sites=sites, kinds=kinds)


@bp.get("/facilities/<uuid:facility_id>/zones/new")
def new_zone(facility_id: UUID) -> str:
    """The form for a zone."""
    return _zone_form(facility_id, FormState())


@bp.post("/facilities/<uuid:facility_id>/zones")
def create_zone(facility_id: UUID) -> Response | tuple[str, int]:
    """Mark a zone of a facility."""
    try:
        command = parse_form(
            AddZoneSchema(), {**_zone_typed(), **_typed("code"), "facility_id": str(facility_id)}
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
        command = parse_form(ReviseZoneSchema(), {**_zone_typed(), **_typed("seen_version")})
        with unit_of_work() as work:
            revise_zone(work, zone_id, replace(command, seen_version=command.seen_version or 0))
    except InvalidInput as refused:
        return _zone_form(zone.facility_id, FormState(request.form, _onto_fields(refused)), zone), 422
    except VersionConflict as refused:
        problem = FieldProblem("", refused.text)
        return _zone_form(zone.facility_id, FormState(request.form, [problem]), zone), 409
    flash(_("已保存 %(zone)s", zone=f"{zone.code} {command.name}"))
    return redirect(url_for("storage.facility", facility_id=zone.facility_id), 303)


def _zone_form(facility_id: UUID, form: FormState, zone: Zone | None = None) -> str:
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stock = _stock(work, facility_id)
    others = [
        (item.zone.code, f"{item.zone.code} {item.zone.name}")
        for item in stock.zones
        if zone is None or item.zone.id != zone.id
    ]
    forms = [(form_.value, FORM_WORDS[form_]) for form_ in WasteForm]
    return render_template(
        "storage/zone_form.html", form=form, facility=stock.facility, zone=zone, others=others, forms=forms
    )


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _zone_typed() -> dict[str, Any]:
    allowed = [code for code in _BETWEEN_CODES.split(request.form.get("allowed", "").strip()) if code]
    return {
        **_typed("name", "capacity_kg"),
        "allowed": [code.upper() for code in allowed],
        "forms": request.form.getlist("forms"),
        "open_to": request.form.getlist("open_to"),
    }


def _onto_fields(refused: InvalidInput) -> list[FieldProblem]:
    """Problems of list entries stand at the field that holds the list."""
    return [
        FieldProblem("/".join(problem.pointer.split("/")[:2]), problem.text) for problem in refused.problems
    ]
