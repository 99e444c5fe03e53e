"""Border shapes of declarations."""

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
from app.waste.registry.declaring.commands import (
    AdjustFigure,
    ChangeDeclaration,
    GenerateDeclaration,
    RecordReceipt,
    ReturnDeclaration,
    SubmitDeclaration,
)
from app.waste.registry.declaring.models import (
    DeclarationState,
)
from app.waste.registry.declaring.operations import MAX_AGENT, MAX_REASON, MAX_RECEIPT
from app.waste.registry.declaring.queries import MAX_PAGE
from app.waste.registry.models import DeclarationKind
from app.waste.registry.planning.models import UnitClass

SIGNED = {"pattern": r"^-?[0-9]{1,12}\.[0-9]{3}$"}
FIRST_YEAR, LAST_YEAR = 1990, 2999


class SeenSchema(InputSchema):
    """The version the caller acts on, where If-Match can't be sent."""

    seen_version = fields.Integer(load_default=None, allow_none=True)


class ChangeDeclarationSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ChangeDeclaration:
        return ChangeDeclaration(**data)


class GenerateDeclarationSchema(InputSchema):
    site_id = IdField(required=True)
    kind = ChoiceField(DeclarationKind, required=True)
    first_on = DayField(required=True, metadata={"description": "First day of the period"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> GenerateDeclaration:
        return GenerateDeclaration(**data)


class OpenDeclarationsSchema(InputSchema):
    site_id = IdField(required=True)


class AdjustFigureSchema(SeenSchema):
    """A figure declared otherwise than computed; null takes the adjustment back."""

    stream_id = IdField(required=True)
    field = WordsField(20, blank=False, required=True, metadata={"example": "closing"})
    declared = KilogramsField(required=True, allow_none=True, data_key="declared_kg")
    reason = WordsField(MAX_REASON, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AdjustFigure:
        return AdjustFigure(**data)


class SubmitDeclarationSchema(SeenSchema):
    agent = WordsField(
        MAX_AGENT, load_default="", metadata={"description": "Who files it, by which authorisation"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SubmitDeclaration:
        return SubmitDeclaration(**data)


class RecordReceiptSchema(SeenSchema):
    receipt_number = WordsField(MAX_RECEIPT, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordReceipt:
        return RecordReceipt(**data)


class ReturnDeclarationSchema(SeenSchema):
    reason = WordsField(MAX_REASON, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReturnDeclaration:
        return ReturnDeclaration(**data)


class DeclarationsQuerySchema(InputSchema):
    site_id = IdField(load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class CalendarQuerySchema(InputSchema):
    year = WholeNumberField(FIRST_YEAR, LAST_YEAR, load_default=None)
    site_id = IdField(load_default=None)


class DeclarationSchema(Schema):
    """One declaration without its lines."""

    id = IdField(required=True)
    site_id = IdField(required=True)
    kind = ChoiceField(DeclarationKind, required=True)
    first_on = fields.Date(required=True)
    last_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    state = ChoiceField(DeclarationState, required=True)
    agent = fields.String(required=True)
    returned_reason = fields.String(required=True)
    receipt_number = fields.String(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class DeclarationPageSchema(Schema):
    items = fields.List(fields.Nested(DeclarationSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class FigureSchema(Schema):
    """A figure as computed and as declared; they differ only with a reason."""

    computed = KilogramsField(required=True, data_key="computed_kg", metadata=SIGNED)
    declared = KilogramsField(required=True, data_key="declared_kg", metadata=SIGNED)
    reason = fields.String(required=True)


class ShareSchema(Schema):
    method = fields.String(required=True)
    is_use = fields.Boolean(required=True)
    receiver = fields.String(required=True)
    licence_number = fields.String(required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")


class DeclarationLineSchema(Schema):
    """One waste: its figures by name, own treatment by method, entrusted mass by receiver."""

    stream_id = IdField(required=True)
    waste_code = fields.String(required=True)
    local_name = fields.String(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Nested(FigureSchema), required=True)
    own = fields.List(fields.Nested(ShareSchema), required=True)
    entrusted = fields.List(fields.Nested(ShareSchema), required=True)
    outbound = KilogramsField(required=True, data_key="outbound_kg")


class ShownDeclarationSchema(DeclarationSchema):
    """A declaration with its lines and what the rules say of them."""

    lines = fields.List(fields.Nested(DeclarationLineSchema), required=True)
    findings = fields.List(fields.Dict(), required=True)


class CalendarRowSchema(Schema):
    kind = ChoiceField(DeclarationKind, required=True, attribute="slot.kind")
    first_on = fields.Date(required=True, attribute="slot.period.first")
    last_on = fields.Date(required=True, attribute="slot.period.last")
    due_on = fields.Date(required=True, attribute="slot.due_on")
    state = ChoiceField(DeclarationState, required=True)
    is_over = fields.Boolean(required=True)
    is_overdue = fields.Boolean(required=True)
    declaration_id = IdField(required=True, allow_none=True, attribute="declaration.id", dump_default=None)


class SiteCalendarSchema(Schema):
    """What a site declares for a year. `needs_class`: decide its class first, then all of it is known."""

    site_id = IdField(required=True, attribute="site.id")
    year = fields.Integer(required=True)
    unit_class = ChoiceField(UnitClass, required=True, allow_none=True)
    needs_class = fields.Boolean(required=True)
    rows = fields.List(fields.Nested(CalendarRowSchema), required=True)


class CalendarsSchema(Schema):
    items = fields.List(fields.Nested(SiteCalendarSchema), required=True)
