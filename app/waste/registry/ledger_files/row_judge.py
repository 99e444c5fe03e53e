"""What the data rows of all ledger tables have in common: required cells, days, masses, codes, containers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.containers import CodeReader, container_count, container_kind
from app.waste.registry.ledger_files.dates import DateReader, DateReading, read_clock
from app.waste.registry.ledger_files.headers import Header
from app.waste.registry.ledger_files.ledger import LedgerContext, LedgerRow, ListedWaste, Problem
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.limits import (
    MAX_CONTAINER_COUNT,
    MAX_CONTAINER_GRAMS,
    MAX_TEXT_CHARACTERS,
)
from app.waste.registry.ledger_files.lines import Preamble
from app.waste.registry.ledger_files.masses import WrittenMass, grams_of, read_mass, unit_grams
from app.waste.registry.ledger_files.rows import (
    Cell,
    ErrorCell,
    FormulaWithoutResult,
    Line,
    Sheet,
    as_written,
    cell_address,
)
from app.waste.registry.ledger_files.texts import Memo, code_text, is_empty, tidy_text
from app.waste.registry.ledger_files.vocabulary import Caution, Field, Reason
from app.waste.registry.ledger_files.waste_codes import (
    WrittenCategory,
    WrittenCode,
    read_category,
    read_waste_code,
)

CATEGORIES = frozenset(f"{number:02d}" for number in (*range(1, 41), *range(45, 51)))
"""HW01-HW40 and HW45-HW50 (domain-rules 14.5)."""
UNLISTED_CODE = "900-000-"
"""Waste identified as hazardous without a code of its own: right for every category (14.5)."""


@dataclass(slots=True)
class Verdict:
    """What one row came to: a good row or problems, with cautions that count only for a good row."""

    row: LedgerRow | None = None
    problems: list[tuple[Field, Reason]] = field(default_factory=list)
    cautions: list[tuple[Field, Caution]] = field(default_factory=list)
    grams: Grams | None = None
    """The mass of the row, when it can be read at all."""
    unit: int = 0
    """Grams per unit the mass was written in."""
    container_code: str = ""
    """The container, when its code is right, whatever else is wrong."""
    source: str = ""
    """The batch it draws on, when its number is right."""
    key: str = ""
    """What may stand only once in its table, beside the container code of B.1."""
    day: date | None = None
    clock: time | None = None

    def refuse(self, column: Field, reason: Reason) -> None:
        """Note a problem, once."""
        if (column, reason) not in self.problems:
            self.problems.append((column, reason))

    def warn(self, column: Field, *codes: Caution) -> None:
        """Note cautions."""
        self.cautions.extend((column, code) for code in codes)


class RowJudge(ABC):
    """Reads the rows of one sheet under one header; what all ledger tables have in common."""

    def __init__(self, sheet: Sheet, header: Header, preamble: Preamble, context: LedgerContext) -> None:
        self._sheet = sheet
        self._context = context
        self._preamble = preamble
        self.header = header
        self._columns = tuple(header.columns.items())
        self._fallback_day = preamble.period.first if preamble.period else context.today
        dates = DateReader(context.today, ZoneInfo(context.zone), preamble.period, sheet.starts_1904)
        self._dates: Memo[Cell, DateReading] = Memo(dates.read)
        self._names: Memo[Cell, str] = Memo(_name)
        self._facilities: Memo[Cell, str] = Memo(_facility)
        self._kinds: Memo[Cell, str] = Memo(lambda cell: container_kind(as_written(cell)))
        self._counts: Memo[Cell, int | None] = Memo(container_count)
        self._codes: Memo[Cell, WrittenCode] = Memo(read_waste_code)
        self._categories: Memo[Cell, WrittenCategory] = Memo(read_category)
        self._units: Memo[Cell, int | None] = Memo(lambda cell: unit_grams(as_written(cell)))
        self._listed: Memo[tuple[str, date], ListedWaste | None] = Memo(self._find_waste)
        self._container_codes = CodeReader()

    def _find_waste(self, key: tuple[str, date]) -> ListedWaste | None:
        code, day = key
        listed = self._context.find_waste(code, day)
        if listed is None and code.startswith(UNLISTED_CODE) and code[-2:] in CATEGORIES:
            return ListedWaste(code, f"HW{code[-2:]}", "", "")
        return listed

    def read_like_before(self, line: Line) -> tuple[GenerationRow, int] | None:
        """A right row of B.1 that an earlier one has judged already; None for other tables."""
        return None

    def read(self, line: Line) -> Verdict:
        """The verdict on one data row; duplicates are not looked for here."""
        verdict = Verdict()
        if self._sheet.fixed_width and self._has_wrong_shape(line):
            verdict.refuse(Field.ROW, Reason.ROW_SHAPE)
            return verdict
        self._judge(line, self._cells(line), verdict)
        return verdict

    @abstractmethod
    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        """Name everything wrong in the row, or set `verdict.row`."""

    def problems_of(self, line: Line, verdict: Verdict) -> tuple[Problem, ...]:
        """The problems of a verdict with their cells and what is written there."""
        return tuple(self.problem(line, column, reason) for column, reason in verdict.problems)

    def problem(self, line: Line, column: Field, reason: Reason) -> Problem:
        """One problem with its cell; a column the table doesn't have has no cell."""
        table = self.header.table
        if column is Field.ROW:
            last, count = cell_address(len(line.cells) - 1, line.number), str(len(line.cells))
            return Problem(column, last, reason, count, table)
        index = self.header.columns.get(column)
        if index is None:
            return Problem(column, "", reason, "", table)
        cell = line.cells[index] if index < len(line.cells) else ""
        return Problem(column, cell_address(index, line.number), reason, as_written(cell), table)

    def _has_wrong_shape(self, line: Line) -> bool:
        extra = line.cells[self.header.width :]
        return len(line.cells) < self.header.needed_width or any(not is_empty(cell) for cell in extra)

    def _cells(self, line: Line) -> dict[Field, Cell]:
        """The cells that say something, by field."""
        cells, width = line.cells, len(line.cells)
        return {
            column: cell
            for column, index in self._columns
            if index < width and (cell := cells[index]) != "" and not is_empty(cell)
        }

    def _present(self, cells: dict[Field, Cell], column: Field, verdict: Verdict) -> Cell | None:
        """The cell of a required field; without one, or without its result, that is the problem."""
        cell = cells.get(column)
        if cell is None:
            verdict.refuse(column, Reason.REQUIRED_MISSING)
        elif isinstance(cell, FormulaWithoutResult):
            verdict.refuse(column, Reason.FORMULA_NO_VALUE)
            return None
        return cell

    def _text(self, cells: dict[Field, Cell], column: Field, read: Memo[Cell, str], verdict: Verdict) -> str:
        cell = self._present(cells, column, verdict)
        if cell is None:
            return ""
        if isinstance(cell, ErrorCell):
            verdict.refuse(column, Reason.FORMULA_NO_VALUE)
            return ""
        text = read[cell]
        if len(text) > MAX_TEXT_CHARACTERS:
            verdict.refuse(column, Reason.TEXT_TOO_LONG)
        return text

    def _batch(self, cells: dict[Field, Cell], verdict: Verdict) -> tuple[str, date | None]:
        cell = self._present(cells, Field.BATCH_NO, verdict)
        if cell is None:
            return "", None
        number, day = self._container_codes.batch(cell)
        if day is None:
            verdict.refuse(Field.BATCH_NO, Reason.BATCH_FORMAT)
        return number, day

    def _event(self, cells: dict[Field, Cell], verdict: Verdict) -> tuple[date | None, time | None]:
        cell = self._present(cells, Field.EVENT_AT, verdict)
        if cell is None:
            return None, None
        reading = self._dates[cell]
        if reading.reason:
            verdict.refuse(Field.EVENT_AT, reading.reason)
        verdict.warn(Field.EVENT_AT, *reading.cautions)
        clock = reading.clock
        if clock is None and (clock_cell := cells.get(Field.EVENT_CLOCK)) is not None:
            clock = read_clock(clock_cell)
            if clock is None:
                verdict.refuse(Field.EVENT_CLOCK, Reason.DATE_INVALID)
        return reading.day, clock

    def _waste(self, cells: dict[Field, Cell], day: date | None, verdict: Verdict) -> tuple[str, str]:
        """The code when it is in the list, and its category; a code that isn't is still compared."""
        cell = self._present(cells, Field.WASTE_CODE, verdict)
        if cell is None:
            if Field.WASTE_CODE not in cells:
                verdict.refuse(Field.WASTE_CODE, Reason.CODE_UNKNOWN)
            return "", ""
        written = self._codes[cell]
        if len(written.codes) != 1:
            reason = Reason.CODE_AMBIGUOUS if written.codes else Reason.CODE_UNKNOWN
            verdict.refuse(Field.WASTE_CODE, reason)
            return "", ""
        code = written.codes[0]
        listed = self._listed[code, day or self._fallback_day]
        if listed is None:
            verdict.refuse(Field.WASTE_CODE, Reason.CODE_UNKNOWN)
        elif written.mended:
            verdict.warn(Field.WASTE_CODE, Caution.CODE_CORRECTED)
        category = f"HW{code[-2:]}"
        if written.category not in (None, category):
            verdict.refuse(Field.WASTE_CODE, Reason.CODE_CATEGORY_MISMATCH)
        self._compare_category(cells, category, listed, verdict)
        return (code if listed else ""), category

    def _compare_category(
        self, cells: dict[Field, Cell], category: str, listed: ListedWaste | None, verdict: Verdict
    ) -> None:
        cell = cells.get(Field.CATEGORY)
        if cell is None:
            verdict.warn(Field.CATEGORY, Caution.CATEGORY_FROM_CODE)
            return
        if isinstance(cell, FormulaWithoutResult | ErrorCell):
            verdict.refuse(Field.CATEGORY, Reason.FORMULA_NO_VALUE)
            return
        written = self._categories[cell]
        if written.category is None:
            if listed is not None and written.name != code_text(listed.category_name):
                verdict.refuse(Field.CATEGORY, Reason.CODE_CATEGORY_MISMATCH)
        elif written.category != category:
            verdict.refuse(Field.CATEGORY, Reason.CODE_CATEGORY_MISMATCH)
        elif written.mended:
            verdict.warn(Field.CATEGORY, Caution.CODE_CORRECTED)

    def _mass(self, cells: dict[Field, Cell], verdict: Verdict) -> Grams | None:
        cell = self._present(cells, Field.QUANTITY, verdict)
        mass = read_mass(cell) if cell is not None else WrittenMass()
        if mass.reason:
            verdict.refuse(Field.QUANTITY, mass.reason)
        unit = self._unit(cells, mass, verdict)
        if mass.number is None:
            return None
        if mass.approximate:
            verdict.warn(Field.QUANTITY, Caution.MASS_APPROXIMATE)
        return self._checked_mass(mass, unit, verdict)

    def _checked_mass(self, mass: WrittenMass, unit: int | None, verdict: Verdict) -> Grams | None:
        assert mass.number is not None
        grams, rounded = grams_of(mass.number, unit or 1_000_000)
        if grams is None:
            verdict.refuse(Field.QUANTITY, Reason.OVER_LIMIT if mass.number > 0 else Reason.MASS_NEGATIVE)
        elif mass.number < 0 and (grams < 0 or rounded):
            verdict.refuse(Field.QUANTITY, Reason.MASS_NEGATIVE)
        elif grams == 0:
            verdict.refuse(Field.QUANTITY, Reason.MASS_ZERO)
        elif unit is not None and grams > MAX_CONTAINER_GRAMS:
            verdict.refuse(Field.QUANTITY, Reason.OVER_LIMIT)
        elif rounded:
            verdict.warn(Field.QUANTITY, Caution.MASS_ROUNDED)
        if unit is None or mass.reason:
            return None
        verdict.grams, verdict.unit = grams, unit
        return grams

    def _unit(self, cells: dict[Field, Cell], mass: WrittenMass, verdict: Verdict) -> int | None:
        """Grams per unit: the unit nearest to the number wins."""
        cell = cells.get(Field.UNIT)
        if cell is not None:
            return self._unit_of_row(cell, mass, verdict)
        around = self.header.unit or self._preamble.unit
        if mass.unit is not None:
            if around is not None and around.grams != mass.unit:
                verdict.warn(Field.QUANTITY, Caution.UNIT_OVERRIDES_HEADER)
            return mass.unit
        if around is None:
            if mass.reason is not Reason.UNIT_UNKNOWN:
                verdict.refuse(Field.UNIT, Reason.REQUIRED_MISSING)
            return None
        if around.grams is None:
            verdict.refuse(Field.UNIT, Reason.UNIT_UNKNOWN)
        return around.grams

    def _unit_of_row(self, cell: Cell, mass: WrittenMass, verdict: Verdict) -> int | None:
        if isinstance(cell, FormulaWithoutResult):
            verdict.refuse(Field.UNIT, Reason.FORMULA_NO_VALUE)
            return mass.unit
        unit = self._units[cell]
        if unit is None:
            verdict.refuse(Field.UNIT, Reason.UNIT_UNKNOWN)
        if mass.unit is not None and mass.unit != unit:
            verdict.refuse(Field.QUANTITY, Reason.UNIT_CONFLICT)
            return None
        return unit

    def _container(
        self, cells: dict[Field, Cell], waste_code: str, verdict: Verdict
    ) -> tuple[str, date | None]:
        cell = self._present(cells, Field.CONTAINER_CODE, verdict)
        if cell is None:
            return "", None
        container = self._container_codes.container(cell)
        if container.reason:
            verdict.refuse(Field.CONTAINER_CODE, container.reason)
            return container.code, None
        of_others = container.credit_code != self._context.credit_code
        of_other_waste = waste_code != "" and container.waste_digits != waste_code.replace("-", "")
        if of_others or of_other_waste:
            verdict.refuse(Field.CONTAINER_CODE, Reason.CONTAINER_CODE_MISMATCH)
        else:
            verdict.container_code = container.code
        return container.code, container.day

    def _count(self, cells: dict[Field, Cell], verdict: Verdict) -> int:
        cell = self._present(cells, Field.CONTAINER_COUNT, verdict)
        if cell is None:
            return 0
        count = self._counts[cell]
        if count is None or count > MAX_CONTAINER_COUNT:
            verdict.refuse(Field.CONTAINER_COUNT, Reason.COUNT_INVALID)
            return 0
        return count


def _name(cell: Cell) -> str:
    return tidy_text(as_written(cell))


def _facility(cell: Cell) -> str:
    """A facility code in half-width capitals; anything longer stays as written."""
    code = code_text(as_written(cell))
    is_code = code.isascii() and code.replace("-", "").isalnum()
    return code if is_code else _name(cell)
