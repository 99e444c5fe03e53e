"""Settles the rows of tables after B.1, when all sheets are read: what stands there already, and what they draw on.

A row of B.2 names a generation batch, one of B.3 a stock-in batch, one of B.4 or B.5 either a stock-out or a generation
batch: in the ledger already or accepted from the same file, whatever the order of its sheets (domain-rules 6.1,
HJ1259-6.3-loop and -qty).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.waste.registry.ledger_files.balances import balance_warnings
from app.waste.registry.ledger_files.general_rows import SummaryRow
from app.waste.registry.ledger_files.ledger import (
    EarlierRow,
    LedgerContext,
    LedgerRow,
    LedgerWarning,
    Problem,
    Refusal,
    Source,
)
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Cell, Line, as_written, cell_address
from app.waste.registry.ledger_files.table_packages import PackageReader, is_before
from app.waste.registry.ledger_files.vocabulary import Caution, Field, Reason, Table

KEYS_PER_QUESTION: Final = 1_000
TOLERANCE_PER_MILLE: Final = 5
"""HJ1259-6.3-qty: what is taken may exceed its source by 0.5 % (platform setting)."""
SOURCE_TABLES: Final = {"HWCS": Table.B1, "HWRK": Table.B2, "HWCK": Table.B3}
_JSON_FIELDS: Final = {
    "event_date": Field.EVENT_AT,
    "event_time": Field.EVENT_AT,
    "finished_date": Field.FINISHED_AT,
    "finished_time": Field.FINISHED_AT,
    "grams": Field.QUANTITY,
}


@dataclass(slots=True)
class Pending:
    """A data row that waits for the others."""

    sheet: str
    number: int
    hidden: bool
    verdict: Verdict
    problems: list[Problem]
    reader: RowJudge
    key_field: Field
    cells: dict[Field, Cell]
    """The cells that settling may name as wrong."""

    def refuse(self, column: Field, reason: Reason) -> None:
        table = self.reader.header.table
        index = self.reader.header.columns.get(column)
        address = cell_address(index, self.number) if index is not None else ""
        self.problems.append(Problem(column, address, reason, as_written(self.cells.get(column, "")), table))


@dataclass
class _Lot:
    """What is left of one container of a source batch while rows draw on it."""

    source: Source
    left: int


class Settling:
    """Rows of the tables after B.1, and what becomes of them."""

    def __init__(self, context: LedgerContext) -> None:
        self._context = context
        self._pending: defaultdict[Table, list[Pending]] = defaultdict(list)
        self.accepted: list[LedgerRow] = []
        self.refused: list[Refusal] = []
        self.warnings: list[LedgerWarning] = []

    def add(self, sheet: str, line: Line, verdict: Verdict, reader: RowJudge) -> None:
        """Keep a judged row until all sheets are read."""
        key_field = Field.CONTAINER_CODE if reader.header.table.is_hazardous else Field.WASTE_CODE
        named = {key_field, Field.EVENT_AT, Field.QUANTITY, Field.MONTH}
        if isinstance(reader, PackageReader):
            named.add(reader.source_field())
        columns = reader.header.columns
        cells = {
            column: line.cells[columns[column]]
            for column in named & columns.keys()
            if columns[column] < len(line.cells)
        }
        problems = list(reader.problems_of(line, verdict))
        self._pending[reader.header.table].append(
            Pending(sheet, line.number, line.hidden, verdict, problems, reader, key_field, cells)
        )

    def settle(self, generations: Iterable[LedgerRow]) -> None:
        """Decide on every row, table after table in the order of the waste's way."""
        accepted: dict[Table, list[Any]] = {Table.B1: [*generations]}
        for table in Table:
            if table in self._pending:
                accepted[table] = self._settle_table(table, self._pending.pop(table), accepted)
                self.accepted += accepted[table]
        summaries = [row for row in self.accepted if isinstance(row, SummaryRow)]
        self.warnings += balance_warnings(summaries, self._context.stocks)

    def _settle_table(
        self, table: Table, rows: list[Pending], accepted: dict[Table, list[Any]]
    ) -> list[LedgerRow]:
        known = self._known(table, rows)
        lots = self._lots(rows, accepted)
        first: dict[str, LedgerRow] = {}
        good: list[LedgerRow] = []
        for pending in rows:
            key = pending.verdict.key
            earlier = first.get(key) if key else None
            if earlier or (key and key in known):
                self._refuse_duplicate(pending, earlier)
                continue
            differs = pending.verdict.source and self._draw(pending, lots)
            row = pending.verdict.row
            if pending.problems or row is None:
                self.refused.append(Refusal(pending.sheet, pending.number, tuple(pending.problems)))
                continue
            if key:
                first[key] = row
            good.append(row)
            if differs:
                pending.verdict.warn(Field.QUANTITY, Caution.QUANTITY_DIFFERS_SOURCE)
            self._warn(pending)
        return good

    def _known(self, table: Table, rows: list[Pending]) -> set[str]:
        keys = [pending.verdict.key for pending in rows if pending.verdict.key]
        return {key for chunk in _chunks(keys) for key in self._context.known_rows(table, chunk)}

    def _lots(self, rows: list[Pending], accepted: dict[Table, list[Any]]) -> dict[str, dict[str, _Lot]]:
        """What the batches named by these rows hold, by batch and container."""
        wanted: defaultdict[Table, dict[str, None]] = defaultdict(dict)
        for pending in rows:
            if batch := pending.verdict.source:
                wanted[SOURCE_TABLES[batch[:4]]][batch] = None
        lots: defaultdict[str, dict[str, _Lot]] = defaultdict(dict)
        for table, batches in wanted.items():
            for chunk in _chunks(list(batches)):
                for batch, sources in self._context.sources(table, chunk).items():
                    lots[batch] |= {one.container_code: _Lot(one, one.left) for one in sources}
            for row in accepted.get(table, ()):
                if row.batch_no in batches:
                    source = Source(row.container_code, row.event_date, row.event_time, row.grams, row.grams)
                    lots[row.batch_no][row.container_code] = _Lot(source, row.grams)
        return lots

    def _draw(self, pending: Pending, lots: dict[str, dict[str, _Lot]]) -> bool:
        """Take the row's mass from its source; whether it differs from what lay there."""
        verdict, reader = pending.verdict, pending.reader
        assert isinstance(reader, PackageReader)
        batch = lots.get(verdict.source)
        if not batch:
            pending.refuse(reader.source_field(), Reason.BATCH_UNKNOWN)
            return False
        lot = batch.get(verdict.container_code)
        if lot is None:
            if verdict.container_code:
                pending.refuse(reader.source_field(), Reason.SOURCE_MISMATCH)
            return False
        if verdict.day and is_before(verdict.day, verdict.clock, lot.source.on, lot.source.at):
            pending.refuse(Field.EVENT_AT, Reason.DATE_ORDER)
        if verdict.grams is None:
            return False
        if verdict.grams * 1_000 > lot.left * (1_000 + TOLERANCE_PER_MILLE):
            pending.refuse(Field.QUANTITY, Reason.QUANTITY_EXCEEDS_SOURCE)
            return False
        differs = verdict.grams != lot.left
        if not pending.problems:
            lot.left = max(lot.left - verdict.grams, 0)
        return differs

    def _refuse_duplicate(self, pending: Pending, earlier: LedgerRow | None) -> None:
        pending.refuse(pending.key_field, Reason.DUPLICATE)
        row = pending.verdict.row
        self.refused.append(
            Refusal(
                pending.sheet,
                pending.number,
                tuple(pending.problems),
                EarlierRow(earlier.sheet, earlier.row) if earlier else EarlierRow(),
                differing(earlier, row) if earlier and row else (),
            )
        )

    def _warn(self, pending: Pending) -> None:
        self.warnings += [
            LedgerWarning(pending.sheet, pending.number, column, code, pending.reader.header.table)
            for column, code in pending.verdict.cautions
        ]
        if pending.hidden:
            self.warnings.append(LedgerWarning(pending.sheet, pending.number, None, Caution.ROW_HIDDEN))


def differing(first: LedgerRow, second: LedgerRow) -> tuple[Field, ...]:
    """The fields in which two rows that mean the same thing differ."""
    before, after = first.as_json(), second.as_json()
    names = {field.value: field for field in Field}
    differ = [key for key in before if key not in ("sheet", "row") and before[key] != after.get(key)]
    found = [_JSON_FIELDS.get(key) or names.get(key.removesuffix("_g")) for key in differ]
    return tuple(dict.fromkeys(field for field in found if field))


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + KEYS_PER_QUESTION] for start in range(0, len(keys), KEYS_PER_QUESTION))
