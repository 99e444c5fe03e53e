"""What comes in about contracts and crossings."""

import re
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load

from app.foundation.catalogue.codes import tidy
from app.foundation.core.fields import (
    ChoiceField,
    DayField,
    IdField,
    InputSchema,
    KilogramsField,
    WholeNumberField,
    WordsField,
    messages,
)
from app.foundation.core.text import Text, say
from app.waste.clearances.commands import (
    AppliedWaste,
    ChangeContract,
    DraftContract,
    DraftCrossing,
    EndContract,
    PricedWaste,
    RecordCheck,
    ReviseContract,
    ReviseCrossing,
    TakeStep,
)
from app.waste.clearances.models import (
    Clause,
    ContractKind,
    CrossingAct,
    CrossingKind,
    Nearness,
)
from app.waste.clearances.queries import Stage

FEN_A_YUAN: Final = 100
MAX_YUAN: Final = 10**9
NUMBER_LENGTH: Final = 60
NOTE_LENGTH: Final = 300
REMARKS_LENGTH: Final = 400
NAME_LENGTH: Final = 200
MAX_TRIPS: Final = 100_000
MAX_PAGE: Final = 100
_YUAN = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,2})?")


def yuan_text(fen: int) -> str:
    """Yuan with two decimals, exact: -125050 -> "-1250.50"."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_A_YUAN)
    return f"{sign}{whole}.{rest:02d}"


class PriceField(fields.Field[int]):
    """Yuan per tonne as a decimal string with a sign, `"-1250.00"`; exact fen inside. Never a JSON number."""

    default_error_messages = messages(invalid=say("请填写每吨的元数，最多两位小数；由移出单位付费时填负数"))

    def __init__(self, **kwargs: Any) -> None:
        described = {
            "type": "string",
            "pattern": r"^[+-]?[0-9]{1,10}(\.[0-9]{1,2})?$",
            "example": "-1250.00",
            "description": "Yuan per tonne; above zero the partner pays, below zero the producer",
        }
        super().__init__(**{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def make_error(self, key: str, **kwargs: Any) -> Any:
        message: Any = self.error_messages[key]
        return ValidationError([message if isinstance(message, Text) else str(message)])

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else yuan_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not _YUAN.fullmatch(value.strip()):
            raise self.make_error("invalid")
        fen = int(Decimal(value.strip()) * FEN_A_YUAN)
        if abs(fen) > MAX_YUAN * FEN_A_YUAN:
            raise self.make_error("invalid")
        return fen


class CodeField(WordsField):
    """A waste code as people type it, in its normal form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return tidy(super()._deserialize(value, attr, data, **kwargs))


class PricedWasteSchema(InputSchema):
    waste_code = CodeField(20, blank=False, required=True, metadata={"example": "900-402-06"})
    price = PriceField(load_default=None, allow_none=True, data_key="price_yuan_per_tonne")

    @post_load
    def to_waste(self, data: dict[str, Any], **_: Any) -> PricedWaste:
        return PricedWaste(**data)


class DraftContractSchema(InputSchema):
    """A contract of the acting firm with a partner."""

    number = WordsField(NUMBER_LENGTH, blank=False, required=True)
    partner_id = IdField(required=True)
    kind = ChoiceField(ContractKind, required=True)
    valid_from = DayField(required=True)
    valid_to = DayField(required=True)
    clauses = fields.List(ChoiceField(Clause), load_default=list)
    wastes = fields.List(fields.Nested(PricedWasteSchema), load_default=list)
    checked_on = DayField(load_default=None, allow_none=True)
    check_note = WordsField(NOTE_LENGTH, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DraftContract:
        return DraftContract(**_tuples(data))


class ReviseContractSchema(DraftContractSchema):
    """The whole content of a draft, replaced. The version is in If-Match, or here."""

    seen_version = fields.Integer(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DraftContract:
        return ReviseContract(**_tuples(data))


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


class ChangeContractSchema(InputSchema):
    seen_version = fields.Integer(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ChangeContract:
        return ChangeContract(**data)


class EndContractSchema(InputSchema):
    reason = WordsField(NOTE_LENGTH, blank=False, required=True)
    seen_version = fields.Integer(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EndContract:
        return EndContract(**data)


class RecordCheckSchema(InputSchema):
    checked_on = DayField(required=True)
    check_note = WordsField(NOTE_LENGTH, load_default="")
    seen_version = fields.Integer(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordCheck:
        return RecordCheck(**data)


class AppliedWasteSchema(InputSchema):
    waste_code = CodeField(20, blank=False, required=True, metadata={"example": "900-402-06"})
    waste_name = WordsField(NAME_LENGTH, blank=False, required=True)
    mass = KilogramsField(required=True, data_key="mass_kg")
    package = WordsField(10, load_default="")

    @post_load
    def to_waste(self, data: dict[str, Any], **_: Any) -> AppliedWaste:
        return AppliedWaste(**data)


class DraftCrossingSchema(InputSchema):
    """An application or submission for wastes of one site to go to one place in another province."""

    kind = ChoiceField(CrossingKind, required=True)
    consignor_site_id = IdField(required=True)
    consignee_id = IdField(required=True)
    consignee_site_id = IdField(required=True)
    planned_method = WordsField(4, blank=False, required=True, metadata={"example": "R2"})
    applied_from = DayField(required=True)
    applied_to = DayField(required=True)
    wastes = fields.List(fields.Nested(AppliedWasteSchema), required=True)
    planned_trips = WholeNumberField(1, MAX_TRIPS, load_default=None, allow_none=True)
    nearness = ChoiceField(Nearness, load_default=Nearness.NONE)
    white_list_number = WordsField(NUMBER_LENGTH, load_default="")
    white_list_cap = KilogramsField(load_default=None, allow_none=True, data_key="white_list_cap_kg")
    remarks = WordsField(REMARKS_LENGTH, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DraftCrossing:
        return DraftCrossing(**_tuples(data))


class ReviseCrossingSchema(DraftCrossingSchema):
    """The whole content of a draft, replaced. The version is in If-Match, or here."""

    seen_version = fields.Integer(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> DraftCrossing:
        return ReviseCrossing(**_tuples(data))


class TakeStepSchema(InputSchema):
    """What happened to a crossing on a day; what else is needed depends on the act."""

    act = ChoiceField(CrossingAct, required=True)
    done_on = DayField(required=True)
    note = WordsField(REMARKS_LENGTH, load_default="")
    lacking = fields.List(WordsField(200), load_default=list)
    number = WordsField(NUMBER_LENGTH, load_default="")
    valid_from = DayField(load_default=None, allow_none=True)
    valid_to = DayField(load_default=None, allow_none=True)
    approved = fields.Dict(
        keys=CodeField(20),
        values=KilogramsField(),
        load_default=dict,
        data_key="approved_kg",
        metadata={"example": {"900-402-06": "50000.000"}},
    )
    seen_version = fields.Integer(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> TakeStep:
        return TakeStep(**_tuples(data))


class ContractFilterSchema(InputSchema):
    stage = ChoiceField(Stage, load_default=None)
    text = WordsField(NUMBER_LENGTH, load_default="")


class CrossingFilterSchema(ContractFilterSchema):
    kind = ChoiceField(CrossingKind, load_default=None)


class ContractsQuerySchema(ContractFilterSchema):
    cursor = IdField(load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)


class CrossingsQuerySchema(CrossingFilterSchema):
    cursor = IdField(load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
