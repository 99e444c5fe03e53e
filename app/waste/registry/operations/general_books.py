"""What the ledger holds of each general waste of a site while tables of its ledger come in, and what they share."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
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
from app.waste.registry.ledger_files.general_codes import CLASS_ONE
from app.waste.registry.ledger_files.general_rows import (
    DispatchRow,
    DisposalRow,
    GeneralGenerationRow,
    GeneralStorageRow,
    ListRow,
    SummaryRow,
    UtilisationRow,
)
from app.waste.registry.models import (
    LedgerImport,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.posting import Move, Place, post

GeneralRow = (
    SummaryRow
    | DispatchRow
    | ListRow
    | GeneralGenerationRow
    | GeneralStorageRow
    | UtilisationRow
    | DisposalRow
)
COLUMNS: Final = {
    LedgerTable.GENERAL_GENERATION: "generated",
    LedgerTable.GENERAL_UTILISATION: "own_use",
    LedgerTable.GENERAL_DISPOSAL: "own_disposal",
}
"""The column of table 2 that lines of another table tell one by one; table 3 goes by its flow."""
OF_BATCHES: Final = {
    PlaceKind.GENERATION: ("generated", -1),
    PlaceKind.UTILISED: ("own_use", 1),
    PlaceKind.DISPOSED: ("own_disposal", 1),
}
"""The same for what was done with batches here, by its virtual place; and whether that gives or takes. Undoing a
posting has the other sign."""


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
    explained: defaultdict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))
    """Grams by month and column of table 2 that other lines tell one by one, whoever posted them."""
    posted: defaultdict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))
    """As much of them as postings of their own moved."""
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

    def left_to_explain(self, month: date, column: str) -> int:
        """Grams that table 2 has posted for a month and no other line tells yet."""
        summary = self.summaries.get(month)
        told = int(summary.get(column, 0)) if summary else 0
        return max(told - self.explained[month, column], 0)

    def left_to_post(self, month: date, column: str, mass: int) -> int:
        """Of the grams table 2 gives for a month, those that no other line has posted."""
        return max(mass - self.posted[month, column], 0)

    def tell(self, on: date, column: str, mass: int, posted: int) -> None:
        """Take note of a line of tables 3 to 7, or of what was done here without any ledger file."""
        month = on.replace(day=1)
        self.explained[month, column] += mass
        self.posted[month, column] += posted


def books_of(
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
            properties={"class": class_letter(classes[code])} if code in classes else {},
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
        stream.properties = {**stream.properties, "class": class_letter(waste_class)}
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
            if row.container_id != NO_ID and kind in OF_BATCHES:
                column, way = OF_BATCHES[kind]
                book.tell(row.effective_on, column, way * sign * row.mass, way * sign * row.mass)


def _load_lines(work: Work, site: Site, books: dict[UUID, StreamBook]) -> None:
    lines = select(LedgerRecord).where(
        LedgerRecord.site_id == site.id,
        LedgerRecord.table.in_((LedgerTable.GENERAL_SUMMARY, LedgerTable.GENERAL_DISPATCH, *COLUMNS)),
        LedgerRecord.stream_id.in_(books),
    )
    corrected = set(
        work.session.scalars(
            select(Posting.corrects_id).where(Posting.stream_id.in_(books), Posting.corrects_id.is_not(None))
        )
    )
    for line in work.session.scalars(lines):
        book = books[line.stream_id]
        if line.table is not LedgerTable.GENERAL_SUMMARY:
            book.tell(line.happened_on, column_of(line), int(line.mass), int(line.details.get("posted", 0)))
        elif line.details.get("opening"):
            if line.posting_id is not None and line.posting_id not in corrected:
                book.openings[line.happened_on] = line.posting_id, int(line.mass)
        else:
            book.summaries[line.happened_on.replace(day=1)] = line.details


def column_of(line: LedgerRecord) -> str:
    """The column of table 2 that a line of table 3, 4, 6 or 7 is part of."""
    if line.table is LedgerTable.GENERAL_DISPATCH:
        return "out_disposal" if "处置" in str(line.details.get("flow_type", "")) else "out_use"
    return COLUMNS[line.table]


def record_import(work: Work, site: Site, imported: LedgerImport, streams: Sequence[WasteStream]) -> UUID:
    about = [("site", site.id)]
    return trace.record(work, "ledger.imported", imported, about=about, changed=streams, park_id=site.park_id)


def finish_import(
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


def line_of(
    book: StreamBook,
    row: GeneralRow,
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


def class_letter(waste_class: str) -> str:
    """I or II."""
    return "I" if waste_class == CLASS_ONE else "II"
