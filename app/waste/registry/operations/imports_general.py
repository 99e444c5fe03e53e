"""Bringing in general-waste tables 2 (monthly flows) and 3 (loads that left), so that no mass is counted twice.

Table 2 posts the month: generated, used, disposed of, all on its last day, less what lines of tables 3, 4, 6 and 7 or work
with batches here have posted before. A load of table 3 explains entrusted mass of its month: as far as table 2 has posted
it, the load gets a line without a posting; what table 2 hasn't is posted by the load where stock is there, and a later
table 2 posts only the rest.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.general_rows import DispatchRow, SummaryRow
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import LedgerImport, PlaceKind
from app.waste.registry.operations.general_books import (
    StreamBook,
    books_of,
    class_letter,
    finish_import,
    line_of,
    record_import,
)
from app.waste.registry.operations.imports import event_instant, new_import
from app.waste.registry.posting import Place

FLOWS: Final = {
    "own_use": PlaceKind.UTILISED,
    "out_use": PlaceKind.UTILISED,
    "own_disposal": PlaceKind.DISPOSED,
    "out_disposal": PlaceKind.DISPOSED,
}


def import_summaries(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 2, one event."""
    rows = sorted(reading.rows_of(SummaryRow), key=lambda row: (row.month, row.row))
    classes = {row.waste_code: row.waste_class for row in rows}
    books, new = books_of(work, site, [(row.waste_code, row.waste_name) for row in rows], classes)
    imported = new_import(work, site, command, reading, Table.GISW2, file_id)
    event_id = record_import(work, site, imported, new)
    records = [
        record for row in rows for record in _post_month(work, site, books[row.waste_code], row, imported)
    ]
    return finish_import(work, books.values(), records, imported, event_id)


def import_dispatches(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 3, one event."""
    rows = sorted(reading.rows_of(DispatchRow), key=lambda row: (row.event_date, row.row))
    books, new = books_of(work, site, [(row.waste_code, row.waste_name) for row in rows], {})
    imported = new_import(work, site, command, reading, Table.GISW3, file_id)
    event_id = record_import(work, site, imported, new)
    records = [_post_load(work, site, books[row.waste_code], row, imported) for row in rows]
    return finish_import(work, books.values(), records, imported, event_id)


def _post_month(
    work: Work, site: Site, book: StreamBook, row: SummaryRow, imported: LedgerImport
) -> list[dict[str, Any]]:
    unplaced, made = Place(PlaceKind.UNPLACED, site.id), Place(PlaceKind.GENERATION, site.id)
    on = min(row.month.replace(day=monthrange(row.month.year, row.month.month)[1]), work.today)
    records = []
    if opening := _opening(book, row):
        day = row.month - timedelta(days=1)
        opening_id = book.move(opening, made, unplaced, day)
        book.openings[day] = opening_id, opening
        told = {"opening": True, "month": f"{day:%Y-%m}"}
        records.append(line_of(book, row, imported, opening_id, day, opening, told))
    mine = {name: book.left_to_post(row.month, name, getattr(row, name)) for name in ("generated", *FLOWS)}
    posting_id = book.move(mine["generated"], made, unplaced, on) if mine["generated"] else None
    if following := book.openings.pop(on, None):  # an earlier import began with the next month
        book.move(following[1], unplaced, made, on, corrects=following[0])
    for name, target in FLOWS.items():
        if mine[name]:
            book.move(mine[name], unplaced, Place(target, site.id), on)
    details = _summary_details(row) | {"posted": mine}
    if difference := row.cumulative - book.level(on):
        details["difference"] = _settle_difference(book, site, difference, on)
    book.summaries[row.month] = details
    return [*records, line_of(book, row, imported, posting_id, on, row.generated, details)]


def _opening(book: StreamBook, row: SummaryRow) -> int:
    """What must have lain there before the first month the ledger knows of."""
    before = row.month - timedelta(days=1)
    if any(on <= before for on in (*book.daily, *book.stored)):
        return 0
    return max(int(row.cumulative - row.generated + row.used), 0)


def _settle_difference(book: StreamBook, site: Site, difference: int, on: date) -> int:
    """The firm's own stock figure stands; what its flows don't explain is a difference to be explained."""
    unplaced, between = Place(PlaceKind.UNPLACED, site.id), Place(PlaceKind.WEIGHING_DIFFERENCE, site.id)
    if difference > 0:
        book.move(difference, between, unplaced, on)
        return difference
    less = min(-difference, book.available(on))
    if less > 0:
        book.move(less, unplaced, between, on)
    return -less


def _summary_details(row: SummaryRow) -> dict[str, Any]:
    names = ("generated", "stored", "cumulative", *FLOWS, *(f"{name}_method" for name in FLOWS))
    values = {name: getattr(row, name) for name in names}
    return {"month": f"{row.month:%Y-%m}", "class": class_letter(row.waste_class), **values}


def _post_load(
    work: Work, site: Site, book: StreamBook, row: DispatchRow, imported: LedgerImport
) -> dict[str, Any]:
    column = "out_disposal" if row.is_disposal else "out_use"
    covered = min(row.grams, book.left_to_explain(row.event_date.replace(day=1), column))
    mass = min(row.grams - covered, book.available(row.event_date))
    target, unplaced = Place(FLOWS[column], site.id), Place(PlaceKind.UNPLACED, site.id)
    posting_id = book.move(mass, unplaced, target, row.event_date) if mass > 0 else None
    book.tell(row.event_date, column, row.grams, mass)
    details = {
        "carrier": row.carrier,
        "plate": row.plate,
        "transport_mode": row.transport_mode,
        "flow_type": row.flow_type,
        "clock": f"{row.event_time:%H:%M}" if row.event_time else "",
        "posted": mass,
    }
    line = line_of(book, row, imported, posting_id, row.event_date, row.grams, details)
    return line | {
        "happened_at": event_instant(row.event_date, row.event_time, work.actor.zone),
        "operator": row.operator,
        "receiver_name": row.receiver,
    }
