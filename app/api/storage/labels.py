"""Papers of containers: labels, and the list as a spreadsheet."""

from dataclasses import replace
from typing import Any

from flask import Response

from app.api.storage.blueprint import bp, container_key
from app.entry.language import rendered
from app.entry.reply import reply_file
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.documents.label import label_pdf
from app.foundation.documents.label_content import SIZES
from app.foundation.documents.spreadsheet import csv_bytes, xlsx_bytes
from app.waste.storage.commands import PrintLabel
from app.waste.storage.exporting import HEADER, export_rows
from app.waste.storage.operations.labels import print_label
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.queries import exported_container_rows
from app.waste.storage.schemas import ContainerFilterSchema, LabelQuerySchema, PrintLabelSchema

BINARY = {"type": "string", "format": "binary"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/containers/<code>/label", methods=["POST"])
@bp.arguments(LabelQuerySchema, location="query")
@bp.arguments(PrintLabelSchema)
@bp.response(200, BINARY, content_type="application/pdf")
@bp.alt_response(409, description="the container is voided or used up")
@bp.alt_response(422, description="a field of the label is missing, or a reprint has no reason")
def print_(query: dict[str, Any], command: PrintLabel, code: str) -> Response:
    """Print the label: a PDF at true size, noted as printed. Printing the same weight again takes a reason."""
    with unit_of_work() as work:
        content = print_label(
            work,
            container_key(code),
            command,
            keyring=house().keyring,
            public_url=house().config.public_url,
        )
        wanted = SIZES[query["size"].value] if query["size"] else None
        known = caller()
        pdf = label_pdf(
            [replace(content, wanted_size=wanted)],
            paper=query["paper"],
            text_only=query["text_only"],
            is_demo=known.is_demo if known else False,
            language=query["lang"].value,
        )
        return reply_file(work, pdf, "application/pdf", f"label-{content.short_code}.pdf")


@bp.route("/containers.csv")
@bp.arguments(ContainerFilterSchema, location="query")
@bp.response(200, BINARY, content_type="text/csv")
def export_csv(query: dict[str, Any]) -> Response:
    """The filtered list as CSV, newest first, at most 5 000 rows."""
    with reading() as work:
        ensure_may_read(work.actor)
        rows = export_rows(exported_container_rows(work, ContainerFilterSchema.wanted(query)), rendered)
        body = csv_bytes([rendered(name) for name in HEADER], rows, time_zone=work.actor.zone)
        return reply_file(work, body, "text/csv; charset=utf-8", "containers.csv")


@bp.route("/containers.xlsx")
@bp.arguments(ContainerFilterSchema, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def export_xlsx(query: dict[str, Any]) -> Response:
    """The filtered list as a workbook, newest first, at most 5 000 rows."""
    with reading() as work:
        ensure_may_read(work.actor)
        rows = export_rows(exported_container_rows(work, ContainerFilterSchema.wanted(query)), rendered)
        body = xlsx_bytes(
            [rendered(name) for name in HEADER], rows, sheet_name="containers", time_zone=work.actor.zone
        )
        return reply_file(work, body, XLSX, "containers.xlsx")
