"""Reads one sheet from its title to its last line."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.findings import Findings
from app.waste.registry.ledger_files.headers import Header, find_header, header_at, repeats_header
from app.waste.registry.ledger_files.ledger import LedgerContext, SheetSummary
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.limits import MAX_BLANKS_LISTED, MAX_LINES_ABOVE_TABLE
from app.waste.registry.ledger_files.lines import Preamble, cell_of, kind_of
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Line, Sheet
from app.waste.registry.ledger_files.table_b1 import GenerationReader
from app.waste.registry.ledger_files.table_general import FLOWS, DispatchReader, SummaryReader
from app.waste.registry.ledger_files.table_general_lines import (
    DisposalReader,
    GenerationLineReader,
    ListReader,
    StorageReader,
    UtilisationReader,
)
from app.waste.registry.ledger_files.table_packages import (
    EntrustedReader,
    OwnTreatmentReader,
    StockInReader,
    StockOutReader,
)
from app.waste.registry.ledger_files.totals import PrintedTotals
from app.waste.registry.ledger_files.vocabulary import Caution, Field, LineKind, Table

_SUMS = (LineKind.SUBTOTAL, LineKind.TOTAL)
READERS: Mapping[Table, type[RowJudge]] = {
    Table.B1: GenerationReader,
    Table.B2: StockInReader,
    Table.B3: StockOutReader,
    Table.B4: OwnTreatmentReader,
    Table.B5: EntrustedReader,
    Table.GISW1: ListReader,
    Table.GISW2: SummaryReader,
    Table.GISW3: DispatchReader,
    Table.GISW4: GenerationLineReader,
    Table.GISW5: StorageReader,
    Table.GISW6: UtilisationReader,
    Table.GISW7: DisposalReader,
}
"""Who reads the rows of each table."""
SUMMED = {
    Table.GISW1: (Field.ANNUAL,),
    Table.GISW2: (Field.GENERATED, *FLOWS),
    Table.GISW5: (Field.IN_QUANTITY, Field.OUT_QUANTITY),
}
"""Columns that printed sums add up, where they are not the quantity alone."""


def read_sheet(sheet: Sheet, findings: Findings, context: LedgerContext) -> SheetSummary:
    """Read a sheet into `findings`, if it is shown and holds a ledger table; tell what it is.

    Raises:
        UnreadableFile: the file can't be read to its end, or has too many lines.
    """
    lines = sheet.lines()
    head = list(islice(lines, MAX_LINES_ABOVE_TABLE + 1))
    found = find_header(head)
    if found is None:
        return SheetSummary(sheet.name, None, read=False, hidden=sheet.hidden)
    index, header = found
    if sheet.hidden:
        return SheetSummary(sheet.name, header.table, read=False, hidden=sheet.hidden)
    return _TableReading(sheet, findings, context, head[:index], header).read(chain(head[index:], lines))


class _TableReading:
    """Goes through the lines of one table."""

    def __init__(
        self, sheet: Sheet, findings: Findings, context: LedgerContext, above: list[Line], header: Header
    ) -> None:
        self._sheet = sheet
        self._findings = findings
        self._context = context
        self._above = above
        self._header = header
        self._table = header.table
        """The first table of the sheet; another may stand below it."""
        self._preamble = Preamble(above)
        self._reader = READERS[header.table](sheet, header, self._preamble, context)
        self._totals = self._new_totals()
        self._last_number = 0
        self._rows = 0
        self._first_row: int | None = None
        self._notes: list[Line] = []
        """Lines since the last data row: perhaps the title of a further page."""

    def read(self, lines: Iterator[Line]) -> SheetSummary:
        """Take in every line, the header first."""
        for line in self._above:
            if kind := self._preamble.kinds.get(line.number):
                self._skip(line, kind)
        for line in islice(lines, len(self._header.titles)):
            self._skip(line, LineKind.HEADER)
        last = self._last_number
        for line in lines:
            last = line.number
            if not line.blank:
                self._take(line)
        if self._sheet.fixed_width:  # records of a CSV file are there, blank or not
            self._list_blanks_before(last + 1)
        return SheetSummary(self._sheet.name, self._table, True, False, self._rows, self._first_row)

    def _take(self, line: Line) -> None:
        self._findings.count_line()
        if found := self._reader.read_like_before(line):
            self._take_in(line, *found)
            return
        kind = None if self._is_plainly_data(line) else self._kind(line)
        if kind is None:
            self._read_row(line)
            return
        self._skip(line, kind)
        if kind in _SUMS:
            for totals in self._totals:
                if totals.differs(line, kind):
                    self._findings.warn(
                        self._sheet.name,
                        line.number,
                        totals.column,
                        Caution.TOTAL_MISMATCH,
                        self._header.table,
                    )
        if kind in (LineKind.NOTE, LineKind.TITLE, LineKind.INFO):
            self._notes.append(line)

    def _is_plainly_data(self, line: Line) -> bool:
        """Most lines: a batch number and a container code stand where they should."""
        batch = cell_of(line, self._header, Field.BATCH_NO)
        container = cell_of(line, self._header, Field.CONTAINER_CODE)
        return (
            isinstance(batch, str)
            and batch.startswith("HW")
            and isinstance(container, str)
            and len(container) > 30
        )

    def _kind(self, line: Line) -> LineKind | None:
        further = header_at(line, None)
        is_other = further is not None and further.table is not self._header.table
        if not is_other and repeats_header(line, self._header):
            self._begin_page(self._header)
            return LineKind.HEADER_REPEAT
        if further:
            self._begin_page(further)
            return LineKind.HEADER_REPEAT
        return kind_of(line, self._header, self._preamble)

    def _begin_page(self, header: Header) -> None:
        """A repeated header may have another order of columns, and stand below a title of another month."""
        above = Preamble(self._notes)
        self._notes = []
        if header is self._header and above.period is None and above.unit is None:
            return
        self._preamble.period = above.period or self._preamble.period
        self._preamble.unit = above.unit or self._preamble.unit
        if header is not self._header:
            old = self._header.table
            self._header = replace(header, titles=(*header.titles, *self._header.titles))
            self._use_totals(old)
        self._reader = READERS[self._header.table](self._sheet, self._header, self._preamble, self._context)

    def _use_totals(self, before: Table) -> None:
        """Sums go on below a repeated header, and start anew below the header of another table."""
        if self._header.table is not before:
            self._totals = self._new_totals()
        for totals in self._totals:
            totals.use(self._header)

    def _new_totals(self) -> list[PrintedTotals]:
        columns = SUMMED.get(self._header.table, (Field.QUANTITY,))
        return [PrintedTotals(self._header, self._preamble.unit, column) for column in columns]

    def _take_in(self, line: Line, row: GenerationRow, unit: int) -> None:
        """A row that is as an earlier right one."""
        self._begin_row(line)
        accepted = self._findings.add_right(line, row, self._reader)
        for totals in self._totals:
            totals.add(row.grams, accepted, unit)

    def _begin_row(self, line: Line) -> None:
        if line.number == self._last_number + 1:
            self._last_number += 1
        else:
            self._list_blanks_before(line.number)
        if self._notes:
            self._notes = []
        self._rows += 1
        if self._first_row is None:
            self._first_row = line.number

    def _read_row(self, line: Line) -> None:
        self._begin_row(line)
        verdict = self._reader.read(line)
        accepted = self._findings.add(self._sheet.name, line, verdict, self._reader)
        for totals in self._totals:
            if (grams := self._grams(verdict, totals.column)) is not None:
                totals.add(grams, accepted, verdict.unit)

    @staticmethod
    def _grams(verdict: Verdict, column: Field) -> Grams | None:
        """What a row adds to the printed sum of a column."""
        if column in (Field.QUANTITY, Field.GENERATED):
            return verdict.grams
        return getattr(verdict.row, column.value, None) if verdict.row else None

    def _skip(self, line: Line, kind: LineKind) -> None:
        self._list_blanks_before(line.number)
        self._findings.skip(self._sheet.name, line.number, kind)

    def _list_blanks_before(self, number: int) -> None:
        gap = range(self._last_number + 1, number)
        self._last_number = number
        if len(gap) <= MAX_BLANKS_LISTED:
            for row in gap:
                self._findings.skip(self._sheet.name, row, LineKind.BLANK)
