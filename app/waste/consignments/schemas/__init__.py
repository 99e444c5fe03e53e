"""Border shapes of consignments: data in becomes a command, rows and papers become data."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    IdField,
    InputSchema,
    KilogramsField,
    WordsField,
)
from app.foundation.core.text import say
from app.foundation.documents.qr import HAZARDS
from app.waste.consignments import commands
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Opinion, Verdict
from app.waste.consignments.operations.content import MAX_CONTAINERS
from app.waste.consignments.operations.legs import MAX_LEGS
from app.waste.consignments.queries import MAX_PAGE, Bucket
from app.waste.consignments.schemas.base import (
    MAX_CODE,
    MAX_REASON,
    OverridableSchema,
    SeenSchema,
    SigningSchema,
    without_signature,
)
from app.waste.consignments.schemas.base import SignerSchema as SignerSchema
from app.waste.consignments.schemas.receipt import (
    AcceptConsignmentSchema as AcceptConsignmentSchema,
)
from app.waste.consignments.schemas.receipt import (
    ArriveConsignmentSchema as ArriveConsignmentSchema,
)
from app.waste.consignments.schemas.receipt import (
    InformAuthoritySchema as InformAuthoritySchema,
)
from app.waste.consignments.schemas.receipt import (
    JudgeContainerSchema as JudgeContainerSchema,
)
from app.waste.consignments.schemas.receipt import (
    RecordTareSchema as RecordTareSchema,
)
from app.waste.consignments.schemas.receipt import (
    RejectConsignmentSchema as RejectConsignmentSchema,
)
from app.waste.consignments.schemas.receipt import (
    ReportDiscrepancySchema as ReportDiscrepancySchema,
)
from app.waste.consignments.schemas.receipt import (
    ReturnContainerSchema as ReturnContainerSchema,
)
from app.waste.consignments.schemas.receipt import (
    WeighReceivedContainerSchema as WeighReceivedContainerSchema,
)
from app.waste.consignments.schemas.results import (
    ConfirmConsignmentSchema as ConfirmConsignmentSchema,
)
from app.waste.consignments.schemas.results import (
    ReportResultSchema as ReportResultSchema,
)
from app.waste.consignments.schemas.results import (
    UseResultSchema as UseResultSchema,
)
from app.waste.consignments.schemas.road import ConsignmentLegSchema, LegPlanSchema
from app.waste.consignments.schemas.waybill import DangerousGoodsSchema
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party
from app.waste.registry.methods import METHODS
from app.waste.registry.models import WasteForm, WasteKind
from app.waste.storage.models import ContainerState

CHOOSE_CONTAINERS: Final = say("请选择 1 至 2000 个容器")
"""As many as MAX_CONTAINERS says."""

# --- In ---


class CreateConsignmentSchema(InputSchema):
    """A draft. Submitting needs everything but `escort_id`, `national_number`, `via` and `due_on`."""

    containers = fields.List(
        WordsField(MAX_CODE, blank=False),
        required=True,
        validate=validate.Length(min=1, max=MAX_CONTAINERS, error=CHOOSE_CONTAINERS.msgid),
        metadata={"description": "37-character codes, short codes or ids of stored containers"},
    )
    consignee_id = IdField(load_default=None, allow_none=True)
    consignee_site_id = IdField(load_default=None, allow_none=True)
    carrier_id = IdField(load_default=None, allow_none=True)
    vehicle_id = IdField(load_default=None, allow_none=True)
    driver_id = IdField(load_default=None, allow_none=True)
    escort_id = IdField(load_default=None, allow_none=True)
    planned_method = fields.String(
        load_default="",
        validate=validate.OneOf(["", *METHODS]),
        metadata={"description": "Use or disposal code of HJ 1033 annex F, such as R2"},
    )
    emergency_measures = WordsField(400, load_default="")
    national_number = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[0-9]{14}\Z"),
        metadata={
            "pattern": "^[0-9]{14}$",
            "description": "Number given by the national system; entered here, never invented",
        },
    )
    via = WordsField(200, load_default="")
    due_on = fields.Date(load_default=None, allow_none=True)
    copied_from_id = IdField(
        load_default=None, allow_none=True, metadata={"description": "The consignment this is a copy of"}
    )
    legs = fields.List(
        fields.Nested(LegPlanSchema),
        load_default=list,
        validate=validate.Length(max=MAX_LEGS),
        metadata={"description": "Later carriers in their order; the first one is `carrier_id`"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.CreateConsignment:
        return commands.CreateConsignment(**_with_tuples(data))


class ReviseDraftSchema(CreateConsignmentSchema, SeenSchema):
    """The whole content of a draft, replaced."""

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReviseDraft:
        return commands.ReviseDraft(**_with_tuples(data))


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"containers": tuple(data["containers"]), "legs": tuple(data["legs"])}


class SubmitConsignmentSchema(OverridableSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.SubmitConsignment:
        return commands.SubmitConsignment(**data)


class RecordNationalNumberSchema(SeenSchema):
    national_number = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9]{14}\Z"),
        metadata={"pattern": "^[0-9]{14}$", "description": "As the national system gave it"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RecordNationalNumber:
        return commands.RecordNationalNumber(**data)


class StartLoadingSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.StartLoading:
        return commands.StartLoading(**data)


class LoadContainerSchema(SeenSchema):
    code = WordsField(
        MAX_CODE,
        blank=False,
        required=True,
        metadata={"description": "37 characters, short code or the label's QR text"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.LoadContainer:
        return commands.LoadContainer(**data)


class SignConsignmentSchema(SigningSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.SignConsignment:
        return commands.SignConsignment(**without_signature(data))


class CancelConsignmentSchema(SeenSchema):
    reason = WordsField(MAX_REASON, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.CancelConsignment:
        return commands.CancelConsignment(**data)


class ConsignmentExportSchema(Schema):
    """Which consignments: a bucket and what it is narrowed to."""

    bucket = fields.Enum(Bucket, by_value=True, load_default=None)
    q = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "Part of the own or national number"},
    )
    state = fields.Enum(ConsignmentState, by_value=True, load_default=None)
    waste_code = fields.String(load_default="", validate=validate.Length(max=20))
    partner = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "Part of the name of consignor, carrier or consignee"},
    )
    plate = fields.String(load_default="", validate=validate.Length(max=12))
    first = fields.Date(
        load_default=None,
        metadata={"description": "Departed, or drafted while it hasn't, on this day or later …"},
    )
    last = fields.Date(load_default=None, metadata={"description": "… and on this day or earlier"})


class ConsignmentListSchema(ConsignmentExportSchema):
    """A page of them."""

    cursor = fields.UUID(load_default=None, metadata={"description": "`next_cursor` of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


class ManifestPrintSchema(Schema):
    lang = fields.String(load_default="zh", validate=validate.OneOf(["zh", "en"]))


# --- Out ---


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
