"""A workbook made of another one's lines as they were written, with remarks: every cell is text, never a formula."""

import re
from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app.foundation.documents.spreadsheet import CELL_CHARACTERS

LONGEST_SHEET_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_REMARK_WIDTH: Final = 44
_COLUMN_WIDTH: Final = 18


class AnnotatedBook:
    """Lines written sheet by sheet, top to bottom; `finished()` gives the file."""

    def __init__(self) -> None:
        self._output = BytesIO()
        self._book = Workbook(
            self._output,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._heading = self._book.add_format({"bold": True, "bg_color": "#EEF2F7", "text_wrap": True})
        self._wrong = self._book.add_format({"bg_color": "#FBDDDB", "num_format": "@"})
        self._plain = self._book.add_format({"num_format": "@"})
        self._remark = self._book.add_format(
            {"bg_color": "#FFF3DC", "text_wrap": True, "valign": "top", "num_format": "@"}
        )
        self._names: set[str] = set()
        self._sheet: Worksheet | None = None
        self._row = 0

    def begin_sheet(self, name: str, columns: int, remarks: int = 2) -> None:
        """Start a sheet of so many columns, with room for remarks to their right."""
        self._sheet = self._book.add_worksheet(self._free_name(name))
        self._row = 0
        self._sheet.set_column(0, max(columns - 1, 0), _COLUMN_WIDTH)
        self._sheet.set_column(columns, columns + remarks - 1, _REMARK_WIDTH)

    def line(
        self,
        cells: Sequence[str],
        *,
        is_heading: bool = False,
        wrong: Collection[int] = (),
        remarks: Sequence[str] = (),
        remarks_at: int = 0,
    ) -> None:
        """Write the next line; `wrong` are the columns to mark, `remarks` stand from column `remarks_at` on."""
        assert self._sheet is not None, "begin a sheet first"
        for column, text in enumerate(cells):
            look = self._heading if is_heading else self._wrong if column in wrong else self._plain
            if text or column in wrong:
                self._sheet.write_string(self._row, column, text[:CELL_CHARACTERS], look)
        for column, text in enumerate(remarks, remarks_at):
            self._sheet.write_string(
                self._row, column, text[:CELL_CHARACTERS], self._heading if is_heading else self._remark
            )
        self._row += 1

    def finished(self) -> bytes:
        """The file; nothing more can be written."""
        self._book.close()
        return self._output.getvalue()

    def _free_name(self, name: str) -> str:
        tidy = _NOT_IN_NAMES.sub("_", name).strip("'")[:LONGEST_SHEET_NAME]
        free, number = tidy, 1
        while not free or free.lower() in self._names:
            number += 1
            free = f"{tidy[: LONGEST_SHEET_NAME - 5]} {number}".strip()
        self._names.add(free.lower())
        return free
