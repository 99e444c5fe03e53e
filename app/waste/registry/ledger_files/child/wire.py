"""How lines travel from the process that opens a workbook to the one that reads it: JSON arrays, one a line.

`["sheet", name, hidden, starts_1904]`, `["lines", [[number, cells, hidden, blank, spans], …]]`,
`["problem", reason]`, `["end"]`. A cell that is no text or number is an object with one key.
"""

from datetime import datetime
from typing import Any, Final

from app.waste.registry.ledger_files.rows import (
    Cell,
    DateCell,
    ErrorCell,
    FormattedNumber,
    FormulaWithoutResult,
    Line,
)

LINES_PER_MESSAGE: Final = 256
_PLAIN: Final = (str, float, int)


def pack_cell(cell: Cell) -> Any:
    """A cell as JSON."""
    match cell:
        case str() | int() | float():
            return cell
        case DateCell(moment):
            return {"date": moment.isoformat()}
        case FormattedNumber(value, words):
            return {"number": [value, words]}
        case FormulaWithoutResult(formula):
            return {"formula": formula}
        case ErrorCell(text):
            return {"error": text}


def unpack_cell(value: Any) -> Cell:
    """A cell from JSON."""
    if not isinstance(value, dict):
        cell: Cell = value
        return cell
    (kind, said), *_ = value.items()
    if kind == "date":
        return DateCell(datetime.fromisoformat(said))
    if kind == "number":
        return FormattedNumber(said[0], said[1])
    return FormulaWithoutResult(said) if kind == "formula" else ErrorCell(said)


def pack_line(line: Line) -> list[Any]:
    """A line as JSON."""
    cells = [cell if type(cell) in _PLAIN else pack_cell(cell) for cell in line.cells]
    return [line.number, cells, line.hidden, line.blank, line.spans]


def unpack_line(value: list[Any]) -> Line:
    """A line from JSON."""
    number, cells, hidden, blank, spans = value
    return Line(number, [unpack_cell(c) if type(c) is dict else c for c in cells], hidden, blank, spans)
