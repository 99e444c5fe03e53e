"""Operating licences and what carriers drive with: read by whoever plans a transfer, kept by firms and the park."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest.fields import Upload as UploadField
from marshmallow import Schema

from app.api.spec import blueprint
from app.entry.licence_files import MEDIA_TYPES, licence_entries_file
from app.entry.licence_lists import licences_file
from app.entry.problems import flat_messages
from app.entry.reply import etag_of, reply, reply_file, reply_json, seen_version
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.fields import InputSchema, WordsField
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.licences import commands, operations, policy, queries, schemas
from app.parties.licences.documents import store_document
from app.parties.licences.models import LicenceApplication

bp = blueprint("licences", "Operating licences of recyclers; permits, vehicles and crew of carriers")
BINARY = {"type": "string", "format": "binary"}
LONGEST_FORM = 60_000
BODY, PART = "#", "#/application"
"""Where a request tells of a licence: its whole body, or the JSON part beside a document."""
BESIDE_THE_LICENCE = ("answers", "licence_id", "park_id")


class LicenceDocumentSchema(Schema):
    """A PDF or a picture, at most 15 MB."""

    file = UploadField(required=True)


class BetterLicenceDocumentSchema(Schema):
    """A better PDF or picture, if there is one."""

    file = UploadField()


class LicenceApplicationFormSchema(InputSchema):
    """The content as JSON text beside the document: see the schema ApplyForLicence or AnswerQueries."""

    application = WordsField(LONGEST_FORM, blank=False, required=True)


@bp.route("/licences")
@bp.arguments(schemas.LicenceListSchema, location="query")
@bp.response(200, schemas.LicencesSchema)
def licences(query: dict[str, Any]) -> Response:
    """All operating licences, or one firm's, with what is used and reserved of this year."""
    with reading() as work:
        found = queries.licences(work, query["organisation_id"])
        return reply(work, schemas.LicencesSchema, {"items": found})


@bp.route("/licences/export.csv")
@bp.arguments(schemas.LicenceListSchema, location="query")
@bp.response(200, BINARY, content_type=MEDIA_TYPES["csv"])
def licences_csv(query: dict[str, Any]) -> Response:
    """The list of licences with what is used and reserved of this year, as CSV."""
    with reading() as work:
        return reply_file(work, *licences_file(work, query["organisation_id"], "csv"))


@bp.route("/licences/export.xlsx")
@bp.arguments(schemas.LicenceListSchema, location="query")
@bp.response(200, BINARY, content_type=MEDIA_TYPES["xlsx"])
def licences_xlsx(query: dict[str, Any]) -> Response:
    """The same as a workbook."""
    with reading() as work:
        return reply_file(work, *licences_file(work, query["organisation_id"], "xlsx"))


@bp.route("/licences", methods=["POST"])
@bp.arguments(schemas.RegisterLicenceSchema)
@bp.response(201, schemas.LicenceSchema)
@bp.alt_response(409, description="it is entered already")
def register(command: commands.RegisterLicence) -> Response:
    """Enter a licence for a firm, by the park."""
    with unit_of_work() as work, _pointing(BODY):
        return _licence(work, operations.register_licence(work, command).id, 201)


@bp.route("/licences/<uuid:licence_id>")
@bp.response(200, schemas.LicenceSchema)
def licence(licence_id: UUID) -> Response:
    """One operating licence with its lines and this year's use."""
    with reading() as work:
        return _licence(work, licence_id)


@bp.route("/licences/<uuid:licence_id>/state", methods=["POST"])
@bp.arguments(schemas.ChangeLicenceStateSchema)
@bp.response(200, schemas.LicenceSchema)
@bp.alt_response(409, description="it was revoked or cancelled")
@bp.alt_response(412, description="it changed since the caller saw it")
def change_state(command: commands.ChangeLicenceState, licence_id: UUID) -> Response:
    """Note that the authority suspended, revoked or cancelled it, or lifted a suspension."""
    command = replace(command, seen_version=seen_version(command.seen_version or None))
    with unit_of_work() as work:
        return _licence(work, operations.change_licence_state(work, licence_id, command).id)


@bp.route("/licences/<uuid:licence_id>/renewal-filing", methods=["POST"])
@bp.arguments(schemas.RecordRenewalFilingSchema)
@bp.response(200, schemas.LicenceSchema)
@bp.alt_response(412, description="it changed since the caller saw it")
def renewal_filing(command: commands.RecordRenewalFiling, licence_id: UUID) -> Response:
    """Note the day on which the authority was asked for the renewal."""
    command = replace(command, seen_version=seen_version(command.seen_version or None))
    with unit_of_work() as work:
        return _licence(work, operations.record_renewal_filing(work, licence_id, command).id)


@bp.route("/licences/<uuid:licence_id>/entries/<int:year>.csv")
@bp.response(200, BINARY, content_type=MEDIA_TYPES["csv"])
def entries_csv(licence_id: UUID, year: int) -> Response:
    """What was reserved, given back and used of a licence in a year, one line each."""
    with reading() as work:
        return reply_file(work, *licence_entries_file(work, licence_id, year, "csv"))


@bp.route("/licences/<uuid:licence_id>/entries/<int:year>.xlsx")
@bp.response(200, BINARY, content_type=MEDIA_TYPES["xlsx"])
def entries_xlsx(licence_id: UUID, year: int) -> Response:
    """The same as a workbook."""
    with reading() as work:
        return reply_file(work, *licence_entries_file(work, licence_id, year, "xlsx"))


@bp.route("/licence-applications")
@bp.response(200, schemas.LicenceApplicationsSchema)
def applications() -> Response:
    """Licences handed in by the caller's firm, or those the caller's park checks; newest first."""
    with reading() as work:
        items = [application for application, _ in queries.applications(work)]
        return reply(work, schemas.LicenceApplicationsSchema, {"items": items})


@bp.route("/licence-applications", methods=["POST"])
@bp.arguments(LicenceApplicationFormSchema, location="form")
@bp.arguments(LicenceDocumentSchema, location="files")
@bp.response(201, schemas.LicenceApplicationSchema)
@bp.alt_response(409, description="an application of the firm is open already")
def apply(form: dict[str, Any], files: dict[str, Any]) -> Response:
    """Hand in a licence: its document, and as JSON what it says."""
    command: commands.ApplyForLicence = _parsed(schemas.ApplyForLicenceSchema(), form)
    with unit_of_work() as work, _pointing(PART):
        policy.ensure_may_apply(work.actor)
        command = replace(command, file_id=_stored(work, files))
        return _application(work, operations.apply_for_licence(work, command), 201)


@bp.route("/licence-applications/<uuid:application_id>")
@bp.response(200, schemas.LicenceApplicationSchema)
def application(application_id: UUID) -> Response:
    """One application with the verdicts on its fields and what went back and forth."""
    with reading() as work:
        return _application(work, queries.application_for(work, application_id))


@bp.route("/licence-applications/<uuid:application_id>/fields/<field>", methods=["PUT"])
@bp.arguments(schemas.JudgeFieldSchema)
@bp.response(200, schemas.LicenceApplicationSchema)
@bp.alt_response(409, description="it is not the park's turn")
@bp.alt_response(412, description="it changed since the caller saw it")
def judge(command: commands.JudgeField, application_id: UUID, field: str) -> Response:
    """Accept or query one field."""
    seen = seen_version(command.seen_version or None)
    with unit_of_work() as work:
        command = replace(command, field=field, seen_version=seen)
        return _application(work, operations.judge_field(work, application_id, command))


@bp.route("/licence-applications/<uuid:application_id>/queries", methods=["POST"])
@bp.arguments(schemas.SeenSchema)
@bp.response(200, schemas.LicenceApplicationSchema)
@bp.alt_response(409, description="nothing is queried")
def send_queries(body: dict[str, Any], application_id: UUID) -> Response:
    """Give it back to the firm with all queries as one message."""
    seen = seen_version(body["seen_version"])
    with unit_of_work() as work:
        return _application(work, operations.send_queries(work, application_id, seen))


@bp.route("/licence-applications/<uuid:application_id>/answer", methods=["POST"])
@bp.arguments(LicenceApplicationFormSchema, location="form")
@bp.arguments(BetterLicenceDocumentSchema, location="files")
@bp.response(200, schemas.LicenceApplicationSchema)
@bp.alt_response(409, description="nothing is queried")
def answer(form: dict[str, Any], files: dict[str, Any], application_id: UUID) -> Response:
    """Answer all queries at once: the whole content again, words, a better document."""
    command: commands.AnswerQueries = _parsed(schemas.AnswerQueriesSchema(), form)
    seen = seen_version(command.seen_version or None)
    with unit_of_work() as work, _pointing(PART):
        policy.ensure_may_apply(work.actor)
        file_id = _stored(work, files) if files.get("file") else None
        command = replace(command, seen_version=seen, file_id=file_id)
        return _application(work, operations.answer_queries(work, application_id, command))


@bp.route("/licence-applications/<uuid:application_id>/approval", methods=["POST"])
@bp.arguments(schemas.SeenSchema)
@bp.response(200, schemas.LicenceApplicationSchema)
@bp.alt_response(409, description="a field is open or queried")
def approve(body: dict[str, Any], application_id: UUID) -> Response:
    """Approve what is accepted in every field."""
    seen = seen_version(body["seen_version"])
    with unit_of_work() as work:
        return _application(work, operations.approve_application(work, application_id, seen))


@bp.route("/licence-applications/<uuid:application_id>/withdrawal", methods=["POST"])
@bp.arguments(schemas.SeenSchema)
@bp.response(200, schemas.LicenceApplicationSchema)
@bp.alt_response(409, description="it is decided already")
def withdraw(body: dict[str, Any], application_id: UUID) -> Response:
    """Take it back, by the firm."""
    seen = seen_version(body["seen_version"])
    with unit_of_work() as work:
        return _application(work, operations.withdraw_application(work, application_id, seen))


def _licence(work: Work, licence_id: UUID, status: int = 200) -> Response:
    work.session.flush()
    scope = queries.licence_for(work, licence_id)
    body = schemas.LicenceSchema().dump(scope)
    return reply_json(work, body, status, etag=etag_of(scope.licence.version))


def _application(work: Work, found: LicenceApplication, status: int = 200) -> Response:
    return reply(work, schemas.LicenceApplicationSchema, found, status)


def _parsed(schema: Schema, form: Mapping[str, Any]) -> Any:
    try:
        typed = json.loads(form["application"])
    except ValueError:
        raise InvalidInput([FieldProblem(PART, say("这里要填 JSON"))]) from None
    problems = schema.validate(typed)
    if problems:
        told = [FieldProblem(pointer, Text(words)) for pointer, words in flat_messages(problems, PART)]
        raise InvalidInput(told)
    return schema.load(typed)


@contextmanager
def _pointing(place: str) -> Iterator[None]:
    """Problems of a licence, told where the request has what is wrong."""
    try:
        yield
    except InvalidInput as refused:
        raise InvalidInput(
            [FieldProblem(_at(place, one.pointer), one.text) for one in refused.problems]
        ) from None


def _at(place: str, pointer: str) -> str:
    path = pointer.removeprefix("#/")
    if path == "file":
        return pointer
    if path.partition("/")[0] in BESIDE_THE_LICENCE:
        return f"{place}/{path}"
    wired = "yearly_scale_kg" if path == "yearly_scale" else path
    return f"{place}/{wired}" if place == BODY else f"{place}/licence/{wired}"


def _stored(work: Work, files: Mapping[str, Any]) -> UUID:
    file = files["file"]
    return store_document(work, house().files, file.read(), file.filename or "").id
