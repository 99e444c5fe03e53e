"""The exemptions of a waste stream and the producer's claims to them."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, post_load

from app.api.storage.blueprint import bp
from app.entry.reply import reply
from app.entry.work import reading, unit_of_work
from app.foundation.core.fields import IdField, InputSchema, WordsField
from app.waste.registry.models import ExemptionClaim
from app.waste.registry.operations.exemptions import (
    MAX_EVIDENCE,
    ClaimExemption,
    Exemption,
    claim_exemption,
    end_exemption,
    exemptions_of,
)
from app.waste.storage.policy import ensure_may_read


class ClaimExemptionSchema(InputSchema):
    item = WordsField(10, required=True, metadata={"description": 'Item and place within it, such as "9.1"'})
    is_met = fields.Boolean(required=True, metadata={"description": "The whole condition is met"})
    evidence = WordsField(MAX_EVIDENCE, load_default="")
    valid_from = fields.Date(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ClaimExemption:
        return ClaimExemption(**data)


class ExemptionClaimSchema(Schema):
    """A claim; the exempted step only, every other step stays hazardous waste."""

    id = IdField(required=True)
    stream_id = IdField(required=True)
    item_number = fields.String(required=True)
    steps = fields.List(fields.String(), required=True)
    evidence = fields.String(required=True)
    file_id = IdField(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class StreamExemptionSchema(Schema):
    """A row of the exemption list, word for word."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    stage = fields.String(required=True)
    condition = fields.String(required=True)
    exemption = fields.String(required=True)
    claim = fields.Nested(ExemptionClaimSchema, required=True, allow_none=True)


class StreamExemptionsSchema(Schema):
    items = fields.List(fields.Nested(StreamExemptionSchema), required=True)


@bp.route("/waste-streams/<uuid:stream_id>/exemptions")
@bp.response(200, StreamExemptionsSchema)
def list_exemptions(stream_id: UUID) -> Response:
    """The rows of the exemption list that name a stream's waste, with the open claims."""
    with reading() as work:
        ensure_may_read(work.actor)
        items = [_plain(found) for found in exemptions_of(work, stream_id)]
        return reply(work, StreamExemptionsSchema, {"items": items})


@bp.route("/waste-streams/<uuid:stream_id>/exemptions", methods=["POST"])
@bp.arguments(ClaimExemptionSchema)
@bp.response(201, ExemptionClaimSchema)
@bp.alt_response(409, description="claimed already")
def claim(command: ClaimExemption, stream_id: UUID) -> Response:
    """Claim one exempted step for a stream."""
    with unit_of_work() as work:
        made: ExemptionClaim = claim_exemption(work, stream_id, command)
        return reply(work, ExemptionClaimSchema, made, 201)


@bp.route("/exemptions/<uuid:claim_id>/end", methods=["POST"])
@bp.response(200, ExemptionClaimSchema)
@bp.alt_response(409, description="ended already")
def end(claim_id: UUID) -> Response:
    """Take a claim back: its condition is no longer met."""
    with unit_of_work() as work:
        return reply(work, ExemptionClaimSchema, end_exemption(work, claim_id))


def _plain(found: Exemption) -> dict[str, Any]:
    row = found.row
    return {
        "number": found.number,
        "name": row.name,
        "stage": row.stage,
        "condition": row.condition,
        "exemption": row.exemption,
        "claim": found.claim,
    }
