"""XLSX and XLSM (ECMA-376): cells with their formats, hidden rows and sheets, merged ranges, date systems."""

import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.waste.registry.ledger_files.child.archive import Archive
from app.waste.registry.ledger_files.child.markup import Attributes, elements, feed, local_names, new_parser
from app.waste.registry.ledger_files.child.merges import Merge, MergeFiller, column_index, parse_range
from app.waste.registry.ledger_files.child.number_formats import DATE, format_of
from app.waste.registry.ledger_files.child.serials import date_cell
from app.waste.registry.ledger_files.limits import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_SHEETS
from app.waste.registry.ledger_files.rows import (
    Cell,
    ErrorCell,
    FormattedNumber,
    FormulaWithoutResult,
    Line,
)
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
        reader = _StringsReader()
        for _ in feed(new_parser(reader.start, reader.end, reader.text), self._archive.open(part)):
            pass
        return reader.strings

    def lines(self, sheet: XlsxSheet) -> Iterator[Line]:
        """The lines of a sheet that stand in the file, from top to bottom."""
        if sheet.part is None:
            return
        filler = MergeFiller(self._merges(sheet.part))
        reader = _SheetReader(self._strings, self._formats, self.starts_1904)
        parser = new_parser(reader.start, reader.end, reader.text)
        last = 0
        for _ in feed(parser, self._archive.open(sheet.part)):
            for number, hidden, cells in reader.rows:
                if number > last:
                    last = number
                    yield filler.fill(number, cells, hidden)
            reader.rows.clear()

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


class _StringsReader:
    """Gathers the shared strings; phonetic guides are left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._in_text = False
        self._in_guide = False

    def start(self, name: str, _: Attributes) -> None:
        local = local_names[name]
        if local == "t":
            self._in_text = not self._in_guide
        elif local == "si":
            self._parts = []
        elif local == "rPh":
            self._in_guide = True

    def end(self, name: str) -> None:
        local = local_names[name]
        if local == "t":
            self._in_text = False
        elif local == "si":
            self.strings.append(_unescaped("".join(self._parts)))
        elif local == "rPh":
            self._in_guide = False

    def text(self, data: str) -> None:
        if self._in_text:
            self._parts.append(data)


class _SheetReader:
    """Gathers finished rows of a worksheet as `(number, hidden, cells)`."""

    def __init__(self, strings: list[str], formats: list[str], starts_1904: bool) -> None:
        self.rows: list[tuple[int, bool, list[Cell]]] = []
        self._strings = strings
        self._formats = formats
        self._starts_1904 = starts_1904
        self._number = 0
        self._hidden = False
        self._cells: list[Cell] = []
        self._column = -1
        self._type = "n"
        self._style = 0
        self._value: str | None = None
        self._formula: str | None = None
        self._in_guide = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        local = local_names[name]
        if local == "c":
            self._start_cell(attributes)
        elif local in ("v", "f", "t"):
            self._text = None if self._in_guide else []
        elif local == "row":
            self._number = _int(attributes.get("r"), self._number + 1)
            self._hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
            self._cells = []
            self._column = -1
        elif local == "rPh":
            self._in_guide = True

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = column_index(reference.rstrip("0123456789")) if reference else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = _int(attributes.get("s"))
        self._value = None
        self._formula = None

    def end(self, name: str) -> None:
        local = local_names[name]
        if local == "c":
            self._finish_cell()
        elif local in ("v", "t"):
            if self._text is not None:
                self._value = (self._value or "") + "".join(self._text)
            self._text = None
        elif local == "f":
            self._formula = "=" + "".join(self._text or ())
            self._text = None
        elif local == "row":
            self.rows.append((self._number, self._hidden, self._cells))
        elif local == "rPh":
            self._in_guide = False

    def text(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _finish_cell(self) -> None:
        if not 0 <= self._column < MAX_COLUMNS:
            return
        cell = self._cell()
        if cell == "":
            return
        cells = self._cells
        gap = self._column - len(cells)
        if gap > 0:
            cells.extend([""] * gap)
        if gap >= 0:
            cells.append(cell)
        else:
            cells[self._column] = cell

    def _cell(self) -> Cell:
        value, kind = self._value, self._type
        if kind == "s":
            return self._shared(value)
        if kind in ("str", "inlineStr", "d"):
            return _unescaped(value or "")
        if value is None or not value.strip():
            return FormulaWithoutResult(self._formula) if self._formula is not None else ""
        if kind == "e":
            return ErrorCell(value)
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        return self._number_cell(value.strip())

    def _shared(self, value: str | None) -> Cell:
        try:
            return self._strings[int(value or "")]
        except (ValueError, IndexError) as error:
            raise UnreadableFile(FileReason.DAMAGED) from error

    def _number_cell(self, value: str) -> Cell:
        try:
            number: int | float = int(value) if value.isdigit() and len(value) < 40 else float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return ErrorCell(value)
        shown = self._formats[self._style] if 0 <= self._style < len(self._formats) else ""
        if not shown:
            return number
        return date_cell(number, self._starts_1904) if shown == DATE else FormattedNumber(number, shown)


def _unescaped(text: str) -> str:
    """`_x000D_` is how the format writes a character XML can't hold."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text[:MAX_CELL_CHARACTERS]


def _int(text: str | None, default: int = 0) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 10 else default
