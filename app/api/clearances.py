"""Contracts, and papers for crossing a province's border: decisions, approvals, submissions."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest.fields import Upload as UploadField
from marshmallow import Schema

from app.api.spec import blueprint
from app.entry.language import rendered
from app.entry.ledger import XLSX
from app.entry.reply import etag_of, page_of, reply, reply_file, reply_json, seen_version
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.fields import ChoiceField, InputSchema
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import csv_bytes, xlsx_bytes
from app.waste.clearances import exporting, queries
from app.waste.clearances.commands import (
    AddPaper,
    ChangeContract,
    DraftContract,
    DraftCrossing,
    EndContract,
    RecordCheck,
    ReviseContract,
    ReviseCrossing,
    TakeStep,
    Upload,
)
from app.waste.clearances.models import PaperKind
from app.waste.clearances.operations.contracts import (
    attach_document,
    draft_contract,
    end_contract,
    record_check,
    revise_contract,
    sign_contract,
)
from app.waste.clearances.operations.crossings import add_paper, draft_crossing, revise_crossing, take_step
from app.waste.clearances.queries import ContractFilter, ContractRow, CrossingFilter, CrossingRow
from app.waste.clearances.schemas import (
    ChangeContractSchema,
    ContractFilterSchema,
    ContractsQuerySchema,
    CrossingFilterSchema,
    CrossingsQuerySchema,
    DraftContractSchema,
    DraftCrossingSchema,
    EndContractSchema,
    RecordCheckSchema,
    ReviseContractSchema,
    ReviseCrossingSchema,
    TakeStepSchema,
)
from app.waste.clearances.shapes import (
    ContractPageSchema,
    ContractSchema,
    CrossingPageSchema,
    CrossingSchema,
    contract_json,
)

bp = blueprint("clearances", "Contracts, and papers for crossing a province's border")

BINARY = {"type": "string", "format": "binary"}
MOST_EXPORTED = 5_000


class ClearanceDocumentSchema(Schema):
    """A PDF or a picture, at most 15 MB."""

    file = UploadField(required=True)


class ClearancePaperFormSchema(InputSchema):
    kind = ChoiceField(PaperKind, required=True)


def _contract(work: Work, contract_id: UUID, status: int = 200) -> Response:
    work.session.flush()
    view = queries.contract_view(work, contract_id)
    place = f"/api/v1/contracts/{contract_id}" if status == 201 else None
    return reply_json(work, contract_json(view), status, etag=etag_of(view.version), location=place)


def _crossing(work: Work, crossing_id: UUID, status: int = 200) -> Response:
    work.session.flush()
    view = queries.crossing_view(work, crossing_id)
    place = f"/api/v1/crossings/{crossing_id}" if status == 201 else None
    return reply(work, CrossingSchema, view, status, location=place)


def _uploaded(files: dict[str, Any]) -> Upload:
    return Upload(files["file"].read(), files["file"].filename or "")


@bp.route("/contracts")
@bp.arguments(ContractsQuerySchema, location="query")
@bp.response(200, ContractPageSchema)
def list_contracts(query: dict[str, Any]) -> Response:
    """Contracts the caller may see, newest first."""
    wanted = ContractFilter(query["stage"], query["text"])
    with reading() as work:
        page = queries.contracts_page(work, wanted, cursor=query["cursor"], limit=query["limit"])
        cursor = str(page.next_cursor) if page.next_cursor else None
        return reply(work, ContractPageSchema, page_of(page.rows, cursor))


@bp.route("/contracts", methods=["POST"])
@bp.arguments(DraftContractSchema)
@bp.response(201, ContractSchema)
@bp.alt_response(409, description="the firm has a contract of that number")
def draft(command: DraftContract) -> Response:
    """Enter a contract of the caller's firm with a carrier or recycler."""
    with unit_of_work() as work:
        return _contract(work, draft_contract(work, command, house().files).id, 201)


@bp.route("/contracts/<uuid:contract_id>")
@bp.response(200, ContractSchema)
def show_contract(contract_id: UUID) -> Response:
    """One contract with its wastes and signatures."""
    with reading() as work:
        return _contract(work, contract_id)


@bp.route("/contracts/<uuid:contract_id>", methods=["PUT"])
@bp.arguments(ReviseContractSchema)
@bp.response(200, ContractSchema)
@bp.alt_response(409, description="it is signed, or the number is another contract's")
@bp.alt_response(412, description="it changed since the caller saw it")
def revise(command: ReviseContract, contract_id: UUID) -> Response:
    """Replace the content of a draft. A signature of a former text doesn't count any more."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return _contract(work, revise_contract(work, contract_id, command, house().files).id)


@bp.route("/contracts/<uuid:contract_id>/document", methods=["POST"])
@bp.arguments(ClearanceDocumentSchema, location="files")
@bp.response(200, ContractSchema)
@bp.alt_response(409, description="it is signed")
@bp.alt_response(412, description="it changed since the caller saw it")
def attach(files: dict[str, Any], contract_id: UUID) -> Response:
    """Put the text of a draft on file. The version is in If-Match."""
    command, upload = ChangeContract(seen_version()), _uploaded(files)
    with unit_of_work() as work:
        return _contract(work, attach_document(work, contract_id, command, upload, house().files).id)


@bp.route("/contracts/<uuid:contract_id>/document")
@bp.response(200, BINARY, content_type="application/pdf")
def contract_document(contract_id: UUID) -> Response:
    """The text of a contract as it was uploaded."""
    with reading() as work:
        file = queries.contract_file(work, contract_id)
        content = house().files.path(file.sha256).read_bytes()
        return reply_file(work, content, file.media_type, file.filename)


@bp.route("/contracts/<uuid:contract_id>/signature", methods=["POST"])
@bp.arguments(ChangeContractSchema)
@bp.response(200, ContractSchema)
@bp.alt_response(409, description="it is signed, this firm signed this text already, or there is no document")
@bp.alt_response(412, description="it changed since the caller saw it")
def sign(command: ChangeContract, contract_id: UUID) -> Response:
    """Sign for the caller's firm what this version shows: `document_hash` names it. The producer signs first."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return _contract(work, sign_contract(work, contract_id, command).id)


@bp.route("/contracts/<uuid:contract_id>/check", methods=["POST"])
@bp.arguments(RecordCheckSchema)
@bp.response(200, ContractSchema)
@bp.alt_response(409, description="it is ended")
@bp.alt_response(412, description="it changed since the caller saw it")
def check(command: RecordCheck, contract_id: UUID) -> Response:
    """Note that the partner's qualification and ability were checked."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return _contract(work, record_check(work, contract_id, command).id)


@bp.route("/contracts/<uuid:contract_id>/end", methods=["POST"])
@bp.arguments(EndContractSchema)
@bp.response(200, ContractSchema)
@bp.alt_response(409, description="it isn't signed, or over already")
@bp.alt_response(412, description="it changed since the caller saw it")
def end(command: EndContract, contract_id: UUID) -> Response:
    """End a signed contract before its last day."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return _contract(work, end_contract(work, contract_id, command).id)


@bp.route("/crossings")
@bp.arguments(CrossingsQuerySchema, location="query")
@bp.response(200, CrossingPageSchema)
def list_crossings(query: dict[str, Any]) -> Response:
    """Applications, decisions and submissions the caller may see, newest first."""
    with reading() as work:
        page = queries.crossings_page(work, _wanted(query), cursor=query["cursor"], limit=query["limit"])
        cursor = str(page.next_cursor) if page.next_cursor else None
        return reply(work, CrossingPageSchema, page_of(page.rows, cursor))


@bp.route("/crossings", methods=["POST"])
@bp.arguments(DraftCrossingSchema)
@bp.response(201, CrossingSchema)
def begin(command: DraftCrossing) -> Response:
    """Begin an application or submission for one site of the caller's firm."""
    with unit_of_work() as work:
        return _crossing(work, draft_crossing(work, command).id, 201)


@bp.route("/crossings/<uuid:crossing_id>")
@bp.response(200, CrossingSchema)
def show_crossing(crossing_id: UUID) -> Response:
    """One crossing with its steps, the clock that runs, and what was moved under it."""
    with reading() as work:
        return _crossing(work, crossing_id)


@bp.route("/crossings/<uuid:crossing_id>", methods=["PUT"])
@bp.arguments(ReviseCrossingSchema)
@bp.response(200, CrossingSchema)
@bp.alt_response(409, description="it is handed in")
@bp.alt_response(412, description="it changed since the caller saw it")
def change(command: ReviseCrossing, crossing_id: UUID) -> Response:
    """Replace the content of a draft."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return _crossing(work, revise_crossing(work, crossing_id, command).id)


@bp.route("/crossings/<uuid:crossing_id>/steps", methods=["POST"])
@bp.arguments(TakeStepSchema)
@bp.response(200, CrossingSchema)
@bp.alt_response(409, description="that can't follow on its state on that day")
@bp.alt_response(412, description="it changed since the caller saw it")
def step(command: TakeStep, crossing_id: UUID) -> Response:
    """Tell what happened on a day; `open_steps` names what may."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return _crossing(work, take_step(work, crossing_id, command).id)


@bp.route("/crossings/<uuid:crossing_id>/papers", methods=["POST"])
@bp.arguments(ClearancePaperFormSchema, location="form")
@bp.arguments(ClearanceDocumentSchema, location="files")
@bp.response(201, CrossingSchema)
def file_paper(form: dict[str, Any], files: dict[str, Any], crossing_id: UUID) -> Response:
    """Put a document on file for a crossing."""
    command = AddPaper(form["kind"], _uploaded(files))
    with unit_of_work() as work:
        add_paper(work, crossing_id, command, house().files)
        return _crossing(work, crossing_id, 201)


@bp.route("/crossings/<uuid:crossing_id>/papers/<uuid:paper_id>")
@bp.response(200, BINARY, content_type="application/pdf")
def crossing_paper(crossing_id: UUID, paper_id: UUID) -> Response:
    """A document of a crossing as it was uploaded."""
    with reading() as work:
        file = queries.crossing_file(work, crossing_id, paper_id)
        content = house().files.path(file.sha256).read_bytes()
        return reply_file(work, content, file.media_type, file.filename)


def _wanted(query: dict[str, Any]) -> CrossingFilter:
    return CrossingFilter((query["kind"],) if query["kind"] else (), query["stage"], query["text"])


@bp.route("/contracts.csv")
@bp.arguments(ContractFilterSchema, location="query")
@bp.response(200, BINARY, content_type="text/csv")
def contracts_csv(query: dict[str, Any]) -> Response:
    """The filtered list of contracts as CSV, newest first, at most 5 000."""
    return _contract_file(query, as_xlsx=False)


@bp.route("/contracts.xlsx")
@bp.arguments(ContractFilterSchema, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def contracts_xlsx(query: dict[str, Any]) -> Response:
    """The filtered list of contracts as a workbook, newest first, at most 5 000."""
    return _contract_file(query, as_xlsx=True)


@bp.route("/crossings.csv")
@bp.arguments(CrossingFilterSchema, location="query")
@bp.response(200, BINARY, content_type="text/csv")
def crossings_csv(query: dict[str, Any]) -> Response:
    """The filtered list of crossings as CSV, a row for each waste, newest first, at most 5 000 crossings."""
    return _crossing_file(query, as_xlsx=False)


@bp.route("/crossings.xlsx")
@bp.arguments(CrossingFilterSchema, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def crossings_xlsx(query: dict[str, Any]) -> Response:
    """The filtered list of crossings as a workbook, a row for each waste, newest first, at most 5 000 crossings."""
    return _crossing_file(query, as_xlsx=True)


def _contract_file(query: dict[str, Any], *, as_xlsx: bool) -> Response:
    with reading() as work:
        wanted = ContractFilter(query["stage"], query["text"])
        rows: list[ContractRow] = []
        page = queries.contracts_page(work, wanted, limit=queries.MAX_PAGE)
        while True:
            rows += page.rows
            if page.next_cursor is None or len(rows) >= MOST_EXPORTED:
                break
            page = queries.contracts_page(work, wanted, cursor=page.next_cursor, limit=queries.MAX_PAGE)
        return _file(
            work, "contracts", exporting.CONTRACT_HEADER, exporting.contract_rows(rows, rendered), as_xlsx
        )


def _crossing_file(query: dict[str, Any], *, as_xlsx: bool) -> Response:
    with reading() as work:
        wanted = _wanted(query)
        rows: list[CrossingRow] = []
        page = queries.crossings_page(work, wanted, limit=queries.MAX_PAGE)
        while True:
            rows += page.rows
            if page.next_cursor is None or len(rows) >= MOST_EXPORTED:
                break
            page = queries.crossings_page(work, wanted, cursor=page.next_cursor, limit=queries.MAX_PAGE)
        return _file(
            work, "crossings", exporting.CROSSING_HEADER, exporting.crossing_rows(rows, rendered), as_xlsx
        )


def _file(work: Work, name: str, header: Any, rows: Any, as_xlsx: bool) -> Response:
    titles, zone = [rendered(title) for title in header], work.actor.zone
    if as_xlsx:
        return reply_file(
            work, xlsx_bytes(titles, rows, sheet_name=name, time_zone=zone), XLSX, f"{name}.xlsx"
        )
    return reply_file(work, csv_bytes(titles, rows, time_zone=zone), "text/csv; charset=utf-8", f"{name}.csv")
