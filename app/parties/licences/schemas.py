"""Border shapes of licences, vehicles and crews."""

from marshmallow import Schema, fields, validate

from app.foundation.core.fields import KilogramsField
from app.parties.licences.models import LicenceKind, LicenceState, Mode


class LicenceListSchema(Schema):
    organisation_id = fields.UUID(load_default=None)


class LicenceLineSchema(Schema):
    category = fields.String(required=True, metadata={"example": "HW06"})
    waste_code = fields.String(
        required=True, metadata={"description": "Empty: every code of the category", "example": "900-402-06"}
    )
    yearly_scale = KilogramsField(data_key="yearly_scale_kg", required=True, allow_none=True)


class LicenceSchema(Schema):
    """A hazardous-waste operating licence, with what is used of this calendar year."""

    id = fields.UUID(attribute="licence.id", required=True)
    organisation_id = fields.UUID(attribute="licence.organisation_id", required=True)
    number = fields.String(attribute="licence.number", required=True)
    issuer = fields.String(attribute="licence.issuer", required=True)
    kind = fields.Enum(LicenceKind, by_value=True, attribute="licence.kind", required=True)
    modes = fields.List(
        fields.String(validate=validate.OneOf([mode.value for mode in Mode])),
        attribute="licence.modes",
        required=True,
    )
    issued_on = fields.Date(attribute="licence.issued_on", required=True)
    valid_from = fields.Date(attribute="licence.valid_from", required=True)
    valid_to = fields.Date(attribute="licence.valid_to", required=True)
    state = fields.Enum(LicenceState, by_value=True, attribute="licence.state", required=True)
    lines = fields.List(fields.Nested(LicenceLineSchema), required=True)
    year = fields.Integer(required=True)
    yearly_scale = KilogramsField(data_key="yearly_scale_kg", attribute="licence.yearly_scale", required=True)
    used = KilogramsField(data_key="used_kg", required=True)
    left = KilogramsField(
        data_key="left_kg",
        required=True,
        metadata={
            "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$",
            "description": "Below zero when the yearly scale is exceeded",
        },
    )


class LicencesSchema(Schema):
    items = fields.List(fields.Nested(LicenceSchema), required=True)


class FleetListSchema(Schema):
    carrier_id = fields.UUID(load_default=None)


class VehicleSchema(Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    plate = fields.String(required=True)
    kind = fields.String(required=True)
    approved_load = KilogramsField(data_key="approved_load_kg", required=True)
    valid_to = fields.Date(required=True)


class CrewMemberSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    certificate = fields.String(required=True)
    is_escort = fields.Boolean(required=True)
    valid_to = fields.Date(required=True)


class FleetSchema(Schema):
    """A carrier with its permit, vehicles and crew."""

    carrier_id = fields.UUID(attribute="carrier.id", required=True)
    carrier_name = fields.String(attribute="carrier.name", required=True)
    permit_number = fields.Function(
        lambda fleet: fleet.permit.number if fleet.permit else None,
        required=True,
        metadata={"type": ["string", "null"]},
    )
    permit_valid_to = fields.Function(
        lambda fleet: fleet.permit.valid_to.isoformat() if fleet.permit else None,
        required=True,
        metadata={"type": ["string", "null"], "format": "date"},
    )
    vehicles = fields.List(fields.Nested(VehicleSchema), required=True)
    drivers = fields.List(fields.Nested(CrewMemberSchema), required=True)
    escorts = fields.List(fields.Nested(CrewMemberSchema), required=True)


class FleetsSchema(Schema):
    items = fields.List(fields.Nested(FleetSchema), required=True)


class VehiclesSchema(Schema):
    items = fields.List(fields.Nested(VehicleSchema), required=True)
