"""Batches of general waste."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp, version_seen, versioned
from app.entry.reply import etag_of, page_of, reply, reply_json
from app.entry.work import reading, unit_of_work
from app.foundation.core.work import Work
from app.waste.registry.batches import AddToBatch, DrawBatches, OpenBatch, batch_row, batch_rows
from app.waste.registry.operations.batches import close_batch, draw_batches, open_batch
from app.waste.storage.batch_schemas import (
    AddToBatchSchema,
    BatchesQuerySchema,
    BatchPageSchema,
    BatchSchema,
    DrawBatchesSchema,
    DrawSchema,
    OpenBatchSchema,
    PlaceBatchSchema,
)
from app.waste.storage.life_schemas import SeenVersionSchema
from app.waste.storage.operations.batches import PlaceBatch, add_to_batch, place_batch
from app.waste.storage.policy import ensure_may_read

CHANGED = "the batch changed since the caller saw it"


@bp.route("/batches")
@bp.arguments(BatchesQuerySchema, location="query")
@bp.response(200, BatchPageSchema)
def list_batches(query: dict[str, Any]) -> Response:
    """The batches of general waste the caller may see, newest first."""
    with reading() as work:
        ensure_may_read(work.actor)
        rows, cursor = batch_rows(
            work,
            states=query["state"],
            stream_id=query["stream_id"],
            limit=query["limit"],
            before=query["cursor"],
        )
        return reply(work, BatchPageSchema, page_of(rows, str(cursor) if cursor else None))


@bp.route("/batches", methods=["POST"])
@bp.arguments(OpenBatchSchema)
@bp.response(201, BatchSchema)
def begin_batch(command: OpenBatch) -> Response:
    """Begin a batch of general waste, kept since today."""
    with unit_of_work() as work:
        batch = open_batch(work, command)
        return _reply(work, batch.id, 201, f"/api/v1/batches/{batch.id}")


@bp.route("/batches/<uuid:batch_id>")
@bp.response(200, BatchSchema)
def show_batch(batch_id: UUID) -> Response:
    """One batch and what of it is left."""
    with reading() as work:
        ensure_may_read(work.actor)
        return _reply(work, batch_id)


@bp.route("/batches/<uuid:batch_id>/masses", methods=["POST"])
@bp.arguments(AddToBatchSchema)
@bp.response(200, BatchSchema)
@bp.alt_response(409, description="the batch is closed")
@versioned("batch", required=False)
@bp.alt_response(422, description="rules forbid it where the batch lies: every finding is in the problem")
def add_mass(command: AddToBatch, batch_id: UUID) -> Response:
    """Enter mass as generated into an open batch."""
    with unit_of_work() as work:
        return _reply(work, add_to_batch(work, batch_id, command).id)


@bp.route("/batches/<uuid:batch_id>/put-away", methods=["POST"])
@bp.arguments(PlaceBatchSchema)
@bp.response(200, BatchSchema)
@bp.alt_response(409, description="empty, there already, or no place for it")
@versioned("batch", required=False)
@bp.alt_response(422, description="rules forbid it or wait for a reason: every finding is in the problem")
def store_batch(command: PlaceBatch, batch_id: UUID) -> Response:
    """Put a batch into a zone of general waste, or move it to another."""
    with unit_of_work() as work:
        return _reply(work, place_batch(work, batch_id, command).id)


@bp.route("/batches/<uuid:batch_id>/closing", methods=["POST"])
@bp.arguments(SeenVersionSchema)
@bp.response(200, BatchSchema)
@bp.alt_response(409, description="closed already")
@bp.alt_response(412, description=CHANGED)
def end_batch(data: dict[str, Any], batch_id: UUID) -> Response:
    """Add nothing more to a batch."""
    with unit_of_work() as work:
        return _reply(work, close_batch(work, batch_id, version_seen(data["seen_version"])).id)


@bp.route("/batch-draws", methods=["POST"])
@bp.arguments(DrawBatchesSchema)
@bp.response(201, DrawSchema)
def draw(command: DrawBatches) -> Response:
    """Use, dispose of or send off general waste, oldest batches first."""
    with unit_of_work() as work:
        drawn = draw_batches(work, command)
        items = [{"batch_id": batch.id, "code": batch.code, "mass": mass} for batch, mass in drawn]
        return reply_json(work, DrawSchema().dump({"items": items}), 201)


def _reply(work: Work, batch_id: UUID, status: int = 200, location: str | None = None) -> Response:
    work.session.flush()
    row = batch_row(work, batch_id)
    body = BatchSchema().dump(row)
    return reply_json(work, body, status, etag=etag_of(row.batch.version), location=location)
