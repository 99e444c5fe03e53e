"""Border shapes of the ledger: what may be asked of it, its lines and balances, and the files brought in."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.foundation.core.text import say
from app.waste.registry.models import PlaceKind, WasteKind
from app.waste.registry.queries import Period, Stage
from app.waste.registry.queries.entries import MAX_PAGE

LONGEST_TEXT = 60
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
EARLIEST_YEAR, LATEST_YEAR = 1990, 2999


def month_period(text: str) -> Period:
    """The period of a month written `2026-11`.

    Raises:
        ValueError: it isn't one.
    """
    found = _MONTH.fullmatch(text)
    if not found or not EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        raise ValueError("not a month")
    return Period.month(date(int(found[1]), int(found[2]), 1))


class MonthField(fields.Field[Period]):
    """A calendar month, `2026-11`; a `Period` inside."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["metadata"] = {
            "type": "string",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$",
            "example": "2026-11",
            "description": "Calendar month",
            **kwargs.get("metadata", {}),
        }
        super().__init__(**kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value.first:%Y-%m}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Period:
        try:
            return month_period(str(value))
        except ValueError:
            raise ValidationError([say("月份应写成 2026-11")]) from None


class LedgerScopeSchema(InputSchema):
    """Whose ledger: by default all that the caller may see."""

    organisation_id = IdField(load_default=None, metadata={"description": "Of the caller's park"})
    site_id = IdField(load_default=None)
    text = WordsField(
        LONGEST_TEXT,
        load_default="",
        metadata={"description": "Part of a waste code or name, or pinyin initials of its category"},
    )


class BalanceQuerySchema(LedgerScopeSchema):
    kind = ChoiceField(WasteKind, load_default=WasteKind.HAZARDOUS)
    month = MonthField(load_default=None, metadata={"description": "By default the current one"})


class ExportQuerySchema(LedgerScopeSchema):
    month = MonthField(load_default=None, metadata={"description": "By default all"})
    stage = ChoiceField(Stage, load_default=None, metadata={"description": "Of table=entries"})
    table = fields.String(
        load_default="B.1",
        validate=lambda value: value in ("B.1", "entries"),
        metadata={"enum": ["B.1", "entries"], "description": "HJ 1259 table B.1, or every line"},
    )


class EntriesQuerySchema(LedgerScopeSchema):
    kind = ChoiceField(WasteKind, load_default=WasteKind.HAZARDOUS)
    month = MonthField(load_default=None, metadata={"description": "By default all"})
    stage = ChoiceField(Stage, load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class LedgerPlaceSchema(Schema):
    kind = ChoiceField(PlaceKind, required=True)
    id = IdField(required=True)
    name = fields.String(required=True, metadata={"description": "Empty where the caller may not know it"})
    consignment_number = fields.String(required=True, allow_none=True)


class EntrySchema(Schema):
    """One line of the ledger. `effect_kg` is by how much the stock of these books changed."""

    id = IdField(required=True)
    stage = ChoiceField(Stage, required=True)
    effective_on = fields.Date(required=True)
    happened_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    stream_id = IdField(required=True)
    waste_code = fields.String(required=True)
    local_name = fields.String(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    effect = KilogramsField(
        required=True, data_key="effect_kg", metadata={"pattern": r"^-?[0-9]{1,12}\.[0-9]{3}$"}
    )
    source = fields.Nested(LedgerPlaceSchema, required=True)
    target = fields.Nested(LedgerPlaceSchema, required=True)
    container_id = IdField(required=True, allow_none=True)
    container_code = fields.String(required=True, allow_none=True)
    container_kind = fields.String(required=True, allow_none=True)
    batch_number = fields.String(required=True, allow_none=True)
    source_facility = fields.String(required=True)
    destination = fields.String(required=True)
    operator = fields.String(required=True)
    import_id = IdField(required=True, allow_none=True)
    corrects_id = IdField(required=True, allow_none=True)
    is_corrected = fields.Boolean(required=True)


class EntryPageSchema(Schema):
    items = fields.List(fields.Nested(EntrySchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


def _signed(name: str) -> KilogramsField:
    return KilogramsField(required=True, data_key=name, metadata={"pattern": r"^-?[0-9]{1,12}\.[0-9]{3}$"})


class PeriodBalanceSchema(Schema):
    """opening + generated + received + other − transferred − used − outbound = closing."""

    opening = _signed("opening_kg")
    generated = _signed("generated_kg")
    received = _signed("received_kg")
    transferred = _signed("transferred_kg")
    used = _signed("used_kg")
    outbound = _signed("outbound_kg")
    outbound_closing = _signed("outbound_closing_kg")
    other = _signed("other_kg")
    closing = _signed("closing_kg")
    generated_count = fields.Integer(required=True)
    received_count = fields.Integer(required=True)
    transferred_count = fields.Integer(required=True)


class StreamBalanceSchema(Schema):
    stream_id = IdField(required=True)
    site_id = IdField(required=True)
    waste_code = fields.String(required=True)
    category = fields.String(required=True)
    local_name = fields.String(required=True)
    balance = fields.Nested(PeriodBalanceSchema, required=True)


class LedgerBalanceSchema(Schema):
    """The balance of a month, of each waste and of all."""

    month = MonthField(required=True, attribute="period")
    total = fields.Nested(PeriodBalanceSchema, required=True)
    streams = fields.List(fields.Nested(StreamBalanceSchema), required=True)


class ImportFormSchema(InputSchema):
    """The fields beside the file of an uploaded ledger."""

    site_id = IdField(load_default=None, metadata={"description": "May be left out by a firm with one site"})
    accept_good = FlagField(
        load_default=False,
        metadata={"description": "Store the right rows though others are refused"},
    )


class ImportSchema(Schema):
    """A ledger file that was stored."""

    id = IdField(required=True)
    organisation_id = IdField(required=True)
    site_id = IdField(required=True)
    table = fields.String(required=True, attribute="table_name")
    filename = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    rows_sha256 = fields.String(required=True)
    accepted_count = fields.Integer(required=True)
    refused_count = fields.Integer(required=True)
    total_mass = KilogramsField(required=True, data_key="total_mass_kg")
    imported_at = fields.AwareDateTime(required=True)


class ImportPageSchema(Schema):
    items = fields.List(fields.Nested(ImportSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class ImportsQuerySchema(InputSchema):
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class ProblemInCellSchema(Schema):
    field = fields.String(required=True)
    cell = fields.String(required=True)
    reason = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "As written"})
    text = fields.String(required=True, metadata={"description": "What is wrong"})
    mend = fields.String(required=True, metadata={"description": "What to do about it"})


class RefusalSchema(Schema):
    sheet = fields.String(required=True)
    row = fields.Integer(required=True)
    problems = fields.List(fields.Nested(ProblemInCellSchema), required=True)
    same_as = fields.Dict(metadata={"description": "The earlier row of a duplicate"})
    differs = fields.List(fields.String())


class LedgerVerdictSchema(Schema):
    """What the importer makes of every row. Masses are whole grams, as in the sample expectations."""

    result = fields.String(required=True, metadata={"enum": ["accepted", "partly", "refused"]})
    file_problems = fields.List(fields.Dict(), required=True)
    sheets = fields.List(fields.Dict(), required=True)
    counts = fields.Dict(required=True)
    totals = fields.List(fields.Dict(), required=True)
    accepted = fields.List(fields.Dict(), required=True)
    refused = fields.List(fields.Nested(RefusalSchema), required=True)
    warnings = fields.List(fields.Dict(), required=True)
    skipped = fields.List(fields.Dict(), required=True)
    stored = fields.Boolean(required=True)
    stock_left = fields.Dict(metadata={"description": "Grams per code: table B.2 less table B.3 of the file"})
    import_id = IdField(
        required=True, allow_none=True, metadata={"description": "The import of the file's first table"}
    )
    import_ids = fields.List(IdField(), required=True, metadata={"description": "One for each table"})
    earlier_import_id = IdField(
        required=True, allow_none=True, metadata={"description": "This very file came in before"}
    )
