"""Lists as CSV and XLSX: rows in, bytes out. Row by row, so that long lists need little memory.

Texts never become formulas: in XLSX they are written as text cells, in CSV a text that a spreadsheet would
take for a formula gets an apostrophe in front (`guarded`), which `unguarded` takes away on the way back in.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | Decimal | bool | date | datetime | None
"""What a cell may hold. Instants are aware and written in local time; masses come as exact decimals."""

SHEET_ROWS = 1_048_576
"""Rows of one XLSX sheet, heading included; more go on to a next sheet."""

CELL_CHARACTERS = 32_767
"""Characters one XLSX cell may hold; longer texts end in "…"."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDEST = 48
_NARROWEST = 9


def guarded(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """A text read back: the apostrophe that `guarded` put in front is taken away."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def csv_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    time_zone: str = "Asia/Shanghai",
    titles: Sequence[str] = (),
) -> bytes:
    """CSV as Excel opens it: UTF-8 with byte order mark, CRLF, numbers plain, `titles` in lines above."""
    zone = ZoneInfo(time_zone)
    output = StringIO(newline="")
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerows([guarded(title)] for title in titles)
    writer.writerow([guarded(name) for name in header])
    writer.writerows([_csv_text(value, zone) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _csv_text(value: Value, zone: ZoneInfo) -> str:
    if isinstance(value, str):
        return guarded(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def xlsx_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    sheet_name: str = "Sheet",
    time_zone: str = "Asia/Shanghai",
    titles: Sequence[str] = (),
) -> bytes:
    """A workbook with a frozen bold heading and filters, `titles` in lines above. Numbers stay numbers, dates stay
    dates.

    Excel keeps 15 digits of a number; grams and fen given as text keep all.
    """
    output = BytesIO()
    with Workbook(output, dict(_OPTIONS)) as workbook:
        _Sheets(workbook, header, sheet_name, ZoneInfo(time_zone), titles).write(rows)
    return output.getvalue()


@dataclass(frozen=True)
class SheetContent:
    """One sheet of a workbook: its name of at most 31 characters, heading and rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook_bytes(sheets: Iterable[SheetContent], *, time_zone: str = "Asia/Shanghai") -> bytes:
    """Several lists as the sheets of one workbook, each as `xlsx_bytes` writes it."""
    output = BytesIO()
    with Workbook(output, dict(_OPTIONS)) as workbook:
        for sheet in sheets:
            _Sheets(workbook, sheet.header, sheet.name, ZoneInfo(time_zone)).write(sheet.rows)
    return output.getvalue()


class _Sheets:
    """Writes rows to one sheet after the other."""

    def __init__(
        self,
        workbook: Workbook,
        header: Sequence[str],
        name: str,
        zone: ZoneInfo,
        titles: Sequence[str] = (),
    ) -> None:
        self.workbook = workbook
        self.titles = titles
        self.header = header
        self.name = name
        self.zone = zone
        self.heading: Format = workbook.add_format(
            {"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.title: Format = workbook.add_format({"bold": True, "font_size": 13})
        self.day: Format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.instant: Format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.count = 0

    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write all rows; the heading stands on every sheet."""
        sheet = self._new_sheet()
        top = len(self.titles)
        at = top + 1
        for row in rows:
            if at == SHEET_ROWS:
                self._finish(sheet, at)
                sheet, at = self._new_sheet(), top + 1
            for column, value in enumerate(row):
                self._write_value(sheet, at, column, value)
            at += 1
        self._finish(sheet, at)

    def _new_sheet(self) -> Worksheet:
        self.count += 1
        sheet = self.workbook.add_worksheet(self.name if self.count == 1 else f"{self.name} {self.count}")
        top = len(self.titles)
        sheet.freeze_panes(top + 1, 0)
        for column, name in enumerate(self.header):
            sheet.set_column(column, column, _width(name))
        for line, text in enumerate(self.titles):
            sheet.write_string(line, 0, _cut(text), self.title if line == 0 else None)
        sheet.write_row(top, 0, self.header, self.heading)
        return sheet

    def _finish(self, sheet: Worksheet, rows: int) -> None:
        if self.header:
            sheet.autofilter(len(self.titles), 0, rows - 1, len(self.header) - 1)

    def _write_value(self, sheet: Worksheet, row: int, column: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, _cut(value))
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, column, value)
        elif isinstance(value, datetime):
            local = value.astimezone(self.zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, self.instant)
        else:
            sheet.write_datetime(row, column, value, self.day)


def _cut(text: str) -> str:
    return text if len(text) <= CELL_CHARACTERS else f"{text[: CELL_CHARACTERS - 1]}…"


def _width(name: str) -> int:
    """Column width in characters from the heading; a Chinese character takes two."""
    wide = sum(2 if ord(character) > 0x2E80 else 1 for character in name) + 4
    return max(_NARROWEST, min(_WIDEST, wide))
