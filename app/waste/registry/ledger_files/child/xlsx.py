"""XLSX and XLSM (ECMA-376): cells with their formats, hidden rows and sheets, merged ranges, date systems."""

import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from app.waste.registry.ledger_files.child.archive import Archive
from app.waste.registry.ledger_files.child.markup import children, elements, local_names, text_of
from app.waste.registry.ledger_files.child.merges import Merge, MergeFiller, column_index, parse_range
from app.waste.registry.ledger_files.child.number_formats import DATE, format_of
from app.waste.registry.ledger_files.child.serials import date_cell, iso_date_cell
from app.waste.registry.ledger_files.limits import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_SHEETS
from app.waste.registry.ledger_files.rows import (
    Cell,
    ErrorCell,
    FormattedNumber,
    FormulaWithoutResult,
    Line,
)
from app.waste.registry.ledger_files.texts import storable
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z0-9:$]+)[\"']")
_SHEET_DATA_END: Final = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_OVERLAP: Final = 256
_CHUNK: Final = 1 << 18


@dataclass(frozen=True)
class XlsxSheet:
    """A worksheet as the workbook lists it."""

    name: str
    hidden: bool
    part: str | None
    """None for charts and other sheets without cells."""


class XlsxWorkbook:
    """An opened workbook."""

    def __init__(self, archive: Archive, part: str) -> None:
        self._archive = archive
        self._part = part
        self.starts_1904 = False
        self.sheets: list[XlsxSheet] = []
        relations = relations_of(archive, part)
        self._read_workbook(relations)
        targets = dict(relations.values())
        self._formats = self._read_formats(targets.get("styles"))
        self._strings = self._read_strings(targets.get("sharedStrings"))

    def _read_workbook(self, relations: dict[str, tuple[str, str]]) -> None:
        for name, attributes, _ in elements(self._archive.open(self._part)):
            if name == "workbookPr":
                self.starts_1904 = attributes.get("date1904", "") in ("1", "true", "on")
            elif name == "sheet":
                kind, target = relations.get(attributes.get("id", ""), ("", ""))
                hidden = attributes.get("state", "visible") != "visible"
                part = target if kind == "worksheet" else None
                self.sheets.append(XlsxSheet(attributes.get("name", ""), hidden, part))
        if len(self.sheets) > MAX_SHEETS:
            raise UnreadableFile(FileReason.TOO_LARGE)

    def _read_formats(self, part: str | None) -> list[str]:
        if part is None or not self._archive.has(part):
            return []
        codes: dict[int, str] = {}
        ids: list[int] = []
        for name, attributes, around in elements(self._archive.open(part)):
            if name == "numFmt" and around.endswith("numFmts"):
                codes[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif name == "xf" and around.endswith("cellXfs"):
                ids.append(_int(attributes.get("numFmtId")))
        return [format_of(number, codes.get(number)) for number in ids]

    def _read_strings(self, part: str | None) -> list[str]:
        if part is None or not self._archive.has(part):
            return []
        return [_unescaped(text_of(item)) for item in children(self._archive.open(part), "sst", "si")]

    def lines(self, sheet: XlsxSheet) -> Iterator[Line]:
        """The lines of a sheet that stand in the file, from top to bottom."""
        if sheet.part is None:
            return
        filler = MergeFiller(self._merges(sheet.part))
        reader = _RowReader(self._strings, self._formats, self.starts_1904)
        last = 0
        for row in children(self._archive.open(sheet.part), "sheetData", "row"):
            number = _int(row.get("r"), last + 1)
            if number <= last:
                raise UnreadableFile(FileReason.DAMAGED)
            last = number
            yield filler.fill(number, reader.cells(row), _is_hidden(row))

    def _merges(self, part: str) -> list[Merge]:
        """Merged ranges stand behind the cells, but are needed before: look for them in the raw text."""
        rest = b""
        behind = False
        merges: list[Merge] = []
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                text = rest + chunk
                if not behind and (end := _SHEET_DATA_END.search(text)):
                    behind = True
                    text = text[end.end() :]
                taken = 0
                for match in _MERGE.finditer(text) if behind else ():
                    taken = match.end()
                    if merge := parse_range(match[1].decode("ascii")):
                        merges.append(merge)
                rest = text[max(taken, len(text) - _OVERLAP) :]
        return merges


def workbook_part(archive: Archive) -> str | None:
    """The part that lists the sheets; None when the archive is no XLSX or XLSM."""
    part = "xl/workbook.xml"
    if archive.has("_rels/.rels"):
        for kind, target in relations_of(archive, "").values():
            if kind == "officeDocument":
                part = target
    if not part.lower().endswith(".xml") or not archive.has(part):
        return None
    first = next(elements(archive.open(part)), None)
    return part if first and first[0] == "workbook" else None


def relations_of(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relations of a part by id: the last word of the type, and the target."""
    folder, name = posixpath.split(part)
    relations_part = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(relations_part):
        return {}
    found = {}
    for tag, attributes, _ in elements(archive.open(relations_part)):
        if tag == "Relationship":
            target = attributes.get("Target", "")
            path = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], path)
    return found


class _RowReader:
    """Turns `row` elements of one worksheet into cells."""

    def __init__(self, strings: list[str], formats: list[str], starts_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._starts_1904 = starts_1904
        self._columns: dict[str, int] = {}
        """Column of a cell reference without its row number; few, asked often."""

    def cells(self, row: Element) -> list[Cell]:
        """The cells of a row from column A on, without empty ones at the end."""
        cells: list[Cell] = []
        column = -1
        for element in row:
            reference = element.get("r")
            column = self._column(reference) if reference else column + 1
            cell = self._cell(element)
            if cell != "" and 0 <= column < MAX_COLUMNS:
                gap = column - len(cells)
                if gap > 0:
                    cells.extend([""] * gap)
                if gap >= 0:
                    cells.append(cell)
        return cells

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = column_index(letters)
        return self._columns[letters]

    def _cell(self, element: Element) -> Cell:
        kind = element.get("t", "n")
        value: str | None = None
        formula: str | None = None
        for part in element:
            local = local_names[part.tag]
            if local == "v":
                value = part.text
            elif local == "f":
                formula = part.text or ""
            elif local == "is":
                value = text_of(part)
        if kind == "s":
            return self._shared(value)
        if kind in ("str", "inlineStr"):
            return _unescaped(value or "")
        if kind == "d":
            return iso_date_cell(value or "")
        if value is None or not value.strip():
            return FormulaWithoutResult(f"={formula}") if formula is not None else ""
        if kind == "e":
            return ErrorCell(value)
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        return self._number(value.strip(), _int(element.get("s")))

    def _shared(self, value: str | None) -> Cell:
        if value is None:
            return ""
        try:
            return self._strings[int(value)]
        except (ValueError, IndexError) as error:
            raise UnreadableFile(FileReason.DAMAGED) from error

    def _number(self, value: str, style: int) -> Cell:
        try:
            number: int | float = int(value) if value.isdigit() and len(value) < 40 else float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return ErrorCell(value)
        shown = self._formats[style] if 0 <= style < len(self._formats) else ""
        if not shown:
            return number
        return date_cell(number, self._starts_1904) if shown == DATE else FormattedNumber(number, shown)


def _is_hidden(row: Element) -> bool:
    return row.get("hidden") in ("1", "true") or row.get("ht") == "0"


def _unescaped(text: str) -> str:
    """`_x000D_` is how the format writes a character XML can't hold; those no text can hold are dropped."""
    if "_x" in text:
        text = storable(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))
    return text[:MAX_CELL_CHARACTERS]


def _int(text: str | None, default: int = 0) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 10 else default
