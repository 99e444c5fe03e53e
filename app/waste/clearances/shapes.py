"""What goes out about contracts and crossings."""

from typing import Any, Final

from marshmallow import Schema, fields

from app.foundation.core.fields import ChoiceField, IdField, KilogramsField
from app.waste.clearances.models import (
    ContractKind,
    ContractState,
    CrossingAct,
    CrossingState,
    PaperKind,
)
from app.waste.clearances.schemas import PriceField


class PricedWasteOutSchema(Schema):
    waste_code = fields.String(required=True)
    price = PriceField(required=True, allow_none=True, data_key="price_yuan_per_tonne")


class ClearancePartySchema(Schema):
    id = IdField(required=True)
    name = fields.String(required=True)
    credit_code = fields.String(required=True)


class ContractSignatureSchema(Schema):
    organisation_id = IdField(required=True)
    name = fields.String(required=True)
    document_hash = fields.String(required=True)
    signed_at = fields.AwareDateTime(required=True)
    counts = fields.Boolean(
        required=True,
        metadata={"description": "It is of the present text; else the text was changed after it"},
    )


class ContractSchema(Schema):
    """A contract as it stands today."""

    id = IdField(required=True)
    version = fields.Integer(required=True)
    number = fields.String(required=True)
    kind = ChoiceField(ContractKind, required=True)
    state = ChoiceField(ContractState, required=True)
    producer = fields.Nested(ClearancePartySchema, required=True)
    partner = fields.Nested(ClearancePartySchema, required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    clauses = fields.List(fields.String(), required=True)
    wastes = fields.List(fields.Nested(PricedWasteOutSchema), required=True)
    checked_on = fields.Date(required=True, allow_none=True)
    check_note = fields.String(required=True)
    has_document = fields.Boolean(required=True)
    document_sha256 = fields.String(required=True, allow_none=True)
    document_hash = fields.String(
        required=True, metadata={"description": "What a signature of today would name"}
    )
    signatures = fields.List(fields.Nested(ContractSignatureSchema), required=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    end_reason = fields.String(required=True)


class ContractRowSchema(Schema):
    id = fields.UUID(attribute="contract.id", required=True)
    number = fields.String(attribute="contract.number", required=True)
    kind = fields.String(attribute="contract.kind", required=True)
    state = ChoiceField(ContractState, required=True)
    producer_name = fields.String(required=True)
    partner_name = fields.String(required=True)
    waste_codes = fields.List(fields.String(), required=True)
    valid_from = fields.Date(attribute="contract.valid_from", required=True)
    valid_to = fields.Date(attribute="contract.valid_to", required=True)


class ContractPageSchema(Schema):
    items = fields.List(fields.Nested(ContractRowSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CrossingWasteSchema(Schema):
    waste_code = fields.String(attribute="waste.waste_code", required=True)
    waste_name = fields.String(attribute="waste.waste_name", required=True)
    package = fields.String(attribute="waste.package", required=True)
    applied = KilogramsField(attribute="waste.applied", required=True, data_key="applied_kg")
    approved = KilogramsField(
        attribute="waste.approved", required=True, allow_none=True, data_key="approved_kg"
    )
    drawn = KilogramsField(required=True, data_key="drawn_kg")


class CrossingClockSchema(Schema):
    started_on = fields.Date(required=True)
    working_days = fields.Integer(required=True)
    due_on = fields.Date(required=True)


class CrossingStepSchema(Schema):
    act = ChoiceField(CrossingAct, required=True)
    done_on = fields.Date(required=True)
    is_late = fields.Boolean(required=True)
    note = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class CrossingPaperSchema(Schema):
    id = IdField(required=True)
    kind = ChoiceField(PaperKind, required=True)
    file_sha256 = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)


class CrossingDrawSchema(Schema):
    consignment_id = IdField(required=True)
    waste_code = fields.String(required=True)
    mass = KilogramsField(
        required=True,
        data_key="mass_kg",
        metadata={
            "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$",
            "description": "Below zero: given back by a diversion",
        },
    )
    drawn_on = fields.Date(required=True)


class CrossingSchema(Schema):
    """An application, decision or submission as it stands today, with what was moved under it."""

    id = fields.UUID(attribute="crossing.id", required=True)
    version = fields.Integer(required=True)
    number = fields.String(attribute="crossing.number", required=True)
    kind = fields.String(attribute="crossing.kind", required=True)
    state = ChoiceField(CrossingState, required=True)
    consignor = fields.Nested(ClearancePartySchema, required=True)
    consignee = fields.Nested(ClearancePartySchema, required=True)
    consignor_site_id = fields.UUID(attribute="crossing.consignor_site_id", required=True)
    consignee_site_id = fields.UUID(attribute="crossing.consignee_site_id", required=True)
    from_province = fields.String(attribute="crossing.from_province", required=True)
    to_province = fields.String(attribute="crossing.to_province", required=True)
    planned_method = fields.String(attribute="crossing.planned_method", required=True)
    applied_from = fields.Date(attribute="crossing.applied_from", required=True)
    applied_to = fields.Date(attribute="crossing.applied_to", required=True)
    planned_trips = fields.Integer(attribute="crossing.planned_trips", required=True, allow_none=True)
    trips = fields.Integer(attribute="cover.trips", required=True)
    submitted_on = fields.Date(attribute="crossing.submitted_on", required=True, allow_none=True)
    accepted_on = fields.Date(attribute="crossing.accepted_on", required=True, allow_none=True)
    decided_on = fields.Date(attribute="crossing.decided_on", required=True, allow_none=True)
    decision_number = fields.String(attribute="crossing.decision_number", required=True)
    valid_from = fields.Date(attribute="crossing.valid_from", required=True, allow_none=True)
    valid_to = fields.Date(attribute="crossing.valid_to", required=True, allow_none=True)
    lacking = fields.List(fields.String(), attribute="crossing.lacking", required=True)
    clock = fields.Nested(CrossingClockSchema, required=True, allow_none=True)
    open_steps = fields.List(ChoiceField(CrossingAct), required=True)
    wastes = fields.Function(
        lambda view: CrossingWasteSchema().dump(list(view.cover.wastes.values()), many=True),
        required=True,
        metadata={"type": "array", "items": {"type": "object"}},
    )
    steps = fields.List(fields.Nested(CrossingStepSchema), required=True)
    papers = fields.List(fields.Nested(CrossingPaperSchema), required=True)
    draws = fields.List(fields.Nested(CrossingDrawSchema), required=True)


class CrossingRowSchema(Schema):
    id = fields.UUID(attribute="crossing.id", required=True)
    number = fields.String(attribute="crossing.number", required=True)
    kind = fields.String(attribute="crossing.kind", required=True)
    state = ChoiceField(CrossingState, required=True)
    consignor_name = fields.String(required=True)
    consignee_name = fields.String(required=True)
    decision_number = fields.String(attribute="crossing.decision_number", required=True)
    valid_to = fields.Date(attribute="crossing.valid_to", required=True, allow_none=True)
    waste_codes = fields.Function(
        lambda row: list(row.cover.wastes),
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )


class CrossingPageSchema(Schema):
    items = fields.List(fields.Nested(CrossingRowSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def contract_json(view: Any) -> dict[str, Any]:
    """A contract's page as data."""
    contract = view.contract
    return dict(
        ContractSchema().dump(
            {
                **{name: getattr(contract, name) for name in _CONTRACT_FIELDS},
                "state": view.state,
                "producer": view.producer,
                "partner": view.partner,
                "wastes": view.wastes,
                "has_document": contract.file_id is not None,
                "document_sha256": contract.file_sha256,
                "document_hash": view.document_hash,
                "signatures": [
                    {**_signature(one), "counts": one.document_hash == view.document_hash}
                    for one in view.signatures
                ],
            }
        )
    )


_CONTRACT_FIELDS: Final = (
    "id",
    "version",
    "number",
    "kind",
    "valid_from",
    "valid_to",
    "clauses",
    "checked_on",
    "check_note",
    "signed_at",
    "ended_on",
    "end_reason",
)


def _signature(signature: Any) -> dict[str, Any]:
    names = ("organisation_id", "name", "document_hash", "signed_at")
    return {name: getattr(signature, name) for name in names}
