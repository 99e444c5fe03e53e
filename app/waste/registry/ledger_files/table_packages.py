"""Reads the data rows of HJ 1259 tables B.2 to B.5: one container each, and the batch it came from."""

import re
from abc import abstractmethod
from datetime import date, time
from typing import Any, Final

from app.waste.registry.ledger_files.containers import (
    ENTRUSTED,
    GENERATION,
    OWN_TREATMENT,
    STOCK_IN,
    STOCK_OUT,
)
from app.waste.registry.ledger_files.ledger_rows import (
    EntrustedRow,
    OwnTreatmentRow,
    StockInRow,
    StockOutRow,
)
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Cell, ErrorCell, FormulaWithoutResult, Line, as_written
from app.waste.registry.ledger_files.texts import code_text, is_empty, tidy_text
from app.waste.registry.ledger_files.vocabulary import Caution, Field, Reason
from app.waste.registry.methods import METHODS

_METHOD: Final = re.compile(r"(?<![A-Z0-9])([RDCYG]\d{1,2}|S)(?![A-Z0-9])")
_LEADING_ZERO: Final = re.compile(r"(?<=[A-Z])0(?=\d)")


class PackageReader(RowJudge):
    """What tables B.2 to B.5 have in common."""

    batch_kinds: frozenset[str]
    source_fields: tuple[Field, ...]
    """Columns that may name the batch it came from; one of them is filled."""
    source_kinds: frozenset[str]

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        batch_no, batch_day = self._batch_number(cells, Field.BATCH_NO, self.batch_kinds, verdict)
        verdict.day, verdict.clock = self._event(cells, verdict)
        local_name = self._text(cells, Field.LOCAL_NAME, self._names, verdict)
        waste_name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        code, category = self._waste(cells, verdict.day, verdict)
        grams = self._mass(cells, verdict)
        container, _ = self._container(cells, code, verdict)
        kind = self._text(cells, Field.CONTAINER_KIND, self._kinds, verdict)
        count = self._count(cells, verdict)
        verdict.source = self._source(cells, verdict)
        own = self._own(line, cells, verdict)
        verdict.key = self._key(batch_no, verdict)
        if verdict.problems or verdict.day is None or grams is None:
            return
        if batch_day != verdict.day:
            verdict.warn(Field.BATCH_NO, Caution.BATCH_DATE_DIFFERS)
        verdict.row = self._row(
            self._sheet.name, line.number, batch_no, verdict.day, verdict.clock, local_name, waste_name, category,
            code, grams, container, kind, count, verdict.source, *own,
        )  # fmt: skip

    @abstractmethod
    def _own(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> tuple[Any, ...]:
        """The columns that only this table has, in the order of its row."""

    @abstractmethod
    def _row(self, *values: Any) -> Any:
        """The good row of this table."""

    def _key(self, batch_no: str, verdict: Verdict) -> str:
        """A container stands once in B.2 and once in B.3."""
        return verdict.container_code

    def source_field(self) -> Field:
        """The column that names the batch it came from."""
        return next(
            (name for name in self.source_fields if name in self.header.columns), self.source_fields[0]
        )

    def _batch_number(
        self, cells: dict[Field, Cell], column: Field, kinds: frozenset[str], verdict: Verdict
    ) -> tuple[str, date | None]:
        cell = self._present(cells, column, verdict)
        if cell is None:
            return "", None
        number, day = self._container_codes.batch(cell, kinds)
        if day is None:
            verdict.refuse(column, Reason.BATCH_FORMAT)
            return "", None
        return number, day

    def _source(self, cells: dict[Field, Cell], verdict: Verdict) -> str:
        filled = [name for name in self.source_fields if name in cells]
        column = filled[-1] if filled else self.source_field()
        return self._batch_number(cells, column, self.source_kinds, verdict)[0]

    def _storage(self, cells: dict[Field, Cell], verdict: Verdict) -> str:
        column = Field.STORAGE_FACILITY
        code = self._text(cells, column, self._facilities, verdict)
        known = self._context.facilities
        if code and known is not None and code not in known:
            verdict.refuse(column, Reason.FACILITY_UNKNOWN)
        return code

    def _method(self, cells: dict[Field, Cell], verdict: Verdict) -> str:
        """The method code in a cell, alone or beside its words: `R9`, `D10焚烧`, `利用（R4）`."""
        cell = self._present(cells, Field.METHOD_CODE, verdict)
        if cell is None:
            return ""
        text = _LEADING_ZERO.sub("", code_text(as_written(cell)))
        found = {code for code in _METHOD.findall(text) if code in METHODS}
        if len(found) != 1:
            verdict.refuse(Field.METHOD_CODE, Reason.METHOD_UNKNOWN)
            return ""
        return str(found.pop())


class StockInReader(PackageReader):
    """Rows of table B.2."""

    batch_kinds = STOCK_IN
    source_fields = (Field.GEN_BATCH,)
    source_kinds = GENERATION

    def _own(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> tuple[str, ...]:
        return (
            self._storage(cells, verdict),
            self._text(cells, Field.STORAGE_TYPE, self._names, verdict),
            self._text(cells, Field.MOVER, self._names, verdict),
            self._text(cells, Field.KEEPER, self._names, verdict),
        )

    def _row(self, *values: Any) -> StockInRow:
        return StockInRow(*values)


class StockOutReader(PackageReader):
    """Rows of table B.3."""

    batch_kinds = STOCK_OUT
    source_fields = (Field.IN_BATCH,)
    source_kinds = STOCK_IN

    def _own(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> tuple[str, ...]:
        return (
            self._storage(cells, verdict),
            self._text(cells, Field.STORAGE_TYPE, self._names, verdict),
            self._text(cells, Field.KEEPER, self._names, verdict),
            self._text(cells, Field.MOVER, self._names, verdict),
            self._text(cells, Field.DESTINATION, self._facilities, verdict),
        )

    def _row(self, *values: Any) -> StockOutRow:
        return StockOutRow(*values)


class _TreatmentReader(PackageReader):
    """Tables B.4 and B.5 name the stock-out batch, or the generation batch of waste that was never stored."""

    source_fields = (Field.GEN_BATCH, Field.OUT_BATCH)
    source_kinds = GENERATION | STOCK_OUT

    def source_field(self) -> Field:
        return Field.OUT_BATCH if Field.OUT_BATCH in self.header.columns else Field.GEN_BATCH

    def _key(self, batch_no: str, verdict: Verdict) -> str:
        """A container may be used in several batches, but stands once in each."""
        return f"{batch_no} {verdict.container_code}" if batch_no and verdict.container_code else ""


class OwnTreatmentReader(_TreatmentReader):
    """Rows of table B.4."""

    batch_kinds = OWN_TREATMENT

    def _own(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> tuple[Any, ...]:
        facility = self._text(cells, Field.TREATMENT_FACILITY, self._facilities, verdict)
        method = self._method(cells, verdict)
        finished, clock = self._finished(cells, verdict)
        operator = self._text(cells, Field.TREATMENT_OPERATOR, self._names, verdict)
        return facility, method, finished, clock, operator

    def _row(self, *values: Any) -> OwnTreatmentRow:
        return OwnTreatmentRow(*values)

    def _finished(self, cells: dict[Field, Cell], verdict: Verdict) -> tuple[date | None, time | None]:
        cell = self._present(cells, Field.FINISHED_AT, verdict)
        if cell is None:
            return None, None
        reading = self._dates[cell]
        if reading.reason:
            verdict.refuse(Field.FINISHED_AT, reading.reason)
        elif (
            reading.day and verdict.day and is_before(reading.day, reading.clock, verdict.day, verdict.clock)
        ):
            verdict.refuse(Field.FINISHED_AT, Reason.DATE_ORDER)
        cautions = [caution for caution in reading.cautions if caution is not Caution.DATE_OUTSIDE_PERIOD]
        verdict.warn(Field.FINISHED_AT, *cautions)  # what began in a month may end in the next
        return reading.day, reading.clock


class EntrustedReader(_TreatmentReader):
    """Rows of table B.5."""

    batch_kinds = ENTRUSTED

    def _own(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> tuple[str, ...]:
        method = self._method(cells, verdict)
        kind = self._text(cells, Field.RECEIVER_KIND, self._names, verdict)
        cells = self._with_further(line, cells)
        name = self._text(cells, Field.RECEIVER_NAME, self._names, verdict)
        licence = ""
        cell = cells.get(Field.LICENCE_NO)
        if isinstance(cell, FormulaWithoutResult | ErrorCell):
            verdict.refuse(Field.LICENCE_NO, Reason.FORMULA_NO_VALUE)
        elif cell is not None:
            licence = tidy_text(as_written(cell))[:60]
        elif "豁免" not in kind:
            verdict.refuse(Field.LICENCE_NO, Reason.REQUIRED_MISSING)
        return method, kind, name, licence

    def _row(self, *values: Any) -> EntrustedRow:
        return EntrustedRow(*values)

    def _with_further(self, line: Line, cells: dict[Field, Cell]) -> dict[Field, Cell]:
        """The cells, with those of the columns of another kind of receiver where the first are empty."""
        filled = dict(cells)
        for column, others in self.header.further.items():
            for index in others:
                cell = line.cells[index] if index < len(line.cells) else ""
                if column not in filled and not is_empty(cell):
                    filled[column] = cell
        return filled


def is_before(day: date, clock: time | None, other: date, other_clock: time | None) -> bool:
    """Whether a moment lies before another; moments of one day without a time of day don't tell."""
    if day != other or clock is None or other_clock is None:
        return day < other
    return clock < other_clock
