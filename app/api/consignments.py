"""Consignments from draft to receipt. Every act is a thing one posts to the consignment."""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, send_file
from marshmallow import fields
from werkzeug.wrappers import Response as BaseResponse

from app.api.findings import FindingSchema, findings_json
from app.api.spec import blueprint
from app.entry.language import rendered
from app.entry.reply import page_of, reply, seen_version
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import signer
from app.waste.consignments import operations, queries, schemas
from app.waste.consignments.commands import (
    AcceptConsignment,
    ArriveConsignment,
    CancelConsignment,
    CreateConsignment,
    LoadContainer,
    RecordNationalNumber,
    RejectConsignment,
    ReportDiscrepancy,
    ReviseDraft,
    SignConsignment,
    StartLoading,
    SubmitConsignment,
    WeighContainer,
)
from app.waste.consignments.documents import consignment_qr, print_manifest
from app.waste.consignments.facts import weighing_findings
from app.waste.consignments.models import ConsignmentState
from app.waste.consignments.policy import ConsignmentAct, acts_open_to, next_act
from app.waste.consignments.queries import PUBLIC_STATES, Papers
from app.waste.consignments.schemas import ConsignmentSchema

bp = blueprint("transfers", "Consignments and their manifests")

Seen = TypeVar(
    "Seen",
    ReviseDraft,
    SubmitConsignment,
    RecordNationalNumber,
    StartLoading,
    LoadContainer,
    SignConsignment,
    ArriveConsignment,
    WeighContainer,
    ReportDiscrepancy,
    AcceptConsignment,
    RejectConsignment,
    CancelConsignment,
)

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
    qr_text: str | None


def _seen(command: Seen) -> Seen:
    """The command with the version its caller acts on."""
    return replace(command, seen_version=seen_version(command.seen_version))


@bp.route("/consignments")
@bp.arguments(schemas.ConsignmentListSchema, location="query")
@bp.response(200, schemas.ConsignmentPageSchema)
def index(query: dict[str, Any]) -> Response:
    """A page of the consignments the caller may know of, newest first."""
    with reading() as work:
        page = queries.consignments_page(
            work, bucket=query["bucket"], cursor=query["cursor"], limit=query["limit"], text=query["q"]
        )
        next_cursor = str(page.next_cursor) if page.next_cursor else None
        return reply(work, schemas.ConsignmentPageSchema, page_of(page.rows, next_cursor))


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
    with reading() as work:
        papers = queries.papers_for(work, consignment_id)
        return reply(work, ShownConsignmentSchema, _shown(work, papers))


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


@bp.route(f"{PATH}/submission", methods=["POST"])
@versioned
@bp.arguments(schemas.SubmitConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def submit(command: SubmitConsignment, consignment_id: UUID) -> Response:
    """Hand a draft to the consignee; its containers are reserved."""
    with unit_of_work() as work:
        consignment = operations.submit_consignment(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/national-number", methods=["PUT"])
@versioned
@bp.arguments(schemas.RecordNationalNumberSchema)
@bp.response(200, ConsignmentSchema)
def record_national_number(command: RecordNationalNumber, consignment_id: UUID) -> Response:
    """Enter the number that the national system gave, until the consignor signs."""
    with unit_of_work() as work:
        consignment = operations.record_national_number(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/loading", methods=["POST"])
@versioned
@bp.arguments(schemas.StartLoadingSchema)
@bp.response(200, ConsignmentSchema)
def start_loading(command: StartLoading, consignment_id: UUID) -> Response:
    """Begin to scan the containers onto the vehicle."""
    with unit_of_work() as work:
        return reply(work, ConsignmentSchema, operations.start_loading(work, consignment_id, _seen(command)))


@bp.route(f"{PATH}/loaded-containers", methods=["POST"])
@versioned
@bp.arguments(schemas.LoadContainerSchema)
@bp.response(200, ConsignmentSchema)
def load_container(command: LoadContainer, consignment_id: UUID) -> Response:
    """Scan one container onto the vehicle."""
    with unit_of_work() as work:
        return reply(work, ConsignmentSchema, operations.load_container(work, consignment_id, _seen(command)))


@bp.route(f"{PATH}/consignor-signature", methods=["POST"])
@versioned
@bp.arguments(schemas.SignConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def sign_as_consignor(command: SignConsignment, consignment_id: UUID) -> Response:
    """Sign for the consignor, once everything is loaded."""
    with unit_of_work() as work:
        consignment = operations.sign_as_consignor(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/carrier-signature", methods=["POST"])
@versioned
@bp.arguments(schemas.SignConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def sign_as_carrier(command: SignConsignment, consignment_id: UUID) -> Response:
    """Sign for the carrier and depart."""
    with unit_of_work() as work:
        consignment = operations.sign_as_carrier(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/arrival", methods=["POST"])
@versioned
@bp.arguments(schemas.ArriveConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def arrive(command: ArriveConsignment, consignment_id: UUID) -> Response:
    """Note that the vehicle came through the consignee's gate."""
    with unit_of_work() as work:
        return reply(work, ConsignmentSchema, operations.arrive(work, consignment_id, _seen(command)))


@bp.route(f"{PATH}/weighings", methods=["POST"])
@versioned
@bp.arguments(schemas.WeighReceivedContainerSchema)
@bp.response(200, ConsignmentSchema)
def weigh_container(command: WeighContainer, consignment_id: UUID) -> Response:
    """Weigh one container at the consignee's; weighing again replaces the value."""
    with unit_of_work() as work:
        consignment = operations.weigh_container(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/discrepancy", methods=["POST"])
@versioned
@bp.arguments(schemas.ReportDiscrepancySchema)
@bp.response(200, ConsignmentSchema)
def report_discrepancy(command: ReportDiscrepancy, consignment_id: UUID) -> Response:
    """Report a major difference."""
    with unit_of_work() as work:
        consignment = operations.report_discrepancy(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/receipt", methods=["POST"])
@versioned
@bp.arguments(schemas.AcceptConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def accept(command: AcceptConsignment, consignment_id: UUID) -> Response:
    """Sign for the consignee: what was weighed is accepted."""
    with unit_of_work() as work:
        consignment = operations.accept_consignment(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/refusal", methods=["POST"])
@versioned
@bp.arguments(schemas.RejectConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def reject(command: RejectConsignment, consignment_id: UUID) -> Response:
    """Refuse the whole load."""
    with unit_of_work() as work:
        consignment = operations.reject_consignment(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


@bp.route(f"{PATH}/cancellation", methods=["POST"])
@versioned
@bp.arguments(schemas.CancelConsignmentSchema)
@bp.response(200, ConsignmentSchema)
def cancel(command: CancelConsignment, consignment_id: UUID) -> Response:
    """Withdraw a consignment before it departs."""
    with unit_of_work() as work:
        consignment = operations.cancel_consignment(work, consignment_id, _seen(command))
        return reply(work, ConsignmentSchema, consignment)


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
