"""Border shapes of licences, applications, permits, vehicles and crews."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    DayField,
    FlagField,
    IdField,
    InputSchema,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.parties.licences.commands import (
    AnswerQueries,
    ApplyForLicence,
    ChangeLicenceState,
    JudgeField,
    LicensedWaste,
    RecordRenewalFiling,
    RegisterCarrierPermit,
    RegisterCrewMember,
    RegisterLicence,
    RegisterVehicle,
)
from app.parties.licences.models import (
    ApplicationKind,
    ApplicationState,
    IssuerLevel,
    LicenceKind,
    LicenceState,
    Mode,
    VehicleBody,
)

VERSION = {"least": 0, "most": 10**9}
BELOW_ZERO = {
    "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$",
    "description": "Below zero when the yearly scale is exceeded",
}
OF_EDITION = {"description": "Drawn on this edition itself; `used_kg` and `reserved_kg` are of all editions"}


class LicenceListSchema(Schema):
    organisation_id = fields.UUID(load_default=None)


class LicenceLineSchema(Schema):
    category = fields.String(required=True, metadata={"example": "HW06"})
    waste_code = fields.String(
        required=True, metadata={"description": "Empty: every code of the category", "example": "900-402-06"}
    )
    method = fields.String(
        required=True, metadata={"description": "How it is used or disposed of", "example": "R2"}
    )
    yearly_scale = KilogramsField(data_key="yearly_scale_kg", required=True, allow_none=True)
    used = KilogramsField(data_key="used_kg", required=True)
    reserved = KilogramsField(data_key="reserved_kg", required=True)
    left = KilogramsField(data_key="left_kg", required=True, allow_none=True, metadata=BELOW_ZERO)


class LicenceSchema(Schema):
    """A hazardous-waste operating licence, with what is used and reserved of this calendar year."""

    id = fields.UUID(attribute="licence.id", required=True)
    organisation_id = fields.UUID(attribute="licence.organisation_id", required=True)
    number = fields.String(attribute="licence.number", required=True)
    issuer = fields.String(attribute="licence.issuer", required=True)
    issuer_level = ChoiceField(IssuerLevel, attribute="licence.issuer_level", required=True, allow_none=True)
    kind = fields.Enum(LicenceKind, by_value=True, attribute="licence.kind", required=True)
    legal_name = fields.String(attribute="licence.legal_name", required=True)
    legal_rep = fields.String(attribute="licence.legal_rep", required=True)
    domicile = fields.String(attribute="licence.domicile", required=True)
    facility_address = fields.String(attribute="licence.facility_address", required=True)
    modes = fields.List(
        fields.String(validate=validate.OneOf([mode.value for mode in Mode])),
        attribute="licence.modes",
        required=True,
    )
    issued_on = fields.Date(attribute="licence.issued_on", required=True)
    valid_from = fields.Date(attribute="licence.valid_from", required=True)
    valid_to = fields.Date(attribute="licence.valid_to", required=True)
    state = fields.Enum(LicenceState, by_value=True, attribute="licence.state", required=True)
    suspended_from = fields.Date(attribute="licence.suspended_from", required=True, allow_none=True)
    suspended_to = fields.Date(attribute="licence.suspended_to", required=True, allow_none=True)
    ended_on = fields.Date(attribute="licence.ended_on", required=True, allow_none=True)
    renewal_filed_on = fields.Date(attribute="licence.renewal_filed_on", required=True, allow_none=True)
    replaces_id = fields.UUID(attribute="licence.replaces_id", required=True, allow_none=True)
    lines = fields.List(fields.Nested(LicenceLineSchema), required=True)
    year = fields.Integer(required=True)
    yearly_scale = KilogramsField(data_key="yearly_scale_kg", attribute="licence.yearly_scale", required=True)
    used = KilogramsField(data_key="used_kg", required=True)
    reserved = KilogramsField(data_key="reserved_kg", required=True)
    left = KilogramsField(data_key="left_kg", required=True, metadata=BELOW_ZERO)
    edition_used = KilogramsField(data_key="edition_used_kg", required=True, metadata=OF_EDITION)
    edition_reserved = KilogramsField(data_key="edition_reserved_kg", required=True, metadata=OF_EDITION)
    version = fields.Integer(attribute="licence.version", required=True)


class LicencesSchema(Schema):
    items = fields.List(fields.Nested(LicenceSchema), required=True)


class LicensedWasteSchema(InputSchema):
    """A category of a licence, or one code of it."""

    category = WordsField(4, load_default="", metadata={"example": "HW06"})
    waste_code = WordsField(10, load_default="", metadata={"example": "900-402-06"})
    yearly_scale = KilogramsField(data_key="yearly_scale_kg", load_default=None, allow_none=True)
    method = WordsField(4, load_default="", metadata={"example": "R2"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> LicensedWaste:
        code = data["waste_code"]
        category = data["category"].upper() or f"HW{code[-2:]}"
        return LicensedWaste(**data | {"category": category, "method": data["method"].upper()})


class LicenceContentSchema(InputSchema):
    """What a licence says (HWLM 10)."""

    number = WordsField(60, required=True)
    issuer = WordsField(100, required=True)
    issuer_level = ChoiceField(IssuerLevel, load_default=None, allow_none=True)
    kind = ChoiceField(LicenceKind, required=True)
    legal_name = WordsField(200, load_default="")
    legal_rep = WordsField(60, load_default="")
    domicile = WordsField(200, load_default="")
    facility_address = WordsField(200, load_default="")
    modes = fields.List(ChoiceField(Mode), load_default=list)
    issued_on = DayField(required=True)
    valid_from = DayField(required=True)
    valid_to = DayField(required=True)
    yearly_scale = KilogramsField(data_key="yearly_scale_kg", required=True)
    lines = fields.List(fields.Nested(LicensedWasteSchema), load_default=list)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> Any:
        return _licence(data)


def _licence(data: dict[str, Any]) -> RegisterLicence:
    nobody: Any = data.pop("organisation_id", None)
    return RegisterLicence(
        organisation_id=nobody, **data | {"modes": tuple(data["modes"]), "lines": tuple(data["lines"])}
    )


class RegisterLicenceSchema(LicenceContentSchema):
    """A licence that the park enters for a firm."""

    organisation_id = IdField(required=True)
    replaces_id = IdField(load_default=None, allow_none=True)


class ApplyForLicenceSchema(InputSchema):
    """A licence that a firm hands in; the document comes beside it."""

    kind = ChoiceField(ApplicationKind, required=True)
    licence_id = IdField(load_default=None, allow_none=True)
    park_id = IdField(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whose staff checks it; asked of firms that several parks could check"},
    )
    licence = fields.Nested(LicenceContentSchema, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ApplyForLicence:
        nothing: Any = None
        return ApplyForLicence(file_id=nothing, **data)


class AnswerQueriesSchema(InputSchema):
    """The whole licence again with what was corrected, and words to each query."""

    licence = fields.Nested(LicenceContentSchema, required=True)
    answers = fields.Dict(keys=WordsField(40), values=WordsField(500), load_default=dict)
    seen_version = WholeNumberField(**VERSION, load_default=0)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AnswerQueries:
        return AnswerQueries(**data)


class JudgeFieldSchema(InputSchema):
    """Accept one field, or query it in words."""

    is_accepted = FlagField(required=True)
    text = WordsField(500, load_default="")
    seen_version = WholeNumberField(**VERSION, load_default=0)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> JudgeField:
        return JudgeField(field="", **data)


class SeenSchema(InputSchema):
    """Nothing but the version acted on, unless If-Match names it."""

    seen_version = WholeNumberField(**VERSION, load_default=None, allow_none=True)


class ChangeLicenceStateSchema(InputSchema):
    """Suspended, revoked, cancelled, or valid again."""

    state = ChoiceField(LicenceState, required=True)
    from_on = DayField(load_default=None, allow_none=True)
    to_on = DayField(load_default=None, allow_none=True)
    reason = WordsField(300, load_default="")
    seen_version = WholeNumberField(**VERSION, load_default=0)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ChangeLicenceState:
        return ChangeLicenceState(**data)


class RecordRenewalFilingSchema(InputSchema):
    """The day the renewal was asked for."""

    filed_on = DayField(required=True)
    seen_version = WholeNumberField(**VERSION, load_default=0)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordRenewalFiling:
        return RecordRenewalFiling(**data)


class LicenceApplicationSchema(Schema):
    """A licence handed in, with the park's verdicts field by field."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    park_id = fields.UUID(required=True, allow_none=True)
    kind = ChoiceField(ApplicationKind, required=True)
    licence_id = fields.UUID(required=True, allow_none=True)
    state = ChoiceField(ApplicationState, required=True)
    round = fields.Integer(required=True)
    details = fields.Dict(required=True, metadata={"description": "What the document says; masses in grams"})
    verdicts = fields.Dict(required=True)
    rounds = fields.List(fields.Dict(), required=True)
    submitted_at = fields.DateTime(required=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class LicenceApplicationsSchema(Schema):
    items = fields.List(fields.Nested(LicenceApplicationSchema), required=True)


class FleetListSchema(Schema):
    carrier_id = fields.UUID(load_default=None)
    with_ended = fields.Boolean(load_default=False)


class CarrierPermitSchema(Schema):
    """A carrier's permit for dangerous goods by road."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    classes = fields.List(fields.String(), required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True)
    suspended_from = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class VehicleSchema(Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    plate = fields.String(required=True)
    kind = fields.String(required=True)
    body = ChoiceField(VehicleBody, required=True, allow_none=True)
    approved_load = KilogramsField(data_key="approved_load_kg", required=True)
    permit_number = fields.String(required=True)
    satellite_terminal = fields.String(required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class CrewMemberSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    certificate = fields.String(required=True)
    is_escort = fields.Boolean(required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class _DatesSchema(InputSchema):
    valid_from = DayField(load_default=None, allow_none=True)
    valid_to = DayField(required=True)


class PermitContentSchema(_DatesSchema):
    """What a carrier's permit says."""

    number = WordsField(60, required=True)
    issuer = WordsField(100, load_default="")
    classes = fields.List(WordsField(20, blank=False), required=True, metadata={"example": ["3", "危险废物"]})
    suspended_from = DayField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RegisterCarrierPermit:
        nobody: Any = data.pop("organisation_id", None)
        return RegisterCarrierPermit(organisation_id=nobody, **data | {"classes": tuple(data["classes"])})


class RegisterPermitSchema(PermitContentSchema):
    organisation_id = IdField(required=True)


class VehicleContentSchema(_DatesSchema):
    """A vehicle and its road transport permit."""

    plate = WordsField(12, required=True)
    kind = WordsField(40, load_default="")
    body = ChoiceField(VehicleBody, load_default=None, allow_none=True)
    approved_load = KilogramsField(data_key="approved_load_kg", required=True)
    permit_number = WordsField(60, load_default="")
    satellite_terminal = WordsField(60, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RegisterVehicle:
        nobody: Any = data.pop("organisation_id", None)
        return RegisterVehicle(organisation_id=nobody, **data)


class RegisterVehicleSchema(VehicleContentSchema):
    organisation_id = IdField(required=True)


class CrewMemberContentSchema(_DatesSchema):
    """A driver or escort with the certificate of qualification."""

    name = WordsField(60, required=True)
    phone = WordsField(40, load_default="")
    certificate = WordsField(60, required=True)
    is_escort = FlagField(load_default=False)
    user_id = IdField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RegisterCrewMember:
        nobody: Any = data.pop("organisation_id", None)
        return RegisterCrewMember(organisation_id=nobody, **data)


class RegisterCrewMemberSchema(CrewMemberContentSchema):
    organisation_id = IdField(required=True)


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
    permit = fields.Nested(CarrierPermitSchema, required=True, allow_none=True)
    vehicles = fields.List(fields.Nested(VehicleSchema), required=True)
    drivers = fields.List(fields.Nested(CrewMemberSchema), required=True)
    escorts = fields.List(fields.Nested(CrewMemberSchema), required=True)


class FleetsSchema(Schema):
    items = fields.List(fields.Nested(FleetSchema), required=True)


class VehiclesSchema(Schema):
    items = fields.List(fields.Nested(VehicleSchema), required=True)
