"""Consignments from draft to receipt. Every act is a thing one posts to the consignment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request, send_file
from marshmallow import fields
from werkzeug.wrappers import Response as BaseResponse

from app.api.findings import FindingSchema, findings_json
from app.api.spec import blueprint
from app.entry.consignment_acts import ACT_FORMS, ActForm
from app.entry.consignment_files import ListFormat, consignment_file
from app.entry.job_views import job_view
from app.entry.language import rendered
from app.entry.ledger import attachment
from app.entry.reply import etag_of, page_of, reply, reply_json, reply_text, seen_version
from app.entry.signing import signing_actor
from app.entry.work import glance, house, reading, unit_of_work
from app.foundation.core.units import kg_text
from app.foundation.core.work import Actor, Work
from app.foundation.jobs.schemas import JobSchema
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import signer
from app.jobs.consignment_exports import ask_for_list, is_large_list
from app.jobs.handlers import JOB_WORDS
from app.waste.consignments import operations, queries, schemas
from app.waste.consignments.commands import CreateConsignment, ReviseDraft
from app.waste.consignments.documents import consignment_qr
from app.waste.consignments.facts import weighing_findings
from app.waste.consignments.policy import acts_open_to, next_act
from app.waste.consignments.printing import print_manifest
from app.waste.consignments.queries import PUBLIC_STATES, Papers
from app.waste.consignments.queries.results import ResultRow, results_of
from app.waste.consignments.schemas import ConsignmentSchema
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState

bp = blueprint("transfers", "Consignments and their manifests")

ACTS_ON_WEIGHTS = frozenset({ConsignmentState.ARRIVED, ConsignmentState.DISCREPANCY})
PATH = "/consignments/<uuid:consignment_id>"
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "description": "The ETag the caller saw; required unless `seen_version` is in the body (else 428)",
}
versioned = bp.doc(parameters=[IF_MATCH])


class ShownConsignmentSchema(schemas.ConsignmentPapersSchema):
    """A consignment with everything its manifest says, and how the weights compare so far."""

    findings = fields.List(fields.Nested(FindingSchema), required=True)
    results = fields.List(
        fields.Nested(schemas.UseResultSchema),
        required=True,
        metadata={"description": "What the consignee made of it, from its confirmation on"},
    )


@dataclass(frozen=True)
class ShownConsignment:
    """What `ShownConsignmentSchema` dumps."""

    papers: Papers
    version: int
    plate: str | None
    licence_number: str | None
    open_acts: list[ConsignmentAct]
    next_act: ConsignmentAct | None
    findings: list[dict[str, Any]]
    results: Sequence[ResultRow]
    qr_text: str | None


def _seen(command: Any) -> Any:
    """The command with the version its caller acts on."""
    return replace(command, seen_version=seen_version(command.seen_version))


@bp.route("/consignments")
@bp.arguments(schemas.ConsignmentListSchema, location="query")
@bp.response(200, schemas.ConsignmentPageSchema)
def index(query: dict[str, Any]) -> Response:
    """A page of the consignments the caller may know of, newest first."""
    with glance() as work:
        page = queries.consignments_page(
            work,
            bucket=query["bucket"],
            cursor=query["cursor"],
            limit=query["limit"],
            wanted=_wanted(query),
        )
        next_cursor = str(page.next_cursor) if page.next_cursor else None
        return reply_json(work, page_of([row_json(row) for row in page.rows], next_cursor))


def row_json(row: queries.ConsignmentRow) -> dict[str, Any]:
    """As `ConsignmentRowSchema` describes it, written out: fifty of them take a schema longer than the database."""
    c = row.consignment
    return {
        "id": str(c.id),
        "number": c.number,
        "kind": c.kind.value,
        "national_number": c.national_number,
        "state": c.state.value,
        "version": c.version,
        "consignor_name": row.consignor_name,
        "carrier_name": row.carrier_name,
        "consignee_name": row.consignee_name,
        "plate": row.plate,
        "waste_codes": list(dict.fromkeys(line.waste_code for line in row.lines)),
        "container_count": c.container_count,
        "sent_mass_kg": kg_text(c.sent_mass),
        "created_at": c.created_at.isoformat(),
        "next_act": row.next_act.value if row.next_act else None,
    }


@bp.route("/consignments/export.csv")
@bp.arguments(schemas.ConsignmentExportSchema, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
@bp.alt_response(202, schema=JobSchema, description="written in the background")
def export_csv(query: dict[str, Any]) -> Response:
    """The filtered list with all lines and times as CSV; above 5 000 lines as a job."""
    return _export(query, ListFormat.CSV)


@bp.route("/consignments/export.xlsx")
@bp.arguments(schemas.ConsignmentExportSchema, location="query")
@bp.response(
    200,
    {"type": "string", "format": "binary"},
    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
@bp.alt_response(202, schema=JobSchema, description="written in the background")
def export_xlsx(query: dict[str, Any]) -> Response:
    """The filtered list with all lines and times as a workbook; above 5 000 lines as a job."""
    return _export(query, ListFormat.XLSX)


def _export(query: dict[str, Any], form: ListFormat) -> Response:
    wanted = _wanted(query)
    with reading() as work:
        if not is_large_list(work, query["bucket"], wanted):
            file = consignment_file(work, query["bucket"], wanted, form)
            return attachment(file.body, file.media_type, file.name)
    with unit_of_work() as work:
        job = job_view(ask_for_list(work, query["bucket"], wanted, form), JOB_WORDS, work.now)
        return reply(work, JobSchema, job, 202, location=f"/api/v1/jobs/{job.id}")


def _wanted(query: dict[str, Any]) -> queries.ConsignmentFilter:
    return queries.ConsignmentFilter(
        query["q"],
        query["state"],
        query["waste_code"],
        query["partner"],
        query["plate"],
        query["first"],
        query["last"],
    )


@bp.route("/consignments/counts")
@bp.response(200, schemas.BucketCountsSchema)
def counts() -> Response:
    """How many consignments lie in each bucket for the caller."""
    with reading() as work:
        found = {bucket.value: count for bucket, count in queries.bucket_counts(work).items()}
        return reply(work, schemas.BucketCountsSchema, found)


@bp.route("/consignments", methods=["POST"])
@bp.arguments(schemas.CreateConsignmentSchema)
@bp.response(201, ConsignmentSchema)
def create(command: CreateConsignment) -> Response:
    """Start a draft from stored containers. Send an Idempotency-Key to be safe against repeats."""
    with unit_of_work() as work:
        consignment = operations.create_consignment(work, command)
        location = f"/api/v1/consignments/{consignment.id}"
        return reply(work, ConsignmentSchema, consignment, 201, location=location)


@bp.route(PATH)
@bp.response(200, ShownConsignmentSchema)
def show(consignment_id: UUID) -> Response:
    """A consignment with everything its manifest says, and what the caller may do."""
    with glance() as work:
        imprint = queries.imprint_of(work, consignment_id)
    answers, rests_on = house().answers, (imprint, _standing(work.actor))
    if text := answers.get(rests_on):
        return reply_text(text, etag=etag_of(imprint.version))
    with reading() as work:
        papers = queries.papers_for(work, consignment_id)
        response = reply(work, ShownConsignmentSchema, _shown(work, papers))
    if (
        imprint.state not in ACTS_ON_WEIGHTS
    ):  # its findings rest on the day and are told in the reader's language
        answers.keep(rests_on, response.get_data(as_text=True))
    return response


def _standing(actor: Actor) -> tuple[object, ...]:
    """What decides on the acts open to somebody."""
    return actor.organisation_id, actor.park_id, actor.is_park_staff, actor.permissions


def _shown(work: Work, papers: Papers) -> ShownConsignment:
    consignment = papers.consignment
    findings = weighing_findings(work, papers) if consignment.state in ACTS_ON_WEIGHTS else []
    return ShownConsignment(
        papers=papers,
        version=consignment.version,
        plate=papers.vehicle.plate if papers.vehicle else None,
        licence_number=papers.licence.number if papers.licence else None,
        open_acts=sorted(acts_open_to(work.actor, consignment)),
        next_act=next_act(work.actor, consignment),
        findings=findings_json(findings),
        results=results_of(work, papers) if consignment.confirmed_at is not None else (),
        qr_text=_qr_text(work, papers),
    )


def _qr_text(work: Work, papers: Papers) -> str | None:
    if papers.consignment.state not in PUBLIC_STATES:
        return None
    return consignment_qr(papers, house().config.public_url, signer(work, house().keyring, KeyPurpose.QR))


@bp.route(PATH, methods=["PUT"])
@versioned
@bp.arguments(schemas.ReviseDraftSchema)
@bp.response(200, ConsignmentSchema)
def revise(command: ReviseDraft, consignment_id: UUID) -> Response:
    """Replace the whole content of a draft."""
    with unit_of_work() as work:
        return reply(work, ConsignmentSchema, operations.revise_draft(work, consignment_id, _seen(command)))


def _add_route(form: ActForm) -> None:
    """The act as a thing one sends to the consignment."""

    def view(command: Any, consignment_id: UUID) -> Response:
        signer = signing_actor(form.act, consignment_id, request.get_json(silent=True) or {})
        with unit_of_work(signer) as work:
            consignment = form.operation(work, consignment_id, _seen(command))
            return reply(work, ConsignmentSchema, consignment)

    view.__name__ = form.name.replace("-", "_")
    view.__doc__ = form.summary
    documented = bp.response(200, ConsignmentSchema)(bp.arguments(form.schema)(view))
    bp.route(f"{PATH}/{form.name}", methods=[form.method])(versioned(documented))


for _form in ACT_FORMS:
    _add_route(_form)


@bp.route(f"{PATH}/manifest.pdf")
@bp.arguments(schemas.ManifestPrintSchema, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def manifest(query: dict[str, Any], consignment_id: UUID) -> BaseResponse:
    """The manifest as a printed sheet, as it stands now."""
    with reading() as work:
        papers = queries.papers_for(work, consignment_id)
        pdf = print_manifest(
            work,
            papers,
            public_url=house().config.public_url,
            keyring=house().keyring,
            render=rendered,
            in_english=query["lang"] == "en",
        )
        name = f"{papers.consignment.number}.pdf"
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name)
