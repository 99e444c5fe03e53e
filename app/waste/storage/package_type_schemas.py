"""Border shapes of the kinds of package."""

from typing import Any

from marshmallow import Schema, fields, post_load

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    KilogramsField,
    WordsField,
)
from app.waste.storage.operations.containers import PACKAGES
from app.waste.storage.package_types import AddPackageType, Material
from app.waste.storage.schemas import NAME_LENGTH, LitresField


class AddPackageTypeSchema(InputSchema):
    """A kind of package, such as a 200 L steel drum."""

    name = WordsField(NAME_LENGTH, blank=False, required=True, metadata={"example": "200 L 钢桶"})
    package = WordsField(10, blank=False, required=True, metadata={"enum": list(PACKAGES)})
    volume_ml = LitresField(required=True, data_key="volume_l")
    tare = KilogramsField(required=True, data_key="tare_kg")
    material = ChoiceField(
        Material, load_default=None, allow_none=True, metadata={"description": "None: another, or unknown"}
    )
    is_closed = FlagField(load_default=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddPackageType:
        return AddPackageType(**{**data, "material": data["material"] or ""})


class PackageTypeSchema(Schema):
    """A kind of package a firm uses."""

    id = IdField(required=True)
    organisation_id = IdField(required=True)
    name = fields.String(required=True)
    package = fields.String(required=True)
    volume_ml = LitresField(required=True, data_key="volume_l")
    tare = KilogramsField(required=True, data_key="tare_kg")
    material = fields.Function(
        lambda kind: kind.material or None,
        required=True,
        allow_none=True,
        metadata={"type": "string", "enum": [*(material.value for material in Material), None]},
    )
    is_closed = fields.Boolean(required=True)


class PackageTypesSchema(Schema):
    items = fields.List(fields.Nested(PackageTypeSchema), required=True)
