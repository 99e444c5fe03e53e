"""Border shapes of transfers of general waste."""

from typing import Any

from marshmallow import fields, post_load, validate

from app.foundation.core.fields import IdField, InputSchema, KilogramsField, WholeNumberField, WordsField
from app.waste.consignments.commands import general as commands
from app.waste.consignments.operations.general_content import MAX_LINES
from app.waste.consignments.schemas.base import MAX_REASON, SeenSchema, SigningSchema, without_signature
from app.waste.consignments.schemas.drafts import DraftSchema


def masses_by_line(description: str) -> fields.Dict:
    """Kilograms by line number."""
    return fields.Dict(
        keys=WholeNumberField(1, MAX_LINES),
        values=KilogramsField(),
        load_default=dict,
        validate=validate.Length(max=MAX_LINES),
        metadata={"description": description},
    )


class LoadLineSchema(InputSchema):
    """Mass of one general waste."""

    stream_id = IdField(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    batch_id = IdField(
        load_default=None,
        allow_none=True,
        metadata={"description": "Out of this batch alone; else out of the oldest ones first"},
    )
    package = fields.String(load_default=commands.LOOSE, validate=validate.OneOf(commands.PACKAGES))

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.LoadLine:
        return commands.LoadLine(**data)


class CreateTransferSchema(DraftSchema):
    """A draft of general waste. Submitting needs everything but driver, `via`, `due_on` and the measures."""

    lines = fields.List(
        fields.Nested(LoadLineSchema), required=True, validate=validate.Length(min=1, max=MAX_LINES)
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.CreateTransfer:
        return commands.CreateTransfer(**data | {"lines": tuple(data["lines"])})


class ReviseTransferSchema(CreateTransferSchema, SeenSchema):
    """The whole content of a draft of general waste, replaced."""

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReviseTransfer:
        return commands.ReviseTransfer(**data | {"lines": tuple(data["lines"])})


class WeighLoadSchema(SeenSchema):
    masses = masses_by_line("Kilograms on the vehicle by line; a line left out weighs what the draft says")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.WeighLoad:
        return commands.WeighLoad(**data)


class AcceptLoadSchema(SigningSchema):
    masses = masses_by_line("Kilograms received by line; of a line left out as much as was sent")
    note = WordsField(
        MAX_REASON, load_default="", metadata={"description": "Why it differs, where it differs much"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.AcceptLoad:
        given = without_signature(data)
        return commands.AcceptLoad(given["seen_version"], given["masses"], given["note"])


class TakeBackSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.TakeBack:
        return commands.TakeBack(**data)
