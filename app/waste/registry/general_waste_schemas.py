"""Border shape of adding a general-waste code."""

from typing import Any

from marshmallow import Schema, fields, post_load

from app.waste.registry.general_waste import AddGeneralWasteCode


class AddGeneralWasteCodeSchema(Schema):
    """A code of industrial general waste, NNN-NNN-SNN, and what the park calls that waste."""

    code = fields.String(required=True, metadata={"example": "900-003-S17"})
    name = fields.String(required=True, metadata={"example": "废塑料"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddGeneralWasteCode:
        return AddGeneralWasteCode(**data)


class CodeListFormSchema(Schema):
    """What to do with a file of codes."""

    store = fields.Boolean(
        load_default=True,
        metadata={"description": "false: only judge the file, and put nothing on the list"},
    )
