"""Border shapes of a container's life: filling, sealing, damage, mass from package to package, treatment."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.waste.registry.schemas import NAME_LENGTH
from app.waste.storage.commands import (
    MergeContainers,
    NewPackage,
    Part,
    RepackContainer,
    ReportDamage,
    SealContainer,
    SplitContainer,
    StartFilling,
    TreatContainer,
)
from app.waste.storage.models import LinkKind
from app.waste.storage.operations.containers import PACKAGES
from app.waste.storage.operations.repacking import MOST_PARTS
from app.waste.storage.operations.treating import FACILITY_LENGTH, TREATMENTS
from app.waste.storage.package_types import Material
from app.waste.storage.schemas import (
    LABEL_LENGTH,
    REASON_LENGTH,
    ContainerSchema,
    LitresField,
    PhotoField,
)

KEY_LENGTH: Final = 40


class SeenVersionSchema(InputSchema):
    """An act that rests on what the caller saw."""

    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})


class StartFillingSchema(SeenVersionSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> StartFilling:
        return StartFilling(**data)


class SealContainerSchema(SeenVersionSchema):
    """Gross and tare, or net: weighed at once. No weight: weighing is due."""

    gross = KilogramsField(load_default=None, allow_none=True, data_key="gross_kg")
    tare = KilogramsField(load_default=None, allow_none=True, data_key="tare_kg")
    net = KilogramsField(load_default=None, allow_none=True, data_key="net_kg")
    fill_percent = WholeNumberField(1, 100, load_default=None, allow_none=True)
    is_closed = FlagField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SealContainer:
        return SealContainer(**data)


class ReportDamageSchema(SeenVersionSchema):
    note = WordsField(REASON_LENGTH, blank=False, required=True)
    photo = PhotoField(load_default=None, allow_none=True)
    photo_name = WordsField(200, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReportDamage:
        return ReportDamage(**data)


class NewPackageSchema(InputSchema):
    """A package that takes over mass of others."""

    package = WordsField(10, blank=False, required=True, metadata={"enum": list(PACKAGES)})
    volume_ml = LitresField(required=True, data_key="volume_l")
    tare = KilogramsField(load_default=None, allow_none=True, data_key="tare_kg")
    material = ChoiceField(Material, load_default=None, allow_none=True)
    is_closed = FlagField(load_default=None, allow_none=True)
    local_label = WordsField(LABEL_LENGTH, load_default="")

    @post_load
    def to_package(self, data: dict[str, Any], **_: Any) -> NewPackage:
        return NewPackage(**{**data, "material": data["material"] or ""})


class RepackContainerSchema(SeenVersionSchema):
    package = fields.Nested(NewPackageSchema, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RepackContainer:
        return RepackContainer(**data)


class PartSchema(InputSchema):
    mass = KilogramsField(required=True, data_key="mass_kg")
    package = fields.Nested(NewPackageSchema, required=True)

    @post_load
    def to_part(self, data: dict[str, Any], **_: Any) -> Part:
        return Part(**data)


class SplitContainerSchema(SeenVersionSchema):
    parts = fields.List(
        fields.Nested(PartSchema), required=True, validate=validate.Length(min=1, max=MOST_PARTS)
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SplitContainer:
        return SplitContainer(tuple(data["parts"]), data["seen_version"])


class MergeContainersSchema(InputSchema):
    """All of several containers into one. Of different wastes: `stream_id` says which waste it is then."""

    containers = fields.List(
        WordsField(KEY_LENGTH, blank=False),
        required=True,
        validate=validate.Length(min=1, max=MOST_PARTS),
        metadata={"description": "Ids, 37-character codes or short codes"},
    )
    package = fields.Nested(NewPackageSchema, required=True)
    stream_id = IdField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> MergeContainers:
        return MergeContainers(tuple(data["containers"]), data["package"], data["stream_id"])


class TreatContainerSchema(SeenVersionSchema):
    """Own use or disposal. No mass: all of it."""

    method_code = WordsField(10, blank=False, required=True, metadata={"enum": list(TREATMENTS)})
    facility_code = WordsField(FACILITY_LENGTH, blank=False, required=True, metadata={"example": "TS005"})
    operator = WordsField(NAME_LENGTH, load_default="")
    mass = KilogramsField(load_default=None, allow_none=True, data_key="mass_kg")
    finished_at = InstantField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> TreatContainer:
        return TreatContainer(**data)


class ContainersSchema(Schema):
    items = fields.List(fields.Nested(ContainerSchema), required=True)


class RelativeSchema(Schema):
    """A container that mass came from or went to."""

    code = fields.String(required=True, attribute="container.code")
    short_code = fields.String(required=True, attribute="container.short_code")
    local_label = fields.String(required=True, attribute="container.local_label")
    kind = ChoiceField(LinkKind, required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")


class LineageSchema(Schema):
    """What a container came from and what became of it."""

    parents = fields.List(fields.Nested(RelativeSchema), required=True)
    children = fields.List(fields.Nested(RelativeSchema), required=True)


class AgeingQuerySchema(InputSchema):
    facility_id = IdField(load_default=None)
    site_id = IdField(load_default=None)
    limit = WholeNumberField(1, 100, load_default=50)


class AgedContainerSchema(Schema):
    code = fields.String(required=True)
    short_code = fields.String(required=True)
    local_label = fields.String(required=True)
    waste_code = fields.String(required=True)
    net = KilogramsField(required=True, data_key="net_kg")
    since = fields.Date(required=True, metadata={"description": "Age counts from this day"})
    until = fields.Date(required=True, metadata={"description": "The last day of the storage limit"})
    days_left = fields.Integer(required=True)
    facility_id = IdField(required=True, allow_none=True)
    zone = fields.String(required=True, allow_none=True)


class AgeingSchema(Schema):
    """Containers in store, oldest first."""

    items = fields.List(fields.Nested(AgedContainerSchema), required=True)
