"""Border shapes of scales and readings."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    FlagField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.foundation.core.work import Work
from app.waste.storage.weighing.commands import AddScale, EndScale, ReviseScale, SentReading
from app.waste.storage.weighing.operations import MOST_AT_ONCE
from app.waste.storage.weighing.queries import ShownReading, is_calibrated

NAME_LENGTH = 60


class _ScaleInputSchema(InputSchema):
    name = WordsField(NAME_LENGTH, blank=False, required=True, metadata={"example": "蓝牙秤 02"})
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    serial_number = WordsField(NAME_LENGTH, load_default="")
    calibrated_to = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "Last day its calibration is valid"}
    )


class AddScaleSchema(_ScaleInputSchema):
    """A scale of a site."""

    site_id = IdField(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddScale:
        return AddScale(**data)


class ReviseScaleSchema(_ScaleInputSchema):
    """A scale as it shall be."""

    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReviseScale:
        return ReviseScale(**data)


class EndScaleSchema(InputSchema):
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EndScale:
        return EndScale(**data)


class SentReadingSchema(InputSchema):
    """What the scale showed."""

    reading_number = WordsField(
        NAME_LENGTH,
        blank=False,
        required=True,
        metadata={"example": "2026-11-22T06:31:05.2", "description": "The scale's own number of the reading"},
    )
    mass = KilogramsField(required=True, data_key="mass_kg")
    is_stable = FlagField(load_default=True)
    taken_at = InstantField(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SentReading:
        return SentReading(**data)


class SentReadingsSchema(InputSchema):
    """One reading or many; a number sent before is stored once."""

    readings = fields.List(
        fields.Nested(SentReadingSchema), required=True, validate=validate.Length(max=MOST_AT_ONCE)
    )

    @post_load
    def to_commands(self, data: dict[str, Any], **_: Any) -> list[SentReading]:
        return list(data["readings"])


class ScaleSchema(Schema):
    """A scale of a site."""

    id = IdField(required=True)
    organisation_id = IdField(required=True)
    site_id = IdField(required=True)
    name = fields.String(required=True)
    serial_number = fields.String(required=True)
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    calibrated_to = fields.Date(required=True, allow_none=True)
    ended_at = InstantField(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ScalesSchema(Schema):
    items = fields.List(fields.Nested(ScaleSchema), required=True)


class ReadingSchema(Schema):
    """A reading as it was stored. `is_calibrated` is false where the calibration had run out when it was taken,
    null where none is known; `is_late`: it came in more than a day after it was taken."""

    id = IdField(required=True)
    scale_id = IdField(required=True)
    reading_number = fields.String(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    is_stable = fields.Boolean(required=True)
    taken_at = InstantField(required=True)
    received_at = InstantField(required=True)
    is_calibrated = fields.Boolean(required=True, allow_none=True)
    is_fresh = fields.Boolean(required=True)
    is_late = fields.Boolean(required=True)
    container_id = IdField(required=True, allow_none=True)


class ReadingsSchema(Schema):
    items = fields.List(fields.Nested(ReadingSchema), required=True)


class LatestReadingSchema(Schema):
    """What a scale showed last, if anything; `is_fresh` tells whether it is what stands on it now."""

    scale = fields.Nested(ScaleSchema, required=True)
    reading = fields.Nested(ReadingSchema, required=True, allow_none=True)


class LatestQuerySchema(InputSchema):
    stable = FlagField(load_default=False, metadata={"description": "Only readings that had come to rest"})


def shown(work: Work, found: ShownReading | None) -> dict[str, Any] | None:
    """A reading as `ReadingSchema` dumps it."""
    if found is None:
        return None
    row = found.reading
    return {
        "id": row.id,
        "scale_id": row.scale_id,
        "reading_number": row.reading_number,
        "mass": row.mass,
        "is_stable": row.is_stable,
        "taken_at": row.taken_at,
        "received_at": row.received_at,
        "is_calibrated": is_calibrated(row.calibrated_to, row.taken_at, work.actor.zone),
        "is_fresh": found.is_fresh,
        "is_late": found.is_late,
        "container_id": row.container_id,
    }
