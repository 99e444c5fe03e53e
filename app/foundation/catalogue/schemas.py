"""Border shapes of the catalogue."""

from marshmallow import Schema, fields, validate

from app.foundation.catalogue.codes import GENERAL_WASTE_CODE, WASTE_CODE

MAX_QUERY = 100
MAX_PAGE = 100


class WasteSearchSchema(Schema):
    """What to look for: a code or part of one, a category, Chinese words, pinyin initials."""

    q = fields.String(
        load_default="", validate=validate.Length(max=MAX_QUERY), metadata={"example": "废活性炭"}
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=MAX_PAGE))
    cursor = fields.String(load_default="", metadata={"description": "`next_cursor` of the page before"})


class WasteCodeSchema(Schema):
    """A code of the national list of hazardous wastes, or 900-000-XX of one category."""

    code = fields.String(required=True, metadata={"pattern": f"^{WASTE_CODE.pattern}$"})
    category = fields.String(attribute="category.code", required=True, metadata={"example": "HW06"})
    category_name = fields.String(attribute="category.name", required=True)
    category_name_en = fields.String(attribute="category.name_en", required=True)
    name = fields.String(required=True, metadata={"description": "The official wording, whole"})
    hazards = fields.List(
        fields.String(validate=validate.OneOf(["T", "C", "I", "R", "In"])),
        required=True,
        metadata={"description": "Hazard letters in the order printed; empty for 900-000-XX"},
    )
    hazard_expression = fields.String(
        required=True,
        metadata={
            "description": "As printed: after “，” the later ones are possible, at “/” one or more apply"
        },
    )
    industry = fields.String(required=True)
    is_by_identification = fields.Boolean(
        required=True, metadata={"description": "900-000-XX: hazardous by testing, in no listed code"}
    )


class WasteCodePageSchema(Schema):
    items = fields.List(fields.Nested(WasteCodeSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ExemptionSchema(Schema):
    """A stage that is exempted if the whole condition is met; every other stage stays hazardous waste."""

    item = fields.Integer(required=True)
    scope = fields.String(required=True)
    name = fields.String(required=True)
    stage = fields.String(required=True)
    condition = fields.String(required=True)
    exemption = fields.String(required=True)


class ExemptionsSchema(Schema):
    items = fields.List(fields.Nested(ExemptionSchema), required=True)


class GeneralWasteClassSchema(Schema):
    code = fields.String(required=True, metadata={"example": "SW17"})
    name = fields.String(required=True)


class GeneralWasteClassesSchema(Schema):
    """The classes by name. The official table of codes is not complete here."""

    items = fields.List(fields.Nested(GeneralWasteClassSchema), required=True)
    official_table = fields.Constant("incomplete", required=True)


class GeneralWasteCodeSchema(Schema):
    """A code of general waste that the park uses; nobody can tell from here whether it is official."""

    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"pattern": f"^{GENERAL_WASTE_CODE.pattern}$"})
    class_code = fields.String(required=True)
    name = fields.String(required=True)
    official_table = fields.Constant("incomplete", required=True)


class GeneralWasteCodesSchema(Schema):
    items = fields.List(fields.Nested(GeneralWasteCodeSchema), required=True)
    official_table = fields.Constant("incomplete", required=True)


class IndustrySearchSchema(Schema):
    """What to look for: the beginning of a code, Chinese words, pinyin initials."""

    q = fields.String(load_default="", validate=validate.Length(max=MAX_QUERY), metadata={"example": "涂料"})
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=MAX_PAGE))


class IndustrySchema(Schema):
    """A class of GB/T 4754-2017."""

    code = fields.String(required=True, metadata={"example": "2641"})
    name = fields.String(required=True)
    section = fields.String(attribute="section_code", required=True, metadata={"example": "C"})


class IndustriesSchema(Schema):
    items = fields.List(fields.Nested(IndustrySchema), required=True)
