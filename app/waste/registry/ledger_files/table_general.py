"""Reads the data rows of general-waste tables 2 (流向汇总表, a waste in a month) and 3 (出厂环节, a load)."""

from datetime import date
from typing import Final

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.general_codes import (
    only_month,
    read_general_code,
    read_month,
    read_waste_class,
)
from app.waste.registry.ledger_files.general_rows import DispatchRow, SummaryRow
from app.waste.registry.ledger_files.masses import grams_of, read_mass
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Cell, ErrorCell, FormulaWithoutResult, Line, as_written
from app.waste.registry.ledger_files.texts import tidy_text
from app.waste.registry.ledger_files.vocabulary import Caution, Field, Reason

FLOWS: Final = (Field.OWN_USE, Field.OUT_USE, Field.OWN_DISPOSAL, Field.OUT_DISPOSAL)
METHODS: Final = (
    Field.OWN_USE_METHOD, Field.OUT_USE_METHOD, Field.OWN_DISPOSAL_METHOD, Field.OUT_DISPOSAL_METHOD,
)  # fmt: skip


class GeneralReader(RowJudge):
    """What the tables of general waste have in common."""

    needed_masses: tuple[Field, ...] = ()
    """Columns of mass that may not be empty; an empty cell elsewhere says that nothing was."""

    def _general_code(self, cells: dict[Field, Cell], verdict: Verdict) -> str:
        cell = self._present(cells, Field.WASTE_CODE, verdict)
        if cell is None:
            if Field.WASTE_CODE not in cells:
                verdict.refuse(Field.WASTE_CODE, Reason.CODE_UNKNOWN)
            return ""
        written = read_general_code(cell)
        if len(written.codes) != 1:
            reason = Reason.CODE_AMBIGUOUS if written.codes else Reason.CODE_UNKNOWN
            verdict.refuse(Field.WASTE_CODE, reason)
            return ""
        if written.mended:
            verdict.warn(Field.WASTE_CODE, Caution.CODE_CORRECTED)
        if not self._context.is_listed_general(written.codes[0]):
            verdict.warn(Field.WASTE_CODE, Caution.CODE_NOT_LISTED)
        return written.codes[0]

    def _optional(self, cells: dict[Field, Cell], column: Field, verdict: Verdict) -> str:
        """A text that may be missing."""
        return self._text(cells, column, self._names, verdict) if column in cells else ""

    def _class(self, cells: dict[Field, Cell], verdict: Verdict) -> str:
        cell = self._present(cells, Field.WASTE_CLASS, verdict)
        if cell is None:
            return ""
        waste_class = read_waste_class(cell)
        if not waste_class:
            verdict.refuse(Field.WASTE_CLASS, Reason.CLASS_UNKNOWN)
        return waste_class

    def _flow(self, cells: dict[Field, Cell], column: Field, verdict: Verdict) -> Grams:
        """The grams of one column; zero is a quantity here, and no container limits it."""
        if column not in cells and column not in self.needed_masses:
            return Grams(0)
        cell = self._present(cells, column, verdict)
        if cell is None:
            return Grams(0)
        mass = read_mass(cell)
        if mass.reason or mass.number is None:
            verdict.refuse(column, mass.reason or Reason.MASS_NOT_A_NUMBER)
            return Grams(0)
        if mass.approximate:
            verdict.warn(column, Caution.MASS_APPROXIMATE)
        unit = self._flow_unit(cells, column, mass.unit, verdict)
        verdict.unit = unit or verdict.unit
        grams, rounded = grams_of(mass.number, unit or 1_000_000)
        if mass.number < 0 and (grams is None or grams < 0 or rounded):
            verdict.refuse(column, Reason.MASS_NEGATIVE)
        elif grams is None:
            verdict.refuse(column, Reason.OVER_LIMIT)
        elif rounded:
            verdict.warn(column, Caution.MASS_ROUNDED)
        return grams if grams is not None else Grams(0)

    def _flow_unit(
        self, cells: dict[Field, Cell], column: Field, own: int | None, verdict: Verdict
    ) -> int | None:
        """Grams per unit: in the cell, in the unit column of the row, in the column's title, above the table."""
        row = cells.get(Field.UNIT)
        row_unit = self._units[row] if row is not None else None
        if row is not None and row_unit is None:
            verdict.refuse(Field.UNIT, Reason.UNIT_UNKNOWN)
            return None
        if row_unit is not None and own not in (None, row_unit):
            verdict.refuse(column, Reason.UNIT_CONFLICT)
            return None
        around = row_unit or self._unit_of(column)
        if own is not None:
            if around not in (None, own):
                verdict.warn(column, Caution.UNIT_OVERRIDES_HEADER)
            return own
        if around is None:
            named = self.header.units.get(column) or self._preamble.unit
            verdict.refuse(Field.UNIT, Reason.UNIT_UNKNOWN if named else Reason.REQUIRED_MISSING)
        return around

    def _unit_of(self, column: Field) -> int | None:
        unit = self.header.units.get(column) or self._preamble.unit
        return unit.grams if unit else None


class SummaryReader(GeneralReader):
    """Rows of table 2."""

    needed_masses = (Field.GENERATED, Field.CUMULATIVE)

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        month = self._month(cells, verdict)
        code = self._general_code(cells, verdict)
        name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        waste_class = self._class(cells, verdict)
        generated = self._flow(cells, Field.GENERATED, verdict)
        stored = self._flow(cells, Field.STORED, verdict)
        cumulative = self._flow(cells, Field.CUMULATIVE, verdict)
        flows = [self._flow(cells, column, verdict) for column in FLOWS]
        methods = [self._optional(cells, column, verdict) for column in METHODS]
        verdict.grams, verdict.unit = generated, self._unit_of(Field.GENERATED) or 0
        verdict.day = month
        verdict.key = f"{month:%Y-%m} {code}" if month and code else ""
        if verdict.problems or month is None:
            return
        verdict.row = SummaryRow(
            self._sheet.name, line.number, code, name, month, waste_class, generated, stored, cumulative,
            flows[0], flows[1], flows[2], flows[3], *methods,
        )  # fmt: skip

    def _month(self, cells: dict[Field, Cell], verdict: Verdict) -> date | None:
        period = self._preamble.period
        if Field.MONTH not in self.header.columns and (only := only_month(period)):
            verdict.warn(Field.MONTH, Caution.DATE_YEAR_FROM_TITLE)
            month: date | None = only
        else:
            cell = self._present(cells, Field.MONTH, verdict)
            if cell is None:
                return None
            month, from_title = read_month(cell, period, cells.get(Field.YEAR))
            if from_title:
                verdict.warn(Field.MONTH, Caution.DATE_YEAR_FROM_TITLE)
        if month is None:
            verdict.refuse(Field.MONTH, Reason.DATE_INVALID)
        elif month > self._context.today:
            verdict.refuse(Field.MONTH, Reason.DATE_FUTURE)
        elif period is not None and not period.first.replace(day=1) <= month <= period.last:
            verdict.warn(Field.MONTH, Caution.DATE_OUTSIDE_PERIOD)
        return month


class DispatchReader(GeneralReader):
    """Rows of table 3."""

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        code = self._general_code(cells, verdict)
        name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        day, clock = self._event(cells, verdict)
        grams = self._mass(cells, verdict)
        operator = self._text(cells, Field.OPERATOR, self._names, verdict)
        carrier = self._text(cells, Field.CARRIER, self._names, verdict)
        plate = self._optional(cells, Field.PLATE, verdict)
        mode = self._optional(cells, Field.TRANSPORT_MODE, verdict)
        receiver = self._text(cells, Field.RECEIVER, self._names, verdict)
        flow = self._flow_type(cells, verdict)
        verdict.day, verdict.clock = day, clock
        if verdict.problems or day is None or grams is None:
            return
        verdict.row = DispatchRow(
            self._sheet.name, line.number, code, name, day, clock, grams, operator, carrier, plate, mode,
            receiver, flow,
        )  # fmt: skip
        verdict.key = dispatch_key(code, day, f"{clock:%H:%M}" if clock else "", grams, plate, receiver)

    def _flow_type(self, cells: dict[Field, Cell], verdict: Verdict) -> str:
        cell = self._present(cells, Field.FLOW_TYPE, verdict)
        if cell is None or isinstance(cell, ErrorCell | FormulaWithoutResult):
            return ""
        text = tidy_text(as_written(cell))
        if ("利用" in text) == ("处置" in text):
            verdict.refuse(Field.FLOW_TYPE, Reason.FLOW_UNKNOWN)
            return ""
        return "委托利用" if "利用" in text else "委托处置"


def dispatch_key(code: str, day: date, clock: str, grams: int, plate: str, receiver: str) -> str:
    """What tells one load from another: two that are alike in all of this are one."""
    return "|".join((code, day.isoformat(), clock, str(grams), plate, receiver))
