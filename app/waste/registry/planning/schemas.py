"""Border shapes of profiles, classes and plans. Masses are kilograms as decimal strings."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.waste.registry.planning.commands import (
    AmendPlan,
    DecideClass,
    PlannedWaste,
    RecordFiling,
    ReturnPlan,
    RevisePlan,
    ReviseProfile,
    StartPlan,
    SubmitPlan,
)
from app.waste.registry.planning.fields import LONGEST
from app.waste.registry.planning.models import PlanState, PlanTable, UnitClass
from app.waste.registry.planning.operations.plans import NUMBER_LENGTH, REASON_LENGTH
from app.waste.registry.planning.queries import MAX_PAGE

FIRST_YEAR, LAST_YEAR = 1990, 2999
LONG_TEXT: Final = 2000


class SiteProfileFieldsSchema(Schema):
    """What a profile says; the same in and out."""

    industry_code = WordsField(4, load_default="", metadata={"example": "2641"})
    started_on = fields.Date(load_default=None, allow_none=True)
    eia_mass = KilogramsField(data_key="eia_kg", load_default=None, allow_none=True)
    permit_mass = KilogramsField(data_key="permit_kg", load_default=None, allow_none=True)
    has_own_treatment = FlagField(load_default=None, allow_none=True)
    override_class = ChoiceField(UnitClass, load_default=None, allow_none=True)
    override_document = WordsField(100, load_default="")
    eia_number = WordsField(100, load_default="")
    permit_number = WordsField(30, load_default="")
    longitude = WordsField(20, load_default="")
    latitude = WordsField(20, load_default="")
    legal_person = WordsField(60, load_default="")
    legal_person_phone = WordsField(40, load_default="")
    technical_lead = WordsField(60, load_default="")
    technical_lead_phone = WordsField(40, load_default="")
    ledger_keeper = WordsField(60, load_default="")
    equipment = fields.Dict(
        keys=WordsField(40),
        values=fields.Raw(),
        load_default=dict,
        metadata={"description": "Answers by key: flags, choices, whole numbers, ISO days"},
    )
    past_masses = fields.Dict(
        keys=WordsField(4),
        values=KilogramsField(),
        load_default=dict,
        data_key="past_kg",
        metadata={"description": "Hazardous waste generated in years the ledger doesn't hold, by year"},
    )


class ReviseSiteProfileSchema(InputSchema, SiteProfileFieldsSchema):
    seen_version = WholeNumberField(1, 10**9, load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReviseProfile:
        return ReviseProfile(**data)


class SiteProfileSchema(SiteProfileFieldsSchema):
    """The profile of a site."""

    id = IdField(required=True)
    site_id = IdField(required=True)
    version = fields.Integer(required=True)


class DecideClassSchema(InputSchema):
    year = WholeNumberField(FIRST_YEAR, LAST_YEAR, required=True)
    declared = ChoiceField(UnitClass, load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DecideClass:
        return DecideClass(**data)


class ClassDecisionSchema(Schema):
    """The class of a site for a year, what it rests on, and as declared."""

    id = IdField(required=True)
    site_id = IdField(required=True)
    year = fields.Integer(required=True)
    computed = ChoiceField(UnitClass, required=True, allow_none=True)
    declared = ChoiceField(UnitClass, required=True, allow_none=True)
    annual_mass = KilogramsField(required=True, allow_none=True, data_key="annual_kg")
    basis = fields.Dict(required=True)


class PlansQuerySchema(InputSchema):
    year = WholeNumberField(FIRST_YEAR, LAST_YEAR, load_default=None)
    site_id = IdField(load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class StartPlanSchema(InputSchema):
    site_id = IdField(required=True)
    year = WholeNumberField(FIRST_YEAR, LAST_YEAR, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> StartPlan:
        return StartPlan(**data)


class PlannedWasteSchema(InputSchema):
    stream_id = IdField(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    method_code = WordsField(10, load_default="", metadata={"example": "R2"})
    details = fields.Dict(keys=WordsField(40), values=WordsField(LONGEST), load_default=dict)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> PlannedWaste:
        return PlannedWaste(**data)


class RevisePlanSchema(InputSchema):
    """The parts that change; a part that is not given stays."""

    seen_version = WholeNumberField(1, 10**9, load_default=None)
    unit_class = ChoiceField(UnitClass, load_default=None)
    production = fields.List(fields.Dict(keys=WordsField(40), values=WordsField(LONGEST)), load_default=None)
    reduction = fields.Dict(keys=WordsField(40), values=WordsField(LONG_TEXT), load_default=None)
    lines = fields.Dict(
        keys=ChoiceField(PlanTable),
        values=fields.List(fields.Nested(PlannedWasteSchema)),
        load_default=None,
        metadata={"description": "Whole tables by A.3, A.4, A.5, A.7"},
    )
    empty = fields.List(ChoiceField(PlanTable), load_default=None)
    refresh_basic = FlagField(load_default=False)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RevisePlan:
        data["seen_version"] = data["seen_version"] or 0
        for name, kind in (("production", tuple), ("empty", frozenset)):
            data[name] = None if data[name] is None else kind(data[name])
        if data["lines"] is not None:
            data["lines"] = {table: tuple(lines) for table, lines in data["lines"].items()}
        return RevisePlan(**data)


class SubmitPlanSchema(InputSchema):
    seen_version = WholeNumberField(1, 10**9, load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SubmitPlan:
        return SubmitPlan(data["seen_version"] or 0)


class RecordFilingSchema(InputSchema):
    filing_number = WordsField(NUMBER_LENGTH, blank=False, required=True)
    filed_on = fields.Date(required=True)
    seen_version = WholeNumberField(1, 10**9, load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordFiling:
        return RecordFiling(data["filing_number"], data["filed_on"], data["seen_version"] or 0)


class ReturnPlanSchema(InputSchema):
    reason = WordsField(REASON_LENGTH, blank=False, required=True)
    seen_version = WholeNumberField(1, 10**9, load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReturnPlan:
        return ReturnPlan(data["reason"], data["seen_version"] or 0)


class AmendPlanSchema(InputSchema):
    reason = WordsField(REASON_LENGTH, blank=False, required=True)
    seen_version = WholeNumberField(1, 10**9, load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AmendPlan:
        return AmendPlan(data["reason"], data["seen_version"] or 0)


class ManagementPlanSchema(Schema):
    """A management plan without its tables."""

    id = IdField(required=True)
    organisation_id = IdField(required=True)
    site_id = IdField(required=True)
    year = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    unit_class = ChoiceField(UnitClass, required=True)
    state = ChoiceField(PlanState, required=True)
    filing_number = fields.String(required=True)
    reason = fields.String(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    filed_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ManagementPlanPageSchema(Schema):
    items = fields.List(fields.Nested(ManagementPlanSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class ManagementPlanLineSchema(Schema):
    """A planned waste beside what the ledger has of it."""

    table = ChoiceField(PlanTable, required=True)
    stream_id = IdField(required=True, allow_none=True)
    waste_code = fields.String(required=True)
    category = fields.String(required=True)
    local_name = fields.String(required=True)
    waste_name = fields.String(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    method_code = fields.String(required=True)
    details = fields.Dict(required=True)
    actual = KilogramsField(required=True, data_key="actual_kg")


class WholeManagementPlanSchema(ManagementPlanSchema):
    """A plan with its tables A.1 to A.7."""

    basic = fields.Dict(required=True)
    production = fields.List(fields.Dict(), required=True)
    reduction = fields.Dict(required=True)
    lines = fields.List(fields.Nested(ManagementPlanLineSchema), required=True)
