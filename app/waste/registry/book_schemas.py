"""Border shapes of the official tables, corrections, differences and stock."""

import enum
from typing import Any

from marshmallow import Schema, fields, post_load

from app.foundation.core.fields import (
    ChoiceField,
    DayField,
    IdField,
    InputSchema,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.declaring.commands import ExplainDifference
from app.waste.registry.declaring.models import DifferenceKind
from app.waste.registry.ledger_schemas import LedgerPlaceSchema, LedgerScopeSchema, MonthField
from app.waste.registry.models import LedgerTable, WasteKind
from app.waste.registry.operations.corrections import MAX_REASON
from app.waste.registry.queries.official import MAX_PAGE

SIGNED = {"pattern": r"^-?[0-9]{1,12}\.[0-9]{3}$"}
LONGEST_KEY = 300


class OfficialTable(enum.StrEnum):
    """Tables with a line a package or batch."""

    B1 = "B.1"
    B2 = "B.2"
    B3 = "B.3"
    B4 = "B.4"
    B5 = "B.5"
    GENERAL_DISPATCH = "GISW.3"
    GENERAL_GENERATION = "GISW.4"
    GENERAL_STORAGE = "GISW.5"
    GENERAL_UTILISATION = "GISW.6"
    GENERAL_DISPOSAL = "GISW.7"


class OfficialQuerySchema(LedgerScopeSchema):
    table = ChoiceField(OfficialTable, load_default=OfficialTable.B1)
    month = MonthField(load_default=None, metadata={"description": "By default all"})
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class TableFileQuerySchema(LedgerScopeSchema):
    table = ChoiceField(LedgerTable, load_default=LedgerTable.GENERATION)
    month = MonthField(load_default=None, metadata={"description": "By default all"})


class BalanceFileQuerySchema(LedgerScopeSchema):
    month = MonthField(load_default=None, metadata={"description": "By default the current one"})
    kind = ChoiceField(WasteKind, load_default=WasteKind.HAZARDOUS)


class LedgerChecksQuerySchema(LedgerScopeSchema):
    month = MonthField(load_default=None, metadata={"description": "By default the current one"})


class LineCorrectionSchema(Schema):
    """What was put beside a line later."""

    id = IdField(required=True)
    on = fields.Date(required=True)
    old_mass = KilogramsField(required=True, data_key="old_mass_kg")
    new_mass = KilogramsField(required=True, allow_none=True, data_key="new_mass_kg")
    reason = fields.String(required=True)
    corrected_at = fields.AwareDateTime(required=True)


class OfficialLineSchema(Schema):
    """One line of an official table as written, with its corrections. Fields that the table has not are null."""

    id = IdField(required=True)
    posting_id = IdField(required=True, allow_none=True)
    on = fields.Date(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    waste_code = fields.String(required=True, attribute="stream.waste_code")
    category = fields.String(required=True, attribute="stream.category")
    stream_id = IdField(required=True, attribute="stream.id")
    local_name = fields.String(required=True, attribute="record.local_name")
    waste_name = fields.String(required=True, attribute="record.waste_name")
    batch_number = fields.String(required=True, attribute="record.batch_number")
    mass = KilogramsField(required=True, data_key="mass_kg")
    current_mass = KilogramsField(required=True, allow_none=True, data_key="current_mass_kg")
    container_code = fields.String(required=True, allow_none=True, attribute="record.container_code")
    container_kind = fields.String(required=True, attribute="record.container_kind")
    container_count = fields.Integer(required=True, attribute="record.container_count")
    details = fields.Method("other_columns", metadata={"type": "object"})
    corrections = fields.List(fields.Nested(LineCorrectionSchema), required=True)

    def other_columns(self, line: Any) -> dict[str, Any]:
        """The columns that not every table has, by field name (domain-rules 15.6, 15.10)."""
        record = line.record
        names = (
            "source_facility", "producer_operator", "destination", "source_batch", "finished_at", "facility_code",
            "facility_type", "mover", "keeper", "operator", "method_code", "receiver_kind", "receiver_name",
            "licence_number",
        )  # fmt: skip
        found = {name: getattr(record, name) for name in names if hasattr(record, name)}
        if found.get("finished_at"):
            found["finished_at"] = found["finished_at"].isoformat()
        return found | dict(getattr(record, "details", None) or {})


class OfficialPageSchema(Schema):
    items = fields.List(fields.Nested(OfficialLineSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class CorrectPostingSchema(InputSchema):
    """The right mass; null cancels the posting."""

    new_mass = KilogramsField(required=True, allow_none=True, data_key="new_mass_kg")
    reason = WordsField(MAX_REASON, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> CorrectPosting:
        return CorrectPosting(**data)


class CorrectionSchema(Schema):
    """A correction: the posting it undid, the opposite, and what replaced it."""

    id = IdField(required=True)
    posting_id = IdField(required=True)
    counter_id = IdField(required=True)
    replacement_id = IdField(required=True, allow_none=True)
    old_mass = KilogramsField(required=True, data_key="old_mass_kg")
    new_mass = KilogramsField(required=True, allow_none=True, data_key="new_mass_kg")
    original_on = fields.Date(required=True)
    effective_on = fields.Date(required=True)
    reason = fields.String(required=True)


class DifferencesQuerySchema(LedgerScopeSchema):
    kind = ChoiceField(WasteKind, load_default=None, metadata={"description": "By default both"})


class ExplainedSchema(Schema):
    reason = fields.String(required=True)
    on = fields.Date(required=True)


class DifferenceSchema(Schema):
    """Two figures that disagree. `key` names it when it is explained."""

    key = fields.String(required=True)
    kind = ChoiceField(DifferenceKind, required=True)
    site_id = IdField(required=True)
    stream_id = IdField(required=True, allow_none=True)
    waste_code = fields.String(required=True)
    local_name = fields.String(required=True)
    on = fields.Date(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg", metadata=SIGNED)
    container_code = fields.String(required=True)
    is_open = fields.Boolean(required=True)
    explained = fields.Nested(ExplainedSchema, required=True, allow_none=True)


class DifferencesSchema(Schema):
    """Open ones first."""

    items = fields.List(fields.Nested(DifferenceSchema), required=True)


class ExplainDifferenceSchema(InputSchema):
    key = WordsField(LONGEST_KEY, blank=False, required=True)
    reason = WordsField(MAX_REASON, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ExplainDifference:
        return ExplainDifference(**data)


class StockQuerySchema(LedgerScopeSchema):
    on = DayField(load_default=None, metadata={"description": "By default today"})
    kind = ChoiceField(WasteKind, load_default=None, metadata={"description": "By default both"})


class StockLineSchema(Schema):
    """One waste at one place at the end of the day."""

    stream_id = IdField(required=True)
    kind = ChoiceField(WasteKind, required=True)
    waste_code = fields.String(required=True)
    category = fields.String(required=True)
    local_name = fields.String(required=True)
    place = fields.Nested(LedgerPlaceSchema, required=True)
    facility = fields.String(required=True, metadata={"description": "Empty where it is in none"})
    mass = KilogramsField(required=True, data_key="mass_kg")
    package_count = fields.Integer(required=True)


class StockSchema(Schema):
    on = fields.Date(required=True)
    total = KilogramsField(required=True, data_key="total_kg")
    items = fields.List(fields.Nested(StockLineSchema), required=True)
