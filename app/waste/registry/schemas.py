"""Border shapes of waste streams."""

import enum
from typing import Any, Final

from marshmallow import Schema, fields, post_load

from app.foundation.core.fields import ChoiceField, IdField, InputSchema, WholeNumberField, WordsField
from app.waste.registry.commands import AddStream, ReviseStream
from app.waste.registry.models import WasteForm, WasteKind
from app.waste.registry.streams import MAX_PAGE

NAME_LENGTH: Final = 100
COMPONENTS_LENGTH: Final = 200
PRECAUTIONS_LENGTH: Final = 300
ANSWER_LENGTH: Final = 20


class Hazard(enum.StrEnum):
    """The hazard letters of the national list."""

    TOXIC = "T"
    CORROSIVE = "C"
    IGNITABLE = "I"
    REACTIVE = "R"
    INFECTIOUS = "In"


class StreamTextsSchema(InputSchema):
    """What fills the labels of a stream and decides what it may stand beside."""

    form = ChoiceField(WasteForm, load_default=None, allow_none=True)
    hazards = fields.List(
        ChoiceField(Hazard),
        load_default=list,
        metadata={"description": "As tested; empty: as the catalogue lists them"},
    )
    main_components = WordsField(COMPONENTS_LENGTH, load_default="")
    harmful_components = WordsField(COMPONENTS_LENGTH, load_default="")
    precautions = WordsField(PRECAUTIONS_LENGTH, load_default="")
    properties = fields.Dict(
        keys=WordsField(ANSWER_LENGTH),
        values=WordsField(ANSWER_LENGTH),
        load_default=dict,
        metadata={"description": "Entered properties that decide compatibility, such as acid: oxidising"},
    )

    def values(self, data: dict[str, Any]) -> dict[str, Any]:
        """The loaded values as a command takes them."""
        letters = dict.fromkeys(hazard.value for hazard in data["hazards"])
        return {**data, "hazards": tuple(letters)}


class AddStreamSchema(StreamTextsSchema):
    site_id = IdField(required=True)
    waste_code = WordsField(20, blank=False, required=True, metadata={"example": "900-402-06"})
    local_name = WordsField(NAME_LENGTH, blank=False, required=True)
    kind = ChoiceField(
        WasteKind,
        load_default=WasteKind.HAZARDOUS,
        metadata={"description": "General waste takes its code from the park's list"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddStream:
        return AddStream(**self.values(data))


class ReviseStreamSchema(StreamTextsSchema):
    """The whole set of texts and properties, as it shall be."""

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ReviseStream:
        return ReviseStream(**self.values(data))


class StreamsQuerySchema(InputSchema):
    site_id = IdField(load_default=None)
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class StreamSchema(Schema):
    """One kind of waste of a site."""

    id = IdField(required=True)
    organisation_id = IdField(required=True)
    site_id = IdField(required=True)
    kind = ChoiceField(WasteKind, required=True)
    waste_code = fields.String(required=True)
    category = fields.String(required=True)
    local_name = fields.String(required=True)
    waste_name = fields.String(required=True)
    form = ChoiceField(WasteForm, required=True, allow_none=True)
    hazards = fields.List(fields.String(), required=True)
    main_components = fields.String(required=True)
    harmful_components = fields.String(required=True)
    precautions = fields.String(required=True)
    properties = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class StreamPageSchema(Schema):
    items = fields.List(fields.Nested(StreamSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)
