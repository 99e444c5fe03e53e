"""Profiles of sites, their classes, and the yearly management plans."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from app.api.findings import FindingSchema, findings_json
from app.api.spec import blueprint
from app.entry.official_files import FileFormat, kept
from app.entry.plan_files import plan_file
from app.entry.reply import etag_of, page_of, reply, reply_json, seen_version
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.registry.plan_findings import plan_findings
from app.waste.registry.planning import schemas
from app.waste.registry.planning.actuals import plan_actuals
from app.waste.registry.planning.operations import plans as operations
from app.waste.registry.planning.operations.classes import decide_class
from app.waste.registry.planning.operations.content import revise_plan
from app.waste.registry.planning.operations.profiles import revise_profile
from app.waste.registry.planning.queries import plan_for, plans_page, site_view
from app.waste.storage.places import stock_places
from app.waste.storage.site_checks import site_check

bp = blueprint("plans", "Management plans of hazardous waste (HJ 1259), site profiles and unit classes")
FILE = {"type": "string", "format": "binary"}


class ShownManagementPlanSchema(schemas.WholeManagementPlanSchema):
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class SiteFindingsSchema(Schema):
    items = fields.List(fields.Nested(FindingSchema), required=True)


@bp.route("/sites/<uuid:site_id>/profile")
@bp.response(200, schemas.SiteProfileSchema)
def show_profile(site_id: UUID) -> Response:
    """What is known of a site for its plan and class."""
    with reading() as work:
        profile = site_view(work, site_id).profile
        if profile is None:
            raise NotFound(say("这个场所还没有填写档案"))
        return reply(work, schemas.SiteProfileSchema, profile)


@bp.route("/sites/<uuid:site_id>/profile", methods=["PUT"])
@bp.arguments(schemas.ReviseSiteProfileSchema)
@bp.response(200, schemas.SiteProfileSchema)
@bp.alt_response(412, description="the profile changed since the caller saw it")
def put_profile(command: Any, site_id: UUID) -> Response:
    """Say what is known of a site, the whole of it. The first one needs no version."""
    with unit_of_work() as work:
        if site_view(work, site_id).profile is not None:
            command = replace(command, seen_version=seen_version(command.seen_version))
        return reply(work, schemas.SiteProfileSchema, revise_profile(work, site_id, command))


@bp.route("/sites/<uuid:site_id>/findings")
@bp.response(200, SiteFindingsSchema)
def show_findings(site_id: UUID) -> Response:
    """What the rules say of a site: class, ledger, duties, declarations, stores; passes are among them."""
    with reading() as work:
        found = site_check(work, [site_view(work, site_id)])
        return reply(work, SiteFindingsSchema, {"items": findings_json(found)})


@bp.route("/sites/<uuid:site_id>/class-decisions", methods=["POST"])
@bp.arguments(schemas.DecideClassSchema)
@bp.response(200, schemas.ClassDecisionSchema)
def decide(command: Any, site_id: UUID) -> Response:
    """Compute the class of a site for a year from ledger and profile, and keep what was declared."""
    with unit_of_work() as work:
        return reply(work, schemas.ClassDecisionSchema, decide_class(work, site_id, command))


@bp.route("/plans")
@bp.arguments(schemas.PlansQuerySchema, location="query")
@bp.response(200, schemas.ManagementPlanPageSchema)
def index(query: dict[str, Any]) -> Response:
    """Plans the caller may see, newest first."""
    with reading() as work:
        views, cursor = plans_page(
            work, year=query["year"], site_id=query["site_id"], limit=query["limit"], before=query["cursor"]
        )
        items = [view.plan for view in views]
        return reply(work, schemas.ManagementPlanPageSchema, page_of(items, str(cursor) if cursor else None))


@bp.route("/plans", methods=["POST"])
@bp.arguments(schemas.StartPlanSchema)
@bp.response(201, ShownManagementPlanSchema)
@bp.alt_response(409, description="the site has a plan of that year")
def start(command: Any) -> Response:
    """Begin the plan of a site and year, filled in from the last one and the ledger."""
    with unit_of_work() as work:
        return _shown(work, operations.start_plan(work, command).id, 201)


@bp.route("/plans/<uuid:plan_id>")
@bp.response(200, ShownManagementPlanSchema)
def show(plan_id: UUID) -> Response:
    """One plan with its tables, beside the ledger, and what the rules say of it."""
    with reading() as work:
        return _shown(work, plan_id)


@bp.route("/plans/<uuid:plan_id>", methods=["PATCH"])
@bp.arguments(schemas.RevisePlanSchema)
@bp.response(200, ShownManagementPlanSchema)
@bp.alt_response(409, description="it is handed in")
@bp.alt_response(412, description="the plan changed since the caller saw it")
def revise(command: Any, plan_id: UUID) -> Response:
    """Change parts of a plan that is a draft or was returned."""
    with unit_of_work() as work:
        return _shown(work, revise_plan(work, plan_id, _seen(command)).id)


@bp.route("/plans/<uuid:plan_id>/submission", methods=["POST"])
@bp.arguments(schemas.SubmitPlanSchema)
@bp.response(200, ShownManagementPlanSchema)
@bp.alt_response(409, description="it is handed in already")
@bp.alt_response(422, description="something its class asks for is missing")
def submit(command: Any, plan_id: UUID) -> Response:
    """Hand the plan in."""
    with unit_of_work() as work:
        return _shown(work, operations.submit_plan(work, plan_id, _seen(command)).id)


@bp.route("/plans/<uuid:plan_id>/filing", methods=["POST"])
@bp.arguments(schemas.RecordFilingSchema)
@bp.response(200, ShownManagementPlanSchema)
@bp.alt_response(409, description="it is not handed in")
def file(command: Any, plan_id: UUID) -> Response:
    """Enter the filing number of the national system; an older revision is superseded."""
    with unit_of_work() as work:
        return _shown(work, operations.record_filing(work, plan_id, _seen(command)).id)


@bp.route("/plans/<uuid:plan_id>/return", methods=["POST"])
@bp.arguments(schemas.ReturnPlanSchema)
@bp.response(200, ShownManagementPlanSchema)
@bp.alt_response(409, description="it is not handed in")
def send_back(command: Any, plan_id: UUID) -> Response:
    """Note that the authority returned the plan, and why."""
    with unit_of_work() as work:
        return _shown(work, operations.return_plan(work, plan_id, _seen(command)).id)


@bp.route("/plans/<uuid:plan_id>/amendments", methods=["POST"])
@bp.arguments(schemas.AmendPlanSchema)
@bp.response(201, ShownManagementPlanSchema)
@bp.alt_response(409, description="it is not filed, or an amendment is under way")
def amend(command: Any, plan_id: UUID) -> Response:
    """Begin a new revision of a filed plan."""
    with unit_of_work() as work:
        return _shown(work, operations.amend_plan(work, plan_id, _seen(command)).id, 201)


@bp.route("/plans/<uuid:plan_id>/file.xlsx")
@bp.response(200, FILE, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def file_xlsx(plan_id: UUID) -> Any:
    """The plan in the layout of A.1 to A.7, one sheet a table."""
    with reading() as work:
        return kept(plan_file(work, plan_for(work, plan_id), FileFormat.XLSX))


@bp.route("/plans/<uuid:plan_id>/file.pdf")
@bp.response(200, FILE, content_type="application/pdf")
def file_pdf(plan_id: UUID) -> Any:
    """The plan in the layout of A.1 to A.7, to print and sign."""
    with reading() as work:
        return kept(plan_file(work, plan_for(work, plan_id), FileFormat.PDF))


def _seen(command: Any) -> Any:
    return replace(command, seen_version=seen_version(command.seen_version or None))


def _shown(work: Work, plan_id: UUID, status: int = 200) -> Response:
    work.session.flush()
    view = plan_for(work, plan_id)
    actuals = plan_actuals(work, view.plan, view.lines, stock_places(work, site_id=view.site.id).books)
    body = schemas.ManagementPlanSchema().dump(view.plan) | {
        "basic": view.plan.basic,
        "production": view.plan.production,
        "reduction": view.plan.reduction,
        "lines": [
            schemas.ManagementPlanLineSchema().dump({**_columns(item.line), "actual": item.actual})
            for item in actuals.lines
        ],
        "findings": FindingSchema().dump(findings_json(plan_findings(work, view, actuals)), many=True),
    }
    location = f"/api/v1/plans/{plan_id}" if status == 201 else None
    return reply_json(work, body, status, etag=etag_of(view.plan.version), location=location)


def _columns(line: Any) -> dict[str, Any]:
    names = (
        "table",
        "stream_id",
        "waste_code",
        "category",
        "local_name",
        "waste_name",
        "mass",
        "method_code",
        "details",
    )
    return {name: getattr(line, name) for name in names}
