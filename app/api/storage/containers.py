"""Containers: registering, weighing, placing, voiding, and their story."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.findings import FindingSchema, findings_json
from app.api.storage.blueprint import bp, container_key, versioned
from app.entry.reply import etag_of, page_of, reply, reply_json
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.fields import KilogramsField
from app.foundation.core.units import kg_text
from app.foundation.core.work import Work
from app.foundation.trace.queries import timeline_of
from app.waste.storage import queries
from app.waste.storage.checks import ZoneProposal, zone_proposals
from app.waste.storage.commands import PutAway, RegisterContainer, VoidContainer, WeighContainer
from app.waste.storage.models import Container
from app.waste.storage.operations.containers import register_container, void_container, weigh_container
from app.waste.storage.operations.placing import put_away_row
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.schemas import (
    ContainerFilterSchema,
    ContainerPageSchema,
    ContainerSchema,
    ContainersQuerySchema,
    NamedSchema,
    PutAwaySchema,
    RegisterContainerSchema,
    StoredContainerWeightSchema,
    TraceSchema,
    VoidContainerSchema,
)


class ZoneProposalSchema(Schema):
    """A zone the container might go to. `refused`: rules stop it; `confirm`: warnings wait for a reason."""

    outcome = fields.String(required=True, metadata={"enum": ["recommended", "confirm", "refused"]})
    zone = fields.Nested(NamedSchema, required=True)
    facility = fields.Nested(NamedSchema, required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    mass_after = KilogramsField(required=True, data_key="mass_after_kg")
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class ZoneProposalsSchema(Schema):
    """Best first."""

    items = fields.List(fields.Nested(ZoneProposalSchema), required=True)


CONTAINER = ContainerSchema()


def reply_container(
    work: Work, container: Container, status: int = 200, location: str | None = None
) -> Response:
    """A container after an act, with its ETag."""
    work.session.flush()
    return reply_row(work, queries.container_row(work, container.id), status, location)


def reply_row(
    work: Work, row: queries.ContainerRow, status: int = 200, location: str | None = None
) -> Response:
    """A container with its stream and place as loaded already, with its ETag."""
    return reply_json(
        work, CONTAINER.dump(row), status, etag=etag_of(row.container.version), location=location
    )


@bp.route("/containers")
@bp.arguments(ContainersQuerySchema, location="query")
@bp.response(200, ContainerPageSchema)
def list_containers(query: dict[str, Any]) -> Response:
    """Containers the caller may see, newest first."""
    with reading() as work:
        ensure_may_read(work.actor)
        rows, cursor = queries.container_rows(
            work, ContainerFilterSchema.wanted(query), limit=query["limit"], before=query["cursor"]
        )
        return reply(work, ContainerPageSchema, page_of(rows, str(cursor) if cursor else None))


@bp.route("/containers", methods=["POST"])
@bp.arguments(RegisterContainerSchema)
@bp.response(201, ContainerSchema)
@bp.alt_response(409, description="the stream has ended, or the serials of the day are used up")
def register(command: RegisterContainer) -> Response:
    """Give a filled package its code and, when weighed, its ledger line."""
    with unit_of_work() as work:
        container = register_container(work, command, house().files)
        return reply_container(work, container, 201, location=f"/api/v1/containers/{container.code}")


@bp.route("/containers/<code>")
@bp.response(200, ContainerSchema)
def show(code: str) -> Response:
    """One container, by id, 37-character code or short code."""
    with reading() as work:
        ensure_may_read(work.actor)
        row = queries.container_row(work, container_key(code))
        return reply_row(work, row)


@bp.route("/containers/<code>/weighing", methods=["POST"])
@bp.arguments(StoredContainerWeightSchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description="weighed already")
@versioned("container", required=False)
def weigh(command: WeighContainer, code: str) -> Response:
    """Weigh a container that was labelled before weighing."""
    with unit_of_work() as work:
        return reply_container(work, weigh_container(work, container_key(code), command))


@bp.route("/containers/<code>/put-away", methods=["POST"])
@bp.arguments(PutAwaySchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description="not weighed, on its way, or there already")
@versioned("container", required=False)
@bp.alt_response(422, description="rules forbid it or wait for a reason: every finding is in the problem")
def place(command: PutAway, code: str) -> Response:
    """Put a container into a zone, or move it to another one, under all storage rules."""
    with unit_of_work() as work:
        return reply_row(work, put_away_row(work, container_key(code), command))


@bp.route("/containers/<code>/voiding", methods=["POST"])
@bp.arguments(VoidContainerSchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description="it has mass in the ledger already")
@versioned("container", required=False)
def void(command: VoidContainer, code: str) -> Response:
    """Void a code before anything was weighed into it; it is never used again."""
    with unit_of_work() as work:
        return reply_container(work, void_container(work, container_key(code), command))


@bp.route("/containers/<code>/trace")
@bp.response(200, TraceSchema)
def trace(code: str) -> Response:
    """The events of a container, newest first, the import it came in with included."""
    with reading() as work:
        ensure_may_read(work.actor)
        container = queries.container_for(work, container_key(code))
        came_with = queries.import_of(work, container.id)
        things = [container.id, came_with] if came_with else [container.id]
        return reply(work, TraceSchema, {"items": timeline_of(work, *things)})


@bp.route("/containers/<code>/zone-proposals")
@bp.response(200, ZoneProposalsSchema)
def proposals(code: str) -> Response:
    """The zones the container might go to, best first, with what the rules say of each."""
    with reading() as work:
        ensure_may_read(work.actor)
        row = queries.container_row(work, container_key(code))
        found = zone_proposals(work, row.container, row.stream)
        return reply_json(work, {"items": [proposal_json(proposal) for proposal in found]})


def proposal_json(proposal: ZoneProposal) -> dict[str, Any]:
    """A proposal as `ZoneProposalSchema` says."""
    named = NamedSchema()
    outcome = "recommended" if proposal.is_recommended else "confirm" if proposal.is_open else "refused"
    return {
        "outcome": outcome,
        "zone": named.dump(proposal.zone),
        "facility": named.dump(proposal.facility),
        "mass_kg": kg_text(proposal.mass),
        "mass_after_kg": kg_text(proposal.mass_after),
        "capacity_kg": kg_text(proposal.zone.capacity),
        "findings": FindingSchema(many=True).dump(findings_json(proposal.findings)),
    }
