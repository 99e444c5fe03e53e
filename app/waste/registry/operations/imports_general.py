"""Bringing in general-waste tables 2 (monthly flows) and 3 (loads that left), so that no mass is counted twice.

Table 2 posts the month: generated, used, disposed of, all on its last day. A load of table 3 explains entrusted mass of its
month: as far as table 2 has posted it, the load gets a line without a posting; what table 2 hasn't is posted by the load
where stock is there, and a later table 2 posts only the rest.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.codes import general_waste_class_of
from app.foundation.core.bulk import insert_many
from app.foundation.core.ids import NO_ID, new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.general_codes import CLASS_ONE
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.ledger_files.ledger_rows import DispatchRow, SummaryRow
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import (
    LedgerImport,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.operations.imports import event_instant, new_import
from app.waste.registry.posting import Move, Place, post

FLOWS: Final = {
    "own_use": PlaceKind.UTILISED,
    "out_use": PlaceKind.UTILISED,
    "own_disposal": PlaceKind.DISPOSED,
    "out_disposal": PlaceKind.DISPOSED,
}


@dataclass
class StreamBook:
    """What the ledger holds of one general stream at its site, day by day, and the lines of tables 2 and 3."""

    stream: WasteStream
    daily: defaultdict[date, int] = field(default_factory=lambda: defaultdict(int))
    """Net change of the loose, unplaced mass of each day."""
    stored: defaultdict[date, int] = field(default_factory=lambda: defaultdict(int))
    """The same of what lies in zones and batches."""
    summaries: dict[date, dict[str, Any]] = field(default_factory=dict)
    """Details of table 2 by month."""
    openings: dict[date, tuple[UUID, int]] = field(default_factory=dict)
    """Openings posted by an earlier import: posting and grams by day."""
    loads: list[tuple[date, bool, int, int]] = field(default_factory=list)
    """Day, whether disposed of, grams, grams posted."""
    moves: list[Move] = field(default_factory=list)

    def level(self, day: date) -> int:
        """All that lies at the site at the end of a day."""
        return sum(mass for book in (self.daily, self.stored) for on, mass in book.items() if on <= day)

    def available(self, day: date) -> int:
        """Loose mass that can be taken on a day without any later day falling below zero."""
        days = sorted({*self.daily, day})
        level, lowest = 0, None
        for on in days:
            level += self.daily[on]
            if on >= day:
                lowest = level if lowest is None else min(lowest, level)
        return max(lowest or 0, 0)

    def move(self, mass: int, source: Place, target: Place, on: date, corrects: UUID | None = None) -> UUID:
        """Plan a posting of loose mass and keep the book up to date; gives its id."""
        move = Move(self.stream.id, Grams(mass), source, target, on, corrects_id=corrects, id=new_id())
        self.moves.append(move)
        for place, sign in ((source, -1), (target, 1)):
            if place.kind is PlaceKind.UNPLACED:
                self.daily[on] += sign * mass
        assert move.id is not None
        return move.id

    def posted_loads(self, month: date, is_disposal: bool) -> int:
        """Grams of a month's loads that postings of their own moved."""
        return sum(
            posted
            for on, disposal, _, posted in self.loads
            if on.replace(day=1) == month and disposal == is_disposal
        )

    def explained(self, month: date, is_disposal: bool) -> int:
        """Grams of a month's loads that are in table 2 already, posted by either."""
        return sum(
            mass
            for on, disposal, mass, _ in self.loads
            if on.replace(day=1) == month and disposal == is_disposal
        )


def import_summaries(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 2, one event."""
    rows = sorted(reading.rows_of(SummaryRow), key=lambda row: (row.month, row.row))
    classes = {row.waste_code: row.waste_class for row in rows}
    books, new = _books(work, site, [(row.waste_code, row.waste_name) for row in rows], classes)
    imported = new_import(work, site, command, reading, Table.GISW2, file_id)
    event_id = _record(work, site, imported, new)
    records = [
        record for row in rows for record in _post_month(work, site, books[row.waste_code], row, imported)
    ]
    return _finish(work, books.values(), records, imported, event_id)


def import_dispatches(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of general-waste table 3, one event."""
    rows = sorted(reading.rows_of(DispatchRow), key=lambda row: (row.event_date, row.row))
    books, new = _books(work, site, [(row.waste_code, row.waste_name) for row in rows], {})
    imported = new_import(work, site, command, reading, Table.GISW3, file_id)
    event_id = _record(work, site, imported, new)
    records = [_post_load(work, site, books[row.waste_code], row, imported) for row in rows]
    return _finish(work, books.values(), records, imported, event_id)


def _record(work: Work, site: Site, imported: LedgerImport, streams: Sequence[WasteStream]) -> UUID:
    about = [("site", site.id)]
    return trace.record(work, "ledger.imported", imported, about=about, changed=streams, park_id=site.park_id)


def _finish(
    work: Work,
    books: Collection[StreamBook],
    records: Sequence[dict[str, Any]],
    imported: LedgerImport,
    event_id: UUID,
) -> LedgerImport:
    for book in books:
        _cover_shortfalls(book)
    moves = [move for book in books for move in book.moves]
    if moves:
        post(work, moves, event_id=event_id, import_id=imported.id)
    insert_many(work.session, LedgerRecord, records)
    return imported


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
        records.append(_line(book, row, imported, opening_id, day, opening, told))
    posting_id = book.move(row.generated, made, unplaced, on) if row.generated else None
    if following := book.openings.pop(on, None):  # an earlier import began with the next month
        book.move(following[1], unplaced, made, on, corrects=following[0])
    for name, target in FLOWS.items():
        mass = getattr(row, name)
        if name.startswith("out_"):
            mass -= min(book.posted_loads(row.month, target is PlaceKind.DISPOSED), mass)
        if mass > 0:
            book.move(mass, unplaced, Place(target, site.id), on)
    details = _summary_details(row)
    if difference := row.cumulative - book.level(on):
        details["difference"] = _settle_difference(book, site, difference, on)
    book.summaries[row.month] = details
    return [*records, _line(book, row, imported, posting_id, on, row.generated, details)]


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


def _cover_shortfalls(book: StreamBook) -> None:
    """Months brought in before or after others may not fit them: what is missing on a day is a difference there."""
    site_id = book.stream.site_id
    level = 0
    for on in sorted(book.daily):
        level += book.daily[on]
        if level < 0:
            between = Place(PlaceKind.WEIGHING_DIFFERENCE, site_id)
            book.move(-level, between, Place(PlaceKind.UNPLACED, site_id), on)
            level = 0


def _summary_details(row: SummaryRow) -> dict[str, Any]:
    names = ("generated", "stored", "cumulative", *FLOWS, *(f"{name}_method" for name in FLOWS))
    values = {name: getattr(row, name) for name in names}
    return {"month": f"{row.month:%Y-%m}", "class": _class_of(row.waste_class), **values}


def _class_of(waste_class: str) -> str:
    return "I" if waste_class == CLASS_ONE else "II"


def _post_load(
    work: Work, site: Site, book: StreamBook, row: DispatchRow, imported: LedgerImport
) -> dict[str, Any]:
    month = row.event_date.replace(day=1)
    summary = book.summaries.get(month)
    entrusted = summary["out_disposal" if row.is_disposal else "out_use"] if summary else 0
    covered = min(row.grams, max(entrusted - book.explained(month, row.is_disposal), 0))
    mass = min(row.grams - covered, book.available(row.event_date))
    target = Place(PlaceKind.DISPOSED if row.is_disposal else PlaceKind.UTILISED, site.id)
    unplaced = Place(PlaceKind.UNPLACED, site.id)
    posting_id = book.move(mass, unplaced, target, row.event_date) if mass > 0 else None
    book.loads.append((row.event_date, row.is_disposal, row.grams, mass))
    details = {
        "carrier": row.carrier,
        "plate": row.plate,
        "transport_mode": row.transport_mode,
        "flow_type": row.flow_type,
        "clock": f"{row.event_time:%H:%M}" if row.event_time else "",
        "posted": mass,
    }
    line = _line(book, row, imported, posting_id, row.event_date, row.grams, details)
    return line | {
        "happened_at": event_instant(row.event_date, row.event_time, work.actor.zone),
        "operator": row.operator,
        "receiver_name": row.receiver,
    }


def _line(
    book: StreamBook,
    row: SummaryRow | DispatchRow,
    imported: LedgerImport,
    posting_id: UUID | None,
    on: date,
    mass: int,
    details: dict[str, Any],
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "posting_id": posting_id,
        "table": LedgerTable(row.table.value),
        "organisation_id": imported.organisation_id,
        "site_id": imported.site_id,
        "stream_id": book.stream.id,
        "batch_number": "",
        "source_batch": "",
        "happened_on": on,
        "happened_at": None,
        "finished_at": None,
        "mass": Grams(mass),
        "local_name": row.waste_name,
        "waste_name": row.waste_name,
        "container_id": NO_ID,
        "container_code": "",
        "container_kind": "",
        "container_count": 1,
        "facility_code": "",
        "facility_type": "",
        "mover": "",
        "keeper": "",
        "operator": "",
        "destination": "",
        "method_code": "",
        "receiver_kind": "",
        "receiver_name": "",
        "licence_number": "",
        "details": details,
        "import_id": imported.id,
    }


def _books(
    work: Work, site: Site, wastes: Sequence[tuple[str, str]], classes: dict[str, str]
) -> tuple[dict[str, StreamBook], list[WasteStream]]:
    """The book of each waste code of the file, and the streams that had to be added. Four statements."""
    streams, new = _streams(work, site, wastes, classes)
    books = {code: StreamBook(stream) for code, stream in streams.items()}
    by_id = {book.stream.id: book for book in books.values()}
    _load_levels(work, by_id)
    _load_lines(work, site, by_id)
    return books, new


def _streams(
    work: Work, site: Site, wastes: Sequence[tuple[str, str]], classes: dict[str, str]
) -> tuple[dict[str, WasteStream], list[WasteStream]]:
    """The general stream of each code: the site's oldest of that code, whatever name a row uses."""
    streams: dict[str, WasteStream] = {}
    for stream in work.session.scalars(
        select(WasteStream)
        .where(WasteStream.site_id == site.id, WasteStream.kind == WasteKind.GENERAL)
        .order_by(WasteStream.id)
    ):
        streams.setdefault(stream.waste_code, stream)
    new: list[WasteStream] = []
    for code, name in wastes:
        if code in streams:
            _set_class(streams[code], classes.get(code), new)
            continue
        streams[code] = WasteStream(
            id=new_id(),
            organisation_id=site.organisation_id,
            site_id=site.id,
            kind=WasteKind.GENERAL,
            waste_code=code,
            category=general_waste_class_of(code),
            local_name=name,
            waste_name=name,
            form=None,
            hazards=[],
            properties={"class": _class_of(classes[code])} if code in classes else {},
            created_at=work.now,
            ended_at=None,
        )
        new.append(streams[code])
    work.session.add_all(new)
    wanted = {code for code, _ in wastes}
    return {code: stream for code, stream in streams.items() if code in wanted}, new


def _set_class(stream: WasteStream, waste_class: str | None, changed: list[WasteStream]) -> None:
    """Table 2 tells the class of a stream that nobody has classed yet."""
    if waste_class and not stream.properties.get("class"):
        stream.properties = {**stream.properties, "class": _class_of(waste_class)}
        if stream not in changed:
            changed.append(stream)


def _load_levels(work: Work, books: dict[UUID, StreamBook]) -> None:
    postings = select(
        Posting.stream_id,
        Posting.container_id,
        Posting.from_kind,
        Posting.to_kind,
        Posting.effective_on,
        Posting.mass,
    ).where(Posting.stream_id.in_(books))
    for row in work.session.execute(postings):
        book = books[row.stream_id]
        for kind, sign in ((row.from_kind, -1), (row.to_kind, 1)):
            if kind is PlaceKind.UNPLACED and row.container_id == NO_ID:
                book.daily[row.effective_on] += sign * row.mass
            elif kind in (PlaceKind.UNPLACED, PlaceKind.ZONE):
                book.stored[row.effective_on] += sign * row.mass


def _load_lines(work: Work, site: Site, books: dict[UUID, StreamBook]) -> None:
    lines = select(LedgerRecord).where(
        LedgerRecord.site_id == site.id,
        LedgerRecord.table.in_((LedgerTable.GENERAL_SUMMARY, LedgerTable.GENERAL_DISPATCH)),
        LedgerRecord.stream_id.in_(books),
    )
    corrected = set(
        work.session.scalars(
            select(Posting.corrects_id).where(Posting.stream_id.in_(books), Posting.corrects_id.is_not(None))
        )
    )
    for line in work.session.scalars(lines):
        book = books[line.stream_id]
        if line.table is LedgerTable.GENERAL_DISPATCH:
            posted = int(line.details.get("posted", 0))
            is_disposal = "处置" in str(line.details.get("flow_type", ""))
            book.loads.append((line.happened_on, is_disposal, int(line.mass), posted))
        elif line.details.get("opening"):
            if line.posting_id is not None and line.posting_id not in corrected:
                book.openings[line.happened_on] = line.posting_id, int(line.mass)
        else:
            book.summaries[line.happened_on.replace(day=1)] = line.details
