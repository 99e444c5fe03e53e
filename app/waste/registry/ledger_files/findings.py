"""Gathers what the lines of a file came to, in their order."""

from collections.abc import Callable

from app.waste.registry.ledger_files.duplicates import Duplicates, differing_fields, earlier
from app.waste.registry.ledger_files.ledger import (
    EarlierRow,
    LedgerRow,
    LedgerWarning,
    Problem,
    Refusal,
    SkippedLine,
)
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.limits import LINES_TOLD, MAX_ROWS
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Line, cell_address
from app.waste.registry.ledger_files.settling import Settling
from app.waste.registry.ledger_files.vocabulary import (
    Caution,
    Field,
    FileReason,
    LineKind,
    Reason,
    Table,
    UnreadableFile,
)


class Findings:
    """Rows, refusals, warnings and skipped lines of all sheets of one file."""

    def __init__(
        self, duplicates: Duplicates, settling: Settling, on_lines: Callable[[int], None] = lambda lines: None
    ) -> None:
        self.accepted: list[LedgerRow] = []
        self.refused: list[Refusal] = []
        self.warnings: list[LedgerWarning] = []
        self.skipped: list[SkippedLine] = []
        self._duplicates = duplicates
        self._settling = settling
        self._container_columns: dict[str, int] = {}
        self._sheets: dict[str, int] = {}
        self._lines = 0
        self._on_lines = on_lines

    def count_line(self) -> None:
        """Count a line that isn't blank.

        Raises:
            UnreadableFile: more lines than we read.
        """
        self._lines += 1
        if self._lines % LINES_TOLD == 1:
            self._on_lines(self._lines)
        if self._lines > MAX_ROWS:
            raise UnreadableFile(FileReason.TOO_LARGE)

    def skip(self, sheet: str, row: int, kind: LineKind) -> None:
        """Note a line that is no data."""
        self.skipped.append(SkippedLine(sheet, row, kind))

    def warn(
        self, sheet: str, row: int | None, field: Field | None, code: Caution, table: Table = Table.B1
    ) -> None:
        """Note something to look at; without a row, about the whole sheet."""
        self.warnings.append(LedgerWarning(sheet, row, field, code, table))

    def add(self, sheet: str, line: Line, verdict: Verdict, reader: RowJudge) -> bool:
        """Take in the verdict on a data row; returns whether the row is accepted."""
        self._sheets.setdefault(sheet, len(self._sheets))
        if reader.header.table is not Table.B1:
            self._settling.add(sheet, line, verdict, reader)
            return verdict.row is not None
        return self._add_generation(sheet, line, verdict, reader)

    def add_right(self, line: Line, row: GenerationRow, reader: RowJudge) -> bool:
        """As `add`, for a row of B.1 with nothing wrong in it and no caution."""
        if line.hidden or self._duplicates.first(row.container_code) is not None:
            verdict = Verdict(row, grams=row.grams, container_code=row.container_code)
            return self.add(row.sheet, line, verdict, reader)
        self._container_columns[row.sheet] = reader.header.columns[Field.CONTAINER_CODE]
        self._duplicates.keep(row)
        self.accepted.append(row)
        return True

    def _add_generation(self, sheet: str, line: Line, verdict: Verdict, reader: RowJudge) -> bool:
        first = self._duplicates.first(verdict.container_code) if verdict.container_code else None
        if first:
            verdict.refuse(Field.CONTAINER_CODE, Reason.DUPLICATE)
        row = verdict.row if isinstance(verdict.row, GenerationRow) else None
        if row is None or first:
            differs = differing_fields(first, row) if first and row else ()
            same_as = earlier(first) if first else None
            problems = reader.problems_of(line, verdict)
            self.refused.append(Refusal(sheet, line.number, problems, same_as, differs))
            return False
        self._accept(sheet, line, row, verdict, reader)
        return True

    def _accept(self, sheet: str, line: Line, row: GenerationRow, verdict: Verdict, reader: RowJudge) -> None:
        self._duplicates.keep(row)
        self._container_columns[sheet] = reader.header.columns[Field.CONTAINER_CODE]
        self.accepted.append(row)
        for field, code in verdict.cautions:
            self.warn(sheet, line.number, field, code)
        if line.hidden:
            self.warn(sheet, line.number, None, Caution.ROW_HIDDEN)

    def finish(self) -> None:
        """Refuse the containers that were imported before, then settle the rows of later tables: asked once, when all
        rows are known."""
        self._refuse_imported()
        self._settling.settle(self.accepted)
        if not (self._settling.accepted or self._settling.refused):
            return
        order = self._sheets
        self.accepted.extend(self._settling.accepted)
        self.accepted.sort(key=lambda row: (order[row.sheet], row.row))
        self.refused.extend(self._settling.refused)
        self.refused.sort(key=lambda refusal: (order[refusal.sheet], refusal.row))
        self.warnings.extend(self._settling.warnings)
        last = len(order)
        self.warnings.sort(key=lambda w: (order.get(w.sheet, last), w.row is None, w.row or 0))

    def _refuse_imported(self) -> None:
        known = self._duplicates.imported_before()
        if not known:
            return
        again = [
            row for row in self.accepted if isinstance(row, GenerationRow) and row.container_code in known
        ]
        places = {(row.sheet, row.row) for row in again}
        self.accepted = [row for row in self.accepted if (row.sheet, row.row) not in places]
        self.refused.extend(self._imported_before(row) for row in again)
        self.refused.sort(key=lambda refusal: (self._sheets[refusal.sheet], refusal.row))
        self.warnings = [warning for warning in self.warnings if (warning.sheet, warning.row) not in places]

    def _imported_before(self, row: GenerationRow) -> Refusal:
        cell = cell_address(self._container_columns[row.sheet], row.row)
        problem = Problem(Field.CONTAINER_CODE, cell, Reason.DUPLICATE, row.container_code)
        return Refusal(row.sheet, row.row, (problem,), EarlierRow())
