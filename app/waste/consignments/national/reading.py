"""Reads the file the national system exports: each line with what stands in it, and what can't be read."""

import enum
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.foundation.catalogue.codes import normal_plate
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.waste.consignments.national.columns import (
    Column,
    NationalHeader,
    columns_under,
    header_of,
)
from app.waste.consignments.national.problems import Problem, Reason
from app.waste.registry.ledger_files.csv_rows import CsvSheet
from app.waste.registry.ledger_files.dates import DateReader
from app.waste.registry.ledger_files.file_kinds import FileKind, kind_of_file
from app.waste.registry.ledger_files.limits import MAX_FILE_BYTES
from app.waste.registry.ledger_files.lines import sum_kind
from app.waste.registry.ledger_files.masses import grams_of, read_mass, unit_grams
from app.waste.registry.ledger_files.messages import file_mend, file_text
from app.waste.registry.ledger_files.rows import Cell, Line, Sheet, as_written, cell_address
from app.waste.registry.ledger_files.texts import is_empty, narrow, plain_text, tidy_text
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile
from app.waste.registry.ledger_files.waste_codes import read_waste_code
from app.waste.registry.ledger_files.workbook import open_workbook

MAX_ROWS: Final = 5_000
"""Lines of one file: each may change a consignment of its own, in one transaction."""
C = Column
R = Reason


class Stage(enum.StrEnum):
    """当前阶段 of the national system (domain-rules 7.4)."""

    WAITING = "waiting"
    MOVING = "moving"
    RECEIVED = "received"
    FINISHED = "finished"


STAGE_WORDS: Final[Mapping[Stage, Text]] = {
    Stage.WAITING: say("待发运"),
    Stage.MOVING: say("运输中"),
    Stage.RECEIVED: say("已接收"),
    Stage.FINISHED: say("已完结"),
}
_STAGES: Final = (
    (Stage.WAITING, re.compile(r"待(发运|运输|转移|移出|出发|装载)|未(发运|转移)")),
    (Stage.MOVING, re.compile(r"(正在)?(运输|转移)中|已(发运|起运|移出|到达)")),
    (Stage.RECEIVED, re.compile(r"已?(接收|接受|确认)(确认)?")),
    (Stage.FINISHED, re.compile(r"已?(完结|办结|完成|结束)")),
)
_NUMBER: Final = re.compile(r"[0-9]{14}")
"""What its digits mean is judged beside the consignment: whether its park is a demo park matters."""
_NO: Final = frozenset({"", "否", "未作废", "正常", "无", "0", "N", "NO", "FALSE"})
_NO_TABLE: Final = say("文件里没有找到国家系统导出的联单表头")
_NO_TABLE_MEND: Final = say(
    "表头应有国家联单号和当前阶段，并最好有移出单位、接受单位、车牌号、转移日期、废物代码、计划数量"
)
_TOO_LARGE: Final = say(
    "文件太大：最大 {megabytes} MB、{rows} 行", megabytes=MAX_FILE_BYTES >> 20, rows=MAX_ROWS
)


@dataclass(frozen=True)
class FileFault:
    """Why nothing of the file is taken."""

    reason: FileReason

    @property
    def text(self) -> Text:
        if self.reason is FileReason.TOO_LARGE:
            return _TOO_LARGE
        return _NO_TABLE if self.reason is FileReason.NO_TABLE else file_text(self.reason)

    @property
    def mend(self) -> Text:
        return _NO_TABLE_MEND if self.reason is FileReason.NO_TABLE else file_mend(self.reason)


@dataclass(frozen=True)
class NationalRow:
    """One line of the file."""

    sheet: str
    row: int
    written: tuple[str, ...]
    """The cells as they stand there."""
    columns: Mapping[Column, int]
    national_number: str = ""
    province_number: str = ""
    stage: Stage | None = None
    is_void: bool = False
    is_backfilled: bool = False
    planned: Grams | None = None
    confirmed: Grams | None = None
    discrepancy: str = ""
    consignor: str = ""
    consignee: str = ""
    waste_code: str = ""
    plate: str = ""
    moved_on: date | None = None
    received_on: date | None = None
    problems: tuple[Problem, ...] = ()

    def problem(
        self, reason: Reason, column: Column, number: str = "", ours: str | Text = "", count: int = 0
    ) -> Problem:
        """Something about one of its cells; where the file has no such column, about the line's number."""
        at = self.columns.get(column, self.columns[C.NATIONAL_NUMBER])
        value = self.written[at] if at < len(self.written) else ""
        return Problem(reason, column, cell_address(at, self.row), value, number, ours, count)


@dataclass(frozen=True)
class NationalReading:
    """The whole file."""

    fault: FileFault | None = None
    rows: tuple[NationalRow, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The titles of each sheet that was read."""


def read_national(content: bytes, filename: str, today: date, zone: str) -> NationalReading:
    """Every line of every sheet that has the columns; a file that can't be read whole is refused whole."""
    rows: list[NationalRow] = []
    headers: dict[str, tuple[str, ...]] = {}
    try:
        if len(content) > MAX_FILE_BYTES:
            raise UnreadableFile(FileReason.TOO_LARGE)
        with _sheets_of(content, filename) as sheets:
            for sheet in sheets:
                for header, row in _rows_of(sheet, today, zone):
                    headers.setdefault(sheet.name, header.titles)
                    if row is not None:
                        rows.append(row)
                    if len(rows) > MAX_ROWS:
                        raise UnreadableFile(FileReason.TOO_LARGE)
    except UnreadableFile as error:
        return NationalReading(FileFault(error.reason))
    if not headers:
        return NationalReading(FileFault(FileReason.NO_TABLE))
    if not rows:
        return NationalReading(FileFault(FileReason.NO_ROWS), headers=headers)
    return NationalReading(rows=tuple(_without_doubles(rows)), headers=headers)


@contextmanager
def _sheets_of(content: bytes, filename: str) -> Iterator[Iterator[Sheet]]:
    if kind_of_file(content, filename) is FileKind.TEXT:
        yield iter([CsvSheet(content, columns_under)])
        return
    with open_workbook(content, filename) as sheets:
        yield sheets


def _rows_of(sheet: Sheet, today: date, zone: str) -> Iterator[tuple[NationalHeader, NationalRow | None]]:
    """The header by itself, then each line below it; nothing where no header is found near the top."""
    header: NationalHeader | None = None
    dates = DateReader(today, ZoneInfo(zone), None, sheet.starts_1904)
    for line in sheet.lines():
        if line.blank or sheet.hidden:
            continue
        if found := header_of(line):
            header = found
            yield header, None
        elif header is not None and not _is_sum(line):
            yield header, _RowReader(sheet.name, header, line, dates).read()


def _is_sum(line: Line) -> bool:
    return sum_kind([text for cell in line.cells if (text := plain_text(cell))]) is not None


class _RowReader:
    """Reads the cells of one line and collects what is wrong with them."""

    def __init__(self, sheet: str, header: NationalHeader, line: Line, dates: DateReader) -> None:
        self._header = header
        self._cells = line.cells
        self._dates = dates
        self._problems: list[Problem] = []
        self._row = NationalRow(
            sheet, line.number, tuple(as_written(cell) for cell in line.cells), header.columns
        )

    def read(self) -> NationalRow:
        values: dict[str, Any] = {
            "national_number": self._number(),
            "province_number": self._text(C.PROVINCE_NUMBER),
            "stage": self._stage(),
            "is_void": self._says(C.VOID),
            "is_backfilled": self._says(C.BACKFILL),
            "planned": self._mass(C.PLANNED),
            "confirmed": self._mass(C.CONFIRMED),
            "discrepancy": self._text(C.DISCREPANCY) if self._says(C.DISCREPANCY) else "",
            "consignor": self._text(C.CONSIGNOR),
            "consignee": self._text(C.CONSIGNEE),
            "waste_code": self._code(),
            "plate": normal_plate(self._text(C.PLATE)),
            "moved_on": self._day(C.MOVED_ON),
            "received_on": self._day(C.RECEIVED_ON),
        }
        return replace(self._row, **values, problems=tuple(self._problems))

    def _cell(self, column: Column) -> Cell:
        at = self._header.columns.get(column)
        return self._cells[at] if at is not None and at < len(self._cells) else ""

    def _text(self, column: Column) -> str:
        cell = self._cell(column)
        return "" if is_empty(cell) else tidy_text(as_written(cell))

    def _wrong(self, reason: Reason, column: Column) -> None:
        self._problems.append(self._row.problem(reason, column))

    def _number(self) -> str:
        number = narrow(self._text(C.NATIONAL_NUMBER)).lstrip("'`")
        if number and not _NUMBER.fullmatch(number):
            self._wrong(R.NUMBER_INVALID, C.NATIONAL_NUMBER)
            return ""
        return number

    def _stage(self) -> Stage | None:
        text = narrow(self._text(C.STAGE))
        stage = next((stage for stage, pattern in _STAGES if pattern.fullmatch(text)), None)
        if text and stage is None and not (self._says(C.VOID) or text in ("作废", "已作废")):
            self._wrong(R.STAGE_UNKNOWN, C.STAGE)
        return stage

    def _says(self, column: Column) -> bool:
        """Something else than no stands there."""
        return narrow(self._text(column)).upper() not in _NO

    def _mass(self, column: Column) -> Grams | None:
        cell = self._cell(column)
        if is_empty(cell):
            return None
        written = read_mass(cell)
        stated = unit_grams(unit) if (unit := self._text(C.UNIT)) else None
        grams = None
        if written.number is not None:
            grams, _ = grams_of(written.number, written.unit or stated or self._header.units[column])
        if grams is None or grams <= 0:
            self._wrong(R.MASS_INVALID, column)
            return None
        return grams

    def _code(self) -> str:
        codes = read_waste_code(self._cell(C.WASTE_CODE)).codes
        return codes[0] if len(codes) == 1 else narrow(self._text(C.WASTE_CODE)).upper()

    def _day(self, column: Column) -> date | None:
        cell = self._cell(column)
        if is_empty(cell):
            return None
        reading = self._dates.read(cell)
        if reading.reason is not None or reading.day is None:
            self._wrong(R.DATE_INVALID, column)
            return None
        return reading.day


def _without_doubles(rows: list[NationalRow]) -> Iterator[NationalRow]:
    """One number may stand on a line for each waste, but once for each."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.national_number, row.waste_code)
        if row.national_number and key in seen:
            double = row.problem(R.DUPLICATE, C.NATIONAL_NUMBER)
            yield replace(row, problems=(*row.problems, double))
        else:
            seen.add(key)
            yield row
