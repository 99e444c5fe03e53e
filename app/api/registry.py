"""The hazardous-waste ledger: its lines and balances, its tables as files, and ledger files brought in."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest.fields import Upload
from marshmallow import Schema

from app.api.spec import blueprint
from app.entry.job_views import job_view
from app.entry.ledger import export_response, named_entries
from app.entry.reply import page_of, reply, reply_json
from app.entry.uploads import (
    LargeLedger,
    is_to_be_stored,
    keep_upload,
    ledger_command,
    read_unless_large,
    verdict_json,
)
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.work import Work
from app.foundation.jobs.schemas import JobSchema
from app.jobs.handlers import JOB_WORDS
from app.jobs.ledger_imports import ask_for_import
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.ledger_schemas import (
    BalanceQuerySchema,
    EntriesQuerySchema,
    EntryPageSchema,
    ExportQuerySchema,
    ImportFormSchema,
    ImportPageSchema,
    ImportSchema,
    ImportsQuerySchema,
    LedgerBalanceSchema,
    LedgerVerdictSchema,
)
from app.waste.registry.models import WasteKind
from app.waste.registry.queries import (
    LedgerFilter,
    Period,
    earlier_import,
    ensure_may_read,
    entries_page,
    import_for,
    imports_page,
    period_balance,
)
from app.waste.registry.queries.general import general_balance
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.places import stock_places

bp = blueprint("registry", "Hazardous-waste ledger: lines, balances, table B.1 (HJ 1259), imports")


class LedgerFileSchema(Schema):
    """The ledger itself: XLSX, XLS, ODS or CSV."""

    file = Upload(required=True)


@bp.route("/ledger/entries")
@bp.arguments(EntriesQuerySchema, location="query")
@bp.response(200, EntryPageSchema)
def entries(query: dict[str, Any]) -> Response:
    """Lines of the ledger, newest day first."""
    with reading() as work:
        ensure_may_read(work.actor)
        places = stock_places(work, organisation_id=query["organisation_id"], site_id=query["site_id"])
        wanted = LedgerFilter(query["month"], query["text"], query["stage"], query["kind"])
        page = entries_page(work, places.books, wanted, limit=query["limit"], cursor=query["cursor"])
        items = named_entries(work, places, page.entries)
        return reply(
            work, EntryPageSchema, page_of(items, str(page.next_cursor) if page.next_cursor else None)
        )


@bp.route("/ledger/balance")
@bp.arguments(BalanceQuerySchema, location="query")
@bp.response(200, LedgerBalanceSchema)
def balance(query: dict[str, Any]) -> Response:
    """The balance of a month, of each waste and of all: opening + in − out = closing."""
    with reading() as work:
        ensure_may_read(work.actor)
        places = stock_places(work, organisation_id=query["organisation_id"], site_id=query["site_id"])
        period = query["month"] or Period.month(work.today)
        if query["kind"] is WasteKind.GENERAL:
            return reply(
                work, LedgerBalanceSchema, general_balance(work, places.books, period, query["text"])
            )
        return reply(work, LedgerBalanceSchema, period_balance(work, places.books, period, query["text"]))


@bp.route("/ledger/export.csv")
@bp.arguments(ExportQuerySchema, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
def export_csv(query: dict[str, Any]) -> Response:
    """The ledger as CSV: table B.1 in the layout of HJ 1259, or every line."""
    return _export(query, as_xlsx=False)


@bp.route("/ledger/export.xlsx")
@bp.arguments(ExportQuerySchema, location="query")
@bp.response(
    200,
    {"type": "string", "format": "binary"},
    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
def export_xlsx(query: dict[str, Any]) -> Response:
    """The ledger as a workbook: table B.1 in the layout of HJ 1259, or every line."""
    return _export(query, as_xlsx=True)


def _export(query: dict[str, Any], *, as_xlsx: bool) -> Response:
    with reading() as work:
        ensure_may_read(work.actor)
        places = stock_places(work, organisation_id=query["organisation_id"], site_id=query["site_id"])
        wanted = LedgerFilter(query["month"], query["text"], query["stage"])
        return export_response(work, places, wanted, table=query["table"], as_xlsx=as_xlsx)


@bp.route("/ledger-imports")
@bp.arguments(ImportsQuerySchema, location="query")
@bp.response(200, ImportPageSchema)
def list_imports(query: dict[str, Any]) -> Response:
    """Ledger files that were stored, newest first."""
    with reading() as work:
        rows, cursor = imports_page(work, limit=query["limit"], before=query["cursor"])
        return reply(
            work, ImportPageSchema, page_of([row.imported for row in rows], str(cursor) if cursor else None)
        )


@bp.route("/ledger-imports/<uuid:import_id>")
@bp.response(200, ImportSchema)
def show_import(import_id: UUID) -> Response:
    """One ledger file that was stored."""
    with reading() as work:
        return reply(work, ImportSchema, import_for(work, import_id))


@bp.route("/ledger-imports", methods=["POST"])
@bp.arguments(ImportFormSchema, location="form")
@bp.arguments(LedgerFileSchema, location="files")
@bp.response(200, LedgerVerdictSchema)
@bp.alt_response(201, schema=LedgerVerdictSchema, description="stored")
@bp.alt_response(202, schema=JobSchema, description="brought in in the background")
@bp.alt_response(409, description="a row came in meanwhile by another import")
@bp.alt_response(413, description="the file is larger than the deployment allows")
def upload(form: dict[str, Any], files: dict[str, Any]) -> Response:
    """Judge a ledger file (HJ 1259 tables B.1 to B.5, general-waste tables 1 to 7, several in one workbook), and store
    it if every row is right or `accept_good` says to take the right ones. Each table becomes an import of its own.

    The verdict comes with 201 when rows were stored, else with 200: then nothing was. A file of more than 5 000 lines
    is brought in in the background: the answer is 202 with the job, whose result tells the same in numbers.
    """
    file, accept_good = files["file"], form["accept_good"]
    with reading() as work:
        command = ledger_command(
            work, file.read(), file.filename or "", form["site_id"], accept_good=accept_good
        )
        before = earlier_import(work, command.site_id, sha256(command.content).hexdigest())
        verdict = _verdict(work, command)
    if verdict is None:
        return _in_background(command)
    answer = verdict_json(verdict) | {"earlier_import_id": str(before.id) if before else None}
    with unit_of_work() as work:
        if not is_to_be_stored(verdict, accept_good=accept_good):
            return reply_json(work, answer | {"stored": False, "import_id": None, "import_ids": []})
        outcome = import_ledger(work, command, verdict, house().files)
        stored, ids = outcome.imported, [str(imported.id) for imported in outcome.imports]
        return reply_json(
            work,
            answer | {"stored": True, "import_id": str(stored.id), "import_ids": ids},
            201,
            location=f"/api/v1/ledger-imports/{stored.id}",
        )


def _verdict(work: Work, command: ImportLedger) -> LedgerReading | None:
    """None: the ledger is too large to be read while somebody waits."""
    try:
        return read_unless_large(work, command)
    except LargeLedger:
        return None


def _in_background(command: ImportLedger) -> Response:
    house().files.put(command.content)  # the slow part, before the write lock
    with unit_of_work() as work:
        upload = keep_upload(work, house().files, command.content, command.filename)
        job = job_view(ask_for_import(work, upload.id, command), JOB_WORDS, work.now)
        return reply(work, JobSchema, job, 202, location=f"/api/v1/jobs/{job.id}")
