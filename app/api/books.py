"""The official tables, their files, corrections, differences and the stock of any day."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from app.api.findings import FindingSchema, findings_json
from app.api.spec import blueprint
from app.entry.job_views import job_view
from app.entry.ledger import named_place
from app.entry.official_files import FileFormat, balance_file, kept, official_file
from app.entry.reply import page_of, reply
from app.entry.work import reading, unit_of_work
from app.foundation.core.work import Work
from app.foundation.jobs.schemas import JobSchema
from app.jobs.handlers import JOB_WORDS
from app.jobs.ledger_exports import ask_for_export, is_large
from app.waste.consignments.queries.gate import gate_differences
from app.waste.registry import book_schemas as schemas
from app.waste.registry.ledger_checks import ledger_check
from app.waste.registry.models import LedgerTable, WasteKind
from app.waste.registry.posting import Place
from app.waste.registry.queries import Period, ensure_may_read, period_balance
from app.waste.registry.queries.general import general_balance
from app.waste.registry.queries.official import OfficialFilter, official_page
from app.waste.registry.queries.stock import stock_on
from app.waste.storage.differences import differences
from app.waste.storage.explaining import explain_difference
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.places import StockPlaces, stock_places

bp = blueprint(
    "books", "Official ledger tables (HJ 1259 B.1–B.5, general waste 1–7), corrections, differences, stock"
)


class LineFindingSchema(Schema):
    """What one rule finds wrong: how often, and its worst case."""

    finding = fields.Nested(FindingSchema, required=True)
    count = fields.Integer(required=True)
    on = fields.Date(required=True)
    waste_code = fields.String(required=True)
    batch_number = fields.String(required=True)


class LedgerChecksSchema(Schema):
    """The lines of a month beside the rules. `is_whole` false: only the newest 5 000 of a kind were read."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    line_count = fields.Integer(required=True)
    is_whole = fields.Boolean(required=True)
    broken = fields.List(fields.Nested(LineFindingSchema), required=True)
    kept = fields.List(
        fields.String(), required=True, metadata={"description": "Rules that every line keeps"}
    )


FILE = {"type": "string", "format": "binary"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/ledger/official-lines")
@bp.arguments(schemas.OfficialQuerySchema, location="query")
@bp.response(200, schemas.OfficialPageSchema)
def official_lines(query: dict[str, Any]) -> Response:
    """Lines of an official table as written, newest day first, each with its corrections."""
    with reading() as work:
        books = _places(work, query).books
        wanted = OfficialFilter(LedgerTable(query["table"].value), query["month"], query["text"])
        page = official_page(work, books, wanted, limit=query["limit"], cursor=query["cursor"])
        cursor = str(page.next_cursor) if page.next_cursor else None
        return reply(work, schemas.OfficialPageSchema, page_of(page.lines, cursor))


@bp.route("/ledger/tables.xlsx")
@bp.arguments(schemas.TableFileQuerySchema, location="query")
@bp.response(200, FILE, content_type=WORKBOOK)
@bp.alt_response(202, schema=JobSchema, description="more than 5 000 lines: a job writes it")
def table_xlsx(query: dict[str, Any]) -> Any:
    """An official table as a workbook in the standard's layout; it can be imported again."""
    return _table(query, FileFormat.XLSX)


@bp.route("/ledger/tables.csv")
@bp.arguments(schemas.TableFileQuerySchema, location="query")
@bp.response(200, FILE, content_type="text/csv")
@bp.alt_response(202, schema=JobSchema, description="more than 5 000 lines: a job writes it")
def table_csv(query: dict[str, Any]) -> Any:
    """An official table as CSV in the standard's layout; it can be imported again."""
    return _table(query, FileFormat.CSV)


@bp.route("/ledger/tables.pdf")
@bp.arguments(schemas.TableFileQuerySchema, location="query")
@bp.response(200, FILE, content_type="application/pdf")
@bp.alt_response(409, description="more rows than paper takes")
def table_pdf(query: dict[str, Any]) -> Any:
    """An official table on A4 landscape."""
    return _table(query, FileFormat.PDF)


@bp.route("/ledger/balance.xlsx")
@bp.arguments(schemas.BalanceFileQuerySchema, location="query")
@bp.response(200, FILE, content_type=WORKBOOK)
def balance_xlsx(query: dict[str, Any]) -> Any:
    """The mass balance of a month as a workbook."""
    return _balance(query, FileFormat.XLSX)


@bp.route("/ledger/balance.csv")
@bp.arguments(schemas.BalanceFileQuerySchema, location="query")
@bp.response(200, FILE, content_type="text/csv")
def balance_csv(query: dict[str, Any]) -> Any:
    """The mass balance of a month as CSV."""
    return _balance(query, FileFormat.CSV)


@bp.route("/ledger/balance.pdf")
@bp.arguments(schemas.BalanceFileQuerySchema, location="query")
@bp.response(200, FILE, content_type="application/pdf")
def balance_pdf(query: dict[str, Any]) -> Any:
    """The mass balance of a month on A4 landscape."""
    return _balance(query, FileFormat.PDF)


@bp.route("/postings/<uuid:posting_id>/correction", methods=["POST"])
@bp.arguments(schemas.CorrectPostingSchema)
@bp.response(201, schemas.CorrectionSchema)
@bp.alt_response(409, description="corrected already, part of a manifest, or less than nothing would be left")
def correct(command: Any, posting_id: UUID) -> Response:
    """Correct a posting by its opposite and the right mass; null mass cancels it. The old one stays readable."""
    with unit_of_work() as work:
        correction = correct_posting(work, posting_id, command)
        return reply(work, schemas.CorrectionSchema, correction, 201)


@bp.route("/ledger/differences")
@bp.arguments(schemas.DifferencesQuerySchema, location="query")
@bp.response(200, schemas.DifferencesSchema)
def list_differences(query: dict[str, Any]) -> Response:
    """What two sources disagree about, open ones first; explained ones with their reason."""
    with reading() as work:
        found = differences(work, _places(work, query).books, query["kind"], more=[gate_differences])
        wanted = [
            one for one in found if query["text"].upper() in one.waste_code or query["text"] in one.local_name
        ]
        return reply(work, schemas.DifferencesSchema, {"items": wanted})


@bp.route("/ledger/checks")
@bp.arguments(schemas.LedgerChecksQuerySchema, location="query")
@bp.response(200, LedgerChecksSchema)
def list_checks(query: dict[str, Any]) -> Response:
    """What the rules say of a month's lines of tables B.1 to B.5, and of the packages they are about."""
    with reading() as work:
        period = query["month"] or Period.month(work.today)
        check = ledger_check(work, _places(work, query).books, period)
        broken = [
            {
                **vars(told.line),
                "count": told.count,
                "finding": findings_json([told.finding])[0],
            }
            for told in check.broken
        ]
        body = {
            "first": period.first,
            "last": period.last,
            "line_count": check.line_count,
            "is_whole": check.is_whole,
            "broken": broken,
            "kept": [finding.rule_id for finding in check.kept],
        }
        return reply(work, LedgerChecksSchema, body)


@bp.route("/ledger/differences/explanations", methods=["POST"])
@bp.arguments(schemas.ExplainDifferenceSchema)
@bp.response(201, schemas.ExplainedSchema)
@bp.alt_response(409, description="it is explained already")
def explain(command: Any) -> Response:
    """Say why two figures differ. The figures stay as they are."""
    with unit_of_work() as work:
        told = explain_difference(work, stock_places(work).books, command, [gate_differences])
        return reply(work, schemas.ExplainedSchema, {"reason": told.reason, "on": work.today}, 201)


@bp.route("/stock")
@bp.arguments(schemas.StockQuerySchema, location="query")
@bp.response(200, schemas.StockSchema)
def stock(query: dict[str, Any]) -> Response:
    """What lay where at the end of any day, by waste and place."""
    with reading() as work:
        places = _places(work, query)
        on = query["on"] or work.today
        lines = stock_on(work, places.books, on, kind=query["kind"], text=query["text"])
        items = [
            {
                **{
                    name: getattr(line, name)
                    for name in ("stream_id", "kind", "waste_code", "category", "local_name")
                },
                "mass": line.mass,
                "package_count": line.package_count,
                "place": named_place(Place(line.place_kind, line.place_id), places),
                "facility": places.facility_of(line.place_id),
            }
            for line in lines
        ]
        total = sum(line.mass for line in lines)
        return reply(work, schemas.StockSchema, {"on": on, "total": total, "items": items})


def _places(work: Work, query: dict[str, Any]) -> StockPlaces:
    ensure_may_read(work.actor)
    return stock_places(work, organisation_id=query["organisation_id"], site_id=query["site_id"])


def _table(query: dict[str, Any], form: FileFormat) -> Any:
    """The file, or the job that writes it when it is large."""
    wanted = OfficialFilter(query["table"], query["month"], query["text"])
    with reading() as work:
        places = _places(work, query)
        if not is_large(work, places, wanted, form):
            return kept(official_file(work, places, wanted, form))
    with unit_of_work() as work:
        scope = {name: query[name] for name in ("organisation_id", "site_id")}
        job = ask_for_export(work, wanted, form, **scope)
        location = f"/api/v1/jobs/{job.id}"
        return reply(work, JobSchema, job_view(job, JOB_WORDS, work.now), 202, location=location)


def _balance(query: dict[str, Any], form: FileFormat) -> Any:
    with reading() as work:
        places = _places(work, query)
        period = query["month"] or Period.month(work.today)
        if query["kind"] is WasteKind.GENERAL:
            balance = general_balance(work, places.books, period, query["text"])
        else:
            balance = period_balance(work, places.books, period, query["text"])
        return kept(balance_file(work, places, balance, query["kind"], form))
