"""What a plan holds: filled in at its start, changed while it is a draft."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from app.foundation import trace
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.trace.canonical import canonical_text, plain
from app.waste.registry.methods import METHODS
from app.waste.registry.models import PlaceKind, Posting, WasteKind, WasteStream
from app.waste.registry.planning import policy
from app.waste.registry.planning.commands import PlannedWaste, RevisePlan
from app.waste.registry.planning.completeness import EMPTY, mass_problem, stated_empty
from app.waste.registry.planning.fields import (
    LINE_FIELDS,
    LONGEST,
    METHOD_TABLES,
    PRODUCTION_FIELDS,
    REDUCTION_FIELDS,
    PlanField,
)
from app.waste.registry.planning.models import ManagementPlan, PlanLine, PlanTable, UnitClass
from app.waste.registry.planning.queries import SiteView, plan_for, site_view

A_YEAR: Final = timedelta(days=365)
MOST_LINES: Final = 200
MOST_ROWS: Final = 100


def revise_plan(work: Work, plan_id: UUID, command: RevisePlan) -> ManagementPlan:
    """Change parts of a plan that is a draft or was returned. What is still blank may stay blank until it is handed in.

    Raises:
        NotFound: no such plan of the actor's.
        NotPermitted: the actor may not manage plans.
        VersionConflict: it changed since the actor saw it.
        Conflict: it is handed in.
        InvalidInput: names every value that can't be.
    """
    policy.ensure_may_manage(work.actor)
    view = plan_for(work, plan_id, lock=True)
    plan = view.plan
    policy.ensure_unchanged(command.seen_version, plan.version)
    policy.ensure_editable(plan)
    streams = site_streams(work, plan.site_id)
    if problems := list(_problems(command, streams)):
        raise InvalidInput(problems)
    if command.unit_class is not None:
        plan.unit_class = command.unit_class
    _write_basic(work, plan, command)
    if command.production is not None:
        plan.production = [_filled(row, PRODUCTION_FIELDS) for row in command.production]
    if command.reduction is not None:
        plan.reduction = _filled(command.reduction, REDUCTION_FIELDS)
    lines = list(view.lines)
    for table, planned in (command.lines or {}).items():
        for line in view.lines_of(table):
            work.session.delete(line)
        lines = [line for line in lines if line.table is not table]
        lines += [_line(plan, table, item, streams[item.stream_id]) for item in planned]
    work.session.add_all(lines)
    flag_modified(plan, "basic")  # its lines are part of it: its version moves with them
    trace.record(
        work,
        "plan.revised",
        plan,
        about=[("site", plan.site_id)],
        park_id=plan.park_id,
        **written(plan, lines),
    )
    return plan


def site_streams(work: Work, site_id: UUID) -> dict[UUID, WasteStream]:
    """The hazardous streams of a site by id, ended ones too; one statement."""
    chosen = select(WasteStream).where(
        WasteStream.site_id == site_id, WasteStream.kind == WasteKind.HAZARDOUS
    )
    return {
        stream.id: stream
        for stream in work.session.scalars(chosen.order_by(WasteStream.waste_code, WasteStream.id))
    }


def basic_of(view: SiteView, unit_class: UnitClass, empty: Iterable[PlanTable] = ()) -> dict[str, Any]:
    """Table A.1 from the firm, the site and its profile as they are now, with the tables stated empty."""
    profile, firm, site = view.profile, view.organisation, view.site
    told = {
        name: getattr(profile, name) if profile else ""
        for name in (
            "industry_code",
            "longitude",
            "latitude",
            "legal_person",
            "legal_person_phone",
            "technical_lead",
            "technical_lead_phone",
            "eia_number",
            "permit_number",
        )
    }
    return {
        "unit_name": firm.name,
        "registered_address": firm.address,
        "site_address": site.address,
        "division": site.city or site.province,
        "credit_code": firm.credit_code,
        "unit_class": unit_class.value,
        **told,
        EMPTY: sorted(table.value for table in empty),
    }


def _write_basic(work: Work, plan: ManagementPlan, command: RevisePlan) -> None:
    empty = stated_empty(plan) if command.empty is None else command.empty
    empty -= {table for table, planned in (command.lines or {}).items() if planned}
    if command.refresh_basic:
        plan.basic = basic_of(site_view(work, plan.site_id), plan.unit_class, empty)
    else:
        stated = sorted(table.value for table in empty)
        plan.basic = {**plan.basic, EMPTY: stated, "unit_class": plan.unit_class.value}


def first_lines(work: Work, plan: ManagementPlan, last: Sequence[PlanLine]) -> list[PlanLine]:
    """The lines a plan begins with: each stream in use with what it generated in the last twelve months, and the
    other tables as in the last plan. Two statements."""
    streams = {
        id_: stream for id_, stream in site_streams(work, plan.site_id).items() if stream.ended_at is None
    }
    generated = _generated_in_a_year(work, plan.site_id)
    before = {(line.table, line.stream_id): line for line in last}
    lines = []
    for stream in streams.values():
        mass = Grams(generated.get(stream.id, 0))
        known = before.get((PlanTable.GENERATION, stream.id))
        details = _filled(known.details, LINE_FIELDS[PlanTable.GENERATION]) if known else {}
        item = PlannedWaste(stream.id, mass or (known.mass if known else Grams(0)), "", details)
        lines.append(_line(plan, PlanTable.GENERATION, item, stream))
    for line in last:
        if line.table is PlanTable.GENERATION or line.stream_id not in streams:
            continue
        item = PlannedWaste(
            line.stream_id, line.mass, line.method_code, _filled(line.details, LINE_FIELDS[line.table])
        )
        lines.append(_line(plan, line.table, item, streams[line.stream_id]))
    return lines


def _generated_in_a_year(work: Work, site_id: UUID) -> Mapping[UUID, int]:
    rows = work.session.execute(
        select(Posting.stream_id, Posting.from_kind, func.sum(Posting.mass))
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .where(
            WasteStream.site_id == site_id,
            Posting.effective_on > work.today - A_YEAR,
            (Posting.from_kind == PlaceKind.GENERATION) | (Posting.to_kind == PlaceKind.GENERATION),
        )
        .group_by(Posting.stream_id, Posting.from_kind)
    )
    totals: dict[UUID, int] = {}
    for stream_id, source, mass in rows:
        sign = 1 if source is PlaceKind.GENERATION else -1
        totals[stream_id] = totals.get(stream_id, 0) + sign * int(mass)
    return {stream_id: max(mass, 0) for stream_id, mass in totals.items()}


def _line(plan: ManagementPlan, table: PlanTable, item: PlannedWaste, stream: WasteStream) -> PlanLine:
    return PlanLine(
        plan_id=plan.id,
        table=table,
        stream_id=stream.id,
        waste_code=stream.waste_code,
        category=stream.category,
        local_name=stream.local_name,
        waste_name=stream.waste_name,
        mass=item.mass,
        method_code=item.method_code if table in METHOD_TABLES else "",
        details={
            **_filled(item.details, LINE_FIELDS[table]),
            "form": stream.form.value if stream.form else "",
            "hazards": list(stream.hazards),
            "harmful_components": stream.harmful_components,
        },
    )


def _filled(values: Mapping[str, Any], fields: Sequence[PlanField]) -> dict[str, str]:
    return {field.name: str(values.get(field.name) or "").strip() for field in fields}


def _problems(command: RevisePlan, streams: Mapping[UUID, WasteStream]) -> Iterable[FieldProblem]:
    if len(command.production or ()) > MOST_ROWS:
        yield FieldProblem("#/production", say("最多 {most} 行", most=MOST_ROWS))
    for number, row in enumerate(command.production or ()):
        yield from _wrong_values(row, PRODUCTION_FIELDS, f"#/production/{number}")
    yield from _wrong_values(command.reduction or {}, REDUCTION_FIELDS, "#/reduction", longest=2000)
    for table, planned in (command.lines or {}).items():
        if len(planned) > MOST_LINES:
            yield FieldProblem(f"#/lines/{table.value}", say("最多 {most} 行", most=MOST_LINES))
        for number, item in enumerate(planned):
            yield from _wrong_line(table, item, streams, f"#/lines/{table.value}/{number}")


def _wrong_line(
    table: PlanTable, item: PlannedWaste, streams: Mapping[UUID, WasteStream], at: str
) -> Iterable[FieldProblem]:
    if item.stream_id not in streams:
        yield FieldProblem(f"{at}/stream_id", say("该场所没有这种危险废物"))
    if item.method_code and (table not in METHOD_TABLES or item.method_code not in METHODS):
        yield FieldProblem(f"{at}/method_code", say("没有利用处置方式 {code}", code=item.method_code))
    if item.mass and (problem := mass_problem(table, item.mass)):
        yield FieldProblem(f"{at}/mass_kg", problem)
    yield from _wrong_values(item.details, LINE_FIELDS[table], at)


def _wrong_values(
    values: Mapping[str, Any], fields: Sequence[PlanField], at: str, *, longest: int = LONGEST
) -> Iterable[FieldProblem]:
    known = {field.name: field for field in fields}
    for name, value in values.items():
        if name not in known:
            yield FieldProblem(f"{at}/{name}", say("没有这个字段"))
        elif len(str(value)) > longest:
            yield FieldProblem(f"{at}/{name}", say("最多 {longest} 个字", longest=longest))
        elif value and (choices := known[name].choices) is not None and value not in choices:
            yield FieldProblem(f"{at}/{name}", say("只能是：{choices}", choices=[*choices]))


def written(plan: ManagementPlan, lines: Sequence[PlanLine]) -> dict[str, Any]:
    """What an event tells of a plan's content: codes and masses of its lines, and a hash of all of it."""
    rows = [
        {
            "table": line.table,
            "stream_id": line.stream_id,
            "waste_code": line.waste_code,
            "mass": line.mass,
            "method_code": line.method_code,
        }
        for line in lines
    ]
    content = {
        "basic": plan.basic,
        "production": plan.production,
        "reduction": plan.reduction,
        "lines": [{**row, "details": line.details} for row, line in zip(rows, lines, strict=True)],
    }
    digest = hashlib.sha256(canonical_text(plain(content)).encode()).hexdigest()
    return {"lines": rows, "content_sha256": digest}
