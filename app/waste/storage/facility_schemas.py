"""Border shapes of facilities that stand already: their register, their floor plan, closing them."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    IdField,
    InputSchema,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.waste.storage.facility_commands import (
    DrawnZone,
    DrawPlan,
    EndFacility,
    OpenZones,
    ReviseFacility,
)
from app.waste.storage.floor_plan import LONGEST, SIDES, Door, Rect
from app.waste.storage.models import FacilityType
from app.waste.storage.schemas import CODE_LENGTH, MOST_ASSIGNED, NAME_LENGTH, RegisterField

VERSION: Final = {"description": "Or If-Match"}
MOST_OPENINGS: Final = 20
"""Doors, and aisles, of one plan."""


class ReviseFacilitySchema(InputSchema):
    """A facility as it shall be."""

    name = WordsField(NAME_LENGTH, blank=False, required=True)
    type = ChoiceField(FacilityType, required=True)
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    keeper = WordsField(NAME_LENGTH, load_default="")
    register = RegisterField(load_default=None, allow_none=True)
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata=VERSION)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReviseFacility:
        return ReviseFacility(**data)


class EndFacilitySchema(InputSchema):
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata=VERSION)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EndFacility:
        return EndFacility(**data)


class EndZoneSchema(InputSchema):
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata=VERSION)


class RectSchema(InputSchema):
    """A rectangle on the floor, in decimetres from the upper left corner of the store."""

    x = WholeNumberField(0, LONGEST, required=True)
    y = WholeNumberField(0, LONGEST, required=True)
    width = WholeNumberField(1, LONGEST, required=True)
    depth = WholeNumberField(1, LONGEST, required=True)

    @post_load
    def to_rect(self, data: dict[str, Any], **_: Any) -> Rect:
        return Rect(**data)


class DoorSchema(InputSchema):
    """An opening in a wall: which side, decimetres from its left or upper end, and how wide."""

    side = WordsField(10, blank=False, required=True, metadata={"enum": list(SIDES)})
    at = WholeNumberField(0, LONGEST, required=True)
    width = WholeNumberField(1, LONGEST, required=True)

    @post_load
    def to_door(self, data: dict[str, Any], **_: Any) -> Door:
        return Door(**data)


class DrawnZoneSchema(InputSchema):
    zone_id = IdField(required=True)
    place = fields.Nested(RectSchema, load_default=None, allow_none=True)

    @post_load
    def to_drawn(self, data: dict[str, Any], **_: Any) -> DrawnZone:
        return DrawnZone(**data)


class PlanSchema(InputSchema):
    """The floor plan as it shall be, in decimetres. Zones not named stay where they are."""

    width = WholeNumberField(1, LONGEST, required=True)
    depth = WholeNumberField(1, LONGEST, required=True)
    doors = fields.List(
        fields.Nested(DoorSchema), load_default=list, validate=validate.Length(max=MOST_OPENINGS)
    )
    aisles = fields.List(
        fields.Nested(RectSchema), load_default=list, validate=validate.Length(max=MOST_OPENINGS)
    )
    zones = fields.List(
        fields.Nested(DrawnZoneSchema), load_default=list, validate=validate.Length(max=MOST_ASSIGNED)
    )
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata=VERSION)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DrawPlan:
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
        return DrawPlan(**values)


class OpenZonesSchema(InputSchema):
    """Two zones with no separation between them, by code."""

    one = WordsField(CODE_LENGTH, blank=False, required=True)
    other = WordsField(CODE_LENGTH, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> OpenZones:
        return OpenZones(**data)


class FieldSchema(Schema):
    """One field of the register, as `GET /register-fields` lists it."""

    key = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["flag", "whole", "decimal", "choice", "day"]})
    group = fields.String(required=True)
    label = fields.String(required=True)
    unit = fields.String(required=True)
    choices = fields.List(fields.String(), required=True)


class RegisterFieldsSchema(Schema):
    facility = fields.List(fields.Nested(FieldSchema), required=True)
    zone = fields.List(fields.Nested(FieldSchema), required=True)


class RegisterQuerySchema(InputSchema):
    type = ChoiceField(FacilityType, required=True)
