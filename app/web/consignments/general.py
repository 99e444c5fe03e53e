"""Transfers of general waste: one short form for the draft, one page for everything after it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text, tonnes_text
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import signer
from app.foundation.trace.queries import timeline_of
from app.parties.licences.queries import Fleet, fleets
from app.waste.consignments import operations
from app.waste.consignments.commands.general import PACKAGES
from app.waste.consignments.documents import PACKAGE_WORDS, consignment_qr
from app.waste.consignments.models import Consignment
from app.waste.consignments.policy import acts_open_to, ensure_may, ensure_may_send, next_act
from app.waste.consignments.queries import PUBLIC_STATES, Papers, papers_for
from app.waste.consignments.queries.choices import GeneralStock, Taker, general_stock, takers
from app.waste.consignments.queries.gate import gate_net
from app.waste.consignments.readiness import Readiness, readiness_of
from app.waste.consignments.schemas.general import CreateTransferSchema, ReviseTransferSchema
from app.waste.consignments.workflow import BEFORE_DEPARTURE, ConsignmentAct, ConsignmentState
from app.waste.registry.methods import METHODS, method_text
from app.waste.registry.models import WasteKind
from app.web.consignments.blueprint import bp
from app.web.consignments.lists import mine_text
from app.web.consignments.pairs import paired, parted
from app.web.consignments.parts import line_rows, overview, parties, timeline
from app.web.consignments.road import way_facts
from app.web.findings import Line, by_weight, condition_lines
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.qr_svg import qr_svg

S = ConsignmentState
BY_LINE: Final = frozenset({ConsignmentAct.WEIGH_LOAD, ConsignmentAct.ACCEPT_LOAD})
"""Acts whose form has a mass for each line, in fields named `masses-<line>`."""
FIELDS: Final = {
    "consignee_id": "consignee",
    "consignee_site_id": "consignee",
    "carrier_id": "vehicle",
    "vehicle_id": "vehicle",
}
OF_LINE: Final = {"mass_kg": "mass", "package": "package", "batch_id": "batch", "stream_id": "mass"}
NOTHING: Final = say("请至少填写一种废物的移出量")
STEPS: Final = (say("填写"), say("装车"), say("移出人签"), say("承运人签"), say("接收"), say("完结"))


@bp.get("/general/new")
def new_general() -> str:
    """An empty draft; all but mass and day copied from `?template=`."""
    with reading() as work:
        ensure_may_send(work.actor)
        values: dict[str, Any] = {}
        if template := request.args.get("template"):
            papers = papers_for(work, template)
            values = {**_saved_values(papers), "copied_from_id": str(papers.consignment.id), "due_on": ""}
            values.pop("seen_version")
        return _form(work, FormState(values), None)


@bp.post("/general")
def create_general() -> Response | tuple[str, int]:
    """Save a new draft."""
    try:
        with unit_of_work() as work:
            ensure_may_send(work.actor)
            number = operations.create_transfer(work, parse_form(CreateTransferSchema(), _typed())).number
    except (InvalidInput, Conflict) as refused:
        return _again(refused, None)
    return _saved(number)


@bp.get("/<number>/general-draft")
def edit_general(number: str) -> str | Response:
    """A draft with what was saved; anything later is shown instead."""
    with reading() as work:
        papers = papers_for(work, number)
        if not is_general_draft(papers.consignment):
            return redirect(url_for("consignments.show", number=number))
        ensure_may(work.actor, papers.consignment, ConsignmentAct.REVISE)
        return _form(work, FormState(_saved_values(papers)), papers)


@bp.post("/<number>/general-draft")
def revise_general(number: str) -> Response | tuple[str, int]:
    """Save a draft again."""
    try:
        with unit_of_work() as work:
            operations.revise_transfer(work, number, parse_form(ReviseTransferSchema(), _typed()))
    except (InvalidInput, Conflict) as refused:
        return _again(refused, number)
    return _saved(number)


def is_general_draft(consignment: Consignment) -> bool:
    """Whether the form of this module is the one in which it is revised."""
    return consignment.state is S.DRAFT and consignment.kind is WasteKind.GENERAL


def _saved(number: str) -> Response:
    if request.form.get("go") == "check":
        return redirect(url_for("consignments.show", number=number), 303)
    flash(_("草稿已保存"))
    return redirect(url_for("consignments.edit_general", number=number), 303)


def _again(refused: InvalidInput | Conflict, number: str | None) -> tuple[str, int]:
    """The form with what was typed and what is wrong with it."""
    found = refused.problems if isinstance(refused, InvalidInput) else (FieldProblem("", refused.text),)
    with reading() as work:
        papers = papers_for(work, number) if number else None
        shown = _form(work, FormState(request.form, _at_draft(found)), papers)
    return shown, 422 if isinstance(refused, InvalidInput) else 409


def _streams_typed() -> list[str]:
    """The wastes of which a mass is typed, in the order of the form."""
    return [
        name.removeprefix("mass-")
        for name, value in request.form.items()
        if name.startswith("mass-") and value.strip()
    ]


def _typed() -> dict[str, Any]:
    """The form as the JSON border would send it: a line for each waste with a mass."""
    form = request.form
    consignee, site = parted(form.get("consignee", ""))
    carrier, vehicle = parted(form.get("vehicle", ""))
    texts = ("planned_method", "emergency_measures", "via", "due_on", "driver_id", "copied_from_id")
    lines = [
        {"stream_id": stream, "mass_kg": form[f"mass-{stream}"].strip()}
        | ({"package": package} if (package := form.get(f"package-{stream}")) else {})
        | ({"batch_id": batch} if (batch := form.get(f"batch-{stream}")) else {})
        for stream in _streams_typed()
    ]
    return {name: form.get(name, "").strip() for name in texts} | {
        "seen_version": form.get("seen_version"),
        "lines": lines,
        "consignee_id": consignee,
        "consignee_site_id": site,
        "carrier_id": carrier,
        "vehicle_id": vehicle,
    }


def _at_draft(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """Problems of a command at the fields of the form."""
    streams = _streams_typed()
    found: dict[tuple[str, str], FieldProblem] = {}
    for problem in problems:
        name, *rest = problem.pointer.removeprefix("#/").split("/")
        if name == "lines" and len(rest) > 1 and rest[0].isdecimal() and int(rest[0]) < len(streams):
            name = f"{OF_LINE.get(rest[1], 'mass')}-{streams[int(rest[0])]}"
        text = NOTHING if problem.pointer == "#/lines" and not streams else problem.text
        moved = FieldProblem(f"#/{FIELDS.get(name, name)}", text)
        found[moved.pointer, str(moved.text)] = moved
    return list(found.values())


def at_masses(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """Problems of an act at its fields: `#/masses/2` is the field `masses-2`."""
    moved = []
    for problem in problems:
        name, *rest = problem.pointer.removeprefix("#/").split("/")
        moved.append(FieldProblem(f"#/{name}-{rest[0]}" if rest else f"#/{name}", problem.text))
    return moved


def _saved_values(papers: Papers) -> dict[str, Any]:
    c = papers.consignment
    values = {
        "consignee": paired(c.consignee_id, c.consignee_site_id),
        "vehicle": paired(c.carrier_id, c.vehicle_id),
        "driver_id": str(c.driver_id or ""),
        "planned_method": c.planned_method,
        "emergency_measures": c.emergency_measures,
        "via": c.via,
        "due_on": c.due_on.isoformat() if c.due_on else "",
        "seen_version": str(c.version),
    }
    for line in papers.lines:
        values |= {
            f"mass-{line.stream_id}": _as_typed(line.sent_mass),
            f"package-{line.stream_id}": line.package,
            f"batch-{line.stream_id}": str(line.batch_id or ""),
        }
    return values


def _as_typed(mass: Grams) -> str:
    """Kilograms as people type them: no zeros at the end."""
    return kg_text(mass).rstrip("0").rstrip(".")


def _form(work: Work, form: FormState, papers: Papers | None) -> str:
    own_fleets = fleets(work)
    number = papers.consignment.number if papers else None
    ready = readiness_of(work, papers) if papers else None
    return render_template(
        "consignments/general_new.html",
        form=form,
        number=number,
        version=papers.consignment.version if papers else None,
        action=url_for("consignments.revise_general", number=number)
        if number
        else url_for("consignments.create_general"),
        wastes=[_waste_option(one) for one in general_stock(work)],
        packages=[(one, PACKAGE_WORDS[one]) for one in PACKAGES],
        takers=[_taker_option(one) for one in takers(work)],
        methods=[(code, method_text(code)) for code in METHODS],
        vehicles=[_vehicle_option(fleet, at) for fleet in own_fleets for at in range(len(fleet.vehicles))],
        drivers=[
            {"value": str(one.id), "label": f"{one.name} · {fleet.carrier.short_name}"}
            for fleet in own_fleets
            for one in fleet.drivers
        ],
        conditions=_lines(ready) if ready else [],
        open_count=ready.open_count if ready else None,
    )


def _waste_option(one: GeneralStock) -> dict[str, Any]:
    return {
        "id": str(one.stream.id),
        "name": one.stream.local_name or one.stream.waste_name,
        "code": one.stream.waste_code,
        "site": one.site.name,
        "mass": one.mass,
        "batches": [
            (str(batch.id), say("{code}，{mass} t", code=batch.code, mass=tonnes_text(mass)))
            for batch, mass in one.batches
        ],
    }


def _taker_option(one: Taker) -> dict[str, Any]:
    return {
        "value": paired(one.organisation.id, one.site.id),
        "title": f"{one.organisation.short_name} · {one.site.name}",
        "note": one.site.address,
    }


def _vehicle_option(fleet: Fleet, at: int) -> dict[str, Any]:
    vehicle = fleet.vehicles[at]
    return {
        "value": paired(fleet.carrier.id, vehicle.id),
        "title": printed_plate(vehicle.plate),
        "note": say(
            "{carrier} · {kind} · 核载 {load} t",
            carrier=fleet.carrier.short_name,
            kind=vehicle.kind,
            load=tonnes_text(vehicle.approved_load),
        ),
    }


def _lines(ready: Readiness) -> Sequence[Line]:
    return condition_lines(by_weight(ready.findings)) + [
        Line(one.outcome, one.text, one.note) for one in ready.preconditions
    ]


def general_page(
    work: Work, papers: Papers, form: FormState | None = None, refusal: Text | None = None
) -> str:
    """The page of a transfer from the saved draft on; after a refused act with what was typed and why."""
    consignment = papers.consignment
    due = next_act(work.actor, consignment)
    ready = readiness_of(work, papers) if consignment.state in BEFORE_DEPARTURE else None
    return render_template(
        "consignments/general.html",
        number=consignment.number,
        title_number=consignment.number,
        version=consignment.version,
        state=consignment.state.value,
        mine=mine_text(due),
        next_act=due,
        acts=acts_open_to(work.actor, consignment),
        form=_with_masses(papers, form or FormState()),
        refusal=refusal,
        c=overview(papers),
        steps=_steps(consignment),
        lines=line_rows(papers),
        parties=parties(papers),
        gate_net=gate_net(consignment),
        conditions=_lines(ready) if ready else [],
        open_count=ready.open_count if ready else 0,
        reasons=tuple({one.rule_id: one.text() for one in ready.to_confirm}.items()) if ready else (),
        way=way_facts(work, papers),
        events=timeline(papers, timeline_of(work, consignment.id)),
        qr=_qr(work, papers),
        manifest_url=url_for(
            "consignments.manifest", number=consignment.number, lang=request.args.get("lang")
        ),
    )


def _with_masses(papers: Papers, form: FormState) -> FormState:
    """What was loaded stands in the fields of load and receipt until somebody types otherwise."""
    known: Mapping[str, Any] = {
        f"masses-{line.line_number}": _as_typed(line.sent_mass) for line in papers.lines
    }
    return FormState({**known, **form.values}, form.found)


def _steps(c: Consignment) -> list[dict[str, Any]]:
    times = (c.submitted_at, c.loading_at, c.consignor_signed_at, c.departed_at, c.closed_at, c.completed_at)
    current = _current_step(c)
    return [
        {
            "label": word,
            "at": time if at < current else None,
            "state": "done" if at < current else "cur" if at == current else "",
        }
        for at, (word, time) in enumerate(zip(STEPS, times, strict=True))
    ]


def _current_step(c: Consignment) -> int:
    match c.state:
        case S.DRAFT:
            return 0
        case S.SUBMITTED:
            return 1
        case S.LOADING:
            return 3 if c.consignor_signed_at else 2
        case S.IN_TRANSIT | S.ARRIVED | S.INCIDENT | S.REJECTED:
            return 4
        case S.ACCEPTED:
            return 5
        case S.CLOSED:
            return len(STEPS)
        case _:
            return -1


def _qr(work: Work, papers: Papers) -> Any:
    if papers.consignment.state not in PUBLIC_STATES:
        return None
    key = signer(work, house().keyring, KeyPurpose.QR)
    text = consignment_qr(papers, house().config.public_url, key)
    return qr_svg(text) if text else None
