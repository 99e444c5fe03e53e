"""Border shapes of what is shown: rows and papers become data."""

from marshmallow import Schema, fields, validate

from app.foundation.core.fields import KilogramsField
from app.foundation.documents.qr import HAZARDS
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Opinion, Verdict
from app.waste.consignments.schemas.road import ConsignmentLegSchema
from app.waste.consignments.schemas.waybill import DangerousGoodsSchema
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party
from app.waste.registry.models import WasteForm, WasteKind
from app.waste.storage.models import ContainerState


class ConsignmentSchema(Schema):
    """A consignment by itself: numbers, parties, state, masses and times."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    kind = fields.Enum(WasteKind, by_value=True, required=True)
    national_number = fields.String(required=True, allow_none=True)
    short_code = fields.String(required=True)
    state = fields.Enum(ConsignmentState, by_value=True, required=True)
    version = fields.Integer(required=True)
    consignor_id = fields.UUID(required=True)
    consignor_site_id = fields.UUID(required=True)
    carrier_id = fields.UUID(required=True, allow_none=True)
    consignee_id = fields.UUID(required=True, allow_none=True)
    consignee_site_id = fields.UUID(required=True, allow_none=True)
    licence_id = fields.UUID(required=True, allow_none=True)
    vehicle_id = fields.UUID(required=True, allow_none=True)
    driver_id = fields.UUID(required=True, allow_none=True)
    escort_id = fields.UUID(required=True, allow_none=True)
    planned_method = fields.String(required=True)
    emergency_measures = fields.String(required=True)
    via = fields.String(required=True)
    waybill_number = fields.String(
        required=True, metadata={"description": "Of the carrier's dangerous-goods waybill; empty without one"}
    )
    due_on = fields.Date(required=True, allow_none=True)
    container_count = fields.Integer(required=True)
    loaded_count = fields.Integer(required=True)
    weighed_count = fields.Integer(required=True)
    sent_mass = KilogramsField(data_key="sent_mass_kg", required=True)
    received_mass = KilogramsField(
        data_key="received_mass_kg",
        required=True,
        allow_none=True,
        metadata={"description": "Kilograms weighed by the consignee so far"},
    )
    refused_count = fields.Integer(required=True)
    missing_count = fields.Integer(required=True)
    returned_count = fields.Integer(required=True)
    gate_gross = KilogramsField(data_key="gate_gross_kg", required=True, allow_none=True)
    gate_tare = KilogramsField(
        data_key="gate_tare_kg",
        required=True,
        allow_none=True,
        metadata={"description": "The empty vehicle on its way out"},
    )
    checks = fields.List(fields.String(validate=validate.OneOf(list(AcceptanceCheck))), required=True)
    discrepancy = fields.Enum(DiscrepancyKind, by_value=True, required=True)
    discrepancy_note = fields.String(required=True)
    opinion = fields.Enum(Opinion, by_value=True, required=True, allow_none=True)
    closing_note = fields.String(required=True)
    authority_note = fields.String(required=True)
    consignor_informed_at = fields.AwareDateTime(required=True, allow_none=True)
    authority_informed_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    loading_at = fields.AwareDateTime(required=True, allow_none=True)
    consignor_signed_at = fields.AwareDateTime(required=True, allow_none=True)
    departed_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    result_reported_at = fields.AwareDateTime(required=True, allow_none=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    paper_number = fields.String(
        required=True,
        metadata={
            "description": "Of the paper manifest it went with while the national system was out of order"
        },
    )
    backfilled_at = fields.AwareDateTime(required=True, allow_none=True)


class ConsignmentLineSchema(Schema):
    line_number = fields.Integer(required=True)
    stream_id = fields.UUID(required=True)
    batch_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "General waste out of this batch alone; null: out of the oldest first"},
    )
    waste_code = fields.String(required=True)
    waste_name = fields.String(required=True)
    hazards = fields.List(fields.String(validate=validate.OneOf(HAZARDS)), required=True)
    form = fields.Enum(WasteForm, by_value=True, required=True, allow_none=True)
    harmful_components = fields.String(required=True)
    package = fields.String(required=True)
    container_count = fields.Integer(required=True)
    sent_mass = KilogramsField(data_key="sent_mass_kg", required=True)
    received_mass = KilogramsField(data_key="received_mass_kg", required=True, allow_none=True)
    discrepancy = fields.Enum(DiscrepancyKind, by_value=True, required=True)
    opinion = fields.Enum(Opinion, by_value=True, required=True, allow_none=True)
    method_code = fields.String(
        required=True, metadata={"description": "Of the consignee, from its acceptance on; empty before"}
    )
    dangerous_goods = fields.Nested(
        DangerousGoodsSchema,
        attribute="goods",
        required=True,
        allow_none=True,
        metadata={"description": "What the waybill says of it; null until it is written"},
    )


class ConsignedContainerSchema(Schema):
    """A container of the consignment, from `Item`."""

    id = fields.UUID(attribute="container.id", required=True)
    code = fields.String(attribute="container.code", required=True)
    short_code = fields.String(attribute="container.short_code", required=True)
    local_label = fields.String(attribute="container.local_label", required=True)
    state = fields.Enum(ContainerState, by_value=True, attribute="container.state", required=True)
    line_number = fields.Integer(attribute="line.line_number", required=True)
    sent_mass = KilogramsField(data_key="sent_mass_kg", attribute="consigned.sent_mass", required=True)
    loaded_at = fields.AwareDateTime(attribute="consigned.loaded_at", required=True, allow_none=True)
    received_gross = KilogramsField(
        data_key="received_gross_kg", attribute="consigned.received_gross", required=True, allow_none=True
    )
    received_tare = KilogramsField(
        data_key="received_tare_kg", attribute="consigned.received_tare", required=True, allow_none=True
    )
    received_mass = KilogramsField(
        data_key="received_mass_kg", attribute="consigned.received_mass", required=True, allow_none=True
    )
    weighed_at = fields.AwareDateTime(attribute="consigned.weighed_at", required=True, allow_none=True)
    verdict = fields.Enum(Verdict, by_value=True, attribute="consigned.verdict", required=True)
    verdict_note = fields.String(attribute="consigned.verdict_note", required=True)


class PartySchema(Schema):
    id = fields.UUID(required=True)
    credit_code = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String(required=True)


class SignatureSchema(Schema):
    party = fields.Enum(Party, by_value=True, required=True)
    name = fields.String(required=True)
    signed_at = fields.AwareDateTime(required=True)
    document_hash = fields.String(required=True)
    via = fields.String(required=True)


class ConsignmentPapersSchema(Schema):
    """A consignment with everything its manifest says."""

    consignment = fields.Nested(ConsignmentSchema, attribute="papers.consignment", required=True)
    consignor = fields.Nested(PartySchema, attribute="papers.consignor", required=True)
    carrier = fields.Nested(PartySchema, attribute="papers.carrier", required=True, allow_none=True)
    consignee = fields.Nested(PartySchema, attribute="papers.consignee", required=True, allow_none=True)
    plate = fields.String(required=True, allow_none=True)
    licence_number = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(ConsignmentLineSchema), attribute="papers.lines", required=True)
    containers = fields.List(fields.Nested(ConsignedContainerSchema), attribute="papers.items", required=True)
    signatures = fields.List(fields.Nested(SignatureSchema), attribute="papers.signatures", required=True)
    legs = fields.List(
        fields.Nested(ConsignmentLegSchema),
        attribute="papers.legs",
        required=True,
        metadata={"description": "In order; none where one carrier brings the load all the way"},
    )
    open_acts = fields.List(
        fields.Enum(ConsignmentAct, by_value=True),
        required=True,
        metadata={"description": "What the caller may do in the present state"},
    )
    next_act = fields.Enum(
        ConsignmentAct,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "The act that is due, if it is the caller's"},
    )
    qr_text = fields.String(
        required=True, allow_none=True, metadata={"description": "From loading on: the signed text of the QR"}
    )


class ConsignmentRowSchema(Schema):
    """A consignment as lists show it."""

    id = fields.UUID(attribute="consignment.id", required=True)
    number = fields.String(attribute="consignment.number", required=True)
    kind = fields.Enum(WasteKind, by_value=True, attribute="consignment.kind", required=True)
    national_number = fields.String(attribute="consignment.national_number", required=True, allow_none=True)
    state = fields.Enum(ConsignmentState, by_value=True, attribute="consignment.state", required=True)
    version = fields.Integer(attribute="consignment.version", required=True)
    consignor_name = fields.String(required=True)
    carrier_name = fields.String(required=True, allow_none=True)
    consignee_name = fields.String(required=True, allow_none=True)
    plate = fields.String(required=True, allow_none=True)
    waste_codes = fields.Function(
        lambda row: list(dict.fromkeys(line.waste_code for line in row.lines)),
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )
    container_count = fields.Integer(attribute="consignment.container_count", required=True)
    sent_mass = KilogramsField(data_key="sent_mass_kg", attribute="consignment.sent_mass", required=True)
    created_at = fields.AwareDateTime(attribute="consignment.created_at", required=True)
    next_act = fields.Enum(ConsignmentAct, by_value=True, required=True, allow_none=True)


class ConsignmentPageSchema(Schema):
    items = fields.List(fields.Nested(ConsignmentRowSchema), required=True)
    next_cursor = fields.UUID(required=True, allow_none=True)


class BucketCountsSchema(Schema):
    """How many consignments lie in each bucket for the caller; counting stops at 1000, which means so many or more."""

    drafts = fields.Integer(required=True)
    mine = fields.Integer(required=True)
    open = fields.Integer(required=True)
    done = fields.Integer(required=True)
    troubled = fields.Integer(required=True)
