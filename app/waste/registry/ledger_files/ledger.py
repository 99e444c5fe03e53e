"""What comes out of a ledger file: rows, refusals, warnings, and what was no data."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final, TypeVar

from app.foundation.core.text import Text
from app.foundation.core.units import Grams
from app.waste.registry.ledger_files import messages
from app.waste.registry.ledger_files.general_rows import (
    DispatchRow,
    DisposalRow,
    GeneralGenerationRow,
    GeneralStorageRow,
    ListRow,
    SummaryRow,
    UtilisationRow,
)
from app.waste.registry.ledger_files.ledger_rows import (
    EntrustedRow,
    GenerationRow,
    OwnTreatmentRow,
    StockInRow,
    StockOutRow,
)
from app.waste.registry.ledger_files.vocabulary import Caution, Field, FileReason, LineKind, Reason, Table


@dataclass(frozen=True, slots=True)
class ListedWaste:
    """A waste of the list in force on some day."""

    code: str
    category: str
    name: str
    category_name: str


@dataclass(frozen=True, slots=True)
class Source:
    """One container of a batch that a later table draws on."""

    container_code: str
    on: date
    at: time | None
    mass: Grams
    left: Grams
    """What nobody has drawn yet."""


def _nothing_known(table: Table, keys: Collection[str]) -> Collection[str]:
    return ()


def _no_sources(table: Table, batches: Collection[str]) -> Mapping[str, Sequence[Source]]:
    return {}


def not_told(lines: int) -> None:
    """Nobody wants to know how far the reading is."""


ON_LINES: Final = "on_lines"
"""Under this name in `Session.info` stands who is told how many lines of a ledger are read."""


def _no_stocks(codes: Collection[str]) -> Mapping[tuple[str, date], Grams]:
    return {}


@dataclass(frozen=True)
class LedgerContext:
    """For whom and when a ledger is read, and what is known already."""

    credit_code: str
    """Of the organisation the ledger is imported for."""
    today: date
    """The local day of the import."""
    find_waste: Callable[[str, date], ListedWaste | None]
    """The waste of a code on the day of the event; None when it isn't in the list in force that day."""
    known_containers: Callable[[Collection[str]], Collection[str]]
    """Which of these container codes stand in table B.1 already."""
    zone: str = "Asia/Shanghai"
    known_rows: Callable[[Table, Collection[str]], Collection[str]] = _nothing_known
    """Which of these rows of a later table stand in the ledger already, by their `settling` keys."""
    sources: Callable[[Table, Collection[str]], Mapping[str, Sequence[Source]]] = _no_sources
    """The containers of batches of B.1, B.2 or B.3 that are in the ledger already, with what is left of each."""
    facilities: Collection[str] | None = None
    """Codes of the storage facilities of the site; None: not asked."""
    is_listed_general: Callable[[str], bool] = lambda code: True
    """Whether a general-waste code is of a known class or on the park's list."""
    stocks: Callable[[Collection[str]], Mapping[tuple[str, date], Grams]] = _no_stocks
    """The cumulative stock of general-waste codes by month, as table 2 in the ledger has it."""
    on_lines: Callable[[int], None] = not_told
    """Told now and then how many lines are read; what it raises ends the reading."""


LedgerRow = (
    GenerationRow | StockInRow | StockOutRow | OwnTreatmentRow | EntrustedRow
    | ListRow | SummaryRow | DispatchRow | GeneralGenerationRow | GeneralStorageRow | UtilisationRow | DisposalRow
)  # fmt: skip
R = TypeVar("R", bound=LedgerRow)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one cell."""

    field: Field
    cell: str
    reason: Reason
    value: str
    """As written."""
    table: Table = Table.B1

    @property
    def column(self) -> Text:
        """The column's name in its table."""
        return messages.column_name(self.field, self.table)

    @property
    def text(self) -> Text:
        """What is wrong."""
        return messages.problem_text(self.reason, self.field, self.value, self.table)

    @property
    def mend(self) -> Text:
        """What to do about it."""
        return messages.problem_mend(self.reason, self.field, self.table)

    def as_json(self) -> dict[str, str]:
        """As in `problems` of the sample expectations."""
        return {"field": self.field, "cell": self.cell, "reason": self.reason, "value": self.value}


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """Where the first row of a duplicate stands; `row` is None when it was imported before."""

    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that doesn't go in, with everything wrong in it."""

    sheet: str
    row: int
    problems: tuple[Problem, ...]
    same_as: EarlierRow | None = None
    differs: tuple[Field, ...] = ()
    """What a duplicate says otherwise than the first; it changes nothing."""

    @property
    def table(self) -> Table:
        """The table the row stands in."""
        return self.problems[0].table

    def as_json(self) -> dict[str, Any]:
        """As in `refused` of the sample expectations."""
        line: dict[str, Any] = {"sheet": self.sheet, "row": self.row}
        line["problems"] = [problem.as_json() for problem in self.problems]
        if self.same_as:
            line["same_as"] = _earlier_json(self.same_as, self.sheet)
        if self.differs:
            line["differs"] = list(self.differs)
        return line


def _earlier_json(earlier: EarlierRow, sheet: str) -> dict[str, Any]:
    if earlier.row is None:
        return {"ledger": True}
    return {"row": earlier.row} if earlier.sheet == sheet else {"sheet": earlier.sheet, "row": earlier.row}


@dataclass(frozen=True, slots=True)
class LedgerWarning:
    """Something accepted that the user should look at."""

    sheet: str
    row: int | None
    """None when it is about the whole sheet."""
    field: Field | None
    code: Caution
    table: Table = Table.B1

    @property
    def column(self) -> Text | None:
        """The column's name in its table."""
        return messages.column_name(self.field, self.table) if self.field else None

    @property
    def text(self) -> Text:
        """What to look at."""
        return messages.caution_text(self.code)

    def as_json(self) -> dict[str, Any]:
        """As in `warnings` of the sample expectations."""
        return {"sheet": self.sheet, "row": self.row, "field": self.field, "code": self.code}


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that is no data."""

    sheet: str
    row: int
    kind: LineKind

    def as_json(self) -> dict[str, Any]:
        """As in `skipped` of the sample expectations."""
        return {"sheet": self.sheet, "row": self.row, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What a sheet is, and whether it was read."""

    sheet: str
    table: Table | None
    read: bool
    hidden: bool
    data_rows: int = 0
    first_data_row: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As in `sheets` of the sample expectations."""
        return {
            "sheet": self.sheet,
            "table": self.table,
            "read": self.read,
            "hidden": self.hidden,
            "data_rows": self.data_rows,
            "first_data_row": self.first_data_row,
        }


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why the whole file is refused."""

    reason: FileReason

    @property
    def text(self) -> Text:
        """What is wrong."""
        return messages.file_text(self.reason)

    @property
    def mend(self) -> Text:
        """What to do about it."""
        return messages.file_mend(self.reason)

    def as_json(self) -> dict[str, str]:
        """The code and the Chinese sentence."""
        return {"reason": self.reason, "text": str(self.text), "mend": str(self.mend)}


RESULT_ACCEPTED: Final = "accepted"
RESULT_PARTLY: Final = "partly"
RESULT_REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """The verdict on a file: on the whole of it and on every line."""

    file_problems: tuple[FileProblem, ...] = ()
    sheets: tuple[SheetSummary, ...] = ()
    accepted: tuple[LedgerRow, ...] = ()
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[LedgerWarning, ...] = ()
    skipped: tuple[SkippedLine, ...] = field(default=())

    @property
    def result(self) -> str:
        """`accepted`, `partly` (some rows refused) or `refused` (the whole file)."""
        if self.file_problems:
            return RESULT_REFUSED
        return RESULT_PARTLY if self.refused else RESULT_ACCEPTED

    def rows_of(self, kind: type[R]) -> tuple[R, ...]:
        """The accepted rows of one table."""
        return tuple(row for row in self.accepted if isinstance(row, kind))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that were read, in the order of the waste's way."""
        read = {sheet.table for sheet in self.sheets if sheet.read} | {row.table for row in self.accepted}
        return tuple(table for table in Table if table in read)

    def grams_by_code(self, table: Table) -> dict[str, Grams]:
        """Accepted grams of a table per waste code."""
        grams: Counter[str] = Counter()
        for row in self.accepted:
            if row.table is table:
                grams[row.waste_code] += row.grams
        return {code: Grams(grams[code]) for code in sorted(grams)}

    @property
    def stock_left(self) -> dict[str, Grams]:
        """Grams per code that the file puts into store and does not take out again (B.2 less B.3)."""
        left = Counter(self.grams_by_code(Table.B2))
        left.subtract(self.grams_by_code(Table.B3))
        return {code: Grams(grams) for code, grams in sorted(left.items()) if grams}

    def as_json(self) -> dict[str, Any]:
        """The keys of the sample expectations, masses in whole grams."""
        stock = {"stock_left": self.stock_left} if {Table.B2, Table.B3} & {*self.tables} else {}
        return {
            "result": self.result,
            "file_problems": [problem.as_json() for problem in self.file_problems],
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "counts": {
                "data_rows": len(self.accepted) + len(self.refused),
                "accepted": len(self.accepted),
                "refused": len(self.refused),
                "warnings": len(self.warnings),
            },
            "totals": [] if self.file_problems else [self._total(table) for table in self.tables],
            "accepted": [row.as_json() for row in self.accepted],
            "refused": [refusal.as_json() for refusal in self.refused],
            "warnings": [warning.as_json() for warning in self.warnings],
            "skipped": [line.as_json() for line in self.skipped],
            **stock,
        }

    def _total(self, table: Table) -> dict[str, Any]:
        by_code = self.grams_by_code(table)
        rows = sum(1 for row in self.accepted if row.table is table)
        return {"table": table, "rows": rows, "grams": sum(by_code.values()), "by_code": by_code}
