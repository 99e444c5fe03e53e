"""Declarations: what is due, figures from the ledger, checks, handing in, returns; as files."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, request

from app.api.findings import findings_json
from app.api.spec import blueprint
from app.entry.declaration_files import declaration_file
from app.entry.declaration_views import declaration_data
from app.entry.official_files import FileFormat, kept
from app.entry.reply import etag_of, page_of, reply, reply_json, seen_version
from app.entry.work import reading, unit_of_work
from app.foundation.core.work import Work
from app.waste.registry.declaring import operations, schemas
from app.waste.registry.declaring.checks import declaration_findings
from app.waste.registry.declaring.duties import duty_findings
from app.waste.registry.declaring.models import Declaration
from app.waste.registry.declaring.queries import declaration_view, declarations_page, site_calendars
from app.waste.storage.places import stock_places

bp = blueprint("declarations", "Declarations of hazardous and general waste (HJ 1259 7, domain-rules 16.1)")
FILE = {"type": "string", "format": "binary"}


@bp.route("/declaration-calendar")
@bp.arguments(schemas.CalendarQuerySchema, location="query")
@bp.response(200, schemas.CalendarsSchema)
def calendar(query: dict[str, Any]) -> Response:
    """What each site declares for a year, and by when; by its class."""
    with reading() as work:
        year = query["year"] or work.today.year
        items = site_calendars(work, year, site_id=query["site_id"])
        return reply(work, schemas.CalendarsSchema, {"items": items})


@bp.route("/declarations")
@bp.arguments(schemas.DeclarationsQuerySchema, location="query")
@bp.response(200, schemas.DeclarationPageSchema)
def index(query: dict[str, Any]) -> Response:
    """Declarations the caller may see, newest first."""
    with reading() as work:
        rows, cursor = declarations_page(
            work, site_id=query["site_id"], limit=query["limit"], before=query["cursor"]
        )
        return reply(work, schemas.DeclarationPageSchema, page_of(rows, str(cursor) if cursor else None))


@bp.route("/declarations", methods=["POST"])
@bp.arguments(schemas.GenerateDeclarationSchema)
@bp.response(201, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="it is handed in")
def generate(command: Any) -> Response:
    """Compute a declaration from the ledger, anew if it was computed before; adjustments are taken back."""
    with unit_of_work() as work:
        books = stock_places(work, site_id=command.site_id).books
        declaration = operations.generate_declaration(work, command, books)
        return _shown(work, declaration, 201)


@bp.route("/declarations/due", methods=["POST"])
@bp.arguments(schemas.OpenDeclarationsSchema)
@bp.response(200, schemas.DeclarationPageSchema)
def open_due(query: dict[str, Any]) -> Response:
    """Open every declaration of a site whose period has ended and that is not begun; gives the new ones."""
    with unit_of_work() as work:
        made = operations.open_declarations(work, query["site_id"], work.today)
        return reply(work, schemas.DeclarationPageSchema, page_of(made, None))


@bp.route("/declarations/<uuid:declaration_id>")
@bp.response(200, schemas.ShownDeclarationSchema)
def show(declaration_id: UUID) -> Response:
    """One declaration with its figures and what the rules say of them."""
    with reading() as work:
        view = declaration_view(work, declaration_id)
        return _body(work, view, 200)


@bp.route("/declarations/<uuid:declaration_id>/file.xlsx")
@bp.response(200, FILE, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def file_xlsx(declaration_id: UUID) -> Any:
    """The declaration in the fields of C.1 to C.3, as a workbook."""
    return _file(declaration_id, FileFormat.XLSX)


@bp.route("/declarations/<uuid:declaration_id>/file.csv")
@bp.response(200, FILE, content_type="text/csv")
def file_csv(declaration_id: UUID) -> Any:
    """The declaration in the fields of C.1 to C.3, as CSV."""
    return _file(declaration_id, FileFormat.CSV)


@bp.route("/declarations/<uuid:declaration_id>/file.pdf")
@bp.response(200, FILE, content_type="application/pdf")
def file_pdf(declaration_id: UUID) -> Any:
    """The declaration in the fields of C.1 to C.3, as a PDF."""
    return _file(declaration_id, FileFormat.PDF)


@bp.route("/declarations/<uuid:declaration_id>/adjustments", methods=["POST"])
@bp.arguments(schemas.AdjustFigureSchema)
@bp.response(200, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="it is handed in")
def adjust(command: Any, declaration_id: UUID) -> Response:
    """Declare another figure than computed, with the reason; null takes it back."""
    with unit_of_work() as work:
        return _shown(work, operations.adjust_figure(work, declaration_id, _seen(command)))


@bp.route("/declarations/<uuid:declaration_id>/check", methods=["POST"])
@bp.arguments(schemas.ChangeDeclarationSchema)
@bp.response(200, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="it is not generated, or handed in")
def check(command: Any, declaration_id: UUID) -> Response:
    """Note that the figures and findings were looked at."""
    with unit_of_work() as work:
        declaration, _ = operations.check_declaration(work, declaration_id, _seen(command))
        return _shown(work, declaration)


@bp.route("/declarations/<uuid:declaration_id>/submission", methods=["POST"])
@bp.arguments(schemas.SubmitDeclarationSchema)
@bp.response(200, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="not checked, its period is not over, or the ledger has changed since")
@bp.alt_response(422, description="the figures don't balance")
def submit(command: Any, declaration_id: UUID) -> Response:
    """Hand it in: nothing is posted into its period any more."""
    with unit_of_work() as work:
        view = declaration_view(work, declaration_id)
        books = stock_places(work, site_id=view.site.id).books
        return _shown(work, operations.submit_declaration(work, declaration_id, _seen(command), books))


@bp.route("/declarations/<uuid:declaration_id>/receipt", methods=["POST"])
@bp.arguments(schemas.RecordReceiptSchema)
@bp.response(200, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="it is not handed in")
def receipt(command: Any, declaration_id: UUID) -> Response:
    """Note the number that the national system gave."""
    with unit_of_work() as work:
        return _shown(work, operations.record_receipt(work, declaration_id, _seen(command)))


@bp.route("/declarations/<uuid:declaration_id>/return", methods=["POST"])
@bp.arguments(schemas.ReturnDeclarationSchema)
@bp.response(200, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="it is not handed in, or final")
def send_back(command: Any, declaration_id: UUID) -> Response:
    """Note that the authority sent it back: its period is open again."""
    with unit_of_work() as work:
        return _shown(work, operations.return_declaration(work, declaration_id, _seen(command)))


@bp.route("/declarations/<uuid:declaration_id>/lock", methods=["POST"])
@bp.arguments(schemas.ChangeDeclarationSchema)
@bp.response(200, schemas.ShownDeclarationSchema)
@bp.alt_response(409, description="it has no receipt number yet")
def lock(command: Any, declaration_id: UUID) -> Response:
    """Close it for good."""
    with unit_of_work() as work:
        return _shown(work, operations.lock_declaration(work, declaration_id, _seen(command)))


def _seen(command: Any) -> Any:
    """The command with the version of If-Match, if the caller sent one."""
    if request.headers.get("If-Match") is None:
        return command
    return replace(command, seen_version=seen_version())


def _shown(work: Work, declaration: Declaration, status: int = 200) -> Response:
    work.session.flush()
    return _body(work, declaration_view(work, declaration.id), status)


def _body(work: Work, view: Any, status: int) -> Response:
    found = declaration_findings(work, view) + duty_findings(work, view)
    data = declaration_data(view, found)
    body = schemas.ShownDeclarationSchema().dump(data | {"findings": []})
    body["findings"] = findings_json(data["findings"])
    location = f"/api/v1/declarations/{view.declaration.id}" if status == 201 else None
    return reply_json(work, body, status, etag=etag_of(view.version), location=location)


def _file(declaration_id: UUID, form: FileFormat) -> Any:
    with reading() as work:
        return kept(declaration_file(work, declaration_view(work, declaration_id), form))
