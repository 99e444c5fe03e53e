"""Files of general-waste codes: judged row by row, and put on the list of the caller's park."""

from typing import Any

from flask import Response
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from app.api.spec import blueprint
from app.api.verdicts import TextField
from app.entry.reply import reply
from app.entry.work import reading, unit_of_work
from app.waste.registry.general_waste import import_general_waste_codes, judge_code_list
from app.waste.registry.general_waste_schemas import CodeListFormSchema

bp = blueprint("code_lists", "Files of general-waste codes, such as the official table")


class CodeFileSchema(Schema):
    """The list itself: XLSX, XLS, ODS or CSV with columns 代码 and 名称, and 类别 where there is one."""

    file = Upload(required=True)


class ListedCodeSchema(Schema):
    """A row of a file of codes."""

    row = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class CodeProblemSchema(Schema):
    """One thing wrong in one cell."""

    cell = fields.String(required=True, metadata={"example": "B7"})
    column = TextField(required=True)
    text = TextField(required=True)
    value = fields.String(required=True)


class RefusedCodeSchema(Schema):
    """A row that doesn't go in."""

    row = fields.Integer(required=True)
    problems = fields.List(fields.Nested(CodeProblemSchema), required=True)


class CodeListVerdictSchema(Schema):
    """What became of a file of general-waste codes. `known`: the park has these already; `not_industrial`: rows of
    S60 and above, which are left out."""

    file_problem = TextField(required=True, allow_none=True)
    accepted = fields.List(fields.Nested(ListedCodeSchema), required=True)
    known = fields.List(fields.Nested(ListedCodeSchema), required=True)
    not_industrial = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedCodeSchema), required=True)
    stored = fields.Integer(required=True, metadata={"description": "codes put on the list"})


@bp.route("/general-waste-codes/imports", methods=["POST"])
@bp.arguments(CodeListFormSchema, location="form")
@bp.arguments(CodeFileSchema, location="files")
@bp.response(200, CodeListVerdictSchema)
@bp.alt_response(201, schema=CodeListVerdictSchema, description="codes were put on the list")
def import_codes(form: dict[str, Any], files: dict[str, Any]) -> Response:
    """Judge a file of general-waste codes, such as the official table, and put its right rows on the list of the
    caller's park. Rows that are wrong are told with cell and reason; codes the park has already stay as they are.
    """
    file = files["file"]
    with reading() as work:
        verdict = judge_code_list(work, file.read(), file.filename or "")
    with unit_of_work() as work:
        wanted = form["store"] and verdict.accepted
        stored = import_general_waste_codes(work, verdict) if wanted else 0
        answer = vars(verdict) | {"stored": stored}
        return reply(work, CodeListVerdictSchema, answer, 201 if stored else 200)
