"""XLS, the binary workbooks of 1997-2003, through calamine (it keeps dates, but no number formats)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from app.waste.registry.ledger_files.child.biff import hidden_rows
from app.waste.registry.ledger_files.child.merges import Merge, MergeFiller
from app.waste.registry.ledger_files.limits import MAX_COLUMNS, MAX_SHEETS
from app.waste.registry.ledger_files.rows import Cell, DateCell, ErrorCell, Line
from app.waste.registry.ledger_files.texts import storable
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile


class XlsWorkbook:
    """An opened workbook."""

    def __init__(self, path: Path) -> None:
        try:
            self._workbook = CalamineWorkbook.from_path(path)
        except PasswordError as error:
            raise UnreadableFile(FileReason.ENCRYPTED) from error
        except (CalamineError, OSError, ValueError) as error:
            raise UnreadableFile(FileReason.DAMAGED) from error
        self.sheets = [
            (sheet.name, sheet.visible != SheetVisibleEnum.Visible)
            for sheet in self._workbook.sheets_metadata
        ]
        self._hidden_rows = dict(
            zip(self._workbook.sheet_names, hidden_rows(path.read_bytes()), strict=False)
        )
        if len(self.sheets) > MAX_SHEETS:
            raise UnreadableFile(FileReason.TOO_LARGE)

    def lines(self, name: str) -> Iterator[Line]:
        """The lines of a sheet from the first to the last that holds something."""
        try:
            sheet = self._workbook.get_sheet_by_name(name)
        except (CalamineError, ValueError) as error:
            raise UnreadableFile(FileReason.DAMAGED) from error
        filler = MergeFiller(_merges(sheet))
        hidden = self._hidden_rows.get(name, frozenset())
        if sheet.start is None:
            return
        for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
            cells = [_cell(value) for value in row[:MAX_COLUMNS]]
            yield filler.fill(number, cells, hidden=number in hidden)


def _merges(sheet: CalamineSheet) -> list[Merge]:
    return [
        Merge(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()
    ]


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        rounded = value + timedelta(microseconds=500_000)
        return DateCell(rounded.replace(microsecond=0))
    if isinstance(value, date):
        return DateCell(datetime.combine(value, time.min))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return value.total_seconds() / 86_400
    if isinstance(value, str) and value.startswith("#") and value.endswith(("!", "?", "/A")):
        return ErrorCell(value)
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    cell: Cell = value
    return cell
