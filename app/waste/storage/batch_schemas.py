"""Border shapes of batches of general waste."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.waste.registry.batches import MAX_PAGE, AddToBatch, DrawBatches, OpenBatch, Purpose
from app.waste.registry.methods import METHODS
from app.waste.registry.models import BatchState
from app.waste.registry.schemas import NAME_LENGTH
from app.waste.storage.life_schemas import SeenVersionSchema
from app.waste.storage.operations.batches import PlaceBatch
from app.waste.storage.schemas import LABEL_LENGTH, REASON_LENGTH

PLATE_LENGTH: Final = 20
MODE_LENGTH: Final = 20
FACILITY_LENGTH: Final = 60


class OpenBatchSchema(InputSchema):
    stream_id = IdField(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> OpenBatch:
        return OpenBatch(**data)


class AddToBatchSchema(SeenVersionSchema):
    mass = KilogramsField(required=True, data_key="mass_kg")
    generated_at = InstantField(required=True)
    source_facility = WordsField(LABEL_LENGTH, load_default="")
    producer_operator = WordsField(NAME_LENGTH, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddToBatch:
        return AddToBatch(**data)


class PlaceBatchSchema(SeenVersionSchema):
    zone_id = IdField(required=True)
    overrides = fields.Dict(
        keys=WordsField(LABEL_LENGTH),
        values=WordsField(REASON_LENGTH),
        load_default=dict,
        validate=validate.Length(max=20),
        metadata={"description": "Reason by rule id, for warnings that wait to be confirmed"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> PlaceBatch:
        return PlaceBatch(**data)


class DrawBatchesSchema(InputSchema):
    """Mass used, disposed of or sent off; from the oldest batches, or from the one named."""

    stream_id = IdField(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    purpose = ChoiceField(Purpose, required=True)
    batch_id = IdField(load_default=None, allow_none=True)
    method_code = WordsField(10, load_default="", validate=validate.OneOf(["", *METHODS]))
    facility_code = WordsField(FACILITY_LENGTH, load_default="")
    operator = WordsField(NAME_LENGTH, load_default="")
    receiver_name = WordsField(NAME_LENGTH, load_default="")
    carrier = WordsField(NAME_LENGTH, load_default="")
    plate = WordsField(PLATE_LENGTH, load_default="")
    transport_mode = WordsField(MODE_LENGTH, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DrawBatches:
        return DrawBatches(**data)


class BatchesQuerySchema(InputSchema):
    state = fields.List(ChoiceField(BatchState), load_default=list)
    stream_id = IdField(load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class BatchSchema(Schema):
    """A batch of general waste and what of it is left."""

    id = IdField(required=True, attribute="batch.id")
    code = fields.String(required=True, attribute="batch.code")
    state = ChoiceField(BatchState, required=True, attribute="batch.state")
    stream_id = IdField(required=True, attribute="stream.id")
    waste_code = fields.String(required=True, attribute="stream.waste_code")
    local_name = fields.String(required=True, attribute="stream.local_name")
    site_id = IdField(required=True, attribute="site.id")
    zone_id = IdField(required=True, allow_none=True, attribute="batch.zone_id")
    opened_on = fields.Date(required=True, attribute="batch.opened_on")
    closed_on = fields.Date(required=True, allow_none=True, attribute="batch.closed_on")
    mass = KilogramsField(required=True, data_key="mass_kg")
    version = fields.Integer(required=True, attribute="batch.version")


class BatchPageSchema(Schema):
    items = fields.List(fields.Nested(BatchSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class DrawnSchema(Schema):
    batch_id = IdField(required=True)
    code = fields.String(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")


class DrawSchema(Schema):
    """What was drawn of each batch, oldest first."""

    items = fields.List(fields.Nested(DrawnSchema), required=True)
