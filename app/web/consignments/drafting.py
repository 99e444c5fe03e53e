"""The form of a draft: containers, consignee, carrier and vehicle on one page, saved as often as one likes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import actor, reading, unit_of_work
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.parties.licences.capacity import LicenceScope
from app.parties.licences.models import CrewMember, LicenceState, Vehicle
from app.parties.licences.queries import Fleet
from app.waste.consignments import operations, schemas
from app.waste.consignments.policy import ensure_may, ensure_may_send
from app.waste.consignments.queries import Papers, papers_for
from app.waste.consignments.queries.choices import (
    Choices,
    InStore,
    Taker,
    choices_for_draft,
    last_number_sent,
)
from app.waste.consignments.readiness import readiness_of
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.methods import METHODS, method_text
from app.web.consignments.blueprint import bp
from app.web.consignments.general import is_general_draft
from app.web.consignments.leg_forms import at_legs, saved_legs, slots_to_show, typed_legs
from app.web.consignments.mending import condition_lines_of
from app.web.consignments.pairs import paired, parted
from app.web.consignments.showing import at_fields
from app.web.forms import FormState
from app.web.parsing import parse_form


@bp.get("/new")
def new() -> str:
    """An empty draft; containers can be ticked beforehand by `?containers=`, all else copied from `?template=`."""
    with reading() as work:
        ensure_may_send(work.actor)
        values: dict[str, Any] = {"containers": request.args.getlist("containers")}
        if template := request.args.get("template"):
            values |= _copied(papers_for(work, template))
        form = FormState(values)
        return _page(work, form, None)


@bp.post("/")
def create() -> Response | tuple[str, int]:
    """Save a new draft."""
    try:
        with unit_of_work() as work:
            ensure_may_send(work.actor)
            command = parse_form(schemas.CreateConsignmentSchema(), _typed())
            number = operations.create_consignment(work, command).number
    except (InvalidInput, Conflict) as refused:
        return _again(refused, None)
    return _saved(number)


@bp.get("/<number>/draft")
def edit(number: str) -> str | Response:
    """A draft with what was saved; anything later is shown instead."""
    with reading() as work:
        papers = papers_for(work, number)
        if is_general_draft(papers.consignment):
            return redirect(url_for("consignments.edit_general", number=number))
        if papers.consignment.state is not ConsignmentState.DRAFT:
            return redirect(url_for("consignments.show", number=number))
        ensure_may(work.actor, papers.consignment, ConsignmentAct.REVISE)
        return _page(work, FormState(_saved_values(papers)), papers)


@bp.post("/<number>/draft")
def revise(number: str) -> Response | tuple[str, int]:
    """Save a draft again."""
    try:
        with unit_of_work() as work:
            command = parse_form(schemas.ReviseDraftSchema(), _typed())
            operations.revise_draft(work, number, command)
    except (InvalidInput, Conflict) as refused:
        return _again(refused, number)
    return _saved(number)


def _saved(number: str) -> Response:
    if request.form.get("go") == "check":
        return redirect(url_for("consignments.show", number=number), 303)
    flash(_("草稿已保存"))
    return redirect(url_for("consignments.edit", number=number), 303)


def _again(refused: InvalidInput | Conflict, number: str | None) -> tuple[str, int]:
    """The form with what was typed and what is wrong with it."""
    found = refused.problems if isinstance(refused, InvalidInput) else (FieldProblem("", refused.text),)
    with reading() as work:
        papers = papers_for(work, number) if number else None
        found = at_legs(request.form, found)
        shown = _page(work, FormState(request.form, at_fields(tuple(found))), papers)
    return shown, 422 if isinstance(refused, InvalidInput) else 409


def _typed() -> dict[str, Any]:
    """The form as the JSON border would send it: a choice of a place or vehicle names its firm too."""
    form = request.form
    consignee, site = parted(form.get("consignee", ""))
    carrier, vehicle = parted(form.get("vehicle", ""))
    texts = (
        "planned_method",
        "emergency_measures",
        "national_number",
        "via",
        "due_on",
        "driver_id",
        "escort_id",
        "copied_from_id",
    )
    return {name: form.get(name, "").strip() for name in texts} | {
        "seen_version": form.get("seen_version"),
        "containers": form.getlist("containers"),
        "consignee_id": consignee,
        "consignee_site_id": site,
        "carrier_id": carrier,
        "vehicle_id": vehicle,
        "legs": typed_legs(form, actor().zone),
    }


def _saved_values(papers: Papers) -> dict[str, Any]:
    c = papers.consignment
    return {
        "containers": [str(container.id) for container in papers.containers],
        "consignee": paired(c.consignee_id, c.consignee_site_id),
        "vehicle": paired(c.carrier_id, c.vehicle_id),
        "driver_id": str(c.driver_id or ""),
        "escort_id": str(c.escort_id or ""),
        "planned_method": c.planned_method,
        "emergency_measures": c.emergency_measures,
        "national_number": c.national_number or "",
        "via": c.via,
        "due_on": c.due_on.isoformat() if c.due_on else "",
        "seen_version": str(c.version),
        **saved_legs(papers, actor().zone),
    }


def _copied(papers: Papers) -> dict[str, Any]:
    """Parties, vehicle, crew and texts of an earlier consignment; its containers, number and day are its own."""
    own = ("containers", "national_number", "due_on", "seen_version")
    values = {name: value for name, value in _saved_values(papers).items() if name not in own}
    return values | {"copied_from_id": str(papers.consignment.id)}


def _page(work: Work, form: FormState, papers: Papers | None) -> str:
    choices = choices_for_draft(work)
    ready = readiness_of(work, papers) if papers else None
    return render_template(
        "consignments/new.html",
        form=form,
        number=papers.consignment.number if papers else None,
        last_number=None if papers or form.value("copied_from_id") else last_number_sent(work),
        version=papers.consignment.version if papers else None,
        action=url_for("consignments.revise", number=papers.consignment.number)
        if papers
        else url_for("consignments.create"),
        containers=[_container_option(one) for one in choices.containers],
        takers=[_taker_option(work, one) for one in choices.takers],
        methods=[(code, method_text(code)) for code in METHODS],
        vehicles=[_vehicle_option(work, fleet, one) for fleet in choices.fleets for one in fleet.vehicles],
        leg_slots=slots_to_show(form.values),
        leg_vehicles=[
            {"value": one["value"], "label": one["note"], "disabled": one["disabled"]}
            for one in _leg_vehicles(work, choices)
        ],
        drivers=[_crew_option(work, fleet, one) for fleet in choices.fleets for one in fleet.drivers],
        escorts=[_crew_option(work, fleet, one) for fleet in choices.fleets for one in fleet.escorts],
        tasks=_tasks(form, choices),
        conditions=condition_lines_of(work.actor, papers.consignment, ready) if papers and ready else [],
        open_count=ready.open_count if ready else None,
    )


def _tasks(form: FormState, choices: Choices) -> list[str]:
    """How far the three parts of the form are: done, bad or nothing yet."""
    parts = (
        ("containers",),
        ("consignee", "planned_method"),
        ("vehicle", "driver_id", "emergency_measures"),
    )
    return [
        "bad"
        if any(form.problem(name) for name in part)
        else "done"
        if all(form.value(name) for name in part)
        else ""
        for part in parts
    ]


def _container_option(one: InStore) -> dict[str, Any]:
    label = one.container.local_label or one.container.short_code
    return {
        "value": str(one.container.id),
        "label": label,
        "code": one.container.code,
        "waste": one.stream.local_name,
        "waste_code": one.stream.waste_code,
        "zone": f"{one.facility.name} · {one.zone.code}",
        "mass": one.container.net,
        "stored_at": one.container.stored_at,
        "is_labelled": one.is_labelled,
        "url": url_for("storage.container", code=one.container.code),
    }


def _taker_option(work: Work, one: Taker) -> dict[str, Any]:
    problem = _licence_problem(work, one.scope)
    return {
        "value": paired(one.organisation.id, one.site.id),
        "title": f"{one.organisation.short_name} · {one.site.name}",
        "note": _licence_note(one.scope) if one.scope else None,
        "problem": problem,
        "disabled": problem is not None,
    }


def _licence_problem(work: Work, scope: LicenceScope | None) -> Text | None:
    """Why nothing can go there today (HWLM-15 says so at the submission)."""
    if scope is None:
        return say("没有经营许可证")
    if scope.licence.state is not LicenceState.VALID:
        return say("许可证已暂停或吊销")
    if scope.licence.valid_to < work.today:
        return say("许可证 {day} 到期", day=scope.licence.valid_to.isoformat())
    return None


def _licence_note(scope: LicenceScope) -> Text:
    return say(
        "{number}，含 {codes}，至 {day}，今年余 {left} t",
        number=scope.licence.number,
        codes=sorted(scope.codes),
        day=scope.licence.valid_to.isoformat(),
        left=tonnes_text(scope.left),
    )


def _vehicle_option(work: Work, fleet: Fleet, vehicle: Vehicle) -> dict[str, Any]:
    problem = _vehicle_problem(work, fleet, vehicle)
    return {
        "value": paired(fleet.carrier.id, vehicle.id),
        "title": printed_plate(vehicle.plate),
        "note": say(
            "{carrier} · {kind} · 核载 {load} t",
            carrier=fleet.carrier.short_name,
            kind=vehicle.kind,
            load=tonnes_text(vehicle.approved_load),
        ),
        "problem": problem,
        "disabled": problem is not None,
    }


def _vehicle_problem(work: Work, fleet: Fleet, vehicle: Vehicle) -> Text | None:
    if fleet.permit is None or fleet.permit.valid_to < work.today:
        return say("承运人没有有效许可")
    if vehicle.valid_to < work.today:
        return say("运输证 {day} 到期", day=vehicle.valid_to.isoformat())
    return None


def _leg_vehicles(work: Work, choices: Choices) -> list[dict[str, Any]]:
    """Every vehicle with its plate and carrier in one line."""
    return [
        {
            **_vehicle_option(work, fleet, one),
            "note": f"{printed_plate(one.plate)} · {fleet.carrier.short_name}",
        }
        for fleet in choices.fleets
        for one in fleet.vehicles
    ]


def _crew_option(work: Work, fleet: Fleet, member: CrewMember) -> dict[str, Any]:
    expired = member.valid_to < work.today
    return {
        "value": str(member.id),
        "label": f"{member.name} · {fleet.carrier.short_name}",
        "disabled": expired,
        "note": say("从业资格证 {day} 到期", day=member.valid_to.isoformat()) if expired else None,
    }
