"""Reads the data rows of general-waste tables 1 (yearly list) and 4 to 7 (per shift or day; domain-rules 15.10)."""

import re
from datetime import date, time
from typing import Final

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.general_rows import (
    DisposalRow,
    GeneralGenerationRow,
    GeneralStorageRow,
    ListRow,
    UtilisationRow,
)
from app.waste.registry.ledger_files.row_judge import Verdict
from app.waste.registry.ledger_files.rows import Cell, Line, as_written
from app.waste.registry.ledger_files.table_general import GeneralReader
from app.waste.registry.ledger_files.table_packages import is_before
from app.waste.registry.ledger_files.texts import narrow
from app.waste.registry.ledger_files.vocabulary import Caution, Field, Reason

_YEAR: Final = re.compile(r"(20\d{2})(?:\.0)?年?度?")
_FORMS: Final = (("半固", "SS"), ("泥", "SS"), ("固", "S"), ("液", "L"), ("气", "G"))
Start = tuple[date | None, time | None, str, str, Grams, str, str]
"""Day, time, code, name, grams, batch, person."""
LONGEST_BATCH: Final = 24
LONGEST_FACILITY: Final = 60


class ListReader(GeneralReader):
    """Rows of table 1."""

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        year = self._year(cells, verdict)
        code = self._general_code(cells, verdict)
        name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        waste_class = self._class(cells, verdict)
        step = self._optional(cells, Field.STEP, verdict)
        form = self._optional(cells, Field.FORM, verdict)
        components = self._optional(cells, Field.MAIN_COMPONENTS, verdict)
        harmful = self._optional(cells, Field.HARMFUL_COMPONENTS, verdict)
        annual = self._flow(cells, Field.ANNUAL, verdict)
        verdict.grams = annual
        verdict.key = f"{year} {code}" if year and code else ""
        if verdict.problems or year is None:
            return
        verdict.row = ListRow(
            self._sheet.name, line.number, code, name, year, waste_class, step, form_of(form), components, harmful,
            annual,
        )  # fmt: skip

    def _year(self, cells: dict[Field, Cell], verdict: Verdict) -> int | None:
        period = self._preamble.period
        if Field.YEAR not in self.header.columns and period and period.first.year == period.last.year:
            verdict.warn(Field.YEAR, Caution.DATE_YEAR_FROM_TITLE)
            return period.first.year
        cell = self._present(cells, Field.YEAR, verdict)
        if cell is None:
            return None
        match = _YEAR.fullmatch(narrow(as_written(cell)))
        if match is None:
            verdict.refuse(Field.YEAR, Reason.DATE_INVALID)
            return None
        year = int(match[1])
        if year > self._context.today.year:
            verdict.refuse(Field.YEAR, Reason.DATE_FUTURE)
        return year


def form_of(words: str) -> str:
    """固态, 半固态, 液态 or 气态 as the letters of HJ 1276; empty for other words."""
    return next((letter for part, letter in _FORMS if part in words), "")


class LineReader(GeneralReader):
    """What tables 4 to 7 have in common."""

    def _quantity(self, cells: dict[Field, Cell], column: Field, verdict: Verdict) -> Grams:
        """Grams of one shift or day: more than a container holds, but never nothing."""
        grams = self._flow(cells, column, verdict)
        if grams == 0 and column in cells and not any(name is column for name, _ in verdict.problems):
            verdict.refuse(column, Reason.MASS_ZERO)
        return grams

    def _moment(
        self, cells: dict[Field, Cell], column: Field, verdict: Verdict
    ) -> tuple[date | None, time | None]:
        """A day, and the time where it is told, of a column that may be empty."""
        cell = cells.get(column)
        if cell is None:
            return None, None
        self._present(cells, column, verdict)
        reading = self._dates[cell]
        if reading.reason:
            verdict.refuse(column, reading.reason)
        verdict.warn(column, *reading.cautions)
        return reading.day, reading.clock

    def _later(
        self, cells: dict[Field, Cell], column: Field, day: date | None, clock: time | None, verdict: Verdict
    ) -> tuple[date | None, time | None]:
        """A moment that may not lie before another."""
        later, later_clock = self._moment(cells, column, verdict)
        if later and day and is_before(later, later_clock, day, clock):
            verdict.refuse(column, Reason.DATE_ORDER)
        return later, later_clock

    def _short(self, cells: dict[Field, Cell], column: Field, longest: int, verdict: Verdict) -> str:
        text = self._optional(cells, column, verdict)
        if len(text) > longest:
            verdict.refuse(column, Reason.TEXT_TOO_LONG)
        return text

    def _start(self, cells: dict[Field, Cell], verdict: Verdict) -> Start:
        """What tables 4, 6 and 7 begin with."""
        day, clock = self._event(cells, verdict)
        code = self._general_code(cells, verdict)
        name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        grams = self._quantity(cells, Field.QUANTITY, verdict)
        batch = self._short(cells, Field.BATCH_NO, LONGEST_BATCH, verdict)
        operator = self._text(cells, Field.OPERATOR, self._names, verdict)
        verdict.day, verdict.clock = day, clock
        verdict.grams = grams
        if day and code and grams:
            verdict.key = line_key(code, day, clock_text(clock), grams, batch, operator)
        return day, clock, code, name, grams, batch, operator


class GenerationLineReader(LineReader):
    """Rows of table 4."""

    needed_masses = (Field.QUANTITY,)

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        day, clock, code, name, grams, batch, operator = self._start(cells, verdict)
        moved, moved_clock = self._later(cells, Field.MOVED_AT, day, clock, verdict)
        destination = self._optional(cells, Field.DESTINATION, verdict)
        mover = self._optional(cells, Field.MOVER, verdict)
        if verdict.problems or day is None:
            return
        verdict.row = GeneralGenerationRow(
            self._sheet.name, line.number, code, name, day, clock, grams, batch, operator, verdict.key,
            moved, moved_clock, destination, mover,
        )  # fmt: skip


class UtilisationReader(LineReader):
    """Rows of table 6."""

    needed_masses = (Field.QUANTITY,)
    row = UtilisationRow

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        day, clock, code, name, grams, batch, operator = self._start(cells, verdict)
        method = self._text(cells, Field.METHOD, self._names, verdict)
        finished, finished_clock = self._later(cells, Field.FINISHED_AT, day, clock, verdict)
        if verdict.problems or day is None:
            return
        verdict.row = self.row(
            self._sheet.name, line.number, code, name, day, clock, grams, batch, operator, verdict.key,
            method, finished, finished_clock,
        )  # fmt: skip


class DisposalReader(UtilisationReader):
    """Rows of table 7."""

    row = DisposalRow


class StorageReader(LineReader):
    """Rows of table 5: into store, out of it, or both."""

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        code = self._general_code(cells, verdict)
        name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        came, came_clock = self._moment(cells, Field.IN_AT, verdict)
        left, left_clock = self._later(cells, Field.OUT_AT, came, came_clock, verdict)
        brought = self._half(cells, Field.IN_AT, Field.IN_QUANTITY, verdict)
        taken = self._half(cells, Field.OUT_AT, Field.OUT_QUANTITY, verdict)
        if not cells.keys() & {Field.IN_AT, Field.IN_QUANTITY, Field.OUT_AT, Field.OUT_QUANTITY}:
            verdict.refuse(Field.IN_AT, Reason.REQUIRED_MISSING)
        facility = self._short(cells, Field.FACILITY, LONGEST_FACILITY, verdict)
        destination = self._optional(cells, Field.DESTINATION, verdict)
        batch = self._short(cells, Field.BATCH_NO, LONGEST_BATCH, verdict)
        operator = self._text(cells, Field.OPERATOR, self._names, verdict)
        verdict.day, verdict.clock = came or left, came_clock if came else left_clock
        verdict.grams = brought
        if verdict.problems:
            return
        verdict.key = storage_key(
            code, came, clock_text(came_clock), brought, left, clock_text(left_clock), taken, facility, batch
        )
        verdict.row = GeneralStorageRow(
            self._sheet.name, line.number, code, name, came, came_clock, brought, left, left_clock, taken,
            facility, destination, batch, operator, verdict.key,
        )  # fmt: skip

    def _half(self, cells: dict[Field, Cell], at: Field, mass: Field, verdict: Verdict) -> Grams:
        """The mass of one of the two movements: where there is a moment there is a mass, and the other way round."""
        if mass in cells and at not in cells:
            verdict.refuse(at, Reason.REQUIRED_MISSING)
        if at in cells and mass not in cells:
            verdict.refuse(mass, Reason.REQUIRED_MISSING)
        return self._quantity(cells, mass, verdict)


def clock_text(clock: time | None) -> str:
    """`08:30`, or nothing."""
    return f"{clock:%H:%M}" if clock else ""


def line_key(code: str, day: date, clock: str, grams: int, batch: str, operator: str) -> str:
    """What tells one row of tables 4, 6 and 7 from another: two that are alike in all of this are one."""
    return "|".join((code, day.isoformat(), clock, str(grams), batch, operator))


def storage_key(
    code: str,
    came: date | None,
    came_clock: str,
    brought: int,
    left: date | None,
    left_clock: str,
    taken: int,
    facility: str,
    batch: str,
) -> str:
    """The same of a row of table 5."""
    moments = (came, came_clock, brought, left, left_clock, taken)
    return "|".join((code, *(str(one or "") for one in moments), facility, batch))
