"""Border shapes of storage: facilities, zones, containers. Kilograms and litres are decimal strings."""

import base64
import binascii
import enum
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WholeNumberField,
    WordsField,
    messages,
)
from app.foundation.core.text import say
from app.foundation.documents.label import Paper
from app.waste.registry import schemas as registry
from app.waste.registry.models import WasteForm
from app.waste.storage.commands import (
    AddFacility,
    AddZone,
    PrintLabel,
    PutAway,
    RegisterContainer,
    ReviseZone,
    VoidContainer,
    WeighContainer,
)
from app.waste.storage.compatibility import properties
from app.waste.storage.general_properties import is_general_answer
from app.waste.storage.models import ContainerState, FacilityType
from app.waste.storage.operations.containers import PACKAGES
from app.waste.storage.queries import MAX_PAGE, ContainerFilter

NAME_LENGTH: Final = 60
CODE_LENGTH: Final = 10
LABEL_LENGTH: Final = 40
REASON_LENGTH: Final = 100
MOST_ASSIGNED: Final = 100
"""Waste codes and categories of one zone."""
PHOTO_TEXT_LENGTH: Final = 21 * 2**20
"""Base64 of the largest photo that is taken."""


class LitresField(KilogramsField):
    """Litres as a decimal string, `"200"`; whole millilitres inside."""

    default_error_messages = messages(
        not_text=say('容积以字符串填写升数，如 "200"'),
        invalid=say("请填写容积的升数，如 200"),
        negative=say("容积不能为负"),
    )

    def __init__(self, **kwargs: Any) -> None:
        described = {"description": "Litres as a decimal string", "example": "200"}
        super().__init__(**{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().lower().removesuffix("升").removesuffix("l")
        return super()._deserialize(value, attr, data, **kwargs)


class RegisterField(fields.Dict):
    """Answers by key of the register: flags, whole numbers, and texts; which keys there are the type decides."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"description": "By key of `GET /register-fields`; decimals, choices and days as texts"}
        answer = fields.Raw(allow_none=False, metadata={"type": ["boolean", "integer", "string"]})
        length = validate.Length(max=MOST_ASSIGNED)
        super().__init__(
            keys=WordsField(LABEL_LENGTH), values=answer, validate=length, metadata=described, **kwargs
        )


class PhotoField(fields.Field[bytes]):
    """A photo as base64."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"type": "string", "format": "byte", "maxLength": PHOTO_TEXT_LENGTH}
        super().__init__(**{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        try:
            if not isinstance(value, str) or len(value) > PHOTO_TEXT_LENGTH:
                raise ValueError
            return base64.b64decode(value, validate=True)
        except (ValueError, binascii.Error):
            raise ValidationError([say("照片应为 base64 文本，不超过 15 MB")]) from None


class _KnownProperties(InputSchema):
    """Answers must be those that compatibility knows."""

    @validates("properties")
    def ensure_known(self, answers: dict[str, str], **_: Any) -> None:
        known = properties()
        for name, answer in answers.items():
            if is_general_answer(name, answer):
                continue
            if name not in known:
                raise ValidationError([say("没有属性 {name}", name=name)])
            if answer not in known[name].answers:
                choices = list(known[name].answers)
                raise ValidationError(
                    [say("{name} 只能是：{choices}", name=known[name].name, choices=choices)]
                )


class AddStreamSchema(registry.AddStreamSchema, _KnownProperties):
    """A new kind of waste of a site, with the answers that decide compatibility."""


class ReviseStreamSchema(registry.ReviseStreamSchema, _KnownProperties):
    """The texts and answers of a stream as they shall be."""


class AddFacilitySchema(InputSchema):
    site_id = IdField(required=True)
    code = WordsField(CODE_LENGTH, blank=False, required=True, metadata={"example": "TS001"})
    name = WordsField(NAME_LENGTH, blank=False, required=True)
    type = ChoiceField(FacilityType, required=True)
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    keeper = WordsField(NAME_LENGTH, load_default="")
    register = RegisterField(load_default=dict)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddFacility:
        return AddFacility(**data)


class _ZoneSchema(InputSchema):
    name = WordsField(NAME_LENGTH, blank=False, required=True)
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    allowed = fields.List(
        WordsField(CODE_LENGTH + 1, blank=False),
        required=True,
        validate=validate.Length(max=MOST_ASSIGNED),
        metadata={"description": "Categories (HW08) and codes (900-249-08) assigned to the zone"},
    )
    forms = fields.List(
        ChoiceField(WasteForm), load_default=list, metadata={"description": "Empty: every form"}
    )
    open_to = fields.List(
        WordsField(CODE_LENGTH, blank=False),
        load_default=list,
        validate=validate.Length(max=MOST_ASSIGNED),
        metadata={"description": "Codes of neighbouring zones with no separation between"},
    )

    def values(self, data: dict[str, Any]) -> dict[str, Any]:
        """The loaded values as a command takes them: each entry once."""
        return {name: tuple(dict.fromkeys(v)) if isinstance(v, list) else v for name, v in data.items()}


class AddZoneSchema(_ZoneSchema):
    facility_id = IdField(required=True)
    code = WordsField(CODE_LENGTH, blank=False, required=True, metadata={"example": "A1"})
    register = RegisterField(load_default=dict)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddZone:
        return AddZone(**self.values(data))


class ReviseZoneSchema(_ZoneSchema):
    register = RegisterField(load_default=None, allow_none=True)
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReviseZone:
        return ReviseZone(**self.values(data))


class _WeightsSchema(InputSchema):
    gross = KilogramsField(load_default=None, allow_none=True, data_key="gross_kg")
    tare = KilogramsField(load_default=None, allow_none=True, data_key="tare_kg")
    net = KilogramsField(load_default=None, allow_none=True, data_key="net_kg")


class RegisterContainerSchema(_WeightsSchema):
    """A filled package. Gross and tare, or net, or no weight yet."""

    stream_id = IdField(required=True)
    package = WordsField(10, blank=False, required=True, metadata={"enum": list(PACKAGES)})
    volume_ml = LitresField(required=True, data_key="volume_l")
    generated_at = InstantField(required=True)
    local_label = WordsField(LABEL_LENGTH, load_default="")
    remarks = WordsField(REASON_LENGTH, load_default="")
    source_facility = WordsField(LABEL_LENGTH, load_default="")
    producer_operator = WordsField(NAME_LENGTH, load_default="")
    destination = WordsField(NAME_LENGTH, load_default="")
    photo = PhotoField(load_default=None, allow_none=True)
    photo_name = WordsField(200, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RegisterContainer:
        return RegisterContainer(**data)


class StoredContainerWeightSchema(_WeightsSchema):
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> WeighContainer:
        return WeighContainer(**data)


class PutAwaySchema(InputSchema):
    zone_id = IdField(required=True)
    overrides = fields.Dict(
        keys=WordsField(LABEL_LENGTH),
        values=WordsField(REASON_LENGTH),
        load_default=dict,
        validate=validate.Length(max=20),
        metadata={"description": "Reason by rule id, for warnings that wait to be confirmed"},
    )
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})
    mover = WordsField(LABEL_LENGTH, load_default="", metadata={"description": "运送部门经办人 of table B.2"})
    keeper = WordsField(
        LABEL_LENGTH, load_default="", metadata={"description": "贮存部门经办人 of table B.2"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> PutAway:
        return PutAway(**data)


class PrintLabelSchema(InputSchema):
    reason = WordsField(REASON_LENGTH, load_default="", metadata={"description": "Why it is printed again"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> PrintLabel:
        return PrintLabel(**data)


class LabelSizeName(enum.StrEnum):
    """100, 150 and 200 mm."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


class Language(enum.StrEnum):
    ZH = "zh"
    EN = "en"


class LabelQuerySchema(InputSchema):
    size = ChoiceField(
        LabelSizeName, load_default=None, metadata={"description": "Larger than the volume asks"}
    )
    paper = ChoiceField(Paper, load_default=Paper.EXACT)
    lang = ChoiceField(Language, load_default=Language.ZH)
    text_only = FlagField(
        load_default=False, metadata={"description": "No coloured ground: orange stock is in the printer"}
    )


class VoidContainerSchema(InputSchema):
    reason = WordsField(REASON_LENGTH, blank=False, required=True)
    seen_version = WholeNumberField(1, 2**31, load_default=None, metadata={"description": "Or If-Match"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> VoidContainer:
        return VoidContainer(**data)


class ContainerFilterSchema(InputSchema):
    """Which containers a list holds."""

    state = fields.List(ChoiceField(ContainerState), load_default=list)
    waste_code = WordsField(CODE_LENGTH, load_default="")
    site_id = IdField(load_default=None)
    facility_id = IdField(load_default=None)
    zone_id = IdField(load_default=None)
    q = WordsField(
        100, load_default="", metadata={"description": "Part of a code, of the firm's own label or of a name"}
    )

    @staticmethod
    def wanted(data: dict[str, Any]) -> ContainerFilter:
        """The filter that a loaded query asks for."""
        return ContainerFilter(
            states=tuple(data["state"]),
            waste_code=data["waste_code"],
            facility_id=data["facility_id"],
            zone_id=data["zone_id"],
            text=data["q"],
            site_id=data["site_id"],
        )


class ContainersQuerySchema(ContainerFilterSchema):
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class ZoneSchema(Schema):
    """A marked part of a facility."""

    id = IdField(required=True)
    facility_id = IdField(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    allowed = fields.List(fields.String(), required=True)
    forms = fields.List(fields.String(), required=True)
    open_to = fields.List(fields.String(), required=True)
    register = fields.Dict(keys=fields.String(), required=True)
    layout = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Decimetres"})
    version = fields.Integer(required=True)


class FacilitySchema(Schema):
    """A storage facility or spot."""

    id = IdField(required=True)
    organisation_id = IdField(required=True)
    site_id = IdField(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    type = ChoiceField(FacilityType, required=True)
    capacity = KilogramsField(required=True, data_key="capacity_kg")
    keeper = fields.String(required=True)
    register = fields.Dict(keys=fields.String(), required=True)
    layout = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Decimetres"})
    version = fields.Integer(required=True)


class ZoneStockSchema(Schema):
    zone = fields.Nested(ZoneSchema, required=True)
    container_count = fields.Integer(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")


class FacilityStockSchema(Schema):
    """A facility with its zones and what stands in them now."""

    facility = fields.Nested(FacilitySchema, required=True)
    zones = fields.List(fields.Nested(ZoneStockSchema), required=True)
    container_count = fields.Integer(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")


class FacilitiesSchema(Schema):
    items = fields.List(fields.Nested(FacilityStockSchema), required=True)


class NamedSchema(Schema):
    id = IdField(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class ContainerSchema(Schema):
    """One coded package, its waste and where it stands. Dumped from a `ContainerRow`."""

    id = IdField(required=True, attribute="container.id")
    code = fields.String(required=True, attribute="container.code", metadata={"description": "37 characters"})
    short_code = fields.String(required=True, attribute="container.short_code")
    local_label = fields.String(required=True, attribute="container.local_label")
    state = ChoiceField(ContainerState, required=True, attribute="container.state")
    organisation_id = IdField(required=True, attribute="container.organisation_id")
    holder_id = IdField(required=True, attribute="container.holder_id")
    site_id = IdField(required=True, attribute="container.site_id")
    stream_id = IdField(required=True, attribute="stream.id")
    local_name = fields.String(required=True, attribute="stream.local_name")
    waste_name = fields.String(required=True, attribute="stream.waste_name")
    waste_code = fields.String(required=True, attribute="container.waste_code")
    form = ChoiceField(WasteForm, required=True, allow_none=True, attribute="container.form")
    hazards = fields.List(fields.String(), required=True, attribute="container.hazards")
    package = fields.String(required=True, attribute="container.package")
    volume_ml = LitresField(
        required=True, allow_none=True, attribute="container.volume_ml", data_key="volume_l"
    )
    gross = KilogramsField(required=True, allow_none=True, attribute="container.gross", data_key="gross_kg")
    tare = KilogramsField(required=True, allow_none=True, attribute="container.tare", data_key="tare_kg")
    net = KilogramsField(required=True, allow_none=True, attribute="container.net", data_key="net_kg")
    generated_on = fields.Date(required=True, attribute="container.generated_on")
    generated_at = InstantField(required=True, allow_none=True, attribute="container.generated_at")
    accepted_on = fields.Date(required=True, allow_none=True, attribute="container.accepted_on")
    parent_id = IdField(required=True, allow_none=True, attribute="container.parent_id")
    material = fields.String(required=True, attribute="container.material")
    is_closed = fields.Boolean(required=True, allow_none=True, attribute="container.is_closed")
    fill_percent = fields.Integer(required=True, allow_none=True, attribute="container.fill_percent")
    batch_number = fields.String(required=True, attribute="container.batch_number")
    weighed_at = InstantField(required=True, allow_none=True, attribute="container.weighed_at")
    stored_at = InstantField(required=True, allow_none=True, attribute="container.stored_at")
    facility = fields.Nested(NamedSchema, required=True, allow_none=True)
    zone = fields.Nested(NamedSchema, required=True, allow_none=True)
    consignment_id = IdField(required=True, allow_none=True, attribute="container.consignment_id")
    photo_id = IdField(required=True, allow_none=True, attribute="container.photo_id")
    label_prints = fields.Integer(required=True, attribute="container.label_prints")
    remarks = fields.String(required=True, attribute="container.remarks")
    version = fields.Integer(required=True, attribute="container.version")


class ContainerPageSchema(Schema):
    items = fields.List(fields.Nested(ContainerSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class TraceEntrySchema(Schema):
    """One event of a container's story."""

    id = IdField(required=True)
    name = fields.String(required=True, metadata={"example": "container.stored"})
    subject_kind = fields.String(required=True)
    subject_id = IdField(required=True)
    sequence = fields.Integer(required=True)
    user_id = IdField(required=True, allow_none=True)
    organisation_id = IdField(required=True, allow_none=True)
    via = fields.String(required=True)
    occurred_at = InstantField(required=True)
    recorded_at = InstantField(required=True)
    own_hash = fields.String(required=True)
    payload = fields.Dict(required=True)


class TraceSchema(Schema):
    """Newest first. A container that came in with a ledger begins with the event of that import."""

    items = fields.List(fields.Nested(TraceEntrySchema), required=True)
