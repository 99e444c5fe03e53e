"""What a draft says beside its waste, of whatever kind."""

from marshmallow import fields, validate

from app.foundation.core.fields import IdField, InputSchema, WordsField
from app.waste.registry.methods import METHODS


class DraftSchema(InputSchema):
    """Parties, vehicle, method and texts; submitting needs most of it."""

    consignee_id = IdField(load_default=None, allow_none=True)
    consignee_site_id = IdField(load_default=None, allow_none=True)
    carrier_id = IdField(load_default=None, allow_none=True)
    vehicle_id = IdField(load_default=None, allow_none=True)
    driver_id = IdField(load_default=None, allow_none=True)
    planned_method = fields.String(
        load_default="",
        validate=validate.OneOf(["", *METHODS]),
        metadata={"description": "Use or disposal code of HJ 1033 annex F, such as R2"},
    )
    emergency_measures = WordsField(400, load_default="")
    via = WordsField(200, load_default="")
    due_on = fields.Date(load_default=None, allow_none=True)
    copied_from_id = IdField(
        load_default=None, allow_none=True, metadata={"description": "The consignment this is a copy of"}
    )
