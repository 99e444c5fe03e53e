"""Drafts of general waste. Everything else of them is done as with every consignment, by `/consignments/{id}/…`."""

from dataclasses import replace
from uuid import UUID

from flask import Response

from app.api.consignments import IF_MATCH
from app.api.spec import blueprint
from app.entry.reply import reply, seen_version
from app.entry.work import unit_of_work
from app.waste.consignments import operations
from app.waste.consignments.commands import CreateTransfer, ReviseTransfer
from app.waste.consignments.schemas import ConsignmentSchema
from app.waste.consignments.schemas.general import CreateTransferSchema, ReviseTransferSchema

bp = blueprint("general_transfers", "Transfers of general industrial waste")


@bp.route("/general-consignments", methods=["POST"])
@bp.arguments(CreateTransferSchema)
@bp.response(201, ConsignmentSchema)
def create(command: CreateTransfer) -> Response:
    """Start a draft of general waste out of its batches. Send an Idempotency-Key to be safe against repeats."""
    with unit_of_work() as work:
        consignment = operations.create_transfer(work, command)
        location = f"/api/v1/consignments/{consignment.id}"
        return reply(work, ConsignmentSchema, consignment, 201, location=location)


@bp.route("/general-consignments/<uuid:consignment_id>", methods=["PUT"])
@bp.doc(parameters=[IF_MATCH])
@bp.arguments(ReviseTransferSchema)
@bp.response(200, ConsignmentSchema)
def revise(command: ReviseTransfer, consignment_id: UUID) -> Response:
    """Replace the whole content of a draft of general waste."""
    with unit_of_work() as work:
        seen = replace(command, seen_version=seen_version(command.seen_version))
        return reply(work, ConsignmentSchema, operations.revise_transfer(work, consignment_id, seen))
