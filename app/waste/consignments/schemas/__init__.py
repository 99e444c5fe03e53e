"""Border shapes of consignments: data in becomes a command. What is shown: `shown.py`."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    IdField,
    WordsField,
)
from app.foundation.core.text import say
from app.waste.consignments import commands
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
from app.waste.consignments.schemas.drafts import DraftSchema
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
from app.waste.consignments.schemas.road import LegPlanSchema
from app.waste.consignments.schemas.shown import BucketCountsSchema as BucketCountsSchema
from app.waste.consignments.schemas.shown import ConsignedContainerSchema as ConsignedContainerSchema
from app.waste.consignments.schemas.shown import ConsignmentLineSchema as ConsignmentLineSchema
from app.waste.consignments.schemas.shown import ConsignmentPageSchema as ConsignmentPageSchema
from app.waste.consignments.schemas.shown import ConsignmentPapersSchema as ConsignmentPapersSchema
from app.waste.consignments.schemas.shown import ConsignmentRowSchema as ConsignmentRowSchema
from app.waste.consignments.schemas.shown import ConsignmentSchema as ConsignmentSchema
from app.waste.consignments.schemas.shown import PartySchema as PartySchema
from app.waste.consignments.schemas.shown import SignatureSchema as SignatureSchema
from app.waste.consignments.workflow import ConsignmentState

CHOOSE_CONTAINERS: Final = say("请选择 1 至 2000 个容器")
"""As many as MAX_CONTAINERS says."""


class CreateConsignmentSchema(DraftSchema):
    """A draft. Submitting needs everything but `escort_id`, `national_number`, `via` and `due_on`."""

    containers = fields.List(
        WordsField(MAX_CODE, blank=False),
        required=True,
        validate=validate.Length(min=1, max=MAX_CONTAINERS, error=CHOOSE_CONTAINERS.msgid),
        metadata={"description": "37-character codes, short codes or ids of stored containers"},
    )
    escort_id = IdField(load_default=None, allow_none=True)
    national_number = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[0-9]{14}\Z"),
        metadata={
            "pattern": "^[0-9]{14}$",
            "description": "Number given by the national system; entered here, never invented",
        },
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
