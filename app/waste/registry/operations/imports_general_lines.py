"""Bringing in general-waste tables 1 (yearly list) and 4 to 7 (per shift or day), so that no mass is counted twice.

Table 1 tells what the wastes are and moves nothing. A line of tables 4, 6 and 7 explains mass of one column of its month's
table 2: as far as table 2 has posted it, the line gets no posting; what table 2 hasn't is posted by the line, and a later
table 2 posts only the rest. Table 5 tells what went into the store and out of it: the waste stays at the site, so nothing
is posted; what leaves for good stands in tables 3, 6 and 7.
"""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final, cast
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.general_rows import (
    DisposalRow,
    GeneralGenerationRow,
    GeneralStorageRow,
    ListRow,
    UtilisationRow,
)
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.ledger_files.table_general_lines import clock_text, storage_key
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import LedgerImport, LedgerTable, PlaceKind, WasteForm, WasteStream
from app.waste.registry.operations.general_books import (
    COLUMNS,
    StreamBook,
    books_of,
    finish_import,
    line_of,
    record_import,
)
from app.waste.registry.operations.imports import event_instant, new_import
from app.waste.registry.posting import Place

LineRow = GeneralGenerationRow | UtilisationRow | DisposalRow
Record = dict[str, Any]
_METHOD_CODE: Final = re.compile(r"[RDC]\d{1,2}")
_TARGETS: Final = {"own_use": PlaceKind.UTILISED, "own_disposal": PlaceKind.DISPOSED}


def import_list(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 1, one event. Where nobody has said yet what a waste is, the list does;
    what stands there stays."""
    rows = reading.rows_of(ListRow)
    classes = {row.waste_code: row.waste_class for row in rows}
    books, changed = books_of(work, site, [(row.waste_code, row.waste_name) for row in rows], classes)
    imported = new_import(work, site, command, reading, Table.GISW1, file_id)
    for row in rows:
        stream = books[row.waste_code].stream
        if _describe(stream, row) and stream not in changed:
            changed.append(stream)
    event_id = record_import(work, site, imported, changed)
    records = [_list_line(books[row.waste_code], row, imported) for row in rows]
    return finish_import(work, books.values(), records, imported, event_id)


def import_lines(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, table: Table, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 4, 6 or 7, one event."""
    found = [row for row in reading.accepted if row.table is table]
    rows = sorted(cast(list[LineRow], found), key=lambda row: (row.event_date, row.row))
    books, new = books_of(work, site, [(row.waste_code, row.waste_name) for row in rows], {})
    imported = new_import(work, site, command, reading, table, file_id)
    event_id = record_import(work, site, imported, new)
    records = [_post_line(work, site, books[row.waste_code], row, imported) for row in rows]
    return finish_import(work, books.values(), records, imported, event_id)


def import_storage(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 5, one event; a line for each of its two movements."""
    rows = reading.rows_of(GeneralStorageRow)
    books, new = books_of(work, site, [(row.waste_code, row.waste_name) for row in rows], {})
    imported = new_import(work, site, command, reading, Table.GISW5, file_id)
    event_id = record_import(work, site, imported, new)
    records = [
        record for row in rows for record in _storage_lines(work, books[row.waste_code], row, imported)
    ]
    return finish_import(work, books.values(), records, imported, event_id)


def _describe(stream: WasteStream, row: ListRow) -> bool:
    """Fill in what a stream doesn't say of itself; whether anything was."""
    before = (stream.form, stream.main_components, stream.harmful_components)
    stream.form = stream.form or (WasteForm(row.form) if row.form else None)
    stream.main_components = stream.main_components or row.main_components
    stream.harmful_components = stream.harmful_components or row.harmful_components
    return before != (stream.form, stream.main_components, stream.harmful_components)


def _list_line(book: StreamBook, row: ListRow, imported: LedgerImport) -> Record:
    told = row.as_json()
    names = ("year", "class", "step", "form", "main_components", "harmful_components")
    return line_of(
        book, row, imported, None, row.event_date, row.annual, {name: told[name] for name in names}
    )


def _post_line(work: Work, site: Site, book: StreamBook, row: LineRow, imported: LedgerImport) -> Record:
    column = COLUMNS[LedgerTable(row.table.value)]
    covered = min(row.grams, book.left_to_explain(row.event_date.replace(day=1), column))
    mass = row.grams - covered
    unplaced = Place(PlaceKind.UNPLACED, site.id)
    if column == "generated":
        source, target = Place(PlaceKind.GENERATION, site.id), unplaced
    else:
        source, target = unplaced, Place(_TARGETS[column], site.id)
        mass = min(mass, book.available(row.event_date))
    posting_id = book.move(mass, source, target, row.event_date) if mass > 0 else None
    book.tell(row.event_date, column, row.grams, mass)
    details = {"key": row.key, "clock": clock_text(row.event_time), "posted": mass}
    line = line_of(book, row, imported, posting_id, row.event_date, row.grams, details)
    line |= {
        "happened_at": event_instant(row.event_date, row.event_time, work.actor.zone),
        "batch_number": row.batch_no,
        "operator": row.operator,
    }
    return line | _own_columns(work, row, details)


def _own_columns(work: Work, row: LineRow, details: dict[str, Any]) -> Record:
    if isinstance(row, GeneralGenerationRow):
        moved = _moment_text(row.moved_date, row.moved_time)
        return {
            "destination": row.destination,
            "mover": row.mover,
            "details": details | {"moved_at": moved},
        }
    is_code = _METHOD_CODE.fullmatch(row.method) is not None
    finished = row.finished_date and event_instant(
        row.finished_date, row.finished_time or time(0), work.actor.zone
    )
    return {
        "method_code": row.method if is_code else "",
        "finished_at": finished,
        "details": details
        | {"method": row.method, "finished_at": _moment_text(row.finished_date, row.finished_time)},
    }


def _moment_text(day: date | None, clock: time | None) -> str:
    return f"{day.isoformat()} {clock_text(clock)}".strip() if day else ""


def _storage_lines(
    work: Work, book: StreamBook, row: GeneralStorageRow, imported: LedgerImport
) -> Sequence[Record]:
    movements = (
        ("in", row.in_date, row.in_time, row.in_quantity),
        ("out", row.out_date, row.out_time, row.out_quantity),
    )
    lines = []
    for stage, day, clock, mass in movements:
        if day is not None:
            came, left = (day, None) if stage == "in" else (None, day)
            half = storage_key(
                row.waste_code, came, clock_text(clock) if came else "", mass if came else 0, left,
                clock_text(clock) if left else "", mass if left else 0, row.facility, row.batch_no,
            )  # fmt: skip
            details = {"key": row.key, "half": half, "stage": stage, "clock": clock_text(clock)}
            line = line_of(book, row, imported, None, day, Grams(mass), details)
            lines.append(
                line
                | {
                    "happened_at": event_instant(day, clock, work.actor.zone),
                    "batch_number": row.batch_no,
                    "facility_code": row.facility,
                    "destination": row.destination if stage == "out" or row.out_date is None else "",
                    "keeper": row.operator,
                }
            )
    return lines
