"""Cells and lines as they stand in a file, before anybody asks what they mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class DateCell:
    """A spreadsheet cell that holds a number and shows it as a date."""

    moment: datetime
    """Local and naive; whole seconds."""


@dataclass(frozen=True, slots=True)
class FormattedNumber:
    """A number whose format writes words around it, e.g. `0.0"公斤"`."""

    value: int | float
    words: str


@dataclass(frozen=True, slots=True)
class FormulaWithoutResult:
    """A formula nobody calculated: the file holds no result."""

    formula: str


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A formula whose result is an error, e.g. `#REF!`."""

    text: str


Number = int | float
Cell = str | int | float | DateCell | FormattedNumber | FormulaWithoutResult | ErrorCell
"""What stands in a cell; the empty string when nothing does."""


class Line(NamedTuple):
    """One row of a sheet, or one record of a CSV file."""

    number: int
    """As a spreadsheet shows it, from 1."""
    cells: Sequence[Cell]
    """From column A on; trailing empty cells may be left out. Cells merged downwards are filled in."""
    hidden: bool = False
    blank: bool = False
    """Nothing of its own stands in it (a merged cell from above may)."""
    spans: Sequence[Sequence[int]] = ()
    """First and last column of cells merged sideways."""


class Sheet(Protocol):
    """One sheet of a file."""

    name: str
    """Empty for CSV."""
    hidden: bool
    starts_1904: bool
    """Serial day numbers count from 1904, as on old Macs."""
    fixed_width: bool
    """Every line should have the cells of its header (CSV)."""

    def lines(self) -> Iterator[Line]:
        """The lines from top to bottom, once. Numbers that are left out are blank lines.

        Raises:
            UnreadableFile: the rest can't be read.
        """
        ...


def as_written(cell: Cell) -> str:
    """The cell as a person sees it, trimmed."""
    match cell:
        case str():
            return cell.strip()
        case DateCell(moment):
            return f"{moment:%Y-%m-%d}" if moment.time() == time.min else f"{moment:%Y-%m-%d %H:%M}"
        case FormattedNumber(value, words):
            return f"{number_text(value)}{words}"
        case FormulaWithoutResult(formula):
            return formula
        case ErrorCell(text):
            return text
        case _:
            return number_text(cell)


def number_text(number: int | float) -> str:
    """The shortest text of a number: `850.0` -> "850"."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return str(number)


def cell_address(column: int, row: int) -> str:
    """`(6, 9)` -> "G9"; columns count from 0."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """`27` -> "AB"; columns count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
