"""Compares printed sums with the rows above them. They are never data."""

import re
from decimal import Decimal
from typing import Final

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.headers import Header
from app.waste.registry.ledger_files.lines import cell_of
from app.waste.registry.ledger_files.masses import WrittenMass, WrittenUnit, read_mass, unit_grams
from app.waste.registry.ledger_files.rows import Line, as_written
from app.waste.registry.ledger_files.texts import is_empty, plain_text
from app.waste.registry.ledger_files.vocabulary import Field, LineKind

_CARRIED: Final = re.compile(r"页|累计")
_BEYOND_FILE: Final = re.compile(
    r"年.{0,2}累计|累计.{0,3}年|上年|上月|上期|期初|期末|年初|年末|月初|月末|结存"
)
_TOLERANCE: Final = Decimal("0.5")


class _Sum:
    """Grams of the rows since some line: those accepted, and all whose mass can be read."""

    def __init__(self) -> None:
        self.accepted = 0
        self.readable = 0

    def use(self, header: Header) -> None:
        """From here on the columns stand otherwise."""
        self._header = header

    def add(self, grams: Grams, accepted: bool) -> None:
        self.readable += grams
        if accepted:
            self.accepted += grams


class PrintedTotals:
    """Sums of one sheet. A printed figure is right when it fits the rows it can mean.

    A subtotal means the rows since the one before; a total those since the start or since the last total; page
    carry-overs either. The file's author may or may not have counted rows that we refuse, so both fit.
    """

    def __init__(
        self, header: Header, title_unit: WrittenUnit | None, column: Field = Field.QUANTITY
    ) -> None:
        self.column = column
        self._header = header
        self._title_unit = title_unit
        self._sheet = _Sum()
        self._section = _Sum()
        self._page = _Sum()
        self._since = _Sum()
        """Rows that are not counted into the sums yet: done once at each printed figure."""
        self._row_units: set[int] = set()

    def use(self, header: Header) -> None:
        """From here on the columns stand otherwise."""
        self._header = header

    def add(self, grams: Grams, accepted: bool, unit: int) -> None:
        """Count one data row of `grams`, written in units of `unit` grams."""
        self._since.add(grams, accepted)
        if len(self._row_units) < 2:
            self._row_units.add(unit)

    def differs(self, line: Line, kind: LineKind) -> bool:
        """Whether the figure printed on a sum line fits none of the sums it can mean; starts new sums."""
        self._count_in()
        label = "".join(plain_text(cell) for cell in line.cells if isinstance(cell, str))
        printed = self._printed(line)
        wrong = (
            printed is not None and not _BEYOND_FILE.search(label) and not self._fits(printed, kind, label)
        )
        self._start_anew(kind, label)
        return wrong

    def _count_in(self) -> None:
        for part in (self._sheet, self._section, self._page):
            part.readable += self._since.readable
            part.accepted += self._since.accepted
        self._since = _Sum()

    def _fits(self, printed: tuple[Decimal, Decimal], kind: LineKind, label: str) -> bool:
        sums = [self._page if kind is LineKind.SUBTOTAL else self._section]
        if kind is LineKind.TOTAL or _CARRIED.search(label):
            sums += [self._sheet, self._section]
        grams, tolerance = printed
        return any(
            abs(grams - total) <= tolerance for part in sums for total in (part.accepted, part.readable)
        )

    def _start_anew(self, kind: LineKind, label: str) -> None:
        if re.search("承前|承上|接前|接上", label):
            return
        self._page = _Sum()
        if kind is LineKind.TOTAL:
            self._section = _Sum()

    def _printed(self, line: Line) -> tuple[Decimal, Decimal] | None:
        """Grams printed and how far rounding may have moved them; None when the line prints no mass."""
        mass = self._mass(line)
        unit = self._unit(line, mass) if mass else None
        if mass is None or mass.number is None or unit is None:
            return None
        exponent = mass.number.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        typed = isinstance(cell_of(line, self._header, self.column), str)
        rounding = Decimal(unit).scaleb(-places) / 2 if typed and 2 <= places <= 6 else Decimal(0)
        return mass.number * unit, max(rounding, _TOLERANCE)

    def _mass(self, line: Line) -> WrittenMass | None:
        cell = cell_of(line, self._header, self.column)
        if not is_empty(cell):
            mass = read_mass(cell)
            if mass.reason is None:
                return mass
        return self._mass_in_label(line) if self.column in (Field.QUANTITY, Field.GENERATED) else None

    def _mass_in_label(self, line: Line) -> WrittenMass | None:
        """`合计：8.994吨` in one cell."""
        for cell in line.cells:
            if isinstance(cell, str) and (match := re.search(r"计[:：]?([\d.,]+\D{1,2})$", plain_text(cell))):
                mass = read_mass(match[1])
                return mass if mass.reason is None and mass.unit else None
        return None

    def _unit(self, line: Line, mass: WrittenMass) -> int | None:
        if mass.unit is not None:
            return mass.unit
        cell = cell_of(line, self._header, Field.UNIT)
        if not is_empty(cell):
            return unit_grams(as_written(cell))
        for unit in (self._header.units.get(self.column), self._title_unit):
            if unit is not None:
                return unit.grams
        return next(iter(self._row_units)) if len(self._row_units) == 1 else None
