"""Files of the national system: judged, and brought in."""

from typing import Any

from flask import Response
from flask_smorest.fields import Upload
from marshmallow import Schema

from app.api.spec import blueprint
from app.entry.national_files import national_command, national_json
from app.entry.reply import reply, reply_json
from app.entry.work import reading, unit_of_work
from app.waste.consignments.national.operations import import_national, judge_national
from app.waste.consignments.national.queries import recent_imports
from app.waste.consignments.national.schemas import (
    NationalFormSchema,
    NationalImportListSchema,
    NationalVerdictSchema,
)

bp = blueprint("national", "Files of the national manifest system: numbers and receipts brought in")


class NationalFileSchema(Schema):
    """The export of the national system: XLSX, XLS, ODS or CSV."""

    file = Upload(required=True)


@bp.route("/national-imports")
@bp.response(200, NationalImportListSchema)
def imports() -> Response:
    """The files that were brought in lately, newest first."""
    with reading() as work:
        return reply(work, NationalImportListSchema, {"items": recent_imports(work)})


@bp.route("/national-imports", methods=["POST"])
@bp.arguments(NationalFormSchema, location="form")
@bp.arguments(NationalFileSchema, location="files")
@bp.response(200, NationalVerdictSchema)
@bp.alt_response(201, schema=NationalVerdictSchema, description="stored")
@bp.alt_response(413, description="the file is larger than the deployment allows")
def upload(form: dict[str, Any], files: dict[str, Any]) -> Response:
    """Compare an export of the national system with our consignments; with `accept` write what agrees.

    A line is ours by its national number; else by consignor, consignee, plate, day, waste code and mass together, when
    exactly one consignment fits. Numbers are written before the consignor signs; afterwards the line says to ask for a
    correction. Where the national system has received what was accepted here, the confirmation is noted. A line with
    a conflict is told with its cell and left alone. 201 when something was stored, else 200.
    """
    file = files["file"]
    command = national_command(file.read(), file.filename or "")
    with reading() as work:
        verdict = judge_national(work, command)
    with unit_of_work() as work:
        if not (form["accept"] and verdict.effects):
            return reply_json(work, national_json(verdict))
        imported, verdict = import_national(work, command)
        answer = national_json(verdict) | {"stored": True, "import_id": str(imported.id)}
        return reply_json(work, answer, 201)
