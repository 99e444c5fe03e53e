"""Border shapes of a registration."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import IdField, InputSchema, InstantField, KilogramsField, WordsField
from app.waste.storage.operations.containers import PACKAGES
from app.waste.storage.registering.commands import RegisterAndStore
from app.waste.storage.schemas import (
    LABEL_LENGTH,
    NAME_LENGTH,
    REASON_LENGTH,
    ContainerSchema,
    LitresField,
    PhotoField,
)


class RegisterAndStoreSchema(InputSchema):
    """A filled package with everything the five steps need. By a scale: `reading_id`. By hand: `gross_kg` and a photo
    of the display."""

    stream_id = IdField(required=True)
    zone_id = IdField(required=True)
    tare = KilogramsField(required=True, data_key="tare_kg")
    gross = KilogramsField(load_default=None, allow_none=True, data_key="gross_kg")
    reading_id = IdField(load_default=None, allow_none=True)
    package_type_id = IdField(load_default=None, allow_none=True)
    package = WordsField(
        10,
        load_default="",
        metadata={"enum": ["", *PACKAGES], "description": "Where no kind of package is named"},
    )
    volume_ml = LitresField(load_default=None, allow_none=True, data_key="volume_l")
    generated_at = InstantField(load_default=None, allow_none=True, metadata={"description": "None: now"})
    packed_at = InstantField(load_default=None, allow_none=True)
    weighed_at = InstantField(load_default=None, allow_none=True)
    overrides = fields.Dict(
        keys=WordsField(LABEL_LENGTH),
        values=WordsField(REASON_LENGTH),
        load_default=dict,
        validate=validate.Length(max=20),
        metadata={"description": "Reason by rule id, for warnings of the zone that wait to be confirmed"},
    )
    local_label = WordsField(LABEL_LENGTH, load_default="")
    remarks = WordsField(REASON_LENGTH, load_default="")
    source_facility = WordsField(LABEL_LENGTH, load_default="")
    producer_operator = WordsField(NAME_LENGTH, load_default="")
    destination = WordsField(NAME_LENGTH, load_default="")
    photo = PhotoField(load_default=None, allow_none=True)
    photo_name = WordsField(200, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RegisterAndStore:
        return RegisterAndStore(**data)


class RegistrationSchema(Schema):
    """What one act made. The label is noted as printed; `label_url` gives its PDF."""

    container = fields.Nested(ContainerSchema, required=True)
    page_url = fields.String(required=True)
    label_url = fields.String(required=True)
    label_side_mm = fields.Integer(required=True)
    storage_limit_on = fields.Date(required=True)
    undo_until = InstantField(required=True, metadata={"description": "Until then it may be taken back"})
    weighed_by = fields.String(required=True, allow_none=True, metadata={"description": "Name of the scale"})
    is_calibrated = fields.Boolean(required=True, allow_none=True)


class ProposalsQuerySchema(InputSchema):
    """A package that isn't registered yet; without a mass, room is not judged."""

    stream_id = IdField(required=True)
    net = KilogramsField(load_default=None, allow_none=True, data_key="net_kg")
