"""Border shapes of files of the national system."""

from marshmallow import Schema, fields

from app.waste.consignments.national.columns import Column
from app.waste.consignments.national.matching import Effect
from app.waste.consignments.national.problems import Reason
from app.waste.consignments.national.reading import Stage


class NationalFormSchema(Schema):
    """What goes with the file."""

    accept = fields.Boolean(
        load_default=False,
        metadata={"description": "Write what agrees; without it nothing is stored, only judged"},
    )


class NationalProblemSchema(Schema):
    """One cell that stops its line or doesn't agree."""

    reason = fields.Enum(Reason, by_value=True, required=True)
    column = fields.Enum(Column, by_value=True, required=True)
    cell = fields.String(required=True)
    value = fields.String(required=True)
    text = fields.String(required=True)
    mend = fields.String(required=True)


class NationalLineSchema(Schema):
    """One line of the file beside our consignment."""

    sheet = fields.String(required=True)
    row = fields.Integer(required=True)
    national_number = fields.String(required=True)
    stage = fields.Enum(Stage, by_value=True, required=True, allow_none=True)
    consignment_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    effect = fields.Enum(Effect, by_value=True, required=True)
    problems = fields.List(fields.Nested(NationalProblemSchema), required=True)


class FileFaultSchema(Schema):
    """Why nothing of a file can be read."""

    reason = fields.String(required=True)
    text = fields.String(required=True)
    mend = fields.String(required=True)


class NationalVerdictSchema(Schema):
    """What a file does, or would do."""

    stored = fields.Boolean(required=True)
    import_id = fields.UUID(required=True, allow_none=True)
    file_problem = fields.Nested(FileFaultSchema, required=True, allow_none=True)
    number_count = fields.Integer(required=True, metadata={"description": "Numbers to write, or written"})
    confirmed_count = fields.Integer(required=True)
    same_count = fields.Integer(required=True, metadata={"description": "Lines that agree already"})
    conflict_count = fields.Integer(required=True)
    lines = fields.List(fields.Nested(NationalLineSchema), required=True)


class NationalImportSchema(Schema):
    """A file that was brought in."""

    id = fields.UUID(required=True)
    filename = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    row_count = fields.Integer(required=True)
    number_count = fields.Integer(required=True)
    confirmed_count = fields.Integer(required=True)
    conflict_count = fields.Integer(required=True)
    imported_at = fields.AwareDateTime(required=True)


class NationalImportListSchema(Schema):
    items = fields.List(fields.Nested(NationalImportSchema), required=True)
