"""Border shapes of what happens at the consignee's, and of what comes back from there."""

from typing import Any

from marshmallow import fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    DayField,
    IdField,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.waste.consignments import commands
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Verdict
from app.waste.consignments.schemas.base import (
    MAX_CODE,
    MAX_REASON,
    OverridableSchema,
    SeenSchema,
    SigningSchema,
    without_signature,
)
from app.waste.registry.methods import METHODS

MAX_LINES = 200
MAX_NOTE = 200
MAX_NAME = 60


class ArriveConsignmentSchema(SeenSchema):
    gate_gross = KilogramsField(
        data_key="gate_gross_kg",
        load_default=None,
        allow_none=True,
        metadata={"description": "The vehicle with its load on the consignee's weighbridge"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ArriveConsignment:
        return commands.ArriveConsignment(**data)


class WeighReceivedContainerSchema(SeenSchema):
    """Gross and tare, or the net mass alone."""

    code = WordsField(MAX_CODE, blank=False, required=True)
    gross = KilogramsField(data_key="gross_kg", load_default=None, allow_none=True)
    tare = KilogramsField(data_key="tare_kg", load_default=None, allow_none=True)
    net = KilogramsField(data_key="net_kg", load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.WeighContainer:
        return commands.WeighContainer(**data)


class JudgeContainerSchema(SeenSchema):
    """One container that is refused or missing; `open` takes it back."""

    code = WordsField(MAX_CODE, blank=False, required=True)
    verdict = ChoiceField(
        Verdict, required=True, metadata={"description": "`refused`, `missing`, or `open` to take it back"}
    )
    note = WordsField(MAX_NOTE, load_default="", metadata={"description": "Needed unless it is taken back"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.JudgeContainer:
        return commands.JudgeContainer(**data)


class RecordTareSchema(SeenSchema):
    gate_tare = KilogramsField(
        data_key="gate_tare_kg",
        required=True,
        metadata={"description": "The empty vehicle on the consignee's weighbridge, on its way out"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RecordTare:
        return commands.RecordTare(**data)


class ReportDiscrepancySchema(SeenSchema):
    """A major difference of the whole; with `line_number` of one line, with `code` of the line of one container."""

    kind = ChoiceField(DiscrepancyKind, required=True)
    note = WordsField(MAX_REASON, blank=False, required=True)
    line_number = WholeNumberField(1, MAX_LINES, load_default=None, allow_none=True)
    code = WordsField(MAX_CODE, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReportDiscrepancy:
        return commands.ReportDiscrepancy(**data)


class InformAuthoritySchema(SeenSchema):
    """Which authority of the place of receipt was told of the difference, and when."""

    authority = WordsField(80, blank=False, required=True)
    informed_on = DayField(required=True)
    reference = WordsField(80, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.InformAuthority:
        return commands.InformAuthority(**data)


class AcceptConsignmentSchema(SigningSchema):
    """The signer names all four checks (HWTM 12 item 1)."""

    checks = fields.List(
        ChoiceField(AcceptanceCheck),
        load_default=list,
        validate=validate.Length(max=len(AcceptanceCheck)),
        metadata={"description": "What was checked: all four are needed"},
    )
    methods = fields.Dict(
        keys=WholeNumberField(1, MAX_LINES),
        values=fields.String(validate=validate.OneOf(METHODS)),
        load_default=dict,
        validate=validate.Length(max=MAX_LINES),
        metadata={"description": "Method code by line number, where it is another than the planned one"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.AcceptConsignment:
        return commands.AcceptConsignment(**without_signature(data) | {"checks": frozenset(data["checks"])})


class RejectConsignmentSchema(SeenSchema):
    reason = WordsField(MAX_REASON, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RejectConsignment:
        return commands.RejectConsignment(**data)


class ReturnContainerSchema(OverridableSchema):
    """One refused container, scanned back into a zone of the consignor's own store."""

    code = WordsField(MAX_CODE, blank=False, required=True)
    zone_id = IdField(required=True)
    mover = WordsField(MAX_NAME, load_default="")
    keeper = WordsField(MAX_NAME, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReturnContainer:
        return commands.ReturnContainer(**data)
