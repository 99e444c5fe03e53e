"""Border shapes of what the consignee tells after it accepted a consignment."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import DayField, IdField, KilogramsField, WholeNumberField, WordsField
from app.waste.consignments import commands
from app.waste.consignments.schemas.base import SeenSchema
from app.waste.consignments.schemas.receipt import MAX_LINES, MAX_NOTE
from app.waste.registry.methods import METHODS


class ConfirmConsignmentSchema(SeenSchema):
    confirmed_on = DayField(
        required=True, metadata={"description": "Day of the confirmation in the national system"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ConfirmConsignment:
        return commands.ConfirmConsignment(**data)


class ReportResultSchema(SeenSchema):
    """Use or disposal of one line, whole or a part of it."""

    line_number = WholeNumberField(1, MAX_LINES, required=True)
    method_code = fields.String(
        required=True,
        validate=validate.OneOf(METHODS),
        metadata={"description": "Use or disposal code of HJ 1033 annex F, such as R2"},
    )
    mass = KilogramsField(data_key="mass_kg", required=True)
    started_on = DayField(required=True)
    finished_on = DayField(required=True)
    residue_note = WordsField(MAX_NOTE, load_default="")
    file_id = IdField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReportResult:
        return commands.ReportResult(**data)


class UseResultSchema(Schema):
    """What the consignee made of a line, or of a part of it."""

    line_number = fields.Integer(attribute="line.line_number", required=True)
    method_code = fields.String(attribute="result.method_code", required=True)
    mass = KilogramsField(data_key="mass_kg", attribute="result.mass", required=True)
    started_on = fields.Date(attribute="result.started_on", required=True)
    finished_on = fields.Date(attribute="result.finished_on", required=True)
    residue_note = fields.String(attribute="result.residue_note", required=True)
    file_id = fields.UUID(attribute="result.file_id", required=True, allow_none=True)
    reported_at = fields.AwareDateTime(attribute="result.reported_at", required=True)
