"""Border shapes of stock counts."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WordsField,
)
from app.waste.storage.counting.commands import CloseCount, CountContainer
from app.waste.storage.counting.models import CountState, Found
from app.waste.storage.counting.queries import DifferenceIn

SCAN_LENGTH: Final = 400
"""The address in a QR, with its signature."""
REASON_LENGTH: Final = 300
MOST_EXPLAINED: Final = 5_000


class CountContainerSchema(InputSchema):
    """One container seen, or sought in vain."""

    code = WordsField(
        SCAN_LENGTH,
        blank=False,
        required=True,
        metadata={"description": "37 characters, the QR's address, a short code, or the firm's own label"},
    )
    zone_id = IdField(
        load_default=None,
        allow_none=True,
        metadata={"description": "Where it stands; default: as the ledger"},
    )
    mass = KilogramsField(load_default=None, allow_none=True, data_key="mass_kg")
    is_missing = FlagField(load_default=False)
    explanation = WordsField(REASON_LENGTH, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> CountContainer:
        return CountContainer(**data)


class CloseCountSchema(InputSchema):
    explanations = fields.Dict(
        keys=WordsField(37),
        values=WordsField(REASON_LENGTH),
        load_default=dict,
        validate=validate.Length(max=MOST_EXPLAINED),
        metadata={"description": "Why, by 37-character code, for differences without explanation"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> CloseCount:
        return CloseCount(data["explanations"])


class StockCountSchema(Schema):
    id = IdField(required=True)
    facility_id = IdField(required=True)
    state = ChoiceField(CountState, required=True)
    started_at = InstantField(required=True)
    closed_at = InstantField(required=True, allow_none=True)
    version = fields.Integer(required=True)


class CountLineSchema(Schema):
    """One container of a count. `differences`: what is to be explained if the count ends now."""

    code = fields.String(required=True, attribute="container.code")
    short_code = fields.String(required=True, attribute="container.short_code")
    local_label = fields.String(required=True, attribute="container.local_label")
    waste_code = fields.String(required=True, attribute="container.waste_code")
    expected_zone = fields.String(
        required=True, allow_none=True, attribute="expected_zone.code", dump_default=None
    )
    expected_mass = KilogramsField(required=True, attribute="line.expected_mass", data_key="expected_mass_kg")
    found = ChoiceField(Found, required=True, allow_none=True, attribute="line.found")
    found_zone = fields.String(required=True, allow_none=True, attribute="found_zone.code", dump_default=None)
    counted_mass = KilogramsField(
        required=True, allow_none=True, attribute="line.counted_mass", data_key="counted_mass_kg"
    )
    explanation = fields.String(required=True, attribute="line.explanation")
    counted_at = InstantField(required=True, allow_none=True, attribute="line.counted_at")
    differences = fields.List(ChoiceField(DifferenceIn), required=True)


class CountSchema(Schema):
    """A count with all of its lines."""

    count = fields.Nested(StockCountSchema, required=True)
    lines = fields.List(fields.Nested(CountLineSchema), required=True)


class CountSummarySchema(Schema):
    count = fields.Nested(StockCountSchema, required=True)
    lines = fields.Integer(required=True)
    counted = fields.Integer(required=True)


class CountsSchema(Schema):
    items = fields.List(fields.Nested(CountSummarySchema), required=True)
